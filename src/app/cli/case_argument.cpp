#include "app/cli/case_argument.hpp"

#include "app/cli/command.hpp"
#include "bitworth/base/error.hpp"
#include "bitworth/formats/case_file.hpp"

namespace bitworth::cli {

cases::Case read_case_argument(const std::string& path) {
  auto result = formats::read_case_file(path, formats::built_in_catalog());
  if (result) return *std::move(result);
  Failure failure;
  for (const Error& problem : result.error()) failure.messages.push_back(to_text(problem));
  throw failure;
}

}  // namespace bitworth::cli
