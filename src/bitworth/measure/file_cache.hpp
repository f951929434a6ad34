#pragma once

#include <string>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"

namespace bitworth::measure {

/// Quantized files by the content they were made of: model, importance matrix, scheme, engine. A file is
/// there whole or not at all.
class FileCache {
 public:
  /// Fails: the folder cannot be made.
  static Result<FileCache> open(const std::string& folder, const cases::EngineFacts&);

  /// Where the recipe's file is, or will be. `source_hash` and `imatrix_hash` are of the contents.
  std::string path(const std::string& source_hash, const std::string& imatrix_hash,
                   const std::string& scheme) const;
  static bool holds(const std::string& path);
  /// Makes the recipe's target unless it is there. Fails: as the engine does; nothing is left then.
  static Result<void> make(Engine&, const Recipe&);
  /// The path of a model with random weights of that shape, which it makes unless it is there. Fails: too
  /// large for the disk; as the engine does, and nothing is left then.
  Result<std::string> random_model(Engine&, const llm::Architecture&) const;
  Bytes free_space() const;

 private:
  std::string folder_;
  std::string engine_;
};

}  // namespace bitworth::measure
