#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bitworth/cases/measured_pair.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::formats {

// What sources call models, devices and engines, as the catalog's things.

/// A thing, or a stand-in made from what its name tells.
template <class T>
struct Named {
  std::shared_ptr<const T> thing;
  bool approximate = false;
};

/// By name, alias, then without a bracketed suffix, then without "instruct", "chat", "it" or "base". Else a
/// dense model of that many parameters (a mixture where the name ends in "-A3B"), shaped as models of that
/// size are. Null: not even a size is known.
Named<llm::Architecture> architecture_named(const std::string& name, std::optional<double> parameters,
                                            const Catalog&);

/// By name or alias; else the middle device of the class that words of the name tell. Null: nothing fits.
Named<hardware::Device> device_named(const std::string& name, const Catalog&);

/// Null: no known engine's name is in it.
const hardware::EngineCosts* engine_named(std::string_view name, const Catalog&);

/// The pair with its names resolved. Fails: the reason why it cannot be predicted.
std::expected<cases::ResolvedPair, std::string> resolve(cases::MeasuredPair, const Catalog&);

}  // namespace bitworth::formats
