#include "bitworth/formats/evidence_file.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/json_fields.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

using Json = nlohmann::json;

// Reads one document; every function throws InputFailure.
class EvidenceReader {
 public:
  EvidenceReader(const Json& document, const std::string& file) : document_(document), file_(file) {}

  cases::Evidence evidence() {
    const JsonFields root(document_, file_);
    if (root.text("schema") != "bitworth.evidence")
      fail("it is not evidence of bitworth measure", "give the file that bitworth measure wrote");
    if (whole(root, "schema_version", 1, 1e6) != 1)
      fail("it is of a later version of bitworth", "use that version");
    cases::Evidence e;
    e.date = root.text("date");
    read_setting(root, e);
    each("rates", [&](const JsonFields& f) {
      e.rates.push_back({.of = f.text("of"),
                         .threads = whole(f, "threads", 1, 1e5),
                         .median = positive(f, "p50"),
                         .p10 = positive(f, "p10"),
                         .p90 = positive(f, "p90")});
    });
    each("files", [&](const JsonFields& f) { e.files.push_back(file_of(f)); });
    if (e.files.empty() && (has_model(root) || e.rates.empty())) fail("it has no files", "");
    if (!e.files.empty() && !has_model(root)) fail("it lacks the model", "");
    each("cells", [&](const JsonFields& f) { e.cells.push_back(cell_of(f)); });
    each("samples", [&](const JsonFields& f) { e.samples.push_back(sample_of(f, e)); });
    read_quality(root, e);
    return e;
  }

 private:
  static bool has_model(const JsonFields& root) { return root.has("model"); }

  [[noreturn]] void fail(std::string message, std::string hint) const {
    formats::fail(ErrorKind::malformed, {file_, 0, 0}, std::move(message), std::move(hint));
  }

  double number(const JsonFields& fields, const char* key, double low, double high) const {
    const std::optional<double> value = fields.number(key);
    if (!value || !(*value >= low && *value <= high))
      fail(format("{} must be a number from {} to {}", key, low, high), "");
    return *value;
  }
  double positive(const JsonFields& fields, const char* key) const {
    return number(fields, key, 1e-12, 1e30);
  }
  int whole(const JsonFields& fields, const char* key, double low, double high) const {
    const double value = number(fields, key, low, high);
    if (value != std::floor(value)) fail(format("{} must be a whole number", key), "");
    return static_cast<int>(value);
  }

  // Calls with every object of the list; absent: with none.
  template <class Use>
  void each(const char* key, const Use& use) const {
    each_of(document_, key, use);
  }
  template <class Use>
  void each_of(const Json& object, const char* key, const Use& use) const {
    const auto list = object.find(key);
    if (list == object.end() || list->is_null()) return;
    if (!list->is_array()) fail(format("{} must be a list", key), "");
    for (const Json& item : *list) {
      if (!item.is_object()) fail(format("{} must be a list of objects", key), "");
      use(JsonFields(item, file_));
    }
  }

  void read_setting(const JsonFields& root, cases::Evidence& e) const {
    const auto machine = root.object("machine"), engine = root.object("engine"), model = root.object("model");
    if (!machine || !engine) fail("it lacks machine or engine", "");
    e.machine = {.cpu = machine->text("cpu"),
                 .cores = whole(*machine, "cores", 0, 1e6),
                 .threads = whole(*machine, "threads", 0, 1e6),
                 .memory_bytes = number(*machine, "memory_bytes", 0, 1e18),
                 .system = machine->text("system")};
    e.engine = {.name = engine->text("name"),
                .version = engine->text("version"),
                .build = engine->text("build"),
                .threads = whole(*engine, "threads", 1, 1e5)};
    if (!model) return;
    e.model.name = model->text("name");
    e.model.file = model->text("file");
    e.model.sha256 = model->text("sha256");
    e.model.synthetic = model->boolean("synthetic").value_or(false);
    e.model.parameters = positive(*model, "parameters");
    if (const auto a = model->object("architecture"))
      e.model.architecture = architecture_of(*a, e.model.name);
  }

  static llm::Architecture architecture_of(const JsonFields& f, const std::string& name) {
    llm::Architecture a;
    a.name = name;
    a.layers = f.dimension("layers").value_or(0);
    a.hidden = f.dimension("hidden").value_or(0);
    a.heads = f.dimension("heads").value_or(0);
    a.kv_heads = f.dimension("kv_heads").value_or(0);
    a.head_dim = f.dimension("head_dim").value_or(0);
    a.ffn = f.dimension("ffn").value_or(0);
    a.vocab = f.dimension("vocab").value_or(0);
    a.max_context = f.dimension("max_context").value_or(0);
    return a;
  }

