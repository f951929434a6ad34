#include "bitworth/serving/validation.hpp"

namespace bitworth::serving {

RunMeans means_of(const Simulation& simulation) {
  return {Seconds(simulation.ttft.mean.value), Seconds(simulation.tpot.mean.value),
          Seconds(simulation.e2e.mean.value)};
}

RunErrors compare(const RunMeans& predicted, const RunMeans& measured) {
  return {predicted.ttft / measured.ttft - 1, predicted.tpot / measured.tpot - 1,
          predicted.e2e / measured.e2e - 1};
}

}  // namespace bitworth::serving
