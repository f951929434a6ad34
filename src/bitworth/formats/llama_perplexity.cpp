#include "bitworth/formats/llama_perplexity.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{64} << 20;
constexpr double most_nats = 1000;

// The words of a line that are numbers, percent signs apart. What stands for the plus-minus sign is none.
std::vector<double> numbers_of(std::string_view line) {
  std::vector<double> result;
  while (!line.empty()) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == line.npos) break;
    line.remove_prefix(start);
    std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(word.size());
    while (word.ends_with('%') || word.ends_with(',')) word.remove_suffix(1);
    double value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (problem == std::errc() && end == word.data() + word.size()) result.push_back(value);
  }
  return result;
}

/// Gathers the figures line by line.
class OutputReader {
 public:
  explicit OutputReader(const std::string& name) : name_(name) {}

  void read(std::string_view line, std::uint32_t number) {
    line_ = number;
    if (line.find("Final estimate: PPL") != line.npos) has_perplexity_ = true;
    if (line.find("KL Divergence") != line.npos && line.find("chunk") != line.npos) {
      in_table_ = true;
    } else if (in_table_) {
      in_table_ = read_row(line);
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return;
    const std::string_view label = line.substr(0, colon);
    const std::vector<double> values = numbers_of(line.substr(colon + 1));
    if (values.empty()) return;
    if (label.find("KLD") != label.npos) {
      if (label.find("Mean") != label.npos) set_mean(values);
      if (label.find("99.0%") != label.npos && !result_.p99_kld) result_.p99_kld = finite(values[0]);
    } else if (label.find("Same top p") != label.npos) {
      result_.same_top_token = finite(values[0] / 100);
    } else if (label.find("Mean ln(PPL(Q)/PPL(base))") != label.npos) {
      result_.log_perplexity_ratio = finite(values[0]);
    }
  }

  cases::Divergence take() {
    if (!found_ && last_row_.size() >= 7) set_mean({last_row_[5], last_row_[6]});
    if (!found_)
      fail(ErrorKind::unsupported, {name_, 0, 0},
           has_perplexity_ ? "holds a perplexity, but no KL divergence" : "holds no KL divergence",
           "run llama-perplexity with --kl-divergence against the baseline's logits");
    result_.source = format("llama-perplexity, {}", shown(name_));
    return result_;
  }

 private:
  // A row: chunk, then value and error of PPL, ln ratio, KLD, RMS, top token. False: the table has ended.
  bool read_row(std::string_view line) {
    std::vector<double> values = numbers_of(line);
    if (values.empty()) return last_row_.empty();
    if (values.size() >= 7) {
      last_row_ = std::move(values);
      row_line_ = line_;
    }
    return true;
  }

  void set_mean(const std::vector<double>& values) {
    const std::uint32_t line = found_ || last_row_.empty() ? line_ : std::max(line_, row_line_);
    if (!std::isfinite(values[0]) || std::abs(values[0]) > most_nats)
      fail(ErrorKind::malformed, {name_, line, 1}, "its mean KLD is not a number of nats");
    found_ = true;
    result_.mean_kld = std::max(0.0, values[0]);  // rounding can print a divergence just below zero
    result_.standard_error.reset();
    if (values.size() > 1 && std::isfinite(values[1]) && values[1] >= 0 && values[1] <= most_nats)
      result_.standard_error = values[1];
  }

  static std::optional<double> finite(double value) {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }

  const std::string& name_;
  std::uint32_t line_ = 0, row_line_ = 0;
  bool in_table_ = false, found_ = false, has_perplexity_ = false;
  std::vector<double> last_row_;
  cases::Divergence result_;
};

}  // namespace

bool is_llama_perplexity(std::string_view text) {
  for (const std::string_view mark : {"KL divergence statistics", "KL Divergence", "Final estimate: PPL"}) {
    if (text.find(mark) != text.npos) return true;
  }
  return text.starts_with("[1]");
}

Result<cases::Divergence> parse_llama_perplexity(std::string_view text, const std::string& name) try {
  OutputReader reader(name);
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.read(text.substr(0, end), ++number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<cases::Divergence> read_llama_perplexity(const std::string& path) try {
  return parse_llama_perplexity(read_text_file(path, largest_file), path);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
