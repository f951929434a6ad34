#include "bitworth/formats/perplexity_base_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "bitworth/quality/divergence_scores.hpp"
#include "tests/support/divergence_rows.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::formats {
namespace {

namespace fs = std::filesystem;
using bitworth::tests::DivergenceRows;

class BaseFile : public ::testing::Test {
 protected:
  BaseFile() {
    path = (folder / "base.kld").string();
    header = {rows.plan.context_tokens, rows.vocabulary, rows.plan.contexts, rows.tokens};
  }

  std::vector<std::uint16_t> words_of(int context) const {
    std::vector<std::uint16_t> words(header.context_words());
    EXPECT_TRUE(quality::encode_context({context, rows.next_of(context), {}}, rows.vocabulary,
                                        rows.baseline_of(context), words));
    return words;
  }
  void write_whole() const {
    auto writer = BaseFileWriter::open(path, header);
    ASSERT_TRUE(writer) << to_text(writer.error());
    for (int i = writer->contexts_written(); i < header.contexts; ++i)
      ASSERT_TRUE(writer->append(words_of(i)));
    ASSERT_TRUE(writer->finish());
  }
  static std::string bytes_of(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  static std::string header_message(const std::string& bytes) {
    const auto result = read_base_file_header(std::as_bytes(std::span(bytes)), bytes.size(), "base.kld");
    return result ? "accepted" : to_text(result.error());
  }

  DivergenceRows rows;
  BaseFileHeader header;
  tests::ScratchFolder folder;
  std::string path;
};

// The checksum of the file that llama-perplexity's own functions (commit de3ff815) write of these rows.
TEST_F(BaseFile, IsLlamaPerplexitysByteForByte) {
  write_whole();
  const std::string bytes = bytes_of(path);
  EXPECT_EQ(bytes.size(), 14'320U);
  EXPECT_EQ(bytes.size(), header.file_bytes());
  EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())),
            0x31a4c53eU);
  EXPECT_FALSE(fs::exists(path + ".part"));
}

TEST_F(BaseFile, GivesBackWhatWasWritten) {
  write_whole();
  auto file = BaseFileReader::open(path);
  ASSERT_TRUE(file) << to_text(file.error());
  EXPECT_EQ(file->header(), header);
  std::vector<std::uint16_t> words;
  for (const int context : {4, 0, 2}) {
    ASSERT_TRUE(file->read(context, words));
    EXPECT_EQ(words, words_of(context));
  }
}

TEST_F(BaseFile, GoesOnAfterItsLastWholeContext) {
  write_whole();
  const std::string whole = bytes_of(path);
  const std::size_t head = 20 + 4 * 320, each = 2 * header.context_words();
  for (const std::size_t kept : {std::size_t{0}, std::size_t{11}, head - 1, head, head + each - 1,
                                 head + 2 * each, head + 2 * each + 77, whole.size()}) {
    fs::remove(path);
    std::ofstream(path + ".part", std::ios::binary) << whole.substr(0, kept);
    const auto writer = BaseFileWriter::open(path, header);
    ASSERT_TRUE(writer);
    EXPECT_EQ(writer->contexts_written(), kept < head ? 0 : static_cast<int>((kept - head) / each));
    write_whole();
    EXPECT_EQ(bytes_of(path), whole) << kept;
  }
}

TEST_F(BaseFile, DoesNotGoOnWithAnotherText) {
  write_whole();
  const std::string whole = bytes_of(path);
  std::string other = whole;
  other[24] ^= 1;
  std::ofstream(path + ".part", std::ios::binary) << other;
  EXPECT_EQ(BaseFileWriter::open(path, header)->contexts_written(), 0);
}

