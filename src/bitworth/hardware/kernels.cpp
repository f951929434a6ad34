#include "bitworth/hardware/kernels.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace bitworth::hardware {
namespace {

bool holds(const std::vector<std::string>& list, const std::string& word) {
  return std::ranges::find(list, word) != list.end();
}

template <class T>
void append(std::vector<T>& rows, std::vector<T>& more) {
  rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

template <class T>
void replace_named(std::vector<T>& rows, std::vector<T>& more) {
  for (T& row : more) {
    const auto same = std::ranges::find(rows, row.name, &T::name);
    if (same != rows.end()) {
      *same = std::move(row);
    } else {
      rows.push_back(std::move(row));
    }
  }
}

}  // namespace

std::string to_text(Rung rung) {
  switch (rung) {
    case Rung::own_measurement:
      return "own measurement";
    case Rung::same_device:
      return "same device";
    case Rung::same_family:
      return "same family";
    case Rung::device_class:
      return "class default";
    case Rung::any_device:
      return "default of all devices";
  }
  return "";
}

std::optional<Rung> Where::rung(const Device& device) const {
  std::optional<Rung> found;
  if (!devices.empty()) {
    if (holds(devices, device.id)) found = Rung::same_device;
  } else if (!families.empty()) {
    if (holds(families, device.family)) found = Rung::same_family;
  } else if (!classes.empty()) {
    if (holds(classes, device.device_class)) found = Rung::device_class;
  } else {
    found = Rung::any_device;
  }
  return found && own ? Rung::own_measurement : found;
}

Batching EngineCosts::batching_on(const Device& device) const {
  if (large_devices && holds(large_devices->classes, device.device_class) &&
      !(usable_memory(device) < large_devices->least_memory) && !holds(large_devices->except, device.id))
    return large_devices->batching;
  return {max_sequences, token_budget};
}

const EngineCosts* KernelTables::engine(std::string_view name) const {
  const auto found = std::ranges::find(engines, name, &EngineCosts::name);
  return found == engines.end() ? nullptr : &*found;
}

void lay_over(KernelTables& tables, KernelTables own) {
  append(tables.kernels, own.kernels);
  append(tables.experts, own.experts);
  append(tables.attention, own.attention);
  replace_named(tables.engines, own.engines);
  replace_named(tables.classes, own.classes);
}

}  // namespace bitworth::hardware
