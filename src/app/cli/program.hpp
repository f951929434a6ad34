#pragma once

namespace bitworth::cli {

/// The whole program: reads the flags, runs one command, prints its answer, returns the exit code.
int run_program(int argc, const char* const* argv);

}  // namespace bitworth::cli
