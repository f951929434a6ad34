#include <bitworth/economics/fleet.hpp>
#include <bitworth/formats/catalog.hpp>
#include <cstdio>

int main() {
  const auto* device = bitworth::formats::built_in_catalog().devices.find("h100-sxm");
  std::printf("%s: %d replicas\n", device->name.c_str(),
              bitworth::economics::replicas_needed(9000, 2500, 0.7, 1));
}
