#include "base/entropy.h"

namespace hikae {

std::uint64_t SeededEntropy::next() {
  state_ += 0x9e3779b97f4a7c15ULL;
  auto z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::uint64_t below(Entropy& entropy, std::uint64_t bound) { return entropy.next() % bound; }

std::string random_hex(Entropy& entropy, std::size_t digits) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (i % 16 == 0) bits = entropy.next();
    hex += kHex[bits & 15];
    bits >>= 4;
  }
  return hex;
}

}  // namespace hikae
