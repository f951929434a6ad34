#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

namespace bitworth::report {

struct JsonMember {
  const char* key;
  mutable nlohmann::ordered_json value;  // moved out of the list that it is in
};

/// What {{"key", value}, ...} is to the library, in a third of the time: it makes a list of each pair first.
/// Assumes: no key comes twice.
inline nlohmann::ordered_json object(std::initializer_list<JsonMember> members) {
  nlohmann::ordered_json::object_t result;
  result.reserve(members.size());
  for (const JsonMember& member : members) result.emplace_back(member.key, std::move(member.value));
  return result;
}

}  // namespace bitworth::report
