#include "bitworth/measure/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace bitworth::measure {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JournalTest : public testing::Test {
 protected:
  std::string text() const {
    std::ifstream in(path_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  tests::ScratchFolder scratch_;
  std::string path_ = scratch_ / "journal";
};

TEST_F(JournalTest, GivesBackItsLines) {
  {
    auto journal = Journal::open(path_, "key");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->append("one"));
    ASSERT_TRUE(journal->append("two"));
  }
  const auto journal = Journal::open(path_, "key");
  ASSERT_TRUE(journal);
  EXPECT_THAT(journal->lines(), ElementsAre(HasSubstr("key"), "one", "two"));
}

// A run can die at any byte of a line; whichever it is, the next run goes on with the whole lines.
TEST_F(JournalTest, DropsATornLineWhereverItTore) {
  {
    auto journal = Journal::open(path_, "key");
    ASSERT_TRUE(journal->append("one") && journal->append("two"));
  }
  const std::string whole = text();
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << whole.substr(0, length);
    auto journal = Journal::open(path_, "key");
    ASSERT_TRUE(journal) << length;
    const auto kept = static_cast<std::size_t>(std::ranges::count(whole.substr(0, length), '\n'));
    EXPECT_EQ(journal->lines().size(), std::max<std::size_t>(1, kept)) << length;
    ASSERT_TRUE(journal->append("three"));
    EXPECT_TRUE(text().ends_with("\nthree\n")) << length;
  }
}

TEST_F(JournalTest, RefusesAnotherRun) {
  { ASSERT_TRUE(Journal::open(path_, "key")); }
  const auto other = Journal::open(path_, "other");
  ASSERT_FALSE(other);
  EXPECT_THAT(to_text(other.error()), HasSubstr("another model or with other settings"));
}

TEST_F(JournalTest, RefusesASecondWriter) {
  const auto first = Journal::open(path_, "key");
  const auto second = Journal::open(path_, "key");
  ASSERT_FALSE(second);
  EXPECT_THAT(to_text(second.error()), HasSubstr("another run is writing it"));
}

// A limit on the size of files stands in for a full disk: it fails the write halfway through the line.
TEST_F(JournalTest, AFullDiskIsToldAndLeavesWholeLines) {
  auto journal = Journal::open(path_, "key");
  ASSERT_TRUE(journal && journal->append("one"));
  rlimit usual = {};
  ::getrlimit(RLIMIT_FSIZE, &usual);
  const auto size = std::filesystem::file_size(path_);
  const rlimit full = {size + 4, usual.rlim_max};
  const auto old = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &full);
  const Result<void> appended = journal->append("a line that does not fit");
  ::setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, old);
  ASSERT_FALSE(appended);
  EXPECT_THAT(to_text(appended.error()), HasSubstr("is the disk full?"));
  EXPECT_EQ(std::filesystem::file_size(path_), size);
  ASSERT_TRUE(journal->append("two"));
  EXPECT_TRUE(text().ends_with("\none\ntwo\n"));
}

}  // namespace
}  // namespace bitworth::measure
