#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck.h>

#include <atomic>
#include <functional>
#include <new>
#include <random>

#include "tests/fuzz/targets.hpp"
#include "tests/support/model_corpus.hpp"

// The sanitizers bring an operator new of their own.
#if !defined(__SANITIZE_ADDRESS__)
namespace {
std::atomic<std::size_t> allocated = 0, most_allocated = 0;

void* counted(void* memory) {
  const std::size_t now = allocated += malloc_usable_size(memory);
  if (now > most_allocated) most_allocated = now;
  return memory;
}
}  // namespace

// Inlined, free() would look mismatched to the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size > 0 ? size : 1)) return counted(memory);
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  allocated -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
#endif

namespace bitworth::tests {
namespace {

constexpr std::size_t most_bytes = 64 << 20;

using Target = std::function<void(std::span<const std::byte>)>;

struct Format {
  const char* name;
  Target read;
  std::vector<ByteString> seeds;
};

std::vector<Format> formats_under_test() {
  return {{"safetensors", fuzz_safetensors, safetensors_seeds()},
          {"gguf", fuzz_gguf, gguf_seeds()},
          {"config.json", fuzz_config_json, config_json_seeds()}};
}

// A buffer of exactly that size, so that a sanitizer sees the first byte read beyond it.
void read_exactly(const Target& read, const ByteString& bytes) {
  const ByteString exact(bytes.begin(), bytes.end());
#if !defined(__SANITIZE_ADDRESS__)
  const std::size_t before = allocated;
  most_allocated = before;
#endif
  read(exact);
#if !defined(__SANITIZE_ADDRESS__)
  ASSERT_LT(most_allocated - before, most_bytes);
#endif
}

TEST(HostileModel, TruncationAtEveryByte) {
  for (const Format& format : formats_under_test()) {
    for (const ByteString& seed : format.seeds) {
      // Data are zeros: cutting the first of them says what cutting all says.
      const std::size_t interesting = std::min<std::size_t>(seed.size(), 3000);
      for (std::size_t size = 0; size < interesting; ++size)
        read_exactly(format.read, ByteString(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(size)));
    }
  }
}

TEST(HostileModel, EveryByteSetToExtremes) {
  for (const Format& format : formats_under_test()) {
    for (const ByteString& seed : format.seeds) {
      for (std::size_t at = 0; at < std::min<std::size_t>(seed.size(), 1500); ++at) {
        for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF, int{'"'}, int{'['}, int{'9'}}) {
          ByteString bytes = seed;
          bytes[at] = static_cast<std::byte>(value);
          read_exactly(format.read, bytes);
        }
      }
    }
  }
}

TEST(HostileModel, EightByteNumbersSetToExtremes) {
  for (const std::uint64_t value :
       {~std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{1} << 40, std::uint64_t{0}}) {
    for (const ByteString& seed : gguf_seeds()) {
      for (std::size_t at = 0; at + 8 <= std::min<std::size_t>(seed.size(), 1500); ++at) {
        ByteString bytes = seed;
        std::memcpy(bytes.data() + at, &value, 8);
        read_exactly(fuzz_gguf, bytes);
      }
    }
  }
}

TEST(HostileModel, FlippedBytes) {
  for (const Format& format : formats_under_test()) {
    const auto property = [&](std::uint32_t choice,
                              const std::vector<std::pair<std::uint16_t, std::uint8_t>>& flips) {
      ByteString bytes = format.seeds[choice % format.seeds.size()];
      for (const auto& [at, with] : flips)
        bytes[at % std::min<std::size_t>(bytes.size(), 2000)] ^= std::byte{with};
      read_exactly(format.read, bytes);
    };
    EXPECT_TRUE(rc::check(format.name, property));
  }
}

TEST(HostileModel, RandomWalksAwayFromTheSeeds) {
  std::mt19937_64 random(7);
  for (const Format& format : formats_under_test()) {
    for (int round = 0; round < 3000; ++round) {
      ByteString bytes = format.seeds[random() % format.seeds.size()];
      const std::uint64_t edits = 1 + random() % 6;
      for (std::uint64_t i = 0; i < edits && !bytes.empty(); ++i) {
        const auto at = static_cast<std::ptrdiff_t>(random() % std::min<std::size_t>(bytes.size(), 1500));
        if (random() % 3 == 0) {
          bytes.erase(bytes.begin() + at);
        } else if (random() % 2 == 0) {
          bytes.insert(bytes.begin() + at, static_cast<std::byte>(random()));
        } else {
          bytes[static_cast<std::size_t>(at)] = bytes[random() % bytes.size()];
        }
      }
      read_exactly(format.read, bytes);
    }
  }
}

TEST(HostileModel, DeepAndWideJson) {
  constexpr std::size_t size = 1 << 20;
  for (const std::string_view piece : {"[", "[],", "{\"\":", "{},", "1,", "\"\",", "{\"a\":[]},"}) {
    std::string text = "{\"model_type\":\"llama\",\"a\":[";
    while (text.size() + piece.size() + 3 < size) text += piece;
    for (const std::string_view end : {"", "0]}"}) {
      text += end;
      read_exactly(fuzz_config_json, text_bytes(text));
      read_exactly(fuzz_safetensors, safetensors_bytes(text, 0));
    }
  }
}

}  // namespace
}  // namespace bitworth::tests
