#include "bitworth/engine/timing.hpp"

#include <chrono>
#include <map>

#include "bitworth/base/rng.hpp"
#include "bitworth/engine/handles.hpp"

namespace bitworth::engine {
namespace {

using cases::TimedPhase;
using cases::TimingCell;
constexpr int warm_up_steps = 2;
constexpr int tokens_per_call = 2048;

// One file in one cell.
class Sample {
 public:
  Sample(llama_model& model, const TimingCell& cell)
      : cell_(cell),
        vocabulary_(static_cast<std::uint64_t>(llama_vocab_n_tokens(llama_model_get_vocab(&model)))),
        batch_(std::max(cell.batch * cell.tokens, cell.depth)) {}

  Result<double> take(llama_model& model, int threads) {
    const int longest = cell_.phase == TimedPhase::prefill ? cell_.tokens : cell_.repeats + warm_up_steps;
    Result<Context> context = open_context(
        model, {.sequences = cell_.batch, .tokens_per_sequence = cell_.depth + longest, .threads = threads});
    if (!context) return std::unexpected(context.error());
    return cell_.phase == TimedPhase::prefill ? prefill(**context) : decode(**context);
  }

 private:
  llama_token any_token() { return static_cast<llama_token>(rng_.bits() % vocabulary_); }

  // Tokens from that position on: of the first sequence, or of all.
  void fill(int position, int count, int sequences) {
    batch_.clear();
    for (int s = 0; s < sequences; ++s)
      for (int i = 0; i < count; ++i) batch_.add(any_token(), position + i, s, i + 1 == count);
  }

  Result<double> timed(llama_context& context, const std::function<Result<void>()>& work) {
    llama_synchronize(&context);
    const auto start = std::chrono::steady_clock::now();
    if (const Result<void> done = work(); !done) return std::unexpected(done.error());
    llama_synchronize(&context);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  Result<void> reach_depth(llama_context& context) {
    llama_memory_clear(llama_get_memory(&context), false);
    if (cell_.depth == 0) return {};
    fill(0, cell_.depth, 1);
    if (const Result<void> done = batch_.decode(context, tokens_per_call); !done) return done;
    for (int s = 1; s < cell_.batch; ++s) llama_memory_seq_cp(llama_get_memory(&context), 0, s, -1, -1);
    return {};
  }

  Result<double> prefill(llama_context& context) {
    double seconds = 0;
    for (int pass = -1; pass < cell_.repeats; ++pass) {  // the first warms up
      if (const Result<void> done = reach_depth(context); !done) return std::unexpected(done.error());
      fill(cell_.depth, cell_.tokens, cell_.batch);
      const Result<double> taken = timed(context, [&] { return batch_.decode(context, tokens_per_call); });
      if (!taken) return taken;
      if (pass >= 0) seconds += *taken;
    }
    return seconds;
  }

  Result<double> decode(llama_context& context) {
    const auto steps = [&](int position, int count) -> Result<void> {
      for (int i = 0; i < count; ++i) {
        fill(position + i, 1, cell_.batch);
        if (Result<void> done = batch_.decode(context, tokens_per_call); !done) return done;
        llama_synchronize(&context);
      }
      return {};
    };
    if (Result<void> done = reach_depth(context); !done) return std::unexpected(done.error());
    if (Result<void> done = steps(cell_.depth, warm_up_steps); !done) return std::unexpected(done.error());
    return timed(context, [&] { return steps(cell_.depth + warm_up_steps, cell_.repeats); });
  }

  const TimingCell& cell_;
  std::uint64_t vocabulary_;
  Batch batch_;
  Rng rng_{1, "tokens"};  // the same of every file
};

}  // namespace

Result<void> time_here(const measure::TimingJob& job, int threads, const std::function<void(double)>& tell) {
  std::map<std::size_t, Model> loaded;
  for (const measure::Turn& turn : job.turns) {
    if (!job.keep_loaded && !loaded.contains(turn.file)) loaded.clear();
    Model& model = loaded[turn.file];
    if (!model) {
      Result<Model> fresh = load_model(job.files[turn.file]);
      if (!fresh) return std::unexpected(fresh.error());
      model = *std::move(fresh);
    }
    const Result<double> seconds = Sample(*model, job.cells[turn.cell]).take(*model, threads);
    if (!seconds) return std::unexpected(seconds.error());
    tell(*seconds);
  }
  return {};
}

}  // namespace bitworth::engine
