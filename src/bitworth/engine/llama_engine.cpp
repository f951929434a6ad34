#include "bitworth/engine/llama_engine.hpp"

#include <charconv>
#include <sstream>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/apart.hpp"
#include "bitworth/engine/base_file.hpp"
#include "bitworth/engine/comparison.hpp"
#include "bitworth/engine/file_types.hpp"
#include "bitworth/engine/handles.hpp"
#include "bitworth/engine/quantize.hpp"
#include "bitworth/engine/random_model.hpp"
#include "bitworth/engine/rates.hpp"
#include "bitworth/engine/text.hpp"
#include "bitworth/engine/timing.hpp"
#include "bitworth/formats/divergence_checkpoint.hpp"
#include "bitworth/host/machine.hpp"

namespace bitworth::engine {
namespace {

double number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// What the work sends, as numbers; of several, in its order.
Result<std::vector<double>> numbers_apart(const std::function<Result<void>(const SendLine&)>& work) {
  std::vector<double> numbers;
  const Result<void> done = apart(work, [&](std::string_view line) { numbers.push_back(number(line)); });
  if (!done) return std::unexpected(done.error());
  return numbers;
}

class LlamaEngine : public measure::Engine {
 public:
  explicit LlamaEngine(int threads) : threads_(threads) {}

  // Apart, since looking for GPUs starts their drivers, which do not survive a fork.
  cases::EngineFacts facts() const override {
    std::vector<std::string> lines;
    const Result<void> done = apart(
        [](const SendLine& send) -> Result<void> {
          start_llama();
          send(llama_version());
          send(llama_print_system_info());
          return {};
        },
        [&](std::string_view line) { lines.emplace_back(line); });
    lines.resize(2);
    return {.name = "llama.cpp",
            .version = done ? lines[0] : "",
            .build = done ? lines[1] : "",
            .threads = threads_};
  }

  Result<void> probe(const TellRate& tell) override {
    const auto work = [&](const SendLine& send) -> Result<void> {
      const auto tell_line = [&](const cases::ProbedRate& r) {
        send(format("{} {} {} {} {}", r.median, r.p10, r.p90, r.threads, r.of));
      };
      probe_reading(threads_, host::available_memory().value(), tell_line);
      probe_onednn(threads_, tell_line);
      probe_ggml(threads_, tell_line);
      return {};
    };
    return apart(work, [&](std::string_view line) {
      cases::ProbedRate r;
      std::istringstream in{std::string(line)};
      in >> r.median >> r.p10 >> r.p90 >> r.threads >> std::ws;
      std::getline(in, r.of);
      tell(r);
    });
  }

  std::vector<std::string> schemes() const override { return schemes_with_file_type(); }

  Result<measure::ModelFacts> inspect(const std::string& path) override {
    const auto numbers = numbers_apart([&](const SendLine& send) -> Result<void> {
      const Result<Model> model = load_model(path);
      if (!model) return std::unexpected(model.error());
      send(std::to_string(llama_model_n_params(model->get())));
      send(std::to_string(llama_model_size(model->get())));
      send(std::to_string(llama_vocab_n_tokens(llama_model_get_vocab(model->get()))));
      send(std::to_string(llama_model_n_ctx_train(model->get())));
      return {};
    });
    if (!numbers) return std::unexpected(numbers.error());
    const std::vector<double>& n = *numbers;
    return measure::ModelFacts{.parameters = n[0],
                               .weight_bytes = static_cast<std::uint64_t>(n[1]),
                               .vocabulary = static_cast<int>(n[2]),
                               .trained_context = static_cast<int>(n[3])};
  }

  Result<std::uint64_t> quantized_bytes(const measure::Recipe& recipe) override {
    const auto numbers = numbers_apart([&](const SendLine& send) -> Result<void> {
      const Result<std::uint64_t> bytes = quantized_bytes_here(recipe);
      if (!bytes) return std::unexpected(bytes.error());
      send(std::to_string(*bytes));
      return {};
    });
    if (!numbers) return std::unexpected(numbers.error());
    return static_cast<std::uint64_t>(numbers->at(0));
  }

  Result<void> quantize(const measure::Recipe& recipe) override {
    return apart([&](const SendLine&) { return quantize_here(recipe, threads_); }, [](std::string_view) {});
  }

  Result<measure::TokenizedText> tokenize(const std::string& model, const std::string& content,
                                          const std::string& name) override {
    measure::TokenizedText text;
    std::size_t tokens = 0;
    const Result<void> done = apart(
        [&](const SendLine& send) -> Result<void> {
          const Result<measure::TokenizedText> read = tokenize_here(model, content, name);
          if (!read) return std::unexpected(read.error());
          send(std::to_string(read->tokens.size()));
          for (const std::int32_t token : read->tokens) send(std::to_string(token));
          for (const std::int64_t start : read->document_starts) send(std::to_string(start));
          return {};
        },
        [&, first = true](std::string_view line) mutable {
          if (first) {
            tokens = static_cast<std::size_t>(number(line));
          } else if (text.tokens.size() < tokens) {
            text.tokens.push_back(static_cast<std::int32_t>(number(line)));
          } else {
            text.document_starts.push_back(static_cast<std::int64_t>(number(line)));
          }
          first = false;
        });
    if (!done) return std::unexpected(done.error());
    return text;
  }

  Result<void> write_base(const measure::ComparisonJob& job, const std::function<void(int)>& tell) override {
    return apart(
        [&](const SendLine& send) {
          return write_base_here(job, threads_, [&](int context) { send(std::to_string(context)); });
        },
        [&](std::string_view line) { tell(static_cast<int>(number(line))); });
  }

  Result<void> compare(const measure::ComparisonJob& job,
                       const std::function<void(const quality::ContextScores&)>& tell) override {
    return apart(
        [&](const SendLine& send) {
          const auto send_scores = [&](const quality::ContextScores& scores) {
            send(formats::to_json_line(scores));
          };
          return job.base_file.empty() ? compare_here(job, threads_, send_scores)
                                       : compare_with_base_here(job, threads_, send_scores);
        },
        [&](std::string_view line) {
          if (const auto scores = formats::read_context_scores(line, "")) tell(*scores);
        });
  }

  Result<void> make_random(const llm::Architecture& architecture, const std::string& path) override {
    return apart([&](const SendLine&) { return write_random_model(architecture, path); },
                 [](std::string_view) {});
  }

  Result<void> time(const measure::TimingJob& job, const std::function<void(double)>& tell) override {
    return apart(
        [&](const SendLine& send) {
          return time_here(job, threads_, [&](double seconds) { send(format("{}", seconds)); });
        },
        [&](std::string_view line) { tell(number(line)); });
  }

 private:
  int threads_;
};

}  // namespace

std::unique_ptr<measure::Engine> llama_engine(int threads) {
  return std::make_unique<LlamaEngine>(threads);
}

}  // namespace bitworth::engine
