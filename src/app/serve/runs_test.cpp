#include "app/serve/runs.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <semaphore>

namespace bitworth::serve {
namespace {

using State = Runs::State;

Runs::View over(const Runs& runs, int number) {
  Runs::View view = *runs.look(number);
  while (view.state == State::running) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    view = *runs.look(number);
  }
  return view;
}

TEST(Runs, TellsProgressThenTheAnswer) {
  Runs runs;
  std::binary_semaphore told(0), go_on(0);
  const auto number = runs.start([&](const Runs::KeepGoing& keep_going) {
    EXPECT_TRUE(keep_going(0.25));
    told.release();
    go_on.acquire();
    return std::string("answer");
  });
  ASSERT_TRUE(number);
  told.acquire();
  EXPECT_EQ(runs.look(*number)->state, State::running);
  EXPECT_EQ(runs.look(*number)->progress, 0.25);
  go_on.release();
  EXPECT_EQ(over(runs, *number).answer, "answer");
}

TEST(Runs, AskedToStopItsAnswerIsDropped) {
  Runs runs;
  std::binary_semaphore cancelled(0);
  const auto number = runs.start([&](const Runs::KeepGoing& keep_going) {
    cancelled.acquire();
    EXPECT_FALSE(keep_going(0.5));
    return std::string("half");
  });
  EXPECT_TRUE(runs.cancel(*number));
  cancelled.release();
  EXPECT_EQ(runs.look(*number)->state, State::cancelled);
  EXPECT_EQ(runs.look(*number)->answer, "");
}

TEST(Runs, SoManyAtOnceAndOldOnesAreForgotten) {
  Runs runs;
  std::counting_semaphore<> go_on(0);
  const auto waits = [&](const Runs::KeepGoing&) {
    go_on.acquire();
    return std::string("x");
  };
  const auto first = runs.start(waits), second = runs.start(waits);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(runs.start(waits));
  go_on.release(2);
  over(runs, *first);
  over(runs, *second);
  for (int i = 0; i < 30; ++i) {
    go_on.release();
    over(runs, runs.start(waits).value());
  }
  EXPECT_FALSE(runs.look(*first));
  EXPECT_FALSE(runs.cancel(*first));
}

TEST(Runs, EndsWhatRunsWhenItGoes) {
  std::atomic<bool> stopped = false;
  {
    Runs runs;
    runs.start([&](const Runs::KeepGoing& keep_going) {
      while (keep_going(0)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      stopped = true;
      return std::string();
    });
  }
  EXPECT_TRUE(stopped);
}

}  // namespace
}  // namespace bitworth::serve
