// Upper and lower case of every code point that has any, as runs; read through letter_case.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hikae::pattern {

/// The code points first, first + step … last; lower = code point + `lower`, upper likewise.
struct CaseRun {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t step;
  std::int32_t lower;
  std::int32_t upper;
};
/// A code point one of whose cases is several code points ("ß" -> "SS").
struct CaseSpecial {
  std::uint32_t point;
  const char32_t* lower;
  const char32_t* upper;
};

extern const CaseRun kCaseRuns[];
extern const std::size_t kCaseRunCount;
extern const CaseSpecial kCaseSpecials[];
extern const std::size_t kCaseSpecialCount;

}  // namespace hikae::pattern
