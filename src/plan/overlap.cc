#include "plan/overlap.h"

#include <algorithm>

namespace hikae::plan {
namespace {

std::string shared_text(const std::vector<std::string>& one,
                        const std::vector<std::string>& other) {
  const auto at = std::ranges::find_first_of(one, other);
  return at == one.end() ? std::string() : *at;
}

}  // namespace

std::string shared_target(const Plan& one, const Plan& other) {
  if (!one.instances.empty() || !other.instances.empty())
    return shared_text(one.instances, other.instances);
  std::string shared;
  for (const auto& target : one.targets)
    for (const auto& against : other.targets) {
      if (target.key != against.key) continue;
      const auto value = shared_text(target.values, against.values);
      if (value.empty()) return {};  // all of a plan's tags must fit
      shared = target.key + "=" + value;
    }
  return shared;
}

}  // namespace hikae::plan
