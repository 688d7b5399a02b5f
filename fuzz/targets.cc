#include "targets.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace hikae::fuzz {

std::span<const Target> targets() {
  static constexpr std::array<Target, 9> kTargets{{{"document", fuzz_document},
                                                   {"expression", fuzz_expression},
                                                   {"selector", fuzz_selector},
                                                   {"schedule", fuzz_schedule},
                                                   {"pattern", fuzz_pattern},
                                                   {"template", fuzz_template},
                                                   {"config", fuzz_config},
                                                   {"journal", fuzz_journal},
                                                   {"http", fuzz_http}}};
  return kTargets;
}

Pair halves(std::string_view input) {
  const auto zero = input.find('\0');
  if (zero == std::string_view::npos) return {input, {}};
  return {input.substr(0, zero), input.substr(zero + 1)};
}

void expect(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace hikae::fuzz
