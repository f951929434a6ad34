#include "bitworth/report/evidence_text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "bitworth/base/text.hpp"
#include "bitworth/measure/findings.hpp"
#include "bitworth/measure/roofline.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using cases::Evidence;
using cases::TimedPhase;
using cases::TimingCell;
using Row = std::vector<std::string>;

std::string name_of(const TimingCell& cell) {
  std::string name = cell.phase == TimedPhase::decode ? format("decode, batch {}", cell.batch)
                                                      : format("prefill of {} tokens", cell.tokens);
  if (cell.depth > 0) name += format(", {} tokens before", cell.depth);
  return name;
}

std::string speed_of(const Evidence& evidence, std::size_t file, std::size_t cell) {
  const auto time = measure::pass_time(evidence, file, cell);
  if (!time) return "-";
  const TimingCell& c = evidence.cells[cell];
  return to_text(TokensPerSecond(double(c.batch) * c.tokens / time->median));
}

std::string ratio_of(const Evidence& evidence, std::size_t file, std::size_t cell) {
  const auto ratio = measure::speed_ratio(evidence, file, cell);
  if (!ratio) return "-";
  const char* mark = ratio->certain() ? "" : " *";
  if (ratio->confidence <= 0) return format("{:.2f}x{}", ratio->ratio, mark);
  return format("{:.2f}x ({:.2f}..{:.2f}){}", ratio->ratio, ratio->low, ratio->high, mark);
}

// What the marks behind ratios mean; empty: there are none.
std::string note_on_marks(const Evidence& evidence) {
  std::optional<measure::SpeedRatio> least;
  for (std::size_t file = 1; file < evidence.files.size(); ++file) {
    for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell) {
      const auto ratio = measure::speed_ratio(evidence, file, cell);
      if (ratio && (!least || ratio->blocks < least->blocks)) least = ratio;
    }
  }
  if (!least || least->certain()) return "";
  if (least->confidence <= 0)
    return "* of a single block, which has no interval: noise may have made the difference. Six blocks are\n"
           "  the fewest that tell with 95 % (--blocks 6, or a longer --budget).\n";
  return format(
      "* of {} blocks only: the interval holds the true ratio with {:.0f} %, not 95 %. Six blocks are the\n"
      "  fewest that make it so (--blocks 6, or a longer --budget).\n",
      least->blocks, 100 * least->confidence);
}

// Cells by depth, then as they were planned.
std::vector<std::size_t> cells_in_order(const Evidence& evidence) {
  std::vector<std::size_t> order(evidence.cells.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return evidence.cells[i].depth; });
  return order;
}

std::string speeds(const Evidence& evidence) {
  Row head = {""}, sizes = {"weights"}, bits = {"bits per weight"};
  for (const cases::MeasuredFile& file : evidence.files) {
    head.push_back(file.scheme);
    sizes.push_back(to_text(Bytes(static_cast<double>(file.weight_bytes))));
    bits.push_back(format("{:.2f}", file.bits_per_weight));
  }
  std::vector<Row> rows = {head, sizes, bits};
  for (const std::size_t cell : cells_in_order(evidence)) {
    Row row = {name_of(evidence.cells[cell]), speed_of(evidence, 0, cell)};
    for (std::size_t file = 1; file < evidence.files.size(); ++file)
      row.push_back(ratio_of(evidence, file, cell));
    rows.push_back(row);
  }
  return table(rows);
}

std::string spread_of(const cases::ProbedRate& r) {
  const std::string value =
      r.of == "read" ? to_text(BytesPerSecond(r.median)) : to_text(FlopsPerSecond(r.median));
  return format("{} ({}..{} %)", value, significant(100 * (r.p10 / r.median - 1), 2),
                significant(100 * (r.p90 / r.median - 1), 2));
}

