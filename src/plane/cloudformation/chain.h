// Several API calls, one after the other, each made of the answers before it: how a provider makes
// one resource of a template.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/cloud.h"
#include "base/machine.h"

namespace hikae::plane {

using Answers = std::vector<Value>;

struct Chain {
  /// The next call, from the answers so far; nullopt: this one is not needed (its answer is null).
  using Step = std::function<std::optional<Call>(const Answers&)>;
  std::vector<Step> steps;
  /// What the resource has become: {PhysicalId, Attributes}.
  std::function<Value(const Answers&)> result;
  /// Error codes that count as success: the call came before, and its answer was lost.
  std::set<std::string, std::less<>> tolerated;

  void add(Step step) { steps.push_back(std::move(step)); }
  void add(std::string service, std::string operation, Value input) {
    steps.push_back([call = Call{std::move(service), std::move(operation), std::move(input), {}}](
                        const Answers&) { return call; });
  }
};

/// Runs the chain in the name of `caller`; `done` gets its result, or the first error that is not
/// tolerated.
void run_chain(aws::Cloud& cloud, const Scope& scope, const std::string& caller, Chain chain,
               aws::Done done);

}  // namespace hikae::plane
