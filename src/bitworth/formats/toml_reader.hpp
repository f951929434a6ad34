#pragma once

#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/base/estimate.hpp"
#include "bitworth/formats/toml_document.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::formats {

/// What a number may be. The words complete "write ...", the example follows "for example".
struct Kind {
  std::string_view words;    ///< "dollars per hour"
  std::string_view example;  ///< "\"$4.50/h\""
  Dimension dimension = {};  ///< that a text such as "50 ms" must have
  double unit = 1;           ///< base units in one of the reader's: 3600 where it wants hours
  bool plain = true;         ///< a number without a unit counts in the reader's units; else it is refused
  double low = -std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::max();
  bool above_low = false;      ///< low itself is not allowed
  bool working_hours = false;  ///< "2 days" is refused: a working day does not have 24 hours
};

/// The kinds that several keys share.
namespace kinds {
inline constexpr Kind number{.words = "a number", .example = "1.5"};
inline constexpr Kind positive{
    .words = "a number above 0", .example = "1.5", .low = 0, .high = 1e15, .above_low = true};
inline constexpr Kind not_negative{.words = "a number from 0 on", .example = "1.5", .low = 0, .high = 1e15};
inline constexpr Kind share{.words = "a share above 0 and at most 1",
                            .example = "0.8 or \"80 %\"",
                            .low = 0,
                            .high = 1,
                            .above_low = true};
inline constexpr Kind count{.words = "a whole number above 0", .example = "8", .low = 1, .high = 1e9};
inline constexpr Kind count_or_none{
    .words = "a whole number from 0 on", .example = "8", .low = 0, .high = 1e9};
inline constexpr Kind bytes{.words = "bytes",
                            .example = "\"80 GB\"",
                            .dimension = Bytes::dimension,
                            .plain = false,
                            .low = 0,
                            .high = 1e18,
                            .above_low = true};
inline constexpr Kind bytes_per_second{.words = "bytes per second",
                                       .example = "\"3350 GB/s\"",
                                       .dimension = BytesPerSecond::dimension,
                                       .plain = false,
                                       .low = 0,
                                       .high = 1e24,
                                       .above_low = true};
inline constexpr Kind flops_per_second{.words = "FLOP per second",
                                       .example = "\"989 TFLOP/s\"",
                                       .dimension = FlopsPerSecond::dimension,
                                       .plain = false,
                                       .low = 0,
                                       .high = 1e24,
                                       .above_low = true};
inline constexpr Kind watts{.words = "watts",
                            .example = "\"700 W\"",
                            .dimension = Watts::dimension,
                            .plain = false,
                            .low = 0,
                            .high = 1e18,
                            .above_low = true};
inline constexpr Kind time{.words = "a time above 0 with its unit",
                           .example = "\"50 ms\"",
                           .dimension = Seconds::dimension,
                           .plain = false,
                           .low = 0,
                           .above_low = true};
inline constexpr Kind hours{.words = "hours from 0 on",
                            .example = "40 or \"40 h\"",
                            .dimension = Seconds::dimension,
                            .unit = one_hour.value(),
                            .low = 0,
                            .high = 1e6,
                            .working_hours = true};
inline constexpr Kind dollars{.words = "dollars from 0 on",
                              .example = "1500 or \"$1500\"",
                              .dimension = Dollars::dimension,
                              .low = 0,
                              .high = 1e12};
inline constexpr Kind dollars_per_month{.words = "dollars per month from 0 on",
                                        .example = "1500 or \"$1500/month\"",
                                        .dimension = DollarsPerSecond::dimension,
                                        .unit = 1 / one_month.value(),
                                        .low = 0,
                                        .high = 1e12};
inline constexpr Kind dollars_per_hour{.words = "dollars per hour",
                                       .example = "\"$4.50/h\"",
                                       .dimension = DollarsPerSecond::dimension,
                                       .unit = 1 / one_hour.value(),
                                       .low = 0,
                                       .high = 1e6,
                                       .above_low = true};
}  // namespace kinds

