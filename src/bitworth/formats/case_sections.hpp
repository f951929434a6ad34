#pragma once

#include <string>
#include <string_view>

#include "bitworth/base/text.hpp"
#include "bitworth/cases/case.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/toml_reader.hpp"

namespace bitworth::formats {

// One reader per section of a case. Each takes the root, and adds its part to the case; what later sections
// rest on is read first: model and hardware, then quality, then options.
void read_model(Reader& root, const Catalog&, cases::Case&);
void read_hardware(Reader& root, const Catalog&, cases::Case&);
void read_engine(Reader& root, const Catalog&, cases::Case&);
void read_workload(Reader& root, const Catalog&, cases::Case&);
void read_quality(Reader& root, const Catalog&, cases::Case&);
void read_options(Reader& root, const Catalog&, cases::Case&);
void read_money(Reader& root, const Catalog&, cases::Case&);

/// What the option loses: from its outcomes, else as stated, else the prior of its formats.
void read_option_quality(Reader& option_reader, const Catalog&, cases::Case&, cases::Option&);

/// What requests come and when: recorded, of a named workload, or as the section describes them.
void read_requests(Reader& workload, const Catalog&, cases::Case&);

/// How the GPUs of [hardware] are had: tenure, commitments, what owned ones cost.
void read_tenure(Reader& hardware, const Catalog&, cases::Hardware&);

/// The week's course in [workload], and the peak where only that tells it. Assumes: the hardware and the
/// requests are read.
void read_load_curve(Reader& workload, const Catalog&, cases::Case&);
/// The shipped device that `device` names; nameless where there is none, and a problem says so.
hardware::Device read_named_device(Reader& reader, const Catalog&);

/// The thing of that name; else null, and a problem with the nearest name and the command that lists them all
/// (where there is none, their ids).
template <class T>
const T* resolved(Reader& reader, std::string_view key, std::string_view what, const std::string& name,
                  const Shelf<T>& shelf, std::string_view command) {
  constexpr std::size_t longest_name = 80;
  if (name.empty()) return nullptr;  // reported already
  const T* thing = name.size() > longest_name ? nullptr : shelf.find(name);
  if (thing != nullptr) return thing;
  const std::string shown = name.substr(0, longest_name);
  std::string hint = did_you_mean(shown, shelf.names());
  if (!command.empty()) hint += format("{}{} lists them", hint.empty() ? "" : " ", command);
  if (hint.empty()) hint = "there are " + listed(shelf.ids());
  reader.fail(key, ErrorKind::usage, format("there is no {} \"{}\"", what, shown), hint);
  return nullptr;
}

}  // namespace bitworth::formats
