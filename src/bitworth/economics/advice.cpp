#include "bitworth/economics/advice.hpp"

namespace bitworth::economics {

std::string to_text(Volume volume) {
  switch (volume) {
    case Volume::low:
      return "low";
    case Volume::moderate:
      return "moderate";
    case Volume::high:
      break;
  }
  return "high";
}

std::optional<Volume> volume_named(std::string_view name) {
  for (const Volume volume : {Volume::low, Volume::moderate, Volume::high}) {
    if (name == to_text(volume)) return volume;
  }
  return std::nullopt;
}

std::string should_quantize(const AdviceFacts& facts) {
  if (facts.memory_constrained && facts.decode_heavy) return "Yes - high ROI, likely necessary";
  if (facts.quality_critical && !facts.memory_constrained) return "No - risk without benefit";
  if (facts.volume == Volume::moderate) {
    return facts.engineering_capacity ? "Maybe - run ROI calculation with your numbers"
                                      : "No - engineering cost likely exceeds benefit";
  }
  if (facts.volume == Volume::high) return "Probably - small percentage savings × large volume = significant";
  return "Evaluate - run the numbers for your specific case";
}

CorrectedAdvice corrected_advice(const AdviceFacts& facts) {
  const std::string decide = "bitworth decide CASE";
  if (facts.quality_critical) {
    return {"Measure the quality first",
            "A critical quality bar comes before any gain, memory-constrained or not; whether a format stays "
            "inside it is a paired test on your task, and 8-bit formats often do.",
            "set the margin in the case's [quality], then " + decide};
  }
  if (facts.memory_constrained) {
    return {
        "Probably, if the smaller model fits",
        facts.decode_heavy
            ? "What fits, and how many more requests the freed memory admits, can be computed. That room "
              "often "
              "pays more than a faster kernel."
            : "The freed memory admits more requests, but formats that shrink only the weights do not make "
              "prefill faster: prefer one that also quantizes activations.",
        decide + ", which computes the fit, the requests and the GPUs"};
  }
  if (facts.volume == Volume::low) {
    return {"Probably not",
            "GPUs are rented whole: at low volume the fleet is as small as it gets. A faster step frees no "
            "GPU; only a "
            "model that then fits fewer of them does.",
            "think again when the load needs a second instance"};
  }
  if (!facts.engineering_capacity) {
    return {
        "Only with a ready-made checkpoint",
        "Then most of the engineering falls away, and what remains is to measure the quality and to switch.",
        decide + " with checkpoint = \"ready-made\""};
  }
  return {"Run the numbers",
          facts.decode_heavy
              ? "Savings come in whole GPUs, and at large batches formats that shrink only the weights stop "
                "gaining."
              : "Prefill is bound by compute: only a format that quantizes activations too makes it faster.",
          decide};
}

}  // namespace bitworth::economics
