#include "base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace hikae {

void invariant_broken(std::string_view condition, std::string_view why, std::string_view file,
                      int line) {
  std::fprintf(stderr, "hikae: invariant broken at %.*s:%d: %.*s (%.*s)\n",
               static_cast<int>(file.size()), file.data(), line, static_cast<int>(why.size()),
               why.data(), static_cast<int>(condition.size()), condition.data());
  std::abort();
}

}  // namespace hikae
