// Seeded entropy for the simulated world and for tests: the same seed, the same sequence, on every
// compiler (SplitMix64).
#pragma once

#include "base/ports.h"

namespace hikae {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

/// A whole number in [0, bound); bound > 0. The bias is below 2^-40 for bounds under 2^24.
[[nodiscard]] std::uint64_t below(Entropy& entropy, std::uint64_t bound);
/// Lower-case hex digits, `digits` of them.
[[nodiscard]] std::string random_hex(Entropy& entropy, std::size_t digits);

}  // namespace hikae
