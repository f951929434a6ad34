// A page's module has one thread.
#include "bitworth/base/parallel.hpp"

namespace bitworth {

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  for (std::size_t i = 0; i < count; ++i) work(i);
}

}  // namespace bitworth
