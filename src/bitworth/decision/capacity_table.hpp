#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/capacity_curve.hpp"
#include "bitworth/decision/length_scale.hpp"
#include "bitworth/decision/replica_shape.hpp"
#include "bitworth/serving/capacity_search.hpp"

namespace bitworth::decision {

class ServedReplica;

enum class CapacitySource {
  simulated,
  closed_form,
  carried_over  ///< simulated at other lengths or sequences, and scaled in closed form
};
std::string to_text(CapacitySource);

/// Why a replica cannot serve the traffic at all.
struct Miss {
  serving::Requirement requirement;
  int gpus = 1;                    ///< of the replica that comes nearest
  double requests_per_second = 0;  ///< the least load that was tried
  std::optional<Seconds> took;     ///< the percentile there; absent: too many requests exceed the KV cache
};

struct ShapeCapacity {
  ReplicaShape shape;
  CapacityCurve curve;
  CapacitySource source = CapacitySource::simulated;
  std::shared_ptr<const ServedReplica> replica;   ///< that was simulated, to ask it more; null: closed form
  std::optional<serving::Requirement> gives_way;  ///< what the SLO misses first, just above the capacity
};

/// What an option's replicas carry, at its own best shapes.
struct CapacityTable {
  std::vector<ShapeCapacity> shapes;  ///< by GPUs; those that may pay at some load
  std::optional<Miss> missed;         ///< set where, at the medians, none of them serves a request in time
  /// Factor on what one sample of 4,000 requests shows: longer ones show less.
  double longer_samples = 1;
  /// Standard deviation of the logarithm of its capacity over the baseline's: how far another sample of the
  /// traffic would move it, and the width of the search.
  double own_error = 0;
  /// What they carry when prompts or answers are longer; tabulate_everywhere() fills these in.
  LengthScale longer_prompts = {}, longer_answers = {};
};

/// The capacities of a case, simulated once; every draw then looks them up.
struct CapacityTables {
  CapacityTable baseline;
  std::vector<CapacityTable> options;
  double common_error = 0;   ///< of the logarithm of all capacities alike: another sample of the same traffic
  std::size_t requests = 0;  ///< in each sample that says how high the curves are
  int samples = 0;           ///< 0: all are the closed form's
  int simulations = 0;
};

/// Requests of so many steps that the closed form must do.
bool too_long_to_simulate(const cases::Case&);

struct CapacitySettings {
  std::size_t requests = 4000;  ///< in the sample that finds shapes and curves, at least; see sample_size()
  /// Of three times as many requests, which say how high the curves are, and how surely. 1: the first sample
  /// says it, and nothing of how surely.
  int samples = 4;
  double precision = 0.02;  ///< between the points of a curve on both sides of the medians, less 1
  std::uint64_t seed = 1;
  /// Told what is done now, for who waits; null: nobody is. Must outlive the run. Several threads may tell at
  /// once.
  const std::function<void(const std::string& what)>* tell = nullptr;
};

/// Runs every option under the same requests (common random numbers), several at a time. The closed form
/// picks the GPUs per replica to look at and the rates to begin with; the simulator says what they carry. A
/// factor on all times is a change of clock, so one simulation gives one point of the curve: if at rate r all
/// times could be k times as long inside the SLO, the capacity at time factor k is r / k.
CapacityTables tabulate_capacities(const cases::Case&, const CapacitySettings& = {});

}  // namespace bitworth::decision
