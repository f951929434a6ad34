#include "app/serve/handler.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/serve/guard.hpp"
#include "app/serve/inputs_json.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/report/html.hpp"
#include "bitworth/report/page_json.hpp"

namespace bitworth::serve {
namespace {

using Json = nlohmann::ordered_json;

// Answered while the client waits; more draws are a run.
constexpr int most_draws_at_once = 10000, most_draws_of_a_run = 200000;
// Simulated where fewer draws than usual are asked for: a slider is on its way.
constexpr decision::CapacitySettings rough_capacity = {.requests = 500, .samples = 1};
constexpr std::chrono::seconds longest_wait(10);
constexpr std::string_view runs_path = "/api/runs";

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response problems_of(const Problems& problems) {
  Json list = Json::array();
  for (const Error& problem : problems)
    list.push_back({{"line", problem.position.line},
                    {"column", problem.position.column},
                    {"message", problem.message},
                    {"hint", problem.hint}});
  return {.status = 422, .type = "application/json", .body = dumped({{"problems", list}}), .headers = {}};
}

Response not_allowed(std::string_view allowed) {
  Response response = refusal(405, format("this is asked by {}", allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Json document_of(const Question& question, CapacityShelf& capacities, const std::string& version,
                 const Runs::KeepGoing& keep_going) {
  const bool rough = question.draws < usual_draws;
  const decision::CapacitySettings settings = rough ? rough_capacity : decision::CapacitySettings();
  const decision::Decision decision =
      decision::decide(question.asked, {.draws = question.draws,
                                        .seed = question.seed,
                                        .capacities = capacities.of(question, settings),
                                        .keep_going = keep_going});
  Json document = report::page_json(question.asked, decision, question.draws, question.case_toml, version);
  document["inputs"] = inputs_json(question.asked);
  return document;
}

std::string policy_of(std::string_view page) {
  constexpr std::string_view before = "Content-Security-Policy\" content=\"";
  const std::size_t at = page.find(before);
  if (at == std::string_view::npos) return "default-src 'none'";
  const std::string_view rest = page.substr(at + before.size());
  return std::string(rest.substr(0, rest.find('"')));
}

/// "7" or "7/cancel" below /api/runs/.
struct RunPath {
  int number = 0;
  bool cancel = false;
};

std::optional<RunPath> run_path(std::string_view path) {
  if (!path.starts_with(runs_path) || path.size() < runs_path.size() + 2) return std::nullopt;
  std::string_view rest = path.substr(runs_path.size() + 1);
  RunPath result;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), result.number);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  result.cancel = rest == "/cancel";
  if (path[runs_path.size()] != '/' || error != std::errc() || !(rest.empty() || result.cancel))
    return std::nullopt;
  return result;
}

}  // namespace

Handler::Handler(HandlerSettings settings)
    : settings_(std::move(settings)),
      headers_(safe_headers(policy_of(settings_.page))),
      slots_(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))) {
  const auto question = read_question("{}", settings_.case_toml, most_draws_at_once);
  if (!question) std::abort();  // the caller checked it
  const Json document = document_of(*question, capacities_, settings_.version, nullptr);
  document_ = dumped(document);
  html_ = report::html(settings_.page, document);
}

Response Handler::operator()(const Request& request) {
  const std::optional<Response> refused = turned_away(request, settings_.hosts);
  Response response = refused ? *refused : answer(request);
  response.headers.insert(response.headers.end(), headers_.begin(), headers_.end());
  return response;
}

Response Handler::answer(const Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return get(request.path);
  if (request.method == "POST") return post(request);
  return not_allowed("GET or POST");
}

Response Handler::get(std::string_view path) const {
  if (path == "/") return {.status = 200, .type = "text/html; charset=utf-8", .body = html_, .headers = {}};
  if (path == "/api/decision")
    return {.status = 200, .type = "application/json", .body = document_, .headers = {}};
  if (path == runs_path) return not_allowed("POST");
  const std::optional<RunPath> run = run_path(path);
  if (run && run->cancel) return not_allowed("POST");
  return run ? look_at_run(run->number) : refusal(404, "there is nothing here");
}

Response Handler::post(const Request& request) {
  if (request.path == "/api/decision") return decide(request);
  if (request.path == runs_path) return start_run(request);
  if (request.path == "/") return not_allowed("GET");
  const std::optional<RunPath> run = run_path(request.path);
  if (run && !run->cancel) return not_allowed("GET");
  if (!run || !runs_.cancel(run->number)) return refusal(404, "there is no such run");
  return look_at_run(run->number);
}

Response Handler::decide(const Request& request) {
  const auto question = read_question(request.body, settings_.case_toml, most_draws_at_once);
  if (!question) return problems_of(question.error());
  const std::optional<Slots::Slot> slot = slots_.take(longest_wait);
  if (!slot) {
    Response busy = refusal(503, "too many questions at once");
    busy.headers.emplace_back("Retry-After", "1");
    return busy;
  }
  const Json document = document_of(*question, capacities_, settings_.version, nullptr);
  return {.status = 200, .type = "application/json", .body = dumped(document), .headers = {}};
}

Response Handler::start_run(const Request& request) {
  auto question = read_question(request.body, settings_.case_toml, most_draws_of_a_run);
  if (!question) return problems_of(question.error());
  const std::optional<int> number =
      runs_.start([this, question = *std::move(question)](const Runs::KeepGoing& go) {
        return dumped(document_of(question, capacities_, settings_.version, go));
      });
  if (!number) return refusal(503, "as many runs as may be are under way: cancel one, or wait");
  Response response = look_at_run(*number);
  response.status = 202;
  response.headers.emplace_back("Location", format("{}/{}", runs_path, *number));
  return response;
}

Response Handler::look_at_run(int number) const {
  const std::optional<Runs::View> view = runs_.look(number);
  if (!view) return refusal(404, "there is no such run");
  const auto state = [&] {
    switch (view->state) {
      case Runs::State::running:
        return "running";
      case Runs::State::done:
        return "done";
      case Runs::State::cancelled:
        return "cancelled";
    }
    return "";
  }();
  const std::string answer = view->answer.empty() ? "null" : view->answer;
  return {.status = 200,
          .type = "application/json",
          .body = format(R"({{"run":{},"state":"{}","progress":{},"document":{}}})", number, state,
                         view->progress, answer),
          .headers = {}};
}

}  // namespace bitworth::serve
