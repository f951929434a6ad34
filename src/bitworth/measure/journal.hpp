#pragma once

#include <string>
#include <vector>

#include "bitworth/base/error.hpp"

namespace bitworth::measure {

/// What a run has done so far, line by line in a file that survives its death: each line is on the disk
/// before append() returns, and a line that was torn by the death is dropped when the run goes on.
class Journal {
 public:
  /// Opens the file, or begins it. The key tells runs apart: a run goes on only with the key it began with.
  /// Fails: cannot be written (io); belongs to a run with another key, or one that is still going on
  /// (inconsistent).
  static Result<Journal> open(const std::string& path, const std::string& key);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  /// Whole lines, oldest first.
  const std::vector<std::string>& lines() const { return lines_; }
  /// Assumes: no line break in it. Fails: the disk is full; the line then is not there.
  Result<void> append(const std::string& line);

 private:
  Journal() = default;
  Result<void> read(const std::string& key);

  std::string path_;
  int file_ = -1;
  std::vector<std::string> lines_;
};

}  // namespace bitworth::measure