// The machine's own rates, and what the engine's kernels reach.
std::string roofline(const Evidence& evidence) {
  if (evidence.rates.empty()) return "";
  std::vector<Row> rows = {{"this machine", "1 thread"}};
  const int threads = evidence.engine.threads;
  if (threads > 1) rows[0].push_back(format("{} threads", threads));
  for (const cases::ProbedRate& single : evidence.rates) {
    if (single.threads != 1) continue;
    Row row = {single.of == "read"             ? "reads memory at"
               : single.of.starts_with("ggml") ? single.of
                                               : "multiplies " + single.of + " at",
               spread_of(single)};
    const cases::ProbedRate* all = measure::rate(evidence, single.of);
    if (threads > 1 && all != nullptr) row.push_back(spread_of(*all));
    rows.push_back(row);
  }
  return table(rows) + "\n";
}

std::string bound_of(const Evidence& evidence, std::size_t file, std::size_t cell) {
  const auto floor = measure::floor_of(evidence, file, cell);
  if (!floor) return "-";
  return format("{} {:.0f} %", floor->computes_longer() ? "compute" : "memory", 100 * floor->reached);
}

std::string bounds(const Evidence& evidence) {
  if (evidence.rates.empty()) return "";
  Row head = {"waits for"};
  for (const cases::MeasuredFile& file : evidence.files) head.push_back(file.scheme);
  std::vector<Row> rows = {head};
  for (const std::size_t cell : cells_in_order(evidence)) {
    Row row = {name_of(evidence.cells[cell])};
    for (std::size_t file = 0; file < evidence.files.size(); ++file)
      row.push_back(bound_of(evidence, file, cell));
    rows.push_back(row);
  }
  return table(rows) +
         "The share is the least time that the rates above allow over the measured one; above 100 % the\n"
         "weights lie in a cache, or the probe was disturbed.\n\n";
}

// Where a format wins and where it stops winning, one sentence a depth.
std::string sentence(const Evidence& evidence, std::size_t file, int depth) {
  std::map<int, measure::SpeedRatio> by_batch;
  for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell) {
    const TimingCell& c = evidence.cells[cell];
    if (c.phase != TimedPhase::decode || c.depth != depth) continue;
    if (const auto ratio = measure::speed_ratio(evidence, file, cell)) by_batch[c.batch] = *ratio;
  }
  if (by_batch.empty()) return "";
  const auto& [any_batch, any] = *by_batch.begin();
  std::string where = depth == 0 ? "" : format(" with {} tokens before", depth);
  if (!any.certain())
    where +=
        any.blocks == 1 ? ", as far as one block tells" : format(", as far as {} blocks tell", any.blocks);
  if (const auto stop = measure::stops_paying(evidence, file, depth))
    return format("stops decoding faster at a batch of about {} (between {} and {}){}",
                  significant(stop->batch, 2), stop->last_faster, stop->first_slower, where);
  const bool all_faster = std::ranges::all_of(by_batch, [](const auto& b) { return b.second.faster(); });
  const bool all_slower = std::ranges::all_of(by_batch, [](const auto& b) { return b.second.slower(); });
  if (all_faster) return format("decodes faster at every batch timed{}", where);
  if (all_slower) return format("decodes slower at every batch timed{}", where);
  return format("decodes as fast as the baseline within the error at some batches{}", where);
}

std::string interval_of(const cases::Interval& i) {
  return format("{} ({}..{})", significant(i.value), significant(i.low), significant(i.high));
}

std::string share_of(const cases::Interval& i) {
  return format("{:.2f} % ({:.2f}..{:.2f})", 100 * i.value, 100 * i.low, 100 * i.high);
}

Row quality_row(const std::string& name, const cases::MeasuredQuality& q) {
  return {name,
          interval_of(q.kld),
          significant(q.kld_p99),
          share_of(q.same_top),
          significant(q.perplexity, 4),
          format("{:+.3f} %", 100 * std::expm1(q.log_perplexity_ratio.value)),
          q.against_floor};
}

