#include "bitworth/measure/campaign.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "bitworth/base/text.hpp"
#include "bitworth/measure/blocks.hpp"
#include "bitworth/measure/cells.hpp"
#include "bitworth/measure/comparison.hpp"
#include "bitworth/measure/file_cache.hpp"
#include "bitworth/measure/findings.hpp"
#include "bitworth/measure/journal.hpp"
#include "bitworth/measure/machine_probe.hpp"
#include "bitworth/measure/room.hpp"
#include "bitworth/measure/sha256.hpp"
#include "bitworth/measure/source_model.hpp"

namespace bitworth::measure {
namespace {

// One number format of the model.
struct Variant {
  std::string scheme;
  std::string path;
  std::uint64_t bytes = 0;  // of the file, as predicted where it is still to be made
  bool exists = false;
};

// The baseline first, then the candidates, each once.
std::vector<std::string> schemes_of(const Settings& settings, const SourceModel& source) {
  std::vector<std::string> schemes = {settings.baseline};
  if (schemes[0].empty()) schemes[0] = source.scheme.empty() ? "fp16" : source.scheme;
  for (const std::string& scheme : settings.schemes) {
    if (std::ranges::find(schemes, scheme) == schemes.end()) schemes.push_back(scheme);
  }
  return schemes;
}

// Everything that must be the same for a run to go on.
std::string key_of(const Settings& settings, const SourceModel& source,
                   const std::vector<std::string>& schemes, const std::string& imatrix_hash,
                   const cases::EngineFacts& engine) {
  const std::string text =
      format("{} {} {} {} {} {} {} {} {} {}", source.model.sha256, joined(schemes, ","), imatrix_hash,
             engine.name, engine.version, engine.threads, fmt::join(settings.batches, ","),
             fmt::join(settings.depths, ","), settings.prompt_tokens, settings.seed) +
      format(" {} {}", settings.context_tokens, settings.contexts.value_or(0)) +
      (settings.compat ? " compat" : "");
  return sha256_of(text).substr(0, 16);
}

// The journal's line of all rates, each behind a bar.
std::string line_of(const std::vector<cases::ProbedRate>& rates) {
  std::string line = "rates";
  for (const cases::ProbedRate& r : rates)
    line += format("|{} {} {} {} {}", r.median, r.p10, r.p90, r.threads, r.of);
  return line;
}

std::vector<cases::ProbedRate> rates_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<cases::ProbedRate> rates;
  std::string part;
  std::getline(in, part, '|');
  while (std::getline(in, part, '|')) {
    std::istringstream fields(part);
    cases::ProbedRate r;
    fields >> r.median >> r.p10 >> r.p90 >> r.threads >> std::ws;
    std::getline(fields, r.of);
    rates.push_back(r);
  }
  return rates;
}

class Runner {
 public:
  Runner(Engine& engine, const Settings& settings, const Surroundings& around)
      : engine_(engine), settings_(settings), around_(around) {}

  Result<Campaign> run() {
    Result<SourceModel> source = read_source(settings_, around_);
    if (!source) return std::unexpected(source.error());
    source_ = *std::move(source);
    evidence_.machine = around_.machine;
    evidence_.engine = engine_.facts();
    evidence_.model = source_.model;
    for (const auto step :
         {&Runner::plan_files, &Runner::read_text, &Runner::open_journal, &Runner::probe,
          &Runner::make_baseline, &Runner::settle, &Runner::make_files, &Runner::compare, &Runner::time}) {
      if (const Result<void> done = (this->*step)(); !done)
        return std::unexpected(around_.stopped() ? stopped_by_user() : done.error());
      if (around_.stopped()) return std::unexpected(stopped_by_user());
    }
    evidence_.warnings = doubts_about_load(around_);
    for (std::string& doubt : doubts_about_machine(evidence_)) evidence_.warnings.push_back(std::move(doubt));
    evidence_.date = around_.now();
    return Campaign{std::move(evidence_), std::move(scores_)};
  }

