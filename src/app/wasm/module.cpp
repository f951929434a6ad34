// The core as a WebAssembly module, for a report that has no server: the question and the answer are those of
// POST /api/decision and of a run (docs/api/openapi.yaml). web/src/live/module.ts calls it. One call at a
// time; memory grows and is never given back.
#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "app/serve/answer.hpp"

namespace bitworth::wasm {

/// Of the page: hears the share of a run that is done.
extern "C" [[clang::import_module("page"), clang::import_name("progress")]] void tell_progress(double done);

namespace {

// Of the one page that this runs in.
std::string default_case, question_text, answer_text;
serve::CapacityShelf capacities;

serve::Response answered(int most_draws, const std::function<bool(double)>& keep_going) {
  const auto question =
      serve::read_question(question_text, default_case, formats::built_in_catalog(), most_draws);
  if (!question) return serve::problems_of(question.error());
  return {.status = 200,
          .type = "application/json",
          .body = serve::text_of(serve::document_of(*question, formats::built_in_catalog(), capacities,
                                                    BITWORTH_VERSION, keep_going)),
          .headers = {}};
}

}  // namespace

/// Where to write the case that is asked about where a question brings none: so many bytes of UTF-8.
extern "C" [[clang::export_name("case_room")]] char* case_room(std::size_t size) {
  default_case.resize(size);
  return default_case.data();
}

/// Where to write the question.
extern "C" [[clang::export_name("question_room")]] char* question_room(std::size_t size) {
  question_text.resize(size);
  return question_text.data();
}

/// Answers it, at once or as a run. Returns the status; the text is at answer_data.
extern "C" [[clang::export_name("answer")]] int answer(bool run) {
  serve::Response response =
      run ? answered(serve::most_draws_of_a_run, [](double done) { return tell_progress(done), true; })
          : answered(serve::most_draws_at_once, nullptr);
  answer_text = std::move(response.body);
  return response.status;
}

extern "C" [[clang::export_name("answer_data")]] const char* answer_data() {
  return answer_text.data();
}

extern "C" [[clang::export_name("answer_size")]] std::size_t answer_size() {
  return answer_text.size();
}

}  // namespace bitworth::wasm
