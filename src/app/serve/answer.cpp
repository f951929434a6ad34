#include "app/serve/answer.hpp"

#include <nlohmann/json.hpp>

#include "app/serve/inputs_json.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/report/page_json.hpp"

namespace bitworth::serve {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json document_of(const Question& question, const formats::Catalog& catalog, CapacityShelf& capacities,
                 std::string_view version, const std::function<bool(double done)>& keep_going) {
  const bool in_a_hurry = question.draws < usual_draws;
  const decision::Decision decision = decision::decide(
      question.asked, {.draws = question.draws,
                       .seed = question.seed,
                       .capacities = in_a_hurry ? capacities.near(question) : capacities.of(question),
                       .in_a_hurry = in_a_hurry,
                       .keep_going = keep_going});
  Json document = report::page_json(question.asked, decision, question.draws, question.case_toml, version);
  document["inputs"] = inputs_json(question.asked, catalog);
  return document;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response problems_of(const Problems& problems) {
  Json list = Json::array();
  for (const Error& problem : problems)
    list.push_back({{"line", problem.position.line},
                    {"column", problem.position.column},
                    {"message", problem.message},
                    {"hint", problem.hint}});
  return {.status = 422, .type = "application/json", .body = text_of({{"problems", list}}), .headers = {}};
}

}  // namespace bitworth::serve
