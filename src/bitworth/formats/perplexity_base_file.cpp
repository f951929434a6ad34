#include "bitworth/formats/perplexity_base_file.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/untrusted.hpp"
#include "bitworth/quality/token_compat.hpp"
#include "bitworth/units/print.hpp"

static_assert(std::endian::native == std::endian::little, "base files are copied as they lie in memory");

namespace bitworth::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "_logits_";
constexpr std::uint64_t fixed_bytes = 20;  // the magic and three 32-bit counts
constexpr std::int32_t least_context = 3;  // the shortest that scores a token

std::optional<std::uint64_t> header_bytes(const BaseFileHeader& header) {
  std::uint64_t tokens = 0, bytes = 0;
  if (!multiply(static_cast<std::uint64_t>(header.context_tokens),
                static_cast<std::uint64_t>(header.contexts), tokens) ||
      !multiply(tokens, sizeof(std::int32_t), bytes) || !add(bytes, fixed_bytes, bytes))
    return std::nullopt;
  return bytes;
}

std::optional<std::uint64_t> context_bytes(const BaseFileHeader& header) {
  std::uint64_t bytes = 0;
  if (!multiply(quality::encoded_words(header.vocabulary) * sizeof(std::uint16_t),
                static_cast<std::uint64_t>(header.scored_tokens()), bytes))
    return std::nullopt;
  return bytes;
}

/// The counts at the beginning, held against the file's size; the tokens are still to be read.
BaseFileHeader read_counts(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                           const Position& place) {
  if (beginning.size() < fixed_bytes || std::memcmp(beginning.data(), magic.data(), magic.size()) != 0)
    fail(ErrorKind::malformed, place, "not a base file of llama-perplexity",
         "make one with --kl-divergence-base, or let bitworth run the baseline itself");
  std::int32_t counts[3];
  std::memcpy(counts, beginning.data() + magic.size(), sizeof counts);
  const auto [context_tokens, vocabulary, contexts] = counts;
  if (context_tokens < least_context || vocabulary < 1 || contexts < 1)
    fail(ErrorKind::malformed, place,
         format("contexts of {} tokens, a vocabulary of {}, {} contexts: such a file is not possible",
                context_tokens, vocabulary, contexts));
  BaseFileHeader header{context_tokens, vocabulary, contexts, {}};
  const std::optional<std::uint64_t> wanted = header.file_bytes();
  if (!wanted || file_bytes < *wanted)
    fail(ErrorKind::malformed, place,
         format("{} contexts of {} tokens and a vocabulary of {} do not fit its {} bytes", contexts,
                context_tokens, vocabulary, file_bytes),
         "the run that wrote it did not end: make it again");
  if (file_bytes > *wanted)
    fail(ErrorKind::malformed, place,
         format("{} bytes follow its {} contexts", file_bytes - *wanted, contexts),
         "the file is not what its header says: make it again");
  return header;
}

void read_tokens(std::span<const std::byte> beginning, BaseFileHeader& header, const Position& place) {
  const std::uint64_t bytes = *header_bytes(header);
  if (beginning.size() < bytes) fail(ErrorKind::malformed, place, "the file ends within its tokens");
  header.tokens.resize((bytes - fixed_bytes) / sizeof(std::int32_t));
  std::memcpy(header.tokens.data(), beginning.data() + fixed_bytes, bytes - fixed_bytes);
  for (std::size_t i = 0; i < header.tokens.size(); ++i) {
    if (header.tokens[i] < 0 || header.tokens[i] >= header.vocabulary)
      fail(
          ErrorKind::malformed, place,
          format("token {} is {}, outside the vocabulary of {}", i + 1, header.tokens[i], header.vocabulary));
  }
}

std::vector<std::byte> header_to_bytes(const BaseFileHeader& header) {
  std::vector<std::byte> bytes(*header_bytes(header));
  const std::int32_t counts[] = {header.context_tokens, header.vocabulary, header.contexts};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  std::memcpy(bytes.data() + magic.size(), counts, sizeof counts);
  std::memcpy(bytes.data() + fixed_bytes, header.tokens.data(), bytes.size() - fixed_bytes);
  return bytes;
}

void check_row(std::span<const std::uint16_t> row, std::size_t number, const Position& place) {
  constexpr float steps = 65535, tolerance = 1e-3F;
  float scale = 0;
  std::memcpy(&scale, row.data(), sizeof scale);
  if (!quality::valid_log_probs(row))
    fail(ErrorKind::malformed, place, format("row {} holds no log-probabilities", number + 1));
  if (scale * steps > quality::clip_nats + tolerance)
    fail(ErrorKind::unsupported, place,
         format("row {} reaches {:.1f} nats down, llama-perplexity's no more than 16", number + 1,
                static_cast<double>(scale * steps)),
         "ik_llama.cpp writes such files: make it with llama.cpp");
}

std::string part_of(const std::string& path) {
  return path + ".part";
}

/// How many whole contexts of this header a .part file holds; 0 where it is of another.
int contexts_in_part(const std::string& path, const BaseFileHeader& header) {
  std::error_code problem;
  if (!fs::is_regular_file(path, problem)) return 0;
  const std::vector<std::byte> wanted = header_to_bytes(header);
  FileBytes file(path);
  if (file.size() < wanted.size() || file.beginning(wanted.size()) != wanted) return 0;
  const std::uint64_t contexts = (file.size() - wanted.size()) / *context_bytes(header);
  return static_cast<int>(std::min(contexts, static_cast<std::uint64_t>(header.contexts)));
}

