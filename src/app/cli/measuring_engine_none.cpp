#include "app/cli/command.hpp"
#include "app/cli/measuring_engine.hpp"

namespace bitworth::cli {

std::unique_ptr<measure::Engine> measuring_engine(int) {
  throw Failure{
      {"this program was built without llama.cpp, which measures models and machines; \"make build\" in its "
       "source folder fetches and builds it, or cmake -DBITWORTH_LLAMA=system takes an installed one"}};
}

}  // namespace bitworth::cli
