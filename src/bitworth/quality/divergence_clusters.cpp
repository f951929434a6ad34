#include "bitworth/quality/divergence_clusters.hpp"

#include <map>
#include <utility>

namespace bitworth::quality {
namespace {

std::vector<DivergenceSums> by_document(std::span<const ContextScores> contexts) {
  std::map<int, DivergenceSums> documents;
  for (const ContextScores& context : contexts)
    for (const DocumentSums& part : context.documents) documents[part.document] += part.sums;
  std::vector<DivergenceSums> result;
  for (const auto& [document, sums] : documents) result.push_back(sums);
  return result;
}

std::vector<DivergenceSums> by_context(std::span<const ContextScores> contexts) {
  std::vector<DivergenceSums> result;
  for (const ContextScores& context : contexts) result.push_back(context.total());
  return result;
}

}  // namespace

Clusters cluster(std::span<const ContextScores> contexts) {
  std::vector<DivergenceSums> documents = by_document(contexts);
  const auto count = static_cast<int>(documents.size());
  if (count >= least_documents) return {ClusterUnit::document, count, std::move(documents)};
  return {contexts.size() >= 2 ? ClusterUnit::context : ClusterUnit::none, count, by_context(contexts)};
}

}  // namespace bitworth::quality
