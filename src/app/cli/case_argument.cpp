#include "app/cli/case_argument.hpp"

#include <optional>

#include "app/cli/command.hpp"
#include "app/cli/host_device.hpp"
#include "bitworth/base/error.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/evidence_file.hpp"
#include "bitworth/measure/evidence_in_case.hpp"

namespace bitworth::cli {

namespace {

template <class T>
T value_or_failure(Result<T> result) {
  if (!result) throw Failure{{to_text(result.error())}};
  return *std::move(result);
}

// The machine of the evidence goes before the one that was probed here.
formats::Catalog catalog_for(const std::optional<cases::Evidence>& evidence, const std::string& path) {
  if (!evidence || evidence->rates.empty()) return catalog_with_host();
  formats::Catalog catalog = formats::built_in_catalog();
  catalog.devices.add(value_or_failure(measure::host_device(*evidence, path)), {});
  return catalog;
}

}  // namespace

cases::Case read_case_argument(const std::string& path, const std::string& evidence_path) {
  return read_case_with_text(path, evidence_path).question;
}

CaseText read_case_with_text(const std::string& path, const std::string& evidence_path) {
  std::optional<cases::Evidence> evidence;
  if (!evidence_path.empty()) {
    evidence = value_or_failure(formats::read_evidence_file(evidence_path));
  }
  const formats::Catalog catalog = catalog_for(evidence, evidence_path);
  std::string text = value_or_failure(formats::read_case_text(path));
  auto result = formats::read_case(text, path, catalog);
  if (!result) {
    Failure failure;
    for (const Error& problem : result.error()) failure.messages.push_back(to_text(problem));
    throw failure;
  }
  if (evidence) measure::apply_evidence(*evidence, evidence_path, *result);
  return {std::move(text), *std::move(result)};
}

}  // namespace bitworth::cli
