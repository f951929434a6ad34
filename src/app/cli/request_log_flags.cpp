#include "app/cli/request_log_flags.hpp"

#include <map>
#include <string_view>

#include "app/cli/command.hpp"
#include "bitworth/base/text.hpp"

namespace bitworth::cli {
namespace {

const std::map<std::string, std::int64_t> nanoseconds_of = {
    {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1000}, {"ns", 1}};

// "prompt=in" sets the column of prompts to "in". False: there is no such column.
bool set_column(formats::RequestColumns& columns, std::string_view part) {
  const std::size_t equals = part.find('=');
  if (equals == part.npos || equals + 1 == part.size()) return false;
  const std::string_view what = part.substr(0, equals);
  std::string* column = what == "arrival"  ? &columns.arrival
                        : what == "prompt" ? &columns.prompt_tokens
                        : what == "output" ? &columns.output_tokens
                        : what == "prefix" ? &columns.prefix
                                           : nullptr;
  if (column == nullptr) return false;
  *column = part.substr(equals + 1);
  return true;
}

}  // namespace

void RequestLogFlags::add_to(CLI::App& command) {
  command.add_option(
      "--columns", columns_,
      "Columns of a log of your own: prompt=NAME,output=NAME and, where there are, arrival=NAME "
      "and prefix=NAME");
  command.add_option("--time-unit", time_unit_, "Of plain numbers in the arrival column: s, ms, us or ns")
      ->check(CLI::IsMember({"s", "ms", "us", "ns"}))
      ->capture_default_str();
  command.add_option("--bad-lines", bad_lines_, "Bad lines to put up with")->capture_default_str();
}

formats::RequestLogSettings RequestLogFlags::settings(const std::string& command) const {
  formats::RequestLogSettings result{std::nullopt, bad_lines_, false};
  if (columns_.empty()) return result;
  formats::RequestColumns columns;
  columns.arrival_unit_nanoseconds = nanoseconds_of.at(time_unit_);
  std::string_view rest = columns_;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (!set_column(columns, part))
      throw Failure{
          {format("{}: --columns has \"{}\"; write prompt=NAME,output=NAME,arrival=NAME,prefix=NAME", command,
                  part)},
          bad_usage};
  }
  if (columns.prompt_tokens.empty() || columns.output_tokens.empty())
    throw Failure{{format("{}: --columns needs prompt=NAME and output=NAME", command)}, bad_usage};
  result.columns = std::move(columns);
  return result;
}

formats::RequestLog read_log(const std::string& path, const formats::RequestLogSettings& settings) {
  formats::RequestLogSettings here = settings;
  here.may_be_pipe = true;
  auto log = formats::read_request_log(path == "-" ? "/dev/stdin" : path, here);
  if (!log) throw Failure{{to_text(log.error())}};
  return *std::move(log);
}

}  // namespace bitworth::cli
