#include "bitworth/roofline/step_time.hpp"

#include <limits>

namespace bitworth::roofline {
namespace {

struct Part {
  std::string_view name;
  Seconds StepTime::*time;
};

constexpr Part parts[] = {
    {"weight reads", &StepTime::weight_reads},
    {"KV reads", &StepTime::kv_reads},
    {"activations", &StepTime::activations},
    {"compute", &StepTime::compute},
    {"communication", &StepTime::communication},
    {"launches", &StepTime::launches},
    {"the host", &StepTime::host},
};

}  // namespace

StepTime& StepTime::operator+=(const StepTime& other) {
  for (const Part& part : parts) this->*part.time += other.*part.time;
  return *this;
}

StepTime& StepTime::operator*=(double factor) {
  for (const Part& part : parts) this->*part.time *= factor;
  return *this;
}

Bottleneck bottleneck(const StepTime& time) {
  const Part* largest = &parts[0];
  for (const Part& part : parts) {
    if (time.*part.time > time.*largest->time) largest = &part;
  }
  const Seconds total = time.total(), rest = total - time.*largest->time;
  return {.resource = largest->name,
          .share = time.*largest->time / total,
          .speedup_without = rest > Seconds(0) ? total / rest : std::numeric_limits<double>::infinity()};
}

}  // namespace bitworth::roofline