 private:
  Recipe recipe(const Variant& variant) const {
    return {.source = settings_.model,
            .target = variant.path,
            .scheme = variant.scheme,
            .imatrix = settings_.imatrix,
            .allow_requantize = settings_.allow_requantize};
  }

  // Where each file is or will be; whether the disk has room for those to come.
  Result<void> plan_files() {
    if (!settings_.imatrix.empty()) {
      const auto hash = sha256_of_file(settings_.imatrix);
      if (!hash) return std::unexpected(hash.error());
      imatrix_hash_ = *hash;
    }
    Result<FileCache> cache = FileCache::open(settings_.cache, evidence_.engine);
    if (!cache) return std::unexpected(cache.error());
    std::vector<std::uint64_t> to_make;
    for (const std::string& scheme : schemes_of(settings_, source_)) {
      Variant v{.scheme = scheme, .path = cache->path(source_.model.sha256, imatrix_hash_, scheme)};
      if (scheme == source_.scheme) v.path = settings_.model;
      v.exists = FileCache::holds(v.path);
      if (v.exists) {
        v.bytes = std::filesystem::file_size(v.path);
      } else {
        const Result<std::uint64_t> bytes = engine_.quantized_bytes(recipe(v));
        if (!bytes) return std::unexpected(bytes.error());
        v.bytes = *bytes;
        to_make.push_back(*bytes);
      }
      variants_.push_back(std::move(v));
    }
    if (variants_.size() < 2)
      return std::unexpected(Error{ErrorKind::usage,
                                   {settings_.model, 0, 0},
                                   "there is nothing to compare: the baseline is " + variants_[0].scheme,
                                   "give other --schemes"});
    if (const Result<void> fits = check_disk(to_make, cache->free_space(), settings_.cache); !fits)
      return fits;
    return plan_memory();
  }

  // Beyond what a model was trained for, engines compute nonsense, slowly.
  Result<void> check_depths() const {
    const int longest = source_.max_context;
    const auto too_deep = std::ranges::find_if(settings_.depths, [&](int depth) { return depth >= longest; });
    if (longest <= 0 || too_deep == settings_.depths.end()) return {};
    return std::unexpected(
        Error{ErrorKind::usage,
              {settings_.model, 0, 0},
              format("its context has {} tokens, which --depths {} fills", longest, *too_deep),
              "give smaller --depths"});
  }

  Result<void> plan_memory() {
    if (const Result<void> done = check_depths(); !done) return done;
    std::vector<std::uint64_t> bytes;
    for (const Variant& v : variants_) bytes.push_back(v.bytes);
    const Bytes besides =
        cell_memory(cells_to_time(settings_, source_.max_context), source_.model.architecture);
    const auto residence = choose_residence(bytes, besides, around_.available_memory);
    if (!residence) return std::unexpected(residence.error());
    residence_ = *residence;
    return {};
  }

  bool wants_speed() const { return settings_.scope != Scope::quality; }
  bool wants_quality() const { return settings_.scope != Scope::speed; }

  Result<void> read_text() {
    if (!wants_quality()) return {};
    Result<TextPlan> text = plan_text(engine_, settings_, settings_.model);
    if (!text) return std::unexpected(text.error());
    text_ = *std::move(text);
    return {};
  }

  Result<void> open_journal() {
    std::vector<std::string> schemes;
    for (const Variant& v : variants_) schemes.push_back(v.scheme);
    Result<Journal> journal = Journal::open(
        settings_.journal,
        key_of(settings_, source_, schemes, imatrix_hash_ + " " + text_.facts.sha256, evidence_.engine));
    if (!journal) return std::unexpected(journal.error());
    journal_ = *std::move(journal);
    if (journal_->lines().size() > 2)
      around_.announce("going on with the run that " + settings_.journal + " tells of");
    return keep_residence();
  }

  // The order of the timings depends on it, so a run that goes on keeps it, whatever the memory is now.
  Result<void> keep_residence() {
    const std::string together = "files together", apart = "files apart";
    for (const std::string& line : journal_->lines()) {
      if (line != together && line != apart) continue;
      residence_ = line == together ? Residence::all_files : Residence::one_file;
      return {};
    }
    return journal_->append(residence_ == Residence::all_files ? together : apart);
  }

