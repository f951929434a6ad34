#include "bitworth/formats/request_log.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/scratch_folder.hpp"

namespace bitworth::formats {
namespace {

struct Read {
  std::vector<workload::Request> requests;
  std::vector<std::uint64_t> names;
  std::expected<RequestLogReport, Error> report;
};

Read read(std::string_view text, const RequestLogSettings& settings = {}) {
  Read result;
  result.report = scan_request_text(text, "log", settings, [&](const workload::Request& r, auto names) {
    result.requests.push_back(r);
    result.names.insert(result.names.end(), names.begin(), names.end());
  });
  return result;
}

struct Known {
  const char* text;
  const char* format;
  workload::Request second;  ///< the second request, its arrival less that of the first
};

TEST(RequestLog, ReadsTheKnownFormats) {
  const Known cases[] = {
      {"TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 23:59:59.6805900,374,44\r\n"
       "2023-11-17 00:00:00.9951690,396,109\r\n",
       "Azure LLM inference trace",
       {1'314'579'000, 396, 109}},
      {"{\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, 1]}\n"
       "{\"timestamp\": 3000, \"input_length\": 7, \"output_length\": 9, \"hash_ids\": [0, 14]}\n",
       "Mooncake trace",
       {3'000'000'000, 7, 9}},
      {"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,x\n"
       "45.5,\"GPT-4, new\",1087,230,1317,x\n",
       "BurstGPT",
       {40'500'000'000, 1087, 230}},
      {"arrived_at,num_prefill_tokens,num_decode_tokens\n0.0,374,44\n4.314579,396.0,109\n",
       "Vidur trace",
       {4'314'579'000, 396, 109}},
      {"num_prefill_tokens,num_decode_tokens,pd_ratio\n10,2,5\n11,3,4\n", "Vidur lengths", {0, 11, 3}},
      {"{\"request_id\": \"a\", \"input_toks\": 1, \"output_toks\": 2, \"arrival_time\": 5, \"queued_ts\": "
       "1.25}\n"
       "{\"request_id\": \"b\", \"input_toks\": 3, \"output_toks\": 4, \"arrival_time\": 9, \"queued_ts\": "
       "1.5}",
       "vLLM request log",
       {250'000'000, 3, 4}},
      {"{\"created\": 10, \"choices\": [{\"a\": [1, {}]}], \"usage\": {\"prompt_tokens\": 5, "
       "\"completion_tokens\": 6}}\n"
       "{\"created\": 1.2e1, \"usage\": {\"completion_tokens\": 8, \"prompt_tokens\": 7}}\n",
       "OpenAI-style log",
       {2'000'000'000, 7, 8}},
      {"client,arrival_s,input_tokens,output_tokens\n1,0.001424,41,14611\n1,0.002850,114,3026\n",
       "request table",
       {1'426'000, 114, 3026}},
  };
  for (const Known& known : cases) {
    Read got = read(known.text);
    ASSERT_TRUE(got.report) << to_text(got.report.error());
    EXPECT_EQ(got.report->format, known.format);
    EXPECT_EQ(got.report->bad_lines, 0U) << known.text;
    ASSERT_EQ(got.requests.size(), 2U) << known.text;
    got.requests[1].arrival -= got.requests[0].arrival;
    EXPECT_EQ(got.requests[1], known.second) << known.text;
  }
}

TEST(RequestLog, ReadsPrefixNames) {
  const Read got = read("{\"timestamp\":0,\"input_length\":1024,\"output_length\":1,\"hash_ids\":[7, 8]}\n");
  EXPECT_EQ(got.names, (std::vector<std::uint64_t>{7, 8}));
}

struct Bad {
  const char* line;
  const char* message;
};

TEST(RequestLog, ABadLineIsReportedAndTheRestGoesOn) {
  const Bad cases[] = {
      {"2023-11-16 18:15:46,374", "fewer columns"},
      {"", nullptr},
      {"yesterday,374,44", "neither a number nor a date"},
      {"2023-13-16 18:15:46,374,44", "neither a number nor a date"},
      {"2023-02-30 18:15:46,374,44", "neither a number nor a date"},
      {"2023-11-16 25:15:46,374,44", "neither a number nor a date"},
      {"2023-11-16 18:15:46.5x,374,44", "neither a number nor a date"},
      {"1,-5,44", "prompt tokens are not a count"},
      {"1,5,4.5", "output tokens are not a count"},
      {"1,5,99999999999", "output tokens are not a count"},
      {"1,,44", "no prompt tokens"},
      {",5,44", "no arrival"},
      {"1,\"5,44", "fewer columns"},
      {"\xff\xfe\x00,1", "fewer columns"},
  };
  for (const Bad& bad : cases) {
    const Read got =
        read("TIMESTAMP,ContextTokens,GeneratedTokens\n1,2,3\n" + std::string(bad.line) + "\n4,5,6\n");
    ASSERT_TRUE(got.report) << bad.line;
    EXPECT_EQ(got.requests.size(), 2U) << bad.line;
    EXPECT_EQ(got.report->bad_lines, bad.message ? 1U : 0U) << bad.line;
    if (!bad.message) continue;
    EXPECT_EQ(got.report->first_bad_lines[0].position.line, 3U);
    EXPECT_NE(to_text(got.report->first_bad_lines[0]).find(bad.message), std::string::npos)
        << to_text(got.report->first_bad_lines[0]);
  }
}

TEST(RequestLog, ABadJsonLineIsReportedAndTheRestGoesOn) {
  const std::string good = "{\"timestamp\":0,\"input_length\":4,\"output_length\":1}\n";
  for (const char* line : {"{", "{}", "[]", "null", "{\"timestamp\":0,\"input_length\":4,\"output_length\":}",
                           "{\"timestamp\":0,\"input_length\":[4],\"output_length\":1}", "{\"a\":\"\\",
                           "{\"timestamp\":0,\"input_length\":4,\"output_length\":1} x",
                           "{\"timestamp\":null,\"input_length\":4,\"output_length\":1}"}) {
    const Read got = read(good + line + "\n" + good);
    ASSERT_TRUE(got.report) << line;
    EXPECT_EQ(got.requests.size(), 2U) << line;
    EXPECT_EQ(got.report->bad_lines, 1U) << line;
  }
  const std::string deep = std::string(100'000, '[');
  EXPECT_EQ(read(good + "{\"a\":" + deep + "\n").report->bad_lines, 1U);
}

TEST(RequestLog, StopsAtTheLimitOfBadLines) {
  const Read got = read("TIMESTAMP,ContextTokens,GeneratedTokens\nx,1,1\nx,1,1\n1,1,1\nx,1,1\n", {{}, 2});
  ASSERT_FALSE(got.report);
  EXPECT_EQ(got.report.error().position.line, 5U);
}

TEST(RequestLog, FailedRequestsAreCountedApart) {
  const Read got = read("Timestamp,Request tokens,Response tokens\n1,5,0\n2,5,6\n");
  EXPECT_EQ(got.report->without_tokens, 1U);
  EXPECT_EQ(got.report->requests, 1U);
}

TEST(RequestLog, TakesColumnsThatTheUserNames) {
  const RequestColumns columns{"when", "in", "out", "", 1'000'000};
  const Read got = read("in,out,when\n4,5,2.5\n", {columns, 100});
  ASSERT_TRUE(got.report);
  EXPECT_EQ(got.requests[0], (workload::Request{2'500'000, 4, 5}));
  const Read wrong = read("in,outt,when\n4,5,2.5\n", {columns, 100});
  ASSERT_FALSE(wrong.report);
  EXPECT_NE(to_text(wrong.report.error()).find("did you mean \"outt\""), std::string::npos);
}

TEST(RequestLog, RefusesWhatIsNoLog) {
  for (const char* text : {"", "\n\n", "hello\n", "a,b\n1,2\n", "{\"a\": 1}\n", "[1]\n"})
    EXPECT_FALSE(read(text).report) << text;
  EXPECT_FALSE(read_request_log("/nonexistent"));
  EXPECT_FALSE(read_request_log("/"));
}

TEST(RequestLog, UnpacksGzipAndNoticesABrokenOne) {
  const tests::ScratchFolder folder;
  const auto path = folder / "log.csv.gz";
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(100'000 - i) + ",10,20\n";
  gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
  gzclose(file);
  const auto log = read_request_log(path);
  ASSERT_TRUE(log);
  EXPECT_EQ(log->trace.size(), 100'000U);
  EXPECT_EQ(log->trace.arrival(0), 0);  // sorted
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_FALSE(read_request_log(path));
}

}  // namespace
}  // namespace bitworth::formats
