#pragma once

#include <span>
#include <vector>

#include "bitworth/quality/divergence_interval.hpp"
#include "bitworth/quality/divergence_scores.hpp"

namespace bitworth::quality {

/// The clusters of a run and their sums: documents in the order of their numbers, else contexts.
struct Clusters {
  ClusterUnit unit = ClusterUnit::none;
  int documents = 0;
  std::vector<DivergenceSums> sums;  ///< one element with unit none
};

/// With fewer documents than this, contexts are the clusters: a t interval over a handful of documents is too
/// wide to be of use, and the unit says what the narrower one leaves out.
inline constexpr int least_documents = 6;

/// Assumes: at least one token.
Clusters cluster(std::span<const ContextScores>);

/// One number of each cluster's sums for each.
template <class X, class Y>
std::vector<ClusterPart> parts_of(const Clusters& clusters, X x, Y y) {
  std::vector<ClusterPart> parts;
  parts.reserve(clusters.sums.size());
  for (const DivergenceSums& sums : clusters.sums) parts.push_back({x(sums), y(sums)});
  return parts;
}

}  // namespace bitworth::quality
