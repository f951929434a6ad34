#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "app/serve/question.hpp"
#include "bitworth/decision/capacity_table.hpp"

namespace bitworth::serve {

/// The capacities of the last few questions. Simulating them takes most of an answer, and they do not hang on
/// the load, prices, hours or the margin: while one of those is moved, they are found here. Any thread may
/// ask.
class CapacityShelf {
 public:
  std::shared_ptr<const decision::CapacityTables> of(const Question&, const decision::CapacitySettings&);

 private:
  struct Kept {
    std::string key;
    std::shared_ptr<const decision::CapacityTables> tables;
  };

  std::shared_ptr<const decision::CapacityTables> look(const std::string& key);

  std::mutex mutex_;
  std::list<Kept> kept_;  // the last asked for first
};

}  // namespace bitworth::serve
