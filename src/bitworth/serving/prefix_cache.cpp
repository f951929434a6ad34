#include "bitworth/serving/prefix_cache.hpp"

namespace bitworth::serving {

PrefixCache::Match PrefixCache::match(Names names, int limit) const {
  Match result;
  for (const std::uint64_t name : names) {
    if (result.held == limit) break;
    const auto found = places_.find(name);
    if (found == places_.end()) break;
    ++result.held;
    if (entries_[static_cast<std::size_t>(found->second)].readers == 0) ++result.idle;
  }
  return result;
}

void PrefixCache::acquire(Names names) {
  for (const std::uint64_t name : names) {
    const std::int32_t place = places_.find(name)->second;
    if (entry(place).readers++ == 0) take_from_idle(place);
  }
}

void PrefixCache::release(Names names) {
  for (std::size_t i = names.size(); i-- > 0;) {
    const std::int32_t place = places_.find(names[i])->second;
    if (--entry(place).readers == 0) make_idle(place);
  }
}

bool PrefixCache::insert(std::uint64_t name) {
  const auto [position, added] = places_.try_emplace(name, 0);
  if (!added) return false;
  if (spare_.empty()) {
    position->second = static_cast<std::int32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    position->second = spare_.back();
    spare_.pop_back();
  }
  entry(position->second) = {name, 1, 0, 0};
  return true;
}

void PrefixCache::evict() {
  const std::int32_t place = entry(0).next;
  take_from_idle(place);
  places_.erase(entry(place).name);
  spare_.push_back(place);
}

// The newest idle entry stands before entry 0, the oldest after it.
void PrefixCache::make_idle(std::int32_t place) {
  const std::int32_t newest = entry(0).previous;
  entry(place).previous = newest;
  entry(place).next = 0;
  entry(newest).next = place;
  entry(0).previous = place;
  ++idle_;
}

void PrefixCache::take_from_idle(std::int32_t place) {
  entry(entry(place).previous).next = entry(place).next;
  entry(entry(place).next).previous = entry(place).previous;
  --idle_;
}

}  // namespace bitworth::serving
