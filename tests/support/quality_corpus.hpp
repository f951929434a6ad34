#pragma once

#include <string>
#include <vector>

namespace bitworth::tests {

/// One small text of each format that evidence on quality comes in.
inline std::vector<std::string> quality_seeds() {
  return {
      "{\"item\": 1, \"baseline\": 1, \"candidate\": 0, \"slice\": \"a\", \"cluster\": \"x\"}\n"
      "{\"item\": 2, \"baseline\": true, \"candidate\": 1, \"slice\": \"b\", \"repeat\": 2}\n",
      "{\"id\": \"q1\", \"score\": 1, \"task\": \"math\"}\n\n{\"id\": \"q2\", \"score\": 0, \"task\": "
      "\"math\"}\n",
      "{\"doc_id\": 0, \"doc\": {\"q\": \"NaN\"}, \"target\": \"4\", \"filter\": \"none\", \"doc_hash\": "
      "\"ab\", "
      "\"acc\": 1.0, \"ppl\": NaN}\n"
      "{\"doc_id\": 1, \"doc\": {\"q\": \"3\"}, \"target\": \"4\", \"filter\": \"none\", \"acc\": 0, "
      "\"ppl\": "
      "-Infinity}\n",
      "[{\"doc_id\": 0, \"acc\": 1},\n {\"doc_id\": 1, \"acc\": 0}]\n",
      "{\n \"results\": {\"mmlu\": {\"alias\": \"mmlu\", \"acc,none\": 0.5, \"acc_stderr,none\": 0.02}},\n"
      " \"n-samples\": {\"mmlu\": {\"original\": 10, \"effective\": 10}}\n}\n",
      "chunk PPL ln(PPL(Q)/PPL(base)) KL Divergence\n"
      "   1  5.0 ± 1.0  0.1 ± 0.1  0.02 ± 0.001  4.0 ± 0.1 %  90.0 ± 1.0 %\n",
      "Mean    KLD:   0.02 ±   0.001\n99.0%   KLD:   0.3\nSame top p: 90.0 ± 1.0 %\n"};
}

}  // namespace bitworth::tests
