#pragma once

#include <string>

namespace bitworth::engine {

/// Keeps llama.cpp's log instead of printing it, from here on. Idempotent.
void keep_log();

/// The last error that llama.cpp logged, one line; empty: none.
std::string last_error();

/// The last logged line that holds these words; empty: none.
std::string last_line_with(const std::string& words);

/// Calls the function with llama.cpp's message before it aborts the process.
void on_abort(void (*function)(const char*));

}  // namespace bitworth::engine
