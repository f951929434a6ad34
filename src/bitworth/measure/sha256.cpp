#include "bitworth/measure/sha256.hpp"

#include <openssl/evp.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "bitworth/base/text.hpp"

namespace bitworth::measure {
namespace {

class Digest {
 public:
  Digest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void add(const char* bytes, std::size_t count) { EVP_DigestUpdate(context_.get(), bytes, count); }
  std::string hexadecimal() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int count = 0;
    EVP_DigestFinal_ex(context_.get(), bytes, &count);
    std::string text;
    for (unsigned int i = 0; i < count; ++i) text += format("{:02x}", bytes[i]);
    return text;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

}  // namespace

Result<std::string> sha256_of_file(const std::string& path, const std::function<void(double)>& tell) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return std::unexpected(
        Error{ErrorKind::io, {path, 0, 0}, format("cannot be read: {}", std::strerror(errno)), ""});
  Digest digest;
  std::vector<char> bytes(1 << 20);
  double total = 0;
  while (in) {
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    digest.add(bytes.data(), static_cast<std::size_t>(in.gcount()));
    total += static_cast<double>(in.gcount());
    if (tell) tell(total);
  }
  if (in.bad()) return std::unexpected(Error{ErrorKind::io, {path, 0, 0}, "cannot be read to its end", ""});
  return digest.hexadecimal();
}

std::string sha256_of(std::string_view text) {
  Digest digest;
  digest.add(text.data(), text.size());
  return digest.hexadecimal();
}

}  // namespace bitworth::measure
