#include "bitworth/formats/paths.hpp"

#include <gtest/gtest.h>

namespace bitworth::formats {
namespace {

TEST(Paths, AFileNamesOthersFromItsFolder) {
  EXPECT_EQ(path_beside("cases/chat.toml", "log.csv"), "cases/log.csv");
  EXPECT_EQ(path_beside("/cases/chat.toml", "../log.csv"), "/cases/../log.csv");
  EXPECT_EQ(path_beside("/chat.toml", "log.csv"), "/log.csv");
  EXPECT_EQ(path_beside("chat.toml", "runs/log.csv"), "runs/log.csv");
  EXPECT_EQ(path_beside("cases/chat.toml", "/logs/log.csv"), "/logs/log.csv");
}

TEST(Paths, TheLastPartIsAName) {
  EXPECT_EQ(last_of_path("runs/fp8"), "fp8");
  EXPECT_EQ(last_of_path("runs/fp8/"), "fp8");
  EXPECT_EQ(last_of_path("fp8"), "fp8");
  EXPECT_EQ(last_of_path("/"), "");
}

TEST(ModelPath, IsToldFromAnArchitecturesName) {
  for (const char* path : {"m.gguf", "./llama", "/models/llama", "../llama", "config.json", "llama/", "."})
    EXPECT_TRUE(is_model_path(path)) << path;
  for (const char* name : {"llama-3.1-8b", "meta-llama/Llama-3.1-8B", "qwen3-32b"})
    EXPECT_FALSE(is_model_path(name)) << name;
}

}  // namespace
}  // namespace bitworth::formats
