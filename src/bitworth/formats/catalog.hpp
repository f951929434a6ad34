#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/base/estimate.hpp"
#include "bitworth/cases/article_lists.hpp"
#include "bitworth/cases/measurement.hpp"
#include "bitworth/cases/quality_evidence.hpp"
#include "bitworth/cases/rule.hpp"
#include "bitworth/cases/tenure.hpp"
#include "bitworth/formats/shelf.hpp"
#include "bitworth/hardware/device.hpp"
#include "bitworth/hardware/kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"

namespace bitworth::formats {

/// What a case says where it is silent.
struct Default {
  using Value = std::variant<std::monostate, double, std::string, std::vector<int>>;

  std::string key;  ///< "hardware.headroom"
  Value value;      ///< nothing: the key has no default, only a spread
  std::optional<double> p10;
  std::optional<double> p90;
  std::optional<double> spread;  ///< p90 / p50 of a plain number
  std::string reason;
};

/// Defaults by key. Assumes, of every lookup: the key has a value of that kind in data/defaults.toml.
class Defaults {
 public:
  Defaults() = default;
  explicit Defaults(std::vector<Default> rows) : rows_(std::move(rows)) {}

  const std::vector<Default>& all() const { return rows_; }
  double number(std::string_view key) const;  ///< a text such as "2 s" in base units
  int integer(std::string_view key) const;
  const std::string& text(std::string_view key) const;
  const std::vector<int>& integers(std::string_view key) const;
  /// The number with its interval: p10 and p90, else its spread, else none.
  Estimate estimate(std::string_view key) const;
  /// 1 where the key has none.
  double spread(std::string_view key) const;

 private:
  const Default& row(std::string_view key) const;

  std::vector<Default> rows_;
};

/// What renting one GPU cost on a day.
struct Price {
  std::string device;
  std::string provider;
  std::string instance;
  int gpus_per_instance = 1;
  double dollars_per_hour = 0;  ///< one GPU
  bool spot = false;
  std::string source;
  std::string date;
};

/// What a GPU of one's own costs, where a case does not say.
struct OwnedServer {
  std::string device;       ///< that the price and the power are of
  cases::OwnedGpu gpu;      ///< one of its GPUs
  double power_factor = 1;  ///< a server's power over its GPUs', for other devices
};

/// What a number format usually loses against 16 bits, from published evaluations of models of about 8
/// billion parameters.
struct QualityPrior {
  std::string applies_to;  ///< a scheme's id, its format_class, or a KV format's id
  Estimate knowledge;      ///< absolute points of task accuracy as a fraction; positive is worse
  Estimate reasoning;
  Estimate discordance;                  ///< share of items where exactly one of the two models is right
  std::optional<Estimate> long_context;  ///< KV formats: the loss beyond about 64k tokens
};

/// What the losses of models below so many parameters are multiplied by.
struct SizeFactor {
  double below_parameters = 0;
  double loss = 1;
  double kld = 1;
};

/// What a model is used for, and which prior goes for it.
struct TaskClass {
  std::string id;
  bool reasoning = false;  ///< by the prior of generated answers; else of multiple choice
  double factor = 1;       ///< on that prior
  std::string reason;
};

/// How long answers grow in a class of formats.
struct AnswerLength {
  std::string format_class;
  Estimate ratio;  ///< answer tokens over those of the 16-bit model that reasons
};

/// What an engine can serve.
struct EngineSupport {
  std::string engine;
  std::vector<std::string> classes;  ///< format classes, all of whose schemes it serves
  std::vector<std::string> schemes;  ///< besides

  bool serves(const llm::Scheme&) const;
};

/// Everything that ships with bitworth: models, devices, formats, prices, priors and defaults.
struct Catalog {
  Shelf<llm::Architecture> architectures;
  Shelf<hardware::Device> devices;
  Shelf<llm::Scheme> schemes;
  Shelf<llm::KvFormat> kv_formats;
  std::vector<EngineSupport> engine_support;
  std::vector<Price> prices;
  OwnedServer owned;
  std::vector<QualityPrior> scheme_priors;
  std::vector<QualityPrior> class_priors;
  std::vector<QualityPrior> kv_priors;
  std::vector<SizeFactor> size_factors;  ///< ascending
  std::vector<TaskClass> task_classes;
  std::vector<AnswerLength> answer_lengths;
  cases::DivergenceScreen divergence_screen;
  Defaults defaults;
  std::shared_ptr<const hardware::KernelTables> kernels;  ///< never null
  cases::ArticleLists article;
  std::shared_ptr<const std::vector<cases::Measurement>> measurements;  ///< never null
  std::shared_ptr<const std::vector<cases::Rule>> rules;                ///< never null

  /// Dollars: the median of the on-demand prices, from the lowest to the highest; absent: none is known.
  std::optional<Estimate> price_per_gpu_hour(std::string_view device_id) const;

  /// What the scheme loses against 16 bits on a model of that size; its own prior goes before that of its
  /// format_class. Absent: nothing is known. Assumes: the task is one of `task_classes`.
  std::optional<Estimate> scheme_loss(const llm::Scheme&, std::string_view task, double parameters) const;

  /// What the KV format loses against 16 bits, besides the scheme. Assumes: the same.
  std::optional<Estimate> kv_loss(const llm::KvFormat&, std::string_view task, double parameters) const;

  /// Share of items that either the scheme or 16 bits gets right, but not both.
  std::optional<Estimate> scheme_discordance(const llm::Scheme&, double parameters) const;

  /// How much longer the scheme makes answers; absent: the task is none that is reasoned about at length.
  std::optional<Estimate> answer_length(const llm::Scheme&, std::string_view task) const;
};

/// Reads the data files, given by a function from name to text. Fails: every problem of every file.
std::expected<Catalog, Problems> read_catalog(const std::function<std::string_view(std::string_view)>& file);

/// The catalog that was compiled in; read at the first call. An error in it is our bug: aborts with its
/// message.
const Catalog& built_in_catalog();

}  // namespace bitworth::formats
