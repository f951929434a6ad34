#include "app/cli/program.hpp"

int main(int argc, char** argv) {
  return bitworth::cli::run_program(argc, argv);
}
