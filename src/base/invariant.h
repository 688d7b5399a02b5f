// A broken invariant is a bug of ours: it ends the process, in release too. What is on disk is what
// the last commit left there; starting again is the same code as after a power cut.
#pragma once

#include <string_view>

namespace hikae {

[[noreturn]] void invariant_broken(std::string_view condition, std::string_view why,
                                   std::string_view file, int line);

}  // namespace hikae

#define INVARIANT(cond, why)                                     \
  do {                                                           \
    if (!(cond)) [[unlikely]]                                    \
      ::hikae::invariant_broken(#cond, why, __FILE__, __LINE__); \
  } while (false)