  Result<void> make(const Variant& variant) {
    if (variant.exists) return {};
    around_.tell({.what = "quantizing to " + variant.scheme});
    return FileCache::make(engine_, recipe(variant));
  }

  Result<void> probe() {
    if (!wants_speed()) return {};
    for (const std::string& line : journal_->lines()) {
      if (!line.starts_with("rates")) continue;
      evidence_.rates = rates_of(line);
      return {};
    }
    auto rates = probe_rates(engine_, around_);
    if (!rates) return std::unexpected(rates.error());
    evidence_.rates = *std::move(rates);
    return journal_->append(line_of(evidence_.rates));
  }

  Result<void> make_baseline() { return make(variants_[0]); }

  Result<void> settle() {
    if (!wants_speed()) return {};
    auto cells = settle_cells(engine_, settings_, around_, *journal_, variants_[0].path, variants_.size(),
                              source_.max_context);
    if (!cells) return std::unexpected(cells.error());
    evidence_.cells = *std::move(cells);
    return {};
  }

  Result<void> make_files() {
    for (const Variant& v : variants_) {
      if (const Result<void> done = make(v); !done) return done;
      around_.tell({.what = "reading " + v.scheme});
      const Result<ModelFacts> facts = engine_.inspect(v.path);
      if (!facts) return std::unexpected(facts.error());
      const auto hash =
          v.path == settings_.model ? Result<std::string>(source_.model.sha256) : sha256_of_file(v.path);
      if (!hash) return std::unexpected(hash.error());
      evidence_.files.push_back(
          {.scheme = v.scheme,
           .sha256 = *hash,
           .file_bytes = std::filesystem::file_size(v.path),
           .weight_bytes = facts->weight_bytes,
           .bits_per_weight = 8 * static_cast<double>(facts->weight_bytes) / facts->parameters});
    }
    return {};
  }

  std::vector<std::string> paths() const {
    std::vector<std::string> result;
    for (const Variant& v : variants_) result.push_back(v.path);
    return result;
  }

  // In compat mode; by what it is made of where the user gave no name.
  std::string base_file() const {
    if (!settings_.compat || !settings_.base_file.empty()) return settings_.compat ? settings_.base_file : "";
    const std::string key = format("{} {} {} {}", variants_[0].path, source_.model.sha256, text_.facts.sha256,
                                   text_.plan.context_tokens);
    return (std::filesystem::path(settings_.cache) / (sha256_of(key).substr(0, 16) + "-base.kld")).string();
  }

  Result<void> compare() {
    if (!wants_quality()) return {};
    const std::size_t others = variants_.size() - 1;
    around_.announce(format("comparing {} format{} and the baseline itself on {} tokens of {} documents",
                            others, others == 1 ? "" : "s", text_.facts.scored_tokens,
                            text_.facts.documents));
    Result<FileScores> scores =
        compare_files(engine_, text_, around_, *journal_, paths(), base_file(), evidence_);
    if (!scores) return std::unexpected(scores.error());
    scores_ = *std::move(scores);
    return {};
  }

  Result<void> time() {
    if (!wants_speed()) return {};
    return take_blocks(engine_, settings_, around_, *journal_, paths(), residence_ == Residence::all_files,
                       evidence_);
  }

  Engine& engine_;
  const Settings& settings_;
  const Surroundings& around_;
  SourceModel source_;
  std::string imatrix_hash_;
  std::vector<Variant> variants_;
  TextPlan text_;
  FileScores scores_;
  std::optional<Journal> journal_;
  Residence residence_ = Residence::all_files;
  cases::Evidence evidence_;
};

}  // namespace

Result<Campaign> run_campaign(Engine& engine, const Settings& settings, const Surroundings& around) {
  return Runner(engine, settings, around).run();
}

}  // namespace bitworth::measure
