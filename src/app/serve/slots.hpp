#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace bitworth::serve {

/// So many may work at once; others wait a while for their turn. (try_acquire_for of g++ 12's semaphores
/// gives up too early.)
class Slots {
 public:
  explicit Slots(int count) : free_(count) {}

  /// A place among them, given back when it goes.
  class Slot {
   public:
    explicit Slot(Slots& slots) : slots_(&slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) slots_->give_back();
    }

   private:
    Slots* slots_;
  };

  /// Absent: none became free in time.
  std::optional<Slot> take(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, longest, [&] { return free_ > 0; })) return std::nullopt;
    --free_;
    return Slot(*this);
  }

 private:
  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    changed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
};

}  // namespace bitworth::serve
