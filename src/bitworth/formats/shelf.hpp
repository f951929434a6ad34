#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bitworth/base/text.hpp"

namespace bitworth::formats {

/// Things of one type under their ids and aliases. T has an `id`.
template <class T>
class Shelf {
 public:
  /// The thing of that id or alias, in any case and punctuation ("H100 SXM" finds "h100-sxm"); null: none.
  const T* find(std::string_view name) const {
    const auto place = places_.find(slug(name));
    return place == places_.end() ? nullptr : &things_[place->second];
  }

  std::span<const T> all() const { return things_; }

  std::vector<std::string> ids() const {
    std::vector<std::string> result;
    for (const T& thing : things_) result.push_back(thing.id);
    return result;
  }

  /// Ids and aliases: what a person may have meant.
  const std::vector<std::string>& names() const { return names_; }

  /// Adds it under its id and aliases. Returns the first of these names that belongs to another thing
  /// already, else "".
  std::string add(T thing, const std::vector<std::string>& aliases) {
    std::string taken;
    const std::size_t place = things_.size();
    const auto put = [&](const std::string& name) {
      const auto [position, added] = places_.emplace(slug(name), place);
      if (added) names_.push_back(name);
      if (position->second != place && taken.empty()) taken = name;
    };
    put(thing.id);
    for (const std::string& alias : aliases) put(alias);
    things_.push_back(std::move(thing));
    return taken;
  }

 private:
  std::vector<T> things_;
  std::map<std::string, std::size_t> places_;
  std::vector<std::string> names_;
};

}  // namespace bitworth::formats
