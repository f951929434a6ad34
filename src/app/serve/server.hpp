#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bitworth/formats/catalog.hpp"

namespace bitworth::serve {

struct ServerSettings {
  std::string address = "127.0.0.1";
  int port = 0;                    ///< 0: any that is free
  std::vector<std::string> names;  ///< hosts that it goes by besides, "name:port"
  std::string page;
  std::string case_toml;
  std::string version;
  formats::Catalog catalog;  ///< what cases name
};

/// Listens until SIGINT or SIGTERM. `listening` is told the port once connections are taken.
/// Returns false where the address and port cannot be had.
bool serve(const ServerSettings&, const std::function<void(int port)>& listening);

}  // namespace bitworth::serve
