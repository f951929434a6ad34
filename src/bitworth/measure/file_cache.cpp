#include "bitworth/measure/file_cache.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <functional>

#include "bitworth/base/text.hpp"
#include "bitworth/measure/sha256.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::measure {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view partial = ".partial-";

bool lives(const std::string& process) {
  pid_t id = 0;
  std::from_chars(process.data(), process.data() + process.size(), id);
  return id > 0 && ::kill(id, 0) == 0;
}

// What a run left that was killed while it wrote.
void remove_leftovers(const std::string& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const auto mark = name.rfind(partial);
    if (mark != name.npos && !lives(name.substr(mark + partial.size()))) fs::remove(entry.path(), ignored);
  }
}

bool reaches_the_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = ::fsync(file) == 0;
  ::close(file);
  return done;
}

// Makes the file under another name, and gives it its own when it is whole on the disk.
Result<void> make_whole(const std::string& path,
                        const std::function<Result<void>(const std::string&)>& make) {
  if (FileCache::holds(path)) return {};
  const std::string aside = path + std::string(partial) + std::to_string(::getpid());
  Result<void> done = make(aside);
  std::error_code problem;
  if (done && reaches_the_disk(aside)) fs::rename(aside, path, problem);
  if (done && (problem || !FileCache::holds(path)))
    done = std::unexpected(
        Error{ErrorKind::io, {path, 0, 0}, "could not be written whole", "is the disk full?"});
  if (!done) fs::remove(aside, problem);
  return done;
}

}  // namespace

Result<FileCache> FileCache::open(const std::string& folder, const cases::EngineFacts& engine) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    return std::unexpected(Error{ErrorKind::io,
                                 {folder, 0, 0},
                                 "cannot be made: " + problem.message(),
                                 "give another folder with --cache"});
  remove_leftovers(folder);
  FileCache cache;
  cache.folder_ = folder;
  cache.engine_ = engine.name + " " + engine.version;
  return cache;
}

std::string FileCache::path(const std::string& source_hash, const std::string& imatrix_hash,
                            const std::string& scheme) const {
  const std::string key = sha256_of(source_hash + " " + imatrix_hash + " " + scheme + " " + engine_);
  return (fs::path(folder_) / format("{}-{}.gguf", key.substr(0, 16), scheme)).string();
}

bool FileCache::holds(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

Result<void> FileCache::make(Engine& engine, const Recipe& recipe) {
  return make_whole(recipe.target, [&](const std::string& aside) {
    Recipe elsewhere = recipe;
    elsewhere.target = aside;
    return engine.quantize(elsewhere);
  });
}

Result<std::string> FileCache::random_model(Engine& engine, const llm::Architecture& architecture) const {
  const std::string path = (fs::path(folder_) / format("random-{}.gguf", architecture.id)).string();
  const Bytes needed(2 * llm::count_parameters(architecture).total());
  if (!holds(path) && needed > free_space())
    return std::unexpected(Error{ErrorKind::io,
                                 {folder_, 0, 0},
                                 format("random weights of {} take {}, and the disk has {}",
                                        architecture.name, to_text(needed), to_text(free_space())),
                                 "free some, or give another folder with --cache"});
  const Result<void> done =
      make_whole(path, [&](const std::string& aside) { return engine.make_random(architecture, aside); });
  if (!done) return std::unexpected(done.error());
  return path;
}

Bytes FileCache::free_space() const {
  std::error_code problem;
  const fs::space_info space = fs::space(folder_, problem);
  return Bytes(problem ? 0 : static_cast<double>(space.available));
}

}  // namespace bitworth::measure
