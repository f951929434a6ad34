#include "app/cli/host_device.hpp"

#include <cstdlib>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/evidence_file.hpp"
#include "bitworth/host/machine.hpp"
#include "bitworth/measure/evidence_in_case.hpp"

namespace bitworth::cli {

std::string cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/bitworth";
  return (home != nullptr && *home != '\0' ? std::string(home) : "/tmp") + "/.cache/bitworth";
}

std::string host_file() {
  return cache_folder() + "/host.evidence.json";
}

formats::Catalog catalog_with_host() {
  formats::Catalog catalog = formats::built_in_catalog();
  const auto evidence = formats::read_evidence_file(host_file());
  if (!evidence || evidence->machine.cpu != host::this_machine().cpu) return catalog;
  if (auto host = measure::host_device(*evidence, host_file())) catalog.devices.add(*std::move(host), {});
  return catalog;
}

std::string unknown_device(const formats::Catalog& catalog, const std::string& name) {
  if (name == "host")
    return "--device \"host\": this machine is not probed yet; run bitworth hardware --probe once";
  const std::string hint = did_you_mean(name, catalog.devices.names());
  return format("--device \"{}\" is not in the catalog; {}", name,
                hint.empty() ? "bitworth hardware lists the devices" : hint);
}

}  // namespace bitworth::cli
