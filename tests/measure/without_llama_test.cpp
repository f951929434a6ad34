#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/command.hpp"
#include "app/cli/measuring_engine.hpp"

// What a program without llama.cpp says where it is asked to measure; tests are linked with its stub.

namespace bitworth::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(WithoutLlama, MeasuringSaysHowToGetIt) {
  try {
    measuring_engine(1);
    FAIL() << "an engine out of nowhere";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.messages,
                ElementsAre(AllOf(HasSubstr("was built without llama.cpp"), HasSubstr("make build"),
                                  HasSubstr("-DBITWORTH_LLAMA=system"))));
    EXPECT_EQ(failure.exit, bad_input);
  }
}

}  // namespace
}  // namespace bitworth::cli
