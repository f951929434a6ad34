#include "app/cli/command.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

Answer list_schemes() {
  const formats::Catalog& catalog = formats::built_in_catalog();
  std::vector<std::vector<std::string>> rows = {{format("{:<20}what", "scheme"), "bits/weight", "activations",
                                                 "runs on", "lm_head", "without the units"}};
  Answer answer;
  answer.json = {
      {"schema", "bitworth.schemes"}, {"schema_version", 1}, {"schemes", nlohmann::ordered_json::array()}};
  for (const llm::Scheme& s : catalog.schemes.all()) {
    rows.push_back({format("{:<20}{}", s.id, s.name), significant(s.weight_bits, 4),
                    significant(s.activation_bits), to_text(s.compute), significant(s.lm_head_bits),
                    s.fallback.empty() ? "-" : s.fallback});
    answer.json["schemes"].push_back({{"id", s.id},
                                      {"name", s.name},
                                      {"weight_bits", s.weight_bits},
                                      {"activation_bits", s.activation_bits},
                                      {"compute", to_text(s.compute)},
                                      {"lm_head_bits", s.lm_head_bits},
                                      {"embedding_bits", s.embedding_bits},
                                      {"kernel", s.kernel},
                                      {"fallback", s.fallback},
                                      {"source", s.source},
                                      {"date", s.date}});
  }
  answer.text = report::table(rows) + "\nbits/weight: effective, scales included.\n";
  return answer;
}

}  // namespace

void add_schemes(CLI::App& app) {
  add_command(app, "schemes", "The number formats that bitworth knows", list_schemes)
      ->footer("Examples:\n  bitworth schemes\n  bitworth schemes --json\n");
}

}  // namespace bitworth::cli
