#include "bitworth/measure/blocks.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "bitworth/base/text.hpp"
#include "bitworth/measure/cells.hpp"
#include "bitworth/measure/findings.hpp"
#include "bitworth/measure/schedule.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::measure {
namespace {

using cases::TimedPhase;
using cases::TimingCell;

// Six blocks are the fewest whose interval reaches 95 %.
constexpr int least_blocks = 6, most_blocks = 60;

// The journal's lines: "cells" with phase, batch, depth, tokens and repeats of each; "block" with its number,
// the seconds it took, and the seconds of each turn in its order.
std::string line_of(const std::vector<TimingCell>& cells) {
  std::string line = "cells";
  for (const TimingCell& c : cells)
    line += format(" {} {} {} {} {}", c.phase == TimedPhase::decode ? "decode" : "prefill", c.batch, c.depth,
                   c.tokens, c.repeats);
  return line;
}

std::vector<TimingCell> cells_of(const std::string& line) {
  std::istringstream in(line);
  std::string phase;
  std::vector<TimingCell> cells;
  in >> phase;
  for (TimingCell c; in >> phase >> c.batch >> c.depth >> c.tokens >> c.repeats;) {
    c.phase = phase == "decode" ? TimedPhase::decode : TimedPhase::prefill;
    cells.push_back(c);
  }
  return cells;
}

struct Block {
  int number = 0;
  double seconds = 0;
  std::vector<double> turns;
};

std::string line_of(const Block& block) {
  std::string line = format("block {} {}", block.number, block.seconds);
  for (const double seconds : block.turns) line += format(" {}", seconds);
  return line;
}

Block block_of(const std::string& line) {
  std::istringstream in(line);
  std::string word;
  Block block;
  in >> word >> block.number >> block.seconds;
  for (double seconds; in >> seconds;) block.turns.push_back(seconds);
  return block;
}

void add(const Block& block, const std::vector<Turn>& turns, cases::Evidence& evidence) {
  for (std::size_t i = 0; i < std::min(turns.size(), block.turns.size()); ++i)
    evidence.samples.push_back({block.number, turns[i].file, turns[i].cell, block.turns[i]});
}

bool enough(const Settings& settings, const cases::Evidence& evidence, int blocks, double seconds) {
  if (settings.blocks) return blocks >= *settings.blocks;
  if (blocks >= most_blocks) return true;
  // The next block would take as long as those before.
  if (blocks >= 1 && seconds + seconds / blocks > settings.budget.value()) return true;
  return blocks >= least_blocks && widest_interval(evidence).value_or(1) <= settings.precision;
}

// Intervals narrow with the square root of the blocks.
int blocks_to_come(const Settings& settings, const cases::Evidence& evidence, int blocks, double seconds) {
  if (settings.blocks) return *settings.blocks - blocks;
  double wanted = 2 * least_blocks;
  if (const auto width = widest_interval(evidence); width && blocks >= least_blocks)
    wanted = blocks * std::pow(*width / settings.precision, 2);
  double left = std::clamp<double>(wanted, least_blocks, most_blocks) - blocks;
  if (blocks > 0) left = std::min(left, (settings.budget.value() - seconds) / (seconds / blocks));
  return std::max(1, static_cast<int>(left));
}

// What blocks of so many seconds will take, in words; and whether the budget is too short for intervals.
std::string duration(const Settings& settings, double block) {
  const double budget = settings.budget.value(), least = least_blocks * block;
  if (settings.blocks) return "about " + to_text(Seconds(block * *settings.blocks));
  if (least > budget)
    return format("about {}; the fewest blocks with 95 % intervals, {}, would take a --budget of {}",
                  to_text(Seconds(std::max(block, budget))), least_blocks, to_text(Seconds(least)));
  if (2 * least > budget) return "at most " + to_text(settings.budget);
  return format("about {}, at most {}", to_text(Seconds(2 * least)), to_text(settings.budget));
}

}  // namespace

Error stopped_by_user() {
  return {ErrorKind::io, {}, "stopped; what was measured is kept", "run the same command again to go on"};
}

Result<std::vector<TimingCell>> settle_cells(Engine& engine, const Settings& settings,
                                             const Surroundings& around, Journal& journal,
                                             const std::string& baseline_path, std::size_t files,
                                             int max_context) {
  for (const std::string& line : journal.lines()) {
    if (line.starts_with("cells ")) return cells_of(line);
  }
  std::vector<TimingCell> cells = cells_to_time(settings, max_context);
  around.tell({.what = "trying how fast the baseline is"});
  const Result<std::vector<double>> seconds = try_cells(engine, cells, baseline_path);
  if (!seconds) return std::unexpected(around.stopped() ? stopped_by_user() : seconds.error());
  cells = with_repeats(std::move(cells), *seconds);
  const double block = seconds_of_one_file(cells, *seconds) * static_cast<double>(files);
  around.announce(
      format("timing {} formats in {} settings takes {}", files, cells.size(), duration(settings, block)));
  if (const Result<void> kept = journal.append(line_of(cells)); !kept) return std::unexpected(kept.error());
  return cells;
}

Result<void> take_blocks(Engine& engine, const Settings& settings, const Surroundings& around,
                         Journal& journal, const std::vector<std::string>& paths, bool keep_loaded,
                         cases::Evidence& evidence) {
  const auto turns_of = [&](int number) {
    return block_turns(settings.seed, number, paths.size(), evidence.cells.size(), keep_loaded);
  };
  int blocks = 0;
  double seconds = 0;
  for (const std::string& line : journal.lines()) {
    if (!line.starts_with("block ")) continue;
    const Block block = block_of(line);
    add(block, turns_of(block.number), evidence);
    blocks = block.number + 1;
    seconds += block.seconds;
  }
  while (!enough(settings, evidence, blocks, seconds)) {
    Block block{.number = blocks, .seconds = 0, .turns = {}};
    const TimingJob job{
        .files = paths, .cells = evidence.cells, .turns = turns_of(blocks), .keep_loaded = keep_loaded};
    const int to_come = blocks_to_come(settings, evidence, blocks, seconds);
    const double start = around.seconds();
    const Result<void> done = engine.time(job, [&](double value) {
      block.turns.push_back(value);
      const double part = static_cast<double>(block.turns.size()) / static_cast<double>(job.turns.size());
      const double per_block = (seconds + around.seconds() - start) / (blocks + part);
      around.tell({.what = format("timing, block {} of about {}", blocks + 1, blocks + to_come),
                   .share = (blocks + part) / (blocks + to_come),
                   .left = Seconds(per_block * (to_come - part))});
    });
    if (around.stopped()) return std::unexpected(stopped_by_user());
    if (!done) return done;
    block.seconds = around.seconds() - start;
    if (const Result<void> kept = journal.append(line_of(block)); !kept) return kept;
    add(block, job.turns, evidence);
    seconds += block.seconds;
    ++blocks;
  }
  return {};
}

}  // namespace bitworth::measure
