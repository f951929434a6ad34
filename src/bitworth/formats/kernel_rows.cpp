#include "bitworth/formats/kernel_rows.hpp"

#include <cmath>
#include <vector>

#include "bitworth/base/text.hpp"

namespace bitworth::formats {
namespace {

// What a reader takes is text without control characters; quotes and backslashes are escaped.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ') continue;
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string list(const char* key, const std::vector<std::string>& texts) {
  if (texts.empty()) return "";
  std::string result;
  for (const std::string& text : texts) result += (result.empty() ? "" : ", ") + quoted(text);
  return format("{} = [{}]\n", key, result);
}

const char* units_name(std::optional<FlopsPerSecond> hardware::PeakRates::*units) {
  using hardware::PeakRates;
  if (units == &PeakRates::fp32) return "fp32";
  if (units == &PeakRates::bf16) return "bf16";
  if (units == &PeakRates::fp8) return "fp8";
  if (units == &PeakRates::int8) return "int8";
  if (units == &PeakRates::fp4) return "fp4";
  return units == &PeakRates::int4 ? "int4" : "fp16";
}

std::string microseconds(Seconds time) {
  return format("\"{:.15g} us\"", time.value() * 1e6);
}

std::string row(const hardware::Kernel& k) {
  constexpr double sharpest = 1000;  // that a file may state
  std::string text = "[[kernel]]\nname = " + quoted(k.name) + "\n";
  text += list("devices", k.where.devices) + list("families", k.where.families) +
          list("classes", k.where.classes);
  text += format("launch = {}\nbandwidth_share = {}\ncompute_share = {}\ncorner = {}\nunits = \"{}\"\n",
                 microseconds(k.launch), k.bandwidth_share, k.compute_share, std::fmin(k.corner, sharpest),
                 units_name(k.units));
  if (k.tile_rows > 1) text += format("tile_rows = {}\n", std::lround(k.tile_rows));
  if (k.vector_ops_per_weight > 0) text += format("vector_ops_per_weight = {}\n", k.vector_ops_per_weight);
  if (k.buffer_bytes_per_weight > 0)
    text += format("buffer_bytes_per_weight = {}\n", k.buffer_bytes_per_weight);
  if (k.host_per_call > Seconds(0)) text += format("host_per_call = {}\n", microseconds(k.host_per_call));
  if (k.host_per_call_batched > Seconds(0))
    text += format("host_per_call_batched = {}\n", microseconds(k.host_per_call_batched));
  if (k.is_guess) text += "guess = true\n";
  if (!k.source.empty()) text += "source = " + quoted(k.source) + "\n";
  return text + (k.date.empty() ? "" : format("date = \"{}\"\n", k.date));
}

}  // namespace

std::string kernel_rows(std::span<const hardware::Kernel> kernels) {
  std::string text;
  for (const hardware::Kernel& kernel : kernels) text += (text.empty() ? "" : "\n") + row(kernel);
  return text;
}

}  // namespace bitworth::formats
