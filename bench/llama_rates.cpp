// Holds the rates that `bitworth measure` takes against llama-bench and llama-batched-bench of the same
// llama.cpp.
//
// A round times one format in one program, at once after the same in the other, each in a fresh process that
// runs as many tokens; who goes first alternates. The ratio of each setting is that of Hodges and Lehmann
// over the rounds, with the interval of Wilcoxon's signed ranks: noise of the machine shows as a wide
// interval, not as agreement.
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/llama_engine.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/measure/file_cache.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/stats/signed_rank.hpp"
#include "bitworth/stats/summary.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth {
namespace {

using cases::TimedPhase;
using cases::TimingCell;
using Clock = std::chrono::steady_clock;
constexpr double agreement = 0.03, confidence = 0.95;

struct Flags {
  std::string tools = BITWORTH_LLAMA_TOOLS;
  std::string architecture = "tinyllama-1.1b";
  std::vector<std::string> schemes = {"q8_0", "q4_0"};
  std::string cache = (std::filesystem::temp_directory_path() / "bitworth-rates").string();
  int threads = 1;
  int prompt = 128;
  int steps = 16;
  int batch = 8;
  double minutes = 5;
};

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "llama_rates: " << why << '\n';
  std::exit(1);
}

template <class T>
T value_of(Result<T> result) {
  if (!result) give_up(to_text(result.error()));
  return *std::move(result);
}

std::string printed(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) give_up("cannot run " + command);
  std::string text;
  std::array<char, 4096> part;
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe))
    text.append(part.data(), count);
  const int status = ::pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) give_up(command + " failed");
  return text;
}

// What is timed in one process: by us, and by one of their programs.
struct Setting {
  std::string name;  // of their program
  std::vector<TimingCell> cells;
  std::string arguments;
};

std::vector<Setting> settings_of(const Flags& flags) {
  const TimingCell prompt = {.phase = TimedPhase::prefill, .tokens = flags.prompt};
  const auto decode = [&](int batch) {
    return TimingCell{.phase = TimedPhase::decode, .batch = batch, .repeats = flags.steps};
  };
  return {{"llama-bench", {prompt, decode(1)}, format("-p {} -n {} -r 1 -o json", flags.prompt, flags.steps)},
          {"llama-batched-bench",
           {decode(flags.batch)},
           format("-c {} -npp 1 -ntg {} -npl {} --output-format jsonl", flags.batch * 256, flags.steps,
                  flags.batch)}};
}

std::string name_of(const TimingCell& cell) {
  return cell.phase == TimedPhase::prefill ? format("prefill of {} tokens", cell.tokens)
                                           : format("decode, batch {}", cell.batch);
}

// Tokens per second of each cell of the setting.
std::vector<double> our_rates(measure::Engine& engine, const Setting& setting, const std::string& model) {
  measure::TimingJob job = {.files = {model}, .cells = setting.cells, .turns = {}};
  for (std::size_t cell = 0; cell < setting.cells.size(); ++cell) job.turns.push_back({0, cell});
  std::vector<double> rates;
  const Result<void> done = engine.time(job, [&](double seconds) {
    const TimingCell& cell = setting.cells[rates.size()];
    rates.push_back(double(cell.batch) * cell.tokens * cell.repeats / seconds);
  });
  if (!done) give_up(to_text(done.error()));
  return rates;
}

std::vector<double> their_rates(const Flags& flags, const Setting& setting, const std::string& model) {
  const std::string text = printed(
      format("{}/{} -m {} -t {} {}", flags.tools, setting.name, model, flags.threads, setting.arguments));
  std::vector<double> rates;
  if (setting.name == "llama-bench") {
    for (const nlohmann::json& row : nlohmann::json::parse(text)) rates.push_back(row.at("avg_ts"));
  } else {
    rates.push_back(nlohmann::json::parse(text.substr(text.find('{'))).at("speed_tg"));
  }
  if (rates.size() != setting.cells.size()) give_up(setting.name + " prints other rates than expected");
  return rates;
}

// One line of the result.
struct Pairs {
  std::vector<double> log_ratios;
  std::vector<double> their_rates;
};

enum class Answer { yes, no, cannot_tell };

Answer within(const stats::Location& log_ratio) {
  const double low = std::exp(log_ratio.low), high = std::exp(log_ratio.high);
  if (low > 1 - agreement && high < 1 + agreement) return Answer::yes;
  return high < 1 - agreement || low > 1 + agreement ? Answer::no : Answer::cannot_tell;
}

std::string word(Answer answer) {
  if (answer == Answer::yes) return "yes";
  return answer == Answer::no ? "no" : "cannot tell";
}

// Yes where all are; no where any is not.
Answer answer_of_all(const std::vector<Answer>& answers) {
  if (std::ranges::find(answers, Answer::no) != answers.end()) return Answer::no;
  const bool all = std::ranges::all_of(answers, [](Answer each) { return each == Answer::yes; });
  return all ? Answer::yes : Answer::cannot_tell;
}

