#include "app/serve/answer.hpp"

#include <nlohmann/json.hpp>

#include "app/serve/inputs_json.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/report/page_json.hpp"

namespace bitworth::serve {
namespace {

using Json = nlohmann::ordered_json;

// Simulated while a slider is on its way.
constexpr decision::CapacitySettings rough_capacity = {.requests = 500, .samples = 1};

}  // namespace

Json document_of(const Question& question, const formats::Catalog& catalog, CapacityShelf& capacities,
                 std::string_view version, const std::function<bool(double done)>& keep_going) {
  const bool rough = question.draws < usual_draws;
  const decision::CapacitySettings settings = rough ? rough_capacity : decision::CapacitySettings();
  const decision::Decision decision =
      decision::decide(question.asked, {.draws = question.draws,
                                        .seed = question.seed,
                                        .capacities = capacities.of(question, settings),
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