TEST_F(BaseFile, SaysWhatIsWrongWithItsHeader) {
  write_whole();
  const std::string whole = bytes_of(path);
  EXPECT_EQ(header_message(whole), "accepted");
  const auto with = [&](std::size_t at, std::int32_t value) {
    std::string bytes = whole;
    std::memcpy(bytes.data() + at, &value, sizeof value);
    return header_message(bytes);
  };
  const std::string remedy = "make one with --kl-divergence-base, or let bitworth run the baseline itself";
  EXPECT_EQ(header_message(""), "base.kld: not a base file of llama-perplexity; " + remedy);
  EXPECT_EQ(header_message("_logits_12345678901"),
            "base.kld: not a base file of llama-perplexity; " + remedy);
  EXPECT_EQ(with(0, 7), "base.kld: not a base file of llama-perplexity; " + remedy);
  EXPECT_EQ(with(8, 2),
            "base.kld: contexts of 2 tokens, a vocabulary of 37, 5 contexts: such a file is not possible");
  EXPECT_EQ(with(12, 0),
            "base.kld: contexts of 64 tokens, a vocabulary of 0, 5 contexts: such a file is not possible");
  EXPECT_EQ(with(16, -1),
            "base.kld: contexts of 64 tokens, a vocabulary of 37, -1 contexts: such a file is not possible");
  EXPECT_EQ(
      with(16, 6),
      "base.kld: 6 contexts of 64 tokens and a vocabulary of 37 do not fit its 14320 bytes; the run that "
      "wrote it did not end: make it again");
  EXPECT_EQ(
      with(16, 4),
      "base.kld: 2860 bytes follow its 4 contexts; the file is not what its header says: make it again");
  EXPECT_EQ(with(20, 37), "base.kld: token 1 is 37, outside the vocabulary of 37");
  EXPECT_EQ(with(24, -1), "base.kld: token 2 is -1, outside the vocabulary of 37");
  // All counts at their largest: sizes that overflow are refused before anything is allocated.
  std::string largest = whole.substr(0, 20);
  const std::int32_t most = 0x7fffffff;
  for (const std::size_t at : {8U, 12U, 16U}) std::memcpy(largest.data() + at, &most, sizeof most);
  EXPECT_NE(header_message(largest).find("do not fit its 20 bytes"), std::string::npos);
}

TEST_F(BaseFile, SaysWhatIsWrongWithARow) {
  const auto message_with = [&](float scale) {
    write_whole();
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(20 + 4 * 320 + 2 * header.context_words()));  // row 32, context 2
    file.write(reinterpret_cast<const char*>(&scale), sizeof scale);
    file.close();
    auto reader = BaseFileReader::open(path);
    std::vector<std::uint16_t> words;
    EXPECT_TRUE(reader && reader->read(0, words));
    const auto result = reader->read(1, words);
    return result ? "accepted" : to_text(result.error()).substr(path.size());
  };
  EXPECT_EQ(message_with(-1), ": row 32 holds no log-probabilities");
  EXPECT_EQ(
      message_with(24.0F / 65535),
      ": row 32 reaches 24.0 nats down, llama-perplexity's no more than 16; ik_llama.cpp writes such files: "
      "make it with llama.cpp");
}

TEST_F(BaseFile, SaysWhereItCannotBeWritten) {
  const auto nowhere = BaseFileWriter::open((folder / "no/base.kld").string(), header);
  ASSERT_FALSE(nowhere);
  EXPECT_NE(to_text(nowhere.error()).find("cannot be written; check that its folder exists"),
            std::string::npos);
  BaseFileHeader enormous{512, 1 << 20, 1'000'000, {}};  // 535 TB of rows
  const auto too_large = BaseFileWriter::open(path, enormous);
  ASSERT_FALSE(too_large);
  EXPECT_NE(to_text(too_large.error()).find("on the disk, which has"), std::string::npos);
  EXPECT_FALSE(fs::exists(path + ".part"));
}

TEST_F(BaseFile, ReadsARealOne) {
  const auto sample =
      bitworth::source_dir() / "../shared/data/quality/llama_perplexity_samples/mini_base_c64.kld";
  if (!fs::exists(sample)) GTEST_SKIP() << "no samples beside the repository";
  auto file = BaseFileReader::open(sample.string());
  ASSERT_TRUE(file) << to_text(file.error());
  auto writer = BaseFileWriter::open(path, file->header());
  std::vector<std::uint16_t> words;
  for (int i = 0; i < file->header().contexts; ++i) {
    ASSERT_TRUE(file->read(i, words));
    ASSERT_TRUE(writer->append(words));
  }
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(bytes_of(path), bytes_of(sample.string()));
}

}  // namespace
}  // namespace bitworth::formats
