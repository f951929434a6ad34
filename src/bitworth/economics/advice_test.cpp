#include "bitworth/economics/advice.hpp"

#include <gtest/gtest.h>

namespace bitworth::economics {
namespace {

constexpr Volume volumes[] = {Volume::low, Volume::moderate, Volume::high};

TEST(ShouldQuantize, SaysYesWhenMemoryIsShortAndDecodeHeavyWhateverElse) {
  for (const Volume volume : volumes) {
    EXPECT_EQ(should_quantize({true, true, true, false, volume}), "Yes - high ROI, likely necessary");
    EXPECT_EQ(should_quantize({true, true, false, true, volume}), "Yes - high ROI, likely necessary");
  }
}

TEST(ShouldQuantize, SaysNoWhenQualityIsCriticalAndMemoryIsNotShort) {
  for (const Volume volume : volumes)
    EXPECT_EQ(should_quantize({false, true, true, true, volume}), "No - risk without benefit");
}

TEST(ShouldQuantize, DependsOnVolumeAndCapacityOtherwise) {
  EXPECT_EQ(should_quantize({false, true, false, true, Volume::moderate}),
            "Maybe - run ROI calculation with your numbers");
  EXPECT_EQ(should_quantize({true, false, true, false, Volume::moderate}),
            "No - engineering cost likely exceeds benefit");
  EXPECT_EQ(should_quantize({false, false, false, false, Volume::high}),
            "Probably - small percentage savings × large volume = significant");
  EXPECT_EQ(should_quantize({false, true, false, true, Volume::low}),
            "Evaluate - run the numbers for your specific case");
}

TEST(CorrectedAdvice, PutsTheQualityBarBeforeMemory) {
  for (const Volume volume : volumes)
    EXPECT_EQ(corrected_advice({true, true, true, true, volume}).advice, "Measure the quality first");
  EXPECT_EQ(corrected_advice({true, true, false, true, Volume::low}).advice,
            "Probably, if the smaller model fits");
}

TEST(CorrectedAdvice, FollowsVolumeThenCapacity) {
  EXPECT_EQ(corrected_advice({false, true, false, true, Volume::low}).advice, "Probably not");
  EXPECT_EQ(corrected_advice({false, true, false, false, Volume::high}).advice,
            "Only with a ready-made checkpoint");
  EXPECT_EQ(corrected_advice({false, true, false, true, Volume::high}).advice, "Run the numbers");
}

TEST(Volume, ReadsBackAsWhatItNames) {
  for (const Volume volume : volumes) EXPECT_EQ(volume_named(to_text(volume)), volume);
  EXPECT_EQ(volume_named("huge"), std::nullopt);
}

}  // namespace
}  // namespace bitworth::economics
