#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/serve/capacity_shelf.hpp"
#include "app/serve/message.hpp"
#include "app/serve/question.hpp"
#include "app/serve/runs.hpp"
#include "app/serve/slots.hpp"

namespace bitworth::serve {

struct HandlerSettings {
  std::string page;                ///< the built page, with its place for a document
  std::string case_toml;           ///< what the page opens with; one that read_question accepts
  std::vector<std::string> hosts;  ///< names that the server goes by
  std::string version;
  const formats::Catalog* catalog = &formats::built_in_catalog();  ///< what cases name; outlives the handler
};

/// Answers requests: from bytes to bytes, with no socket in sight. Any thread may call it. Reads by GET,
/// computes and cancels by POST. No request reaches the file system.
/// API: docs/api/openapi.yaml.
class Handler {
 public:
  explicit Handler(HandlerSettings);

  Response operator()(const Request&);

 private:
  Response answer(const Request&);
  Response get(std::string_view path) const;
  Response post(const Request&);
  Response decide(const Request&);
  Response start_run(const Request&);
  Response look_at_run(int number) const;

  HandlerSettings settings_;
  CapacityShelf capacities_;  // before the runs, which use it
  std::string document_;      // of the case that the page opens with
  std::string html_;
  Headers headers_;
  Slots slots_;  // decisions computed at once
  Runs runs_;
};

}  // namespace bitworth::serve
