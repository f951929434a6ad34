#include "bitworth/measure/room.hpp"

#include <algorithm>
#include <numeric>

#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::measure {
namespace {

// What the engine's buffers and the repacking of some formats take besides, as a share of the weights.
constexpr double besides_weights = 1.15;
// Of the available memory; the rest is for whatever else the machine does.
constexpr double share_for_all = 0.7, share_for_one = 0.95;

double sum(const std::vector<std::uint64_t>& bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), 0.0);
}

}  // namespace

Result<void> check_disk(const std::vector<std::uint64_t>& bytes_to_make, Bytes free,
                        const std::string& folder) {
  constexpr double spare = 1.02;  // headers, and blocks that are not full
  const Bytes needed(sum(bytes_to_make) * spare);
  if (needed < free || bytes_to_make.empty()) return {};
  return std::unexpected(
      Error{ErrorKind::io,
            {folder, 0, 0},
            format("the quantized files take {}, and the disk has {}", to_text(needed), to_text(free)),
            "free some, give another folder with --cache, or fewer --schemes"});
}

Bytes cell_memory(const std::vector<cases::TimingCell>& cells,
                  const std::optional<llm::Architecture>& architecture) {
  if (!architecture) return Bytes(0);
  const llm::Architecture& a = *architecture;
  const double cache_of_token = 2.0 * 2.0 * a.layers * a.kv_heads * a.head_dim;
  double most = 0;
  for (const cases::TimingCell& cell : cells) {
    constexpr int most_steps = 130;  // of one sample
    const double tokens = double(cell.batch) * (cell.depth + cell.tokens + most_steps);
    const double logits = 4.0 * a.vocab * std::max(512, cell.batch);
    most = std::max(most, tokens * cache_of_token + logits);
  }
  return Bytes(most);
}

Result<Residence> choose_residence(const std::vector<std::uint64_t>& file_bytes, Bytes besides,
                                   Bytes available) {
  if (Bytes(sum(file_bytes) * besides_weights) + besides < available * share_for_all)
    return Residence::all_files;
  const Bytes needed = Bytes(static_cast<double>(std::ranges::max(file_bytes)) * besides_weights) + besides;
  if (needed < available * share_for_one) return Residence::one_file;
  return std::unexpected(
      Error{ErrorKind::io,
            {},
            format("measuring takes {} of memory, and {} are free", to_text(needed), to_text(available)),
            "use a smaller model, smaller --batches or --depths, or a machine with more memory"});
}

}  // namespace bitworth::measure
