#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// What llama-perplexity's --kl-divergence-base file says before its rows: what was scored.
/// Source: docs/formats/perplexity-base.md.
struct BaseFileHeader {
  int context_tokens = 0;
  int vocabulary = 0;
  int contexts = 0;
  std::vector<std::int32_t> tokens;  ///< [contexts, context_tokens], each within the vocabulary

  /// Rows of each context, and 16-bit words of all of them together.
  int scored_tokens() const { return context_tokens - 1 - context_tokens / 2; }
  std::size_t context_words() const;
  /// The file's whole size. Absent: it does not fit 64 bits.
  std::optional<std::uint64_t> file_bytes() const;
  friend bool operator==(const BaseFileHeader&, const BaseFileHeader&) = default;
};

/// Reads the header from a file's first bytes and holds it against the file's size.
/// Fails: not such a file, counts that are not possible, a size that is not what they make, tokens outside
/// the vocabulary.
Result<BaseFileHeader> read_base_file_header(std::span<const std::byte> beginning, std::uint64_t file_bytes,
                                             const std::string& file_name);

/// A base file that is read a context at a time: the whole may be tens of GiB.
class BaseFileReader {
 public:
  /// Fails: as read_base_file_header, or io.
  static Result<BaseFileReader> open(const std::string& path);

  const BaseFileHeader& header() const { return header_; }

  /// The rows of one context, for quality::score_compat. Shape: [scored_tokens, encoded_words(vocabulary)].
  /// Assumes: context within header().contexts. Fails: a row that no run writes; one with a wider clip than
  /// 16 nats (unsupported: ik_llama.cpp writes such); io.
  Result<void> read(int context, std::vector<std::uint16_t>& rows);

 private:
  BaseFileReader(std::string path, BaseFileHeader header, std::ifstream file);

  std::string path_;
  BaseFileHeader header_;
  std::ifstream file_;
};

/// Writes a base file under the name PATH.part and renames it when it is whole. A .part file of the same
/// header is gone on with, after its last whole context: so a run that was killed loses one context at most.
/// The header does not tell models apart: let the path do it.
class BaseFileWriter {
 public:
  /// Assumes: header.tokens has contexts * context_tokens tokens. Fails: io, with the space that is lacking
  /// where the disk is too small.
  static Result<BaseFileWriter> open(const std::string& path, BaseFileHeader header);

  /// How many contexts the file holds; the next append() is that context.
  int contexts_written() const { return written_; }

  /// Adds the rows of quality::encode_context. Assumes: header.context_words() words, not all contexts
  /// written.
  Result<void> append(std::span<const std::uint16_t> rows);

  /// Gives the file its name. Assumes: all contexts written.
  Result<void> finish();

 private:
  BaseFileWriter(std::string path, BaseFileHeader header);

  std::string path_;
  BaseFileHeader header_;
  std::ofstream file_;
  int written_ = 0;
};

}  // namespace bitworth::formats
