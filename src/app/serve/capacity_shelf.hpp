#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/serve/question.hpp"
#include "bitworth/decision/capacity_table.hpp"

namespace bitworth::serve {

/// The capacities of the last few questions. Simulating them takes most of an answer, and they do not hang on
/// the load, prices, hours or the margin: while one of those is moved, they are found here. Any thread may
/// ask.
class CapacityShelf {
 public:
  using Tables = std::shared_ptr<const decision::CapacityTables>;

  Tables of(const Question&, const decision::CapacitySettings& = {});

  /// Roughly, but soon: where lengths, the engine's sequences, the device or schemes differ from what is
  /// kept, the nearest is carried over. Else one sample of the traffic must do.
  Tables near(const Question&, const decision::CapacitySettings& = {});

 private:
  struct Kept {
    std::string settings;  ///< that it was simulated with
    std::string key;       ///< of cases that have the same capacities
    std::string family;    ///< of cases whose capacities can be carried over to each other
    cases::Case c;
    Tables tables;
    double reach = 1;  ///< how far they were carried over since all was tried that may serve best
  };

  static std::optional<Kept> names_of(const Question&);
  Tables look(const Kept&, const decision::CapacitySettings&);
  std::optional<Kept> nearest(const Kept&);  // that it can be carried over from
  Tables carry(const Kept& from, Kept to);
  Tables simulate(std::optional<Kept>, const Question&, const decision::CapacitySettings&);
  void keep(Kept);

  std::mutex mutex_;
  std::list<Kept> kept_;  // the last asked for first
};

}  // namespace bitworth::serve