std::string quality(const Evidence& evidence) {
  if (!evidence.text) return "";
  const cases::ComparedText& t = *evidence.text;
  const std::string& scheme = evidence.files[0].scheme;
  std::vector<Row> rows = {{"against " + scheme, "mean KLD (95 %)", "p99", "same top token", "perplexity",
                            "change", "noise floor"}};
  if (evidence.noise_floor) rows.push_back(quality_row(scheme + " itself", *evidence.noise_floor));
  for (const cases::MeasuredQuality& q : evidence.quality)
    rows.push_back(quality_row(evidence.files[q.file].scheme, q));
  std::string text = table(rows);
  const cases::MeasuredQuality* any = evidence.quality.empty() ? nullptr : &evidence.quality[0];
  text += format("\n{} tokens of {} documents of {}, in contexts of {}", t.scored_tokens, t.documents, t.name,
                 t.context_tokens);
  if (any != nullptr && any->cluster_unit != "none")
    text += format("; intervals over {} {}s", any->clusters, any->cluster_unit);
  text += ".\n";
  for (const cases::QualityRatio& r : evidence.quality_ratios)
    text += format("{} diverges {}x as much as {}.\n", evidence.files[r.file].scheme, interval_of(r.ratio),
                   evidence.files[r.other].scheme);
  return text + "\n";
}

std::string conclusions(const Evidence& evidence) {
  std::set<int> depths;
  for (const TimingCell& cell : evidence.cells) depths.insert(cell.depth);
  std::string text;
  for (std::size_t file = 1; file < evidence.files.size(); ++file) {
    const cases::MeasuredFile& f = evidence.files[file];
    const double saved =
        static_cast<double>(evidence.files[0].weight_bytes) - static_cast<double>(f.weight_bytes);
    std::string line = format("{}: {} {} of memory", f.scheme, saved >= 0 ? "saves" : "takes",
                              to_text(Bytes(std::abs(saved))));
    if (saved < 0) line += " more";
    for (const int depth : depths) {
      if (const std::string more = sentence(evidence, file, depth); !more.empty()) line += "; " + more;
    }
    text += wrapped(line + ".", 100, "  ");
  }
  return text;
}

std::string speeds_explained(const Evidence& evidence) {
  if (evidence.samples.empty()) return "";
  return speeds(evidence) +
         format(
             "\nSpeeds are tokens per second of all sequences together; the others are times as fast as {},\n"
             "with the 95 % interval of ratios paired within blocks.\n",
             evidence.files[0].scheme) +
         note_on_marks(evidence) + "\n" + roofline(evidence) + bounds(evidence) + conclusions(evidence) +
         "\n";
}

std::string engine_and_machine(const Evidence& evidence) {
  const cases::EngineFacts& engine = evidence.engine;
  return format("{} {} with {} thread{} on {}\n\n", engine.name, engine.version, engine.threads,
                engine.threads == 1 ? "" : "s", evidence.machine.cpu);
}

std::string warnings(const Evidence& evidence) {
  std::string text;
  for (const std::string& warning : evidence.warnings) text += wrapped("warning: " + warning, 100, "  ");
  return text;
}

}  // namespace

std::string machine_text(const Evidence& evidence) {
  return engine_and_machine(evidence) + roofline(evidence) +
         "Medians, and from the 10th to the 90th percentile of the repetitions. What ggml reaches against "
         "what\n"
         "the machine multiplies is what llama.cpp leaves unused.\n" +
         warnings(evidence);
}

std::string to_text(const Evidence& evidence) {
  std::string text = format("{}, {} parameters, {}", evidence.model.name,
                            significant(evidence.model.parameters), engine_and_machine(evidence));
  text += speeds_explained(evidence) + quality(evidence) + warnings(evidence);
  if (evidence.model.synthetic)
    text += "The weights are random: speeds are those of real ones, quality is not measured.\n";
  return text;
}

}  // namespace bitworth::report
