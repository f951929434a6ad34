#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/replica.hpp"

namespace bitworth::cli {

/// The flags of commands that time options: a case, or names, and the load.
struct TimeFlags {
  std::string command;
  std::string case_path;
  std::string model;
  std::string device;
  std::string engine;
  std::string schemes;
  std::string baseline;
  std::string kv_cache;
  std::optional<int> gpus;
  std::optional<double> batch;
  std::optional<double> prompt_tokens;
  std::optional<double> context_tokens;
};

void add_time_flags(CLI::App& command, TimeFlags&);

/// What is to be timed. Of a case built from names, nothing but what times rest on is filled in.
struct TimeQuestion {
  cases::Case question;
  roofline::LoadPoint point;
};

/// Throws Failure: every problem of the flags, or of the case.
TimeQuestion read_time_question(const TimeFlags&);

}  // namespace bitworth::cli
