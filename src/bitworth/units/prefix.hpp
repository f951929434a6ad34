#pragma once

#include <string_view>

namespace bitworth {

/// A unit prefix; the one table that parsing and printing share.
struct Prefix {
  std::string_view name;
  double factor;
  bool binary;
};

inline constexpr Prefix prefixes[] = {
    {"n", 1e-9, false},         {"u", 1e-6, false},
    {"µ", 1e-6, false},         {"m", 1e-3, false},
    {"k", 1e3, false},          {"M", 1e6, false},
    {"G", 1e9, false},          {"T", 1e12, false},
    {"P", 1e15, false},         {"E", 1e18, false},
    {"Ki", 1024.0, true},       {"Mi", 1048576.0, true},
    {"Gi", 1073741824.0, true}, {"Ti", 1099511627776.0, true},
};

}  // namespace bitworth
