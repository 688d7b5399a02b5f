// What to do next, concretely: from what failed, with which error, and whether the machine is up.
#pragma once

#include <string>
#include <vector>

#include "delivery/facts.h"

namespace hikae::delivery {

/// The most urgent first; each one sentence or two, with the command to type where there is one.
/// `words` stand behind every command of hikae ("--stack night"): text of ours, not of the event.
[[nodiscard]] std::vector<std::string> advice_for(const RunFacts& run,
                                                  const InstanceFacts& instance,
                                                  std::string_view region,
                                                  std::string_view words = {});
/// Starting a stopped instance by hand.
[[nodiscard]] std::string start_advice(const InstanceFacts& instance, std::string_view region);

}  // namespace hikae::delivery
