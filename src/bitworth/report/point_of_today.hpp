#pragma once

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/decide.hpp"
#include "bitworth/roofline/replica.hpp"

namespace bitworth::report {

/// Where an option runs: what its steps are timed on.
struct Place {
  int gpus = 1;
  double batch = 1;
};
Place place_of(const decision::Operation&);

/// Whether the option runs on the case's own device, so that its steps compare.
bool runs_here(const cases::Option&);

/// What the baseline does today: its GPUs, its batch, the traffic's mean lengths.
roofline::LoadPoint point_of_today(const cases::Case&, const decision::Decision&);

}  // namespace bitworth::report