void need_space(const std::string& path, std::uint64_t bytes) {
  std::error_code problem;
  const fs::path folder = fs::absolute(path, problem).parent_path();
  const fs::space_info space = fs::space(folder, problem);
  if (problem) fail(ErrorKind::io, {path, 0, 0}, "cannot be written", "check that its folder exists");
  if (space.available < bytes)
    fail(ErrorKind::io, {path, 0, 0},
         format("needs {} on the disk, which has {}", to_text(Bytes(static_cast<double>(bytes))),
                to_text(Bytes(static_cast<double>(space.available)))),
         "write it elsewhere, or score fewer contexts");
}

Error write_error(const std::string& path) {
  return {ErrorKind::io, {path, 0, 0}, "cannot be written", "is the disk full, or the folder read-only?"};
}

}  // namespace

std::size_t BaseFileHeader::context_words() const {
  return static_cast<std::size_t>(scored_tokens()) * quality::encoded_words(vocabulary);
}

std::optional<std::uint64_t> BaseFileHeader::file_bytes() const {
  const std::optional<std::uint64_t> head = header_bytes(*this), each = context_bytes(*this);
  std::uint64_t rows = 0, bytes = 0;
  if (!head || !each || !multiply(*each, static_cast<std::uint64_t>(contexts), rows) ||
      !add(*head, rows, bytes))
    return std::nullopt;
  return bytes;
}

Result<BaseFileHeader> read_base_file_header(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                                             const std::string& file_name) try {
  const Position place{file_name, 0, 0};
  BaseFileHeader header = read_counts(beginning, file_bytes, place);
  read_tokens(beginning, header, place);
  return header;
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

BaseFileReader::BaseFileReader(std::string path, BaseFileHeader header, std::ifstream file)
    : path_(std::move(path)), header_(std::move(header)), file_(std::move(file)) {}

Result<BaseFileReader> BaseFileReader::open(const std::string& path) try {
  FileBytes bytes(path);
  const Position place{path, 0, 0};
  BaseFileHeader header =
      read_counts(bytes.beginning(std::min(bytes.size(), fixed_bytes)), bytes.size(), place);
  read_tokens(bytes.beginning(*header_bytes(header)), header, place);
  return BaseFileReader(path, std::move(header), std::ifstream(path, std::ios::binary));
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<void> BaseFileReader::read(int context, std::vector<std::uint16_t>& rows) try {
  const Position place{path_, 0, 0};
  const auto number = static_cast<std::uint64_t>(context);
  rows.resize(header_.context_words());
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(*header_bytes(header_) + number * *context_bytes(header_)));
  file_.read(reinterpret_cast<char*>(rows.data()),
             static_cast<std::streamsize>(rows.size() * sizeof(std::uint16_t)));
  if (!file_) fail(ErrorKind::io, place, "became shorter while it was read");
  const std::size_t words = quality::encoded_words(header_.vocabulary);
  const auto scored = static_cast<std::size_t>(header_.scored_tokens());
  for (std::size_t i = 0; i < scored; ++i)
    check_row(std::span(rows).subspan(i * words, words), number * scored + i, place);
  return {};
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

BaseFileWriter::BaseFileWriter(std::string path, BaseFileHeader header)
    : path_(std::move(path)), header_(std::move(header)) {}

Result<BaseFileWriter> BaseFileWriter::open(const std::string& path, BaseFileHeader header) try {
  const std::optional<std::uint64_t> whole = header.file_bytes();
  if (!whole) fail(ErrorKind::usage, {path, 0, 0}, "would be larger than any file", "score fewer contexts");
  BaseFileWriter writer(path, std::move(header));
  const std::string part = part_of(path);
  writer.written_ = contexts_in_part(part, writer.header_);
  const std::uint64_t kept = *header_bytes(writer.header_) +
                             static_cast<std::uint64_t>(writer.written_) * *context_bytes(writer.header_);
  need_space(path, *whole - kept);
  if (writer.written_ > 0) {
    fs::resize_file(part, kept);
    writer.file_.open(part, std::ios::binary | std::ios::app);
  } else {
    const std::vector<std::byte> bytes = header_to_bytes(writer.header_);
    writer.file_.open(part, std::ios::binary | std::ios::trunc);
    writer.file_.write(reinterpret_cast<const char*>(bytes.data()),
                       static_cast<std::streamsize>(bytes.size()));
    writer.file_.flush();
  }
  if (!writer.file_) return std::unexpected(write_error(part));
  return writer;
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
} catch (const fs::filesystem_error&) {
  return std::unexpected(write_error(part_of(path)));
}

Result<void> BaseFileWriter::append(std::span<const std::uint16_t> rows) {
  file_.write(reinterpret_cast<const char*>(rows.data()), static_cast<std::streamsize>(rows.size_bytes()));
  file_.flush();
  if (!file_) return std::unexpected(write_error(part_of(path_)));
  ++written_;
  return {};
}

Result<void> BaseFileWriter::finish() {
  file_.close();
  std::error_code problem;
  if (file_) fs::rename(part_of(path_), path_, problem);
  if (!file_ || problem) return std::unexpected(write_error(path_));
  return {};
}

}  // namespace bitworth::formats
