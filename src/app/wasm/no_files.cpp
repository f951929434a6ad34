// What reads files, where there are none. A case on the page may not name any (formats::CaseFiles::refused),
// so nothing calls these.
#include "bitworth/formats/answer_files.hpp"
#include "bitworth/formats/kernels.hpp"
#include "bitworth/formats/llama_perplexity.hpp"
#include "bitworth/formats/model_files.hpp"
#include "bitworth/formats/request_log.hpp"

namespace bitworth::formats {
namespace {

std::unexpected<Error> no_file(const std::string& path) {
  return std::unexpected(
      Error{ErrorKind::unsupported, {path, 0, 0}, "files cannot be read here", "run bitworth decide on it"});
}

}  // namespace

Result<ModelFiles> read_model(const std::string& path) {
  return no_file(path);
}

std::expected<hardware::KernelTables, Problems> read_own_kernels(const std::string& path,
                                                                 const hardware::KernelTables&) {
  return std::unexpected(Problems{no_file(path).error()});
}

std::expected<RequestLog, Error> read_request_log(const std::string& path, const RequestLogSettings&) {
  return no_file(path);
}

Result<Sheet> read_answers(const std::string& path, const ScoreChoice&) {
  return no_file(path);
}

Result<SheetPair> read_answer_pairs(const std::string& path) {
  return no_file(path);
}

Result<cases::Divergence> read_llama_perplexity(const std::string& path) {
  return no_file(path);
}

}  // namespace bitworth::formats