using Found = std::map<std::pair<std::string, std::string>, Pairs>;  // by scheme and cell

Answer print(const Found& found) {
  std::vector<std::vector<std::string>> rows = {
      {"", "bitworth / llama.cpp", "95 % interval", "rounds", "llama.cpp", "within 3 %"}};
  std::vector<Answer> answers;
  for (const auto& [name, pairs] : found) {
    const stats::Location where = *stats::location(pairs.log_ratios, confidence);
    // Fewer than six rounds have no interval of that confidence.
    answers.push_back(where.confidence < confidence ? Answer::cannot_tell : within(where));
    const std::array<double, 1> middle = {0.5};
    rows.push_back({name.first + ", " + name.second, format("{:.3f}", std::exp(where.median)),
                    format("{:.3f} to {:.3f}", std::exp(where.low), std::exp(where.high)),
                    std::to_string(pairs.log_ratios.size()),
                    to_text(TokensPerSecond(stats::quantiles(pairs.their_rates, middle)[0])),
                    word(answers.back())});
  }
  std::cout << report::table(rows);
  return answer_of_all(answers);
}

std::vector<std::string> make_models(measure::Engine& engine, const Flags& flags) {
  const llm::Architecture* architecture = formats::built_in_catalog().architectures.find(flags.architecture);
  if (architecture == nullptr) give_up("there is no architecture " + flags.architecture);
  const measure::FileCache cache = value_of(measure::FileCache::open(flags.cache, engine.facts()));
  std::cerr << "making random weights of " << architecture->name << '\n';
  const std::string source = value_of(cache.random_model(engine, *architecture));
  std::vector<std::string> models;
  for (const std::string& scheme : flags.schemes) {
    models.push_back(cache.path("random " + architecture->id, "", scheme));
    const Result<void> done =
        measure::FileCache::make(engine, {.source = source, .target = models.back(), .scheme = scheme});
    if (!done) give_up(to_text(done.error()));
  }
  return models;
}

Found compare(measure::Engine& engine, const Flags& flags, const std::vector<std::string>& models) {
  const std::vector<Setting> settings = settings_of(flags);
  Found found;
  const auto start = Clock::now();
  const auto fits = [&](int rounds) {  // the next one, as long as those before
    const std::chrono::duration<double> spent = Clock::now() - start;
    return rounds == 0 || spent.count() * (rounds + 1) / rounds < flags.minutes * 60;
  };
  for (int round = 0; fits(round); ++round) {
    std::cerr << format("round {}\n", round + 1);
    for (std::size_t file = 0; file < models.size(); ++file) {
      for (const Setting& setting : settings) {
        std::vector<double> ours, theirs;
        if (round % 2 == 0) ours = our_rates(engine, setting, models[file]);
        theirs = their_rates(flags, setting, models[file]);
        if (round % 2 == 1) ours = our_rates(engine, setting, models[file]);
        for (std::size_t cell = 0; cell < ours.size(); ++cell) {
          Pairs& pairs = found[{flags.schemes[file], name_of(setting.cells[cell])}];
          pairs.log_ratios.push_back(std::log(ours[cell] / theirs[cell]));
          pairs.their_rates.push_back(theirs[cell]);
        }
      }
    }
  }
  return found;
}

}  // namespace
}  // namespace bitworth

int main(int argc, char** argv) {
  using namespace bitworth;
  Flags flags;
  CLI::App app{"Holds bitworth's rates against llama-bench's and llama-batched-bench's."};
  app.add_option("--tools", flags.tools, "Where these lie")->capture_default_str();
  app.add_option("--architecture", flags.architecture, "Of the random weights")->capture_default_str();
  app.add_option("--schemes", flags.schemes, "")->delimiter(',')->capture_default_str();
  app.add_option("--cache", flags.cache, "Folder of the models")->capture_default_str();
  app.add_option("--threads", flags.threads, "")->check(CLI::Range(1, 1024))->capture_default_str();
  app.add_option("--prompt", flags.prompt, "Its tokens")->check(CLI::Range(1, 512))->capture_default_str();
  app.add_option("--steps", flags.steps, "Of decoding")->check(CLI::Range(1, 200))->capture_default_str();
  app.add_option("--batch", flags.batch, "")->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--minutes", flags.minutes, "That all rounds take together")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (!std::filesystem::exists(flags.tools + "/llama-bench"))
    give_up(flags.tools + " has no llama-bench; configure with -DBITWORTH_ORACLES=ON");
  const auto engine = engine::llama_engine(flags.threads);
  const std::vector<std::string> models = make_models(*engine, flags);
  const Found found = compare(*engine, flags, models);
  std::cout << format("{}, random weights, {} thread{}\n\n", flags.architecture, flags.threads,
                      flags.threads == 1 ? "" : "s");
  const Answer answer = print(found);
  std::cout << "\nwithin 3 %: " << word(answer) << '\n';
}
