#include "bitworth/serving/recorder.hpp"

#include <limits>

namespace bitworth::serving {
namespace {

double nanoseconds_of(std::optional<Seconds> limit) {
  return limit ? limit->value() * workload::nanoseconds_per_second : 9e18;
}

}  // namespace

Recorder::Recorder(const SimulationSettings& settings, std::size_t requests, Nanoseconds expected_duration)
    : timeline(expected_duration),
      kept_(settings.kept),
      batches_per_request_(static_cast<double>(kept_ == Kept::everything ? LogHistogram::batches : 1) /
                           static_cast<double>(requests + 1)),
      ttft_limit_(static_cast<Nanoseconds>(nanoseconds_of(settings.service_level.ttft))),
      e2e_limit_(static_cast<Nanoseconds>(nanoseconds_of(settings.service_level.e2e))),
      tpot_limit_(nanoseconds_of(settings.service_level.tpot)),
      most_misses_(settings.most_misses.value_or(std::numeric_limits<std::int64_t>::max())),
      keep_(settings.keep_requests),
      on_finished_(settings.on_finished),
      ttft_(kept_ == Kept::everything ? LogHistogram::batches : 1),
      tpot_(ttft_),
      e2e_(ttft_) {}

void Recorder::finished(const RequestRecord& record) {
  const std::size_t batch = batch_of(record.request);
  const Nanoseconds e2e = record.last_token - record.arrival;
  const Nanoseconds ttft = record.first_token - record.arrival;
  e2e_.add(batch, e2e);
  double tpot = 0;
  if (record.output_tokens > 1) {
    tpot = static_cast<double>(e2e - ttft) / (record.output_tokens - 1);
    tpot_.add(batch, static_cast<Nanoseconds>(tpot + 0.5));
  }
  ++totals.finished;
  totals.output_tokens += record.output_tokens;
  const bool slow_tokens = tpot > tpot_limit_, late = e2e > e2e_limit_;
  if (slow_tokens) ++totals.missed_tpot;
  if (late) ++totals.missed_e2e;
  if (ttft <= ttft_limit_ && !slow_tokens && !late) ++totals.good;
  if (on_finished_) on_finished_(record);
  if (keep_) records_.push_back(record);
}

}  // namespace bitworth::serving
