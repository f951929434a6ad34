#include "app/serve/handler.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/serve/answer.hpp"
#include "app/serve/guard.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/report/html.hpp"

namespace bitworth::serve {
namespace {

constexpr std::chrono::seconds longest_wait(10);
constexpr std::string_view runs_path = "/api/runs";

using Methods = std::vector<std::string>;
const Methods looking = {"GET", "HEAD"}, asking = {"POST"}, both = {"GET", "HEAD", "POST"}, none = {};

Response not_allowed(const Methods& allowed) {
  Response response = refusal(405, format("this is asked by {}", listed(allowed, "or")));
  response.headers.emplace_back("Allow", joined(allowed, ", "));
  return response;
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

// How a path is asked; none: there is no such path.
const Methods& methods_of(std::string_view path) {
  if (path == "/") return looking;
  if (path == "/api/decision") return both;
  if (path == runs_path) return asking;
  const std::optional<RunPath> run = run_path(path);
  return !run ? none : run->cancel ? asking : looking;
}

}  // namespace

Handler::Handler(HandlerSettings settings)
    : settings_(std::move(settings)),
      headers_(safe_headers(policy_of(settings_.page))),
      slots_(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))) {
  const auto question = read_question("{}", settings_.case_toml, *settings_.catalog, most_draws_at_once);
  if (!question) std::abort();  // the caller checked it
  const nlohmann::ordered_json document =
      document_of(*question, *settings_.catalog, capacities_, settings_.version);
  document_ = text_of(document);
  html_ = report::html(settings_.page, document);
}

Response Handler::operator()(const Request& request) {
  const std::optional<Response> refused = turned_away(request, settings_.hosts);
  Response response = refused ? *refused : answer(request);
  response.headers.insert(response.headers.end(), headers_.begin(), headers_.end());
  return response;
}

Response Handler::answer(const Request& request) {
  const Methods& methods = methods_of(request.path);
  if (methods.empty()) return refusal(404, "there is nothing here");
  if (std::ranges::find(methods, request.method) == methods.end()) return not_allowed(methods);
  return request.method == "POST" ? post(request) : get(request.path);
}

Response Handler::get(std::string_view path) const {
  if (path == "/") return {.status = 200, .type = "text/html; charset=utf-8", .body = html_, .headers = {}};
  if (path == "/api/decision")
    return {.status = 200, .type = "application/json", .body = document_, .headers = {}};
  return look_at_run(run_path(path)->number);
}

Response Handler::post(const Request& request) {
  if (request.path == "/api/decision") return decide(request);
  if (request.path == runs_path) return start_run(request);
  const int run = run_path(request.path)->number;
  if (!runs_.cancel(run)) return refusal(404, "there is no such run");
  return look_at_run(run);
}

Response Handler::decide(const Request& request) {
  const auto question =
      read_question(request.body, settings_.case_toml, *settings_.catalog, most_draws_at_once);
  if (!question) return problems_of(question.error());
  const std::optional<Slots::Slot> slot = slots_.take(longest_wait);
  if (!slot) {
    Response busy = refusal(503, "too many questions at once");
    busy.headers.emplace_back("Retry-After", "1");
    return busy;
  }
  const nlohmann::ordered_json document =
      document_of(*question, *settings_.catalog, capacities_, settings_.version);
  return {.status = 200, .type = "application/json", .body = text_of(document), .headers = {}};
}

Response Handler::start_run(const Request& request) {
  auto question = read_question(request.body, settings_.case_toml, *settings_.catalog, most_draws_of_a_run);
  if (!question) return problems_of(question.error());
  const std::optional<int> number =
      runs_.start([this, question = *std::move(question)](const Runs::KeepGoing& go) {
        return text_of(document_of(question, *settings_.catalog, capacities_, settings_.version, go));
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
