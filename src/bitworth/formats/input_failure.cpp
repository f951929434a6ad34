#include <utility>

#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {

void fail(ErrorKind kind, Position position, std::string message, std::string hint) {
  throw InputFailure{{kind, std::move(position), std::move(message), std::move(hint)}};
}

}  // namespace bitworth::formats
