#pragma once

#include <array>
#include <cstdint>

#include "bitworth/serving/step.hpp"

namespace bitworth::serving {

/// Batch and KV blocks over time, as means over stretches of equal length. When the run outlasts the
/// stretches they double in length, so that memory stays the same.
class Timeline {
 public:
  static constexpr std::size_t stretches = 64;

  struct Stretch {
    double busy = 0;         ///< nanoseconds in steps, over all replicas
    double running = 0;      ///< sequences x nanoseconds
    double used_blocks = 0;  ///< blocks x nanoseconds
    double waiting = 0;      ///< requests x nanoseconds, as seen at the steps' ends
  };

  explicit Timeline(Nanoseconds expected_duration)
      : width_(expected_duration / static_cast<Nanoseconds>(stretches) + 1) {
    select(0);
  }

  /// A step from `start`, whose length counts where it starts.
  void add(Nanoseconds start, Nanoseconds length, double running, double used_blocks, double waiting) {
    if (start < begin_ || start >= end_) select(start);
    const auto time = static_cast<double>(length);
    current_->busy += time;
    current_->running += running * time;
    current_->used_blocks += used_blocks * time;
    current_->waiting += waiting * time;
  }

  Nanoseconds width() const { return width_; }
  const std::array<Stretch, stretches>& all() const { return all_; }

 private:
  void select(Nanoseconds time) {
    while (time / width_ >= static_cast<Nanoseconds>(stretches)) halve();
    const auto place = static_cast<std::size_t>(time / width_);
    current_ = &all_[place];
    begin_ = static_cast<Nanoseconds>(place) * width_;
    end_ = begin_ + width_;
  }

  void halve() {
    for (std::size_t i = 0; i < stretches; ++i) {
      const Stretch* pair = &all_[2 * i % stretches];
      all_[i] = i < stretches / 2
                    ? Stretch{pair[0].busy + pair[1].busy, pair[0].running + pair[1].running,
                              pair[0].used_blocks + pair[1].used_blocks, pair[0].waiting + pair[1].waiting}
                    : Stretch{};
    }
    width_ *= 2;
  }

  std::array<Stretch, stretches> all_{};
  Nanoseconds width_;
  Stretch* current_ = nullptr;
  Nanoseconds begin_ = 0, end_ = 0;
};

}  // namespace bitworth::serving
