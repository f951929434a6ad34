#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "app/serve/capacity_shelf.hpp"
#include "app/serve/message.hpp"
#include "app/serve/question.hpp"
#include "bitworth/base/error.hpp"

namespace bitworth::serve {

/// Answered while the client waits; more draws are a run.
inline constexpr int most_draws_at_once = 10000, most_draws_of_a_run = 200000;

/// The document that the page draws (docs/schema/page.json). Fewer draws than usual: a rough answer, for
/// which what is known nearby will do. `keep_going` is that of decision::DecideSettings.
nlohmann::ordered_json document_of(const Question&, const formats::Catalog&, CapacityShelf&,
                                   std::string_view version,
                                   const std::function<bool(double done)>& keep_going = nullptr);

/// As one line. Bytes that are no UTF-8 become question marks.
std::string text_of(const nlohmann::ordered_json&);

/// What is wrong with a question, with status 422.
Response problems_of(const Problems&);

}  // namespace bitworth::serve
