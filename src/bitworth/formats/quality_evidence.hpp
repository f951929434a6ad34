#pragma once

#include <expected>
#include <optional>
#include <string>
#include <variant>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/quality_evidence.hpp"
#include "bitworth/formats/answer_sheet.hpp"

namespace bitworth::formats {

/// Where the evidence on one option lies. Empty: none of that kind.
struct QualityFiles {
  std::string baseline;  ///< its answers, with `candidate`
  std::string candidate;
  std::string pairs;                                              ///< both models' answers, one item a line
  std::variant<std::monostate, double, std::string> kld;          ///< nats, or a file
  std::variant<std::monostate, double, std::string> noise_floor;  ///< nats, or a file
  ScoreChoice choice;
};

/// Reads them all. Assumes: baseline and candidate come together, and not with pairs. Fails: every problem.
std::expected<cases::QualityEvidence, Problems> read_quality_evidence(const QualityFiles&);

}  // namespace bitworth::formats