/// Reads one table of a TOML document into types, key by key. What is wrong is added to the problems, with
/// its place, what was found and what to write; the reader then goes on, and returns nothing for that key.
/// Each key asked for counts as known; finish() reports the others.
class Reader {
 public:
  /// Reads the root of a document. Assumes: node and problems outlive the reader.
  Reader(const TomlNode& root, std::string file_name, Problems& problems);

  /// Whether there is such a table at all; a reader of none finds nothing and reports nothing.
  explicit operator bool() const { return node_ != nullptr; }
  bool has(std::string_view key);
  std::vector<std::string> keys() const;

  std::optional<std::string> text(std::string_view key);
  std::optional<std::string> choice(std::string_view key, std::span<const std::string> choices);
  std::optional<std::string> date(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<double> number(std::string_view key, const Kind& kind);
  std::optional<int> integer(std::string_view key, const Kind& kind = kinds::count);
  std::vector<std::string> texts(std::string_view key);
  /// The path that the value of that key names, relative to the folder of the document. Every file that a
  /// document names is asked for here, so that refuse_files() holds for all.
  std::optional<std::string> path(std::string_view key);
  std::vector<int> integers(std::string_view key, const Kind& each = kinds::count);
  /// Empty: there is no such list, or it was reported.
  std::vector<double> numbers(std::string_view key, const Kind& each);
  /// A number, or a table of p10, p50, p90 (or min, mode, max and shape), source, date and provenance.
  /// Without p10 and p90, they are p50 / spread and p50 * spread.
  std::optional<Estimate> estimate(std::string_view key, const Kind& kind, double spread);

  Reader table(std::string_view key, std::string_view example = "{ ... }");
  std::vector<Reader> tables(std::string_view key);

  /// Reports the keys that are absent, with an example of each.
  struct Need {
    std::string_view key;
    std::string_view example;
  };
  void require(std::initializer_list<Need> needs);

  /// Marks keys as known that nobody reads.
  void ignore(std::initializer_list<std::string_view> keys);

  /// Reports every key that nobody asked for.
  void finish();

  /// Adds a problem at the value of that key, or at the table where the key is absent.
  void fail(std::string_view key, ErrorKind kind, std::string message, std::string hint = "");

  /// Adds a problem of another file that this one names.
  void add(Error problem) { problems_->push_back(std::move(problem)); }
  const std::string& file_name() const { return file_name_; }

  /// From here on, and for the tables read from here, a path is a problem.
  void refuse_files() { files_refused_ = true; }

  /// The key as messages name it: "slo.ttft_p99".
  std::string name(std::string_view key) const { return prefix_ + std::string(key); }
  std::optional<TomlKind> kind(std::string_view key) const;
  bool is_table(std::string_view key) const { return kind(key) == TomlKind::table; }

 private:
  Reader(const TomlNode* node, const Reader& parent, std::string prefix, std::string title);
  const TomlNode* find(std::string_view key);
  void fail_at(const TomlNode& node, ErrorKind kind, std::string message, std::string hint);
  void wrong(const TomlNode& node, std::string_view key, std::string_view words, std::string_view example);
  std::vector<double> list(std::string_view key, const Kind& each, std::string_view example,
                           bool (*fits)(const TomlNode&));
  std::optional<double> quantity_of(const TomlNode& node, std::string_view key, const Kind& kind);
  std::optional<double> number_of(const TomlNode& node, std::string_view key, const Kind& kind);
  Estimate origin();
  std::optional<Estimate> estimate_of_range(Reader& range, std::string_view key, const Kind& kind);
  std::optional<Estimate> estimate_of_table(std::string_view key, const Kind& kind, double spread);

  const TomlNode* node_;
  std::string file_name_;
  Problems* problems_;
  std::string prefix_;  // "slo." before the keys of an inline table
  std::string title_;   // how messages call this table: "[workload]"
  bool files_refused_ = false;
  std::set<std::string, std::less<>> known_;
};

}  // namespace bitworth::formats
