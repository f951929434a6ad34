#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace bitworth::serve {

/// Long computations, a thread each: begun, looked at, cancelled. The oldest that are over are forgotten.
class Runs {
 public:
  /// Is told the share that is done; false: stop.
  using KeepGoing = std::function<bool(double done)>;
  /// Returns the answer's JSON; what it returns after it was told to stop is dropped.
  using Work = std::function<std::string(const KeepGoing&)>;

  enum class State { running, done, cancelled };
  struct View {
    State state = State::running;
    double progress = 0;
    std::string answer;  ///< once done
  };

  ~Runs();

  /// Its number; absent: as many as may run do.
  std::optional<int> start(Work);
  std::optional<View> look(int number) const;
  /// Whether there is such a run. What is over stays as it is.
  bool cancel(int number);

 private:
  struct Run {
    std::atomic<double> progress = 0;
    std::atomic<bool> stop = false, over = false;
    std::string answer;  // written before over
    std::thread thread;
  };

  mutable std::mutex mutex_;
  std::map<int, std::unique_ptr<Run>> runs_;
  int last_ = 0;
};

}  // namespace bitworth::serve
