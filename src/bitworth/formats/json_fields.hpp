#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// Parses a small JSON document. Throws InputFailure: not JSON, with line and column; nested more than 32
/// deep; not an object.
nlohmann::json parse_json_object(std::string_view text, const std::string& file_name);

/// Typed look-ups in an object, first in it and then, for what it lacks, in the one around it. A null counts
/// as absent. Every look-up throws InputFailure where the value is of another kind than asked for.
class JsonFields {
 public:
  JsonFields(const nlohmann::json& object, const std::string& file_name,
             const nlohmann::json* around = nullptr)
      : object_(object), around_(around), file_name_(file_name) {}

  bool has(const char* key) const { return find(key) != nullptr; }

  /// A whole number from 1 to largest_dimension; absent: none of the keys is there, or it is 0.
  std::optional<int> dimension(std::initializer_list<const char*> keys) const;
  std::optional<int> dimension(const char* key) const { return dimension({key}); }
  std::optional<double> number(const char* key) const;
  std::optional<bool> boolean(const char* key) const;
  /// "" where absent.
  std::string text(const char* key) const;
  std::vector<std::string> texts(const char* key) const;
  std::vector<int> integers(const char* key) const;
  std::optional<JsonFields> object(const char* key) const;
  /// The objects in a list; whatever else it holds is left out. Empty: absent.
  std::vector<JsonFields> objects(const char* key) const;
  /// The objects that the object's members hold.
  std::vector<JsonFields> members() const;
  bool is_list(const char* key) const { return has(key) && find(key)->is_array(); }

  [[noreturn]] void fail(ErrorKind kind, std::string message, std::string hint = {}) const;

 private:
  const nlohmann::json* find(const char* key) const;
  [[noreturn]] void fail_kind(const char* key, std::string_view wanted) const;

  const nlohmann::json& object_;
  const nlohmann::json* around_;
  const std::string& file_name_;
};

}  // namespace bitworth::formats
