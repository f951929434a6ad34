#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace bitworth::serving {

/// Sequences by the step at whose end they finish, for steps at most `longest` ahead of the current one.
/// Every operation takes constant time but next(), which skips 64 empty steps at once.
class FinishRing {
 public:
  static constexpr std::int32_t none = -1;

  explicit FinishRing(std::int64_t longest)
      : mask_(std::bit_ceil(static_cast<std::uint64_t>(longest) + 64) - 1),
        heads_(mask_ + 1, none),
        occupied_((mask_ + 1) / 64) {}

  void add(std::int64_t step, std::int32_t sequence) {
    if (static_cast<std::size_t>(sequence) >= links_.size())
      links_.resize(static_cast<std::size_t>(sequence) + 1);
    std::int32_t& head = heads_[place(step)];
    link(sequence) = {none, head};
    if (head != none) link(head).previous = sequence;
    head = sequence;
    occupied_[place(step) / 64] |= bit(step);
  }

  void remove(std::int64_t step, std::int32_t sequence) {
    const Link gone = link(sequence);
    if (gone.next != none) link(gone.next).previous = gone.previous;
    if (gone.previous != none) {
      link(gone.previous).next = gone.next;
    } else {
      heads_[place(step)] = gone.next;
      if (gone.next == none) occupied_[place(step) / 64] &= ~bit(step);
    }
  }

  /// A sequence that finishes with that step; none: there is no more.
  std::int32_t first(std::int64_t step) const { return heads_[place(step)]; }

  /// The first step from that one on with which any finishes. Assumes: there is one.
  std::int64_t next(std::int64_t step) const {
    std::size_t word = place(step) / 64;
    const auto offset = static_cast<int>(static_cast<std::uint64_t>(step) % 64);
    const std::uint64_t here = occupied_[word] >> offset;
    if (here != 0) return step + std::countr_zero(here);
    std::int64_t found = step - offset;
    do {
      found += 64;
      word = word + 1 == occupied_.size() ? 0 : word + 1;
    } while (occupied_[word] == 0);
    return found + std::countr_zero(occupied_[word]);
  }

 private:
  struct Link {
    std::int32_t previous = none;
    std::int32_t next = none;
  };
  Link& link(std::int32_t sequence) { return links_[static_cast<std::size_t>(sequence)]; }
  std::size_t place(std::int64_t step) const { return static_cast<std::uint64_t>(step) & mask_; }
  static std::uint64_t bit(std::int64_t step) {
    return std::uint64_t{1} << (static_cast<std::uint64_t>(step) % 64);
  }

  std::uint64_t mask_;
  std::vector<std::int32_t> heads_;
  std::vector<std::uint64_t> occupied_;
  std::vector<Link> links_;
};

}  // namespace bitworth::serving
