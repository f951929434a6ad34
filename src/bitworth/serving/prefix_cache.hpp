#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace bitworth::serving {

/// The prompt blocks that a replica holds under a name: some are read by running sequences, the others may be
/// evicted, the one that has been idle longest first.
class PrefixCache {
 public:
  using Names = std::span<const std::uint64_t>;

  /// How many leading names it holds, at most `limit`, and how many of these nobody reads now.
  struct Match {
    int held = 0;
    int idle = 0;
  };
  Match match(Names names, int limit) const;

  /// The names have one reader more. Assumes: it holds them all.
  void acquire(Names names);
  /// The names have one reader fewer; the last ones become idle first, so that beginnings survive longest.
  void release(Names names);
  /// Holds the name too, with one reader. False: it was there already, nothing changed.
  bool insert(std::uint64_t name);
  /// Forgets the name that has been idle longest. Assumes: idle() > 0.
  void evict();

  std::int64_t idle() const { return idle_; }
  std::int64_t size() const { return static_cast<std::int64_t>(places_.size()); }

 private:
  struct Entry {
    std::uint64_t name = 0;
    std::int32_t readers = 0;
    std::int32_t previous = 0;  // in the ring of idle entries around entry 0
    std::int32_t next = 0;
  };
  Entry& entry(std::int32_t place) { return entries_[static_cast<std::size_t>(place)]; }
  void make_idle(std::int32_t place);
  void take_from_idle(std::int32_t place);

  std::unordered_map<std::uint64_t, std::int32_t> places_;
  std::vector<Entry> entries_{Entry{}};
  std::vector<std::int32_t> spare_;
  std::int64_t idle_ = 0;
};

}  // namespace bitworth::serving