  cases::MeasuredFile file_of(const JsonFields& f) const {
    return {.scheme = f.text("scheme"),
            .sha256 = f.text("sha256"),
            .file_bytes = static_cast<std::uint64_t>(number(f, "file_bytes", 0, 1e18)),
            .weight_bytes = static_cast<std::uint64_t>(number(f, "weight_bytes", 0, 1e18)),
            .bits_per_weight = number(f, "bits_per_weight", 0, 1000)};
  }

  cases::TimingCell cell_of(const JsonFields& f) const {
    const std::string phase = f.text("phase");
    if (phase != "decode" && phase != "prefill")
      fail(format("phase \"{}\" must be prefill or decode", shown(phase)), "");
    return {.phase = phase == "decode" ? cases::TimedPhase::decode : cases::TimedPhase::prefill,
            .batch = whole(f, "batch", 1, 1e6),
            .depth = whole(f, "depth", 0, 1e9),
            .tokens = whole(f, "tokens", 1, 1e9),
            .repeats = whole(f, "repeats", 1, 1e9)};
  }

  std::size_t place_of(const std::string& scheme, const cases::Evidence& e) const {
    const auto found = std::ranges::find(e.files, scheme, &cases::MeasuredFile::scheme);
    if (found == e.files.end()) fail(format("there is no file of the scheme \"{}\"", shown(scheme)), "");
    return static_cast<std::size_t>(found - e.files.begin());
  }

  cases::TimingSample sample_of(const JsonFields& f, const cases::Evidence& e) const {
    if (e.cells.empty()) fail("it has samples but no cells", "");
    return {.block = whole(f, "block", 0, 1e9),
            .file = place_of(f.text("scheme"), e),
            .cell = static_cast<std::size_t>(whole(f, "cell", 0, static_cast<double>(e.cells.size()) - 1)),
            .seconds = number(f, "seconds", 1e-9, 1e9)};
  }

  cases::Interval interval_of(const JsonFields& f, const char* key) const {
    const auto i = f.object(key);
    if (!i) fail(format("it lacks {}", key), "");
    return {number(*i, "value", -1e9, 1e9), number(*i, "low", -1e9, 1e9), number(*i, "high", -1e9, 1e9)};
  }

  void read_quality(const JsonFields& root, cases::Evidence& e) const {
    const auto quality = root.object("quality");
    if (!quality) return;
    const auto text = quality->object("text");
    if (!text) fail("its quality lacks the text", "");
    e.text = cases::ComparedText{.name = text->text("name"),
                                 .sha256 = text->text("sha256"),
                                 .compat = quality->text("mode") == "compat",
                                 .context_tokens = whole(*text, "context_tokens", 1, 1e9),
                                 .scored_tokens = whole(*text, "scored_tokens", 1, 1e9),
                                 .documents = whole(*text, "documents", 0, 1e9)};
    if (const auto floor = quality->object("noise_floor")) e.noise_floor = divergence_of(*floor, e);
    each_of(document_.at("quality"), "formats",
            [&](const JsonFields& f) { e.quality.push_back(divergence_of(f, e)); });
  }

  cases::MeasuredQuality divergence_of(const JsonFields& f, const cases::Evidence& e) const {
    cases::MeasuredQuality q;
    q.file = place_of(f.text("scheme"), e);
    q.clusters = whole(f, "clusters", 0, 1e9);
    q.cluster_unit = f.text("cluster_unit");
    q.kld = interval_of(f, "kld_nats");
    q.same_top = interval_of(f, "same_top");
    q.log_perplexity_ratio = interval_of(f, "log_perplexity_ratio");
    q.rms_probability_change = interval_of(f, "rms_probability_change");
    q.baseline_perplexity = positive(f, "baseline_perplexity");
    q.perplexity = positive(f, "perplexity");
    q.kld_p99 = number(f, "kld_p99_nats", -1, 1e9);
    q.largest_kld = number(f, "kld_max_nats", -1, 1e9);
    q.share_above_tenth_nat = number(f, "share_above_tenth_nat", 0, 1);
    q.against_floor = f.text("against_noise_floor");
    return q;
  }

  const Json& document_;
  const std::string& file_;
};

}  // namespace

Result<cases::Evidence> read_evidence(std::string_view text, const std::string& file_name) try {
  const Json document = parse_json_object(text, file_name);
  return EvidenceReader(document, file_name).evidence();
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<cases::Evidence> read_evidence_file(const std::string& path) try {
  constexpr std::uint64_t largest = 256ULL << 20;
  return read_evidence(read_text_file(path, largest), path);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
