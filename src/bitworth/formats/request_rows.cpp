#include "bitworth/formats/request_rows.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace bitworth::formats {
namespace {

std::string_view trimmed(std::string_view cell) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  return cell;
}

// Cuts the first cell off the rest; false: there was none left.
bool cut_cell(std::string_view& rest, bool& more, std::string_view& cell) {
  if (!more) return false;
  if (!rest.empty() && rest.front() == '"') {
    std::size_t end = 1;
    while ((end = rest.find('"', end)) != rest.npos && rest.substr(end + 1).starts_with('"')) end += 2;
    if (end == rest.npos) return false;
    cell = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (!rest.empty() && rest.front() != ',') return false;
  } else {
    const void* comma = std::memchr(rest.data(), ',', rest.size());
    const auto length =
        comma ? static_cast<std::size_t>(static_cast<const char*>(comma) - rest.data()) : rest.size();
    cell = rest.substr(0, length);
    rest.remove_prefix(length);
  }
  more = !rest.empty();
  if (more) rest.remove_prefix(1);
  return true;
}

}  // namespace

std::vector<std::string_view> csv_cells(std::string_view line) {
  std::vector<std::string_view> result;
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  bool more = !line.empty();
  for (std::string_view cell; cut_cell(line, more, cell);) result.push_back(trimmed(cell));
  return result;
}

std::optional<CsvRows> CsvRows::of_header(std::string_view header, const RequestColumns& columns) {
  const std::vector<std::string_view> names = csv_cells(header);
  CsvRows rows;
  const std::string* wanted[] = {&columns.arrival, &columns.prompt_tokens, &columns.output_tokens};
  for (std::size_t i = 0; i < 3; ++i) {
    if (wanted[i]->empty()) continue;
    const auto found = std::ranges::find(names, *wanted[i]);
    if (found == names.end()) return std::nullopt;
    rows.places_[i] = static_cast<std::size_t>(found - names.begin());
    rows.last_ = std::max(rows.last_, rows.places_[i]);
  }
  return rows;
}

const char* CsvRows::read(std::string_view line, RawRow& row) const {
  std::string_view* cells[] = {&row.arrival, &row.prompt_tokens, &row.output_tokens};
  bool more = true;
  std::string_view cell;
  for (std::size_t place = 0; place <= last_; ++place) {
    if (!cut_cell(line, more, cell)) return "fewer columns than the header";
    for (std::size_t i = 0; i < 3; ++i) {
      if (places_[i] == place) *cells[i] = trimmed(cell);
    }
  }
  return nullptr;
}

namespace {

constexpr int deepest = 32;

// Walks one JSON object, calling `member` with each member's path and its text, braces and all.
template <class Member>
class JsonWalk {
 public:
  JsonWalk(std::string_view text, Member member) : text_(text), member_(member) {}

  // False: not one well-formed JSON object.
  bool run() {
    std::string path;
    return object(path, 0) && (skip_space(), at_ == text_.size());
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool string(std::string_view& value) {
    if (!accept('"')) return false;
    const std::size_t start = at_;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        value = text_.substr(start, at_++ - start);
        return true;
      }
    }
    return false;
  }

  bool object(std::string& path, int depth) {
    if (depth > deepest || !accept('{')) return false;
    if (accept('}')) return true;
    do {
      std::string_view key;
      if (!string(key) || !accept(':')) return false;
      const std::size_t outer = path.size();
      if (outer > 0) path += '.';
      path += key;
      if (!value(path, depth)) return false;
      path.resize(outer);
    } while (accept(','));
    return accept('}');
  }

  bool value(std::string& path, int depth) {
    skip_space();
    const std::size_t start = at_;
    if (at_ == text_.size()) return false;
    if (text_[at_] == '{') return object(path, depth + 1);
    std::string_view quoted;
    if (text_[at_] == '"') {
      if (!string(quoted)) return false;
      member_(path, quoted, true);
      return true;
    }
    if (text_[at_] == '[' ? !array(depth + 1) : !literal()) return false;
    member_(path, text_.substr(start, at_ - start), false);
    return true;
  }

  bool array(int depth) {
    if (depth > deepest || !accept('[')) return false;
    if (accept(']')) return true;
    do {
      skip_space();
      if (at_ == text_.size()) return false;
      std::string_view ignored;
      std::string unnamed;
      const char first = text_[at_];
      const bool fine = first == '"'   ? string(ignored)
                        : first == '[' ? array(depth + 1)
                        : first == '{' ? JsonWalk<void (*)(std::string_view, std::string_view, bool)>::nested(
                                             text_, at_, depth + 1)
                                       : literal();
      if (!fine) return false;
    } while (accept(','));
    return accept(']');
  }

  bool literal() {
    const std::size_t start = at_;
    while (at_ < text_.size() && std::strchr(",]} \t", text_[at_]) == nullptr) ++at_;
    return at_ > start;
  }

 public:
  // An object inside an array: walked, but nobody is told.
  static bool nested(std::string_view text, std::size_t& at, int depth) {
    JsonWalk walk(text, [](std::string_view, std::string_view, bool) {});
    walk.at_ = at;
    std::string path;
    const bool fine = walk.object(path, depth);
    at = walk.at_;
    return fine;
  }

 private:
  std::string_view text_;
  Member member_;
  std::size_t at_ = 0;
};

// "[1, 2, 3]" as numbers; other elements are hashed, since equality is all that names are for.
void read_names(std::string_view text, std::vector<std::uint64_t>& names) {
  while (!text.empty() && (text.front() == '[' || text.front() == ' ' || text.front() == ','))
    text.remove_prefix(1);
  while (!text.empty() && text.front() != ']') {
    const std::size_t length = std::min(text.find_first_of(",]"), text.size());
    const std::string_view name = trimmed(text.substr(0, length));
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), value);
    if (problem != std::errc() || end != name.data() + name.size())
      value = std::hash<std::string_view>{}(name);
    names.push_back(value);
    text.remove_prefix(length);
    while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
  }
}

}  // namespace

const char* JsonRows::read(std::string_view line, RawRow& row) const {
  const auto member = [&](std::string_view path, std::string_view value, bool quoted) {
    if (path == columns_.prompt_tokens) row.prompt_tokens = value;
    if (path == columns_.output_tokens) row.output_tokens = value;
    if (path == columns_.arrival) {
      row.arrival = value;
      row.arrival_is_text = quoted;
    }
    if (!columns_.prefix.empty() && path == columns_.prefix) read_names(value, row.prefix);
  };
  return JsonWalk(line, member).run() ? nullptr : "not a JSON object";
}

std::vector<std::string> json_member_names(std::string_view line) {
  std::vector<std::string> names;
  const auto member = [&](std::string_view path, std::string_view, bool) { names.emplace_back(path); };
  if (!JsonWalk(line, member).run()) names.clear();
  return names;
}

}  // namespace bitworth::formats
