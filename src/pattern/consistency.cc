// The elements that leaves stand in form a tree: list, element, list in it, element … A leaf is
// then a path of (list, element) steps from the outside in.
//
// Example: fields a.x and a.y with a = [{x: 1, y: [..]}, {x: 2}]. All leaves begin with list `a`,
// so one element must serve both: try each element that the field with the fewest offers, keep the
// leaves of that element, and go on with what is left of their paths. Fields that share no list
// fall into separate components, each solved by itself; that is what keeps two lists of 1,000
// elements from costing 1,000,000 steps. A field with a leaf whose path is used up is satisfied by
// it.
#include "pattern/consistency.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>

#include "base/limits.h"

namespace hikae::pattern {
namespace {

struct Step {
  std::uint32_t list;
  std::uint32_t index;
};
using Chain = std::span<const Step>;
using Chains = std::vector<Chain>;
using Fields = std::vector<Chains>;

/// The chains of one field by the element of one list they begin with.
using ByElement = std::map<std::uint32_t, Chains>;

class ConsistencySolver {
 public:
  /// nullopt: more than `limits::kConsistencySteps` steps.
  std::optional<bool> run(Fields fields) {
    const bool solved = solve(std::move(fields));
    if (steps_ > limits::kConsistencySteps) return std::nullopt;
    return solved;
  }

 private:
  bool solve(Fields fields) {
    std::erase_if(fields, [](const Chains& chains) {
      return std::ranges::any_of(chains, [](Chain chain) { return chain.empty(); });
    });
    for (auto& component : components(fields))
      if (component.size() > 1 && !solve_component(component)) return false;
    return true;
  }

  /// Fields that begin in a common list, directly or through others.
  static std::vector<Fields> components(Fields& fields) {
    std::vector<std::size_t> group(fields.size());
    std::iota(group.begin(), group.end(), std::size_t{0});
    const auto root = [&](std::size_t i) {
      while (group[i] != i) i = group[i];
      return i;
    };
    std::map<std::uint32_t, std::size_t> first_of_list;
    for (std::size_t i = 0; i < fields.size(); ++i)
      for (const auto& chain : fields[i]) {
        const auto [known, added] = first_of_list.try_emplace(chain[0].list, i);
        if (!added) group[root(i)] = root(known->second);
      }
    std::map<std::size_t, Fields> parts;
    for (std::size_t i = 0; i < fields.size(); ++i) parts[root(i)].push_back(std::move(fields[i]));
    std::vector<Fields> list;
    for (auto& [first, part] : parts) list.push_back(std::move(part));
    return list;
  }

  /// The list that most fields begin in.
  static std::uint32_t busiest_list(const Fields& fields) {
    std::map<std::uint32_t, std::size_t> users;
    for (const auto& chains : fields) {
      std::map<std::uint32_t, bool> seen;
      for (const auto& chain : chains)
        if (seen.try_emplace(chain[0].list, true).second) ++users[chain[0].list];
    }
    return std::ranges::max_element(users, {}, [](const auto& user) { return user.second; })->first;
  }

  bool solve_component(const Fields& fields) {
    const auto list = busiest_list(fields);
    std::vector<ByElement> inside(fields.size());
    Fields outside(fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i)
      for (const auto& chain : fields[i]) {
        if (chain[0].list == list)
          inside[i][chain[0].index].push_back(chain.subspan(1));
        else
          outside[i].push_back(chain);
      }
    for (const auto element : elements_to_try(inside, outside))
      if (solve_with(element, inside, outside)) return true;
    return false;
  }

  static std::vector<std::uint32_t> elements_to_try(const std::vector<ByElement>& inside,
                                                    const Fields& outside) {
    const ByElement* fewest = nullptr;
    ByElement all;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      all.insert(inside[i].begin(), inside[i].end());
      if (outside[i].empty() && (!fewest || inside[i].size() < fewest->size())) fewest = &inside[i];
    }
    std::vector<std::uint32_t> elements;
    for (const auto& [element, chains] : fewest ? *fewest : all) elements.push_back(element);
    return elements;
  }

  bool solve_with(std::uint32_t element, const std::vector<ByElement>& inside,
                  const Fields& outside) {
    Fields rest(inside.size());
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (++steps_ > limits::kConsistencySteps) return false;
      rest[i] = outside[i];
      if (const auto found = inside[i].find(element); found != inside[i].end())
        rest[i].insert(rest[i].end(), found->second.begin(), found->second.end());
      if (rest[i].empty()) return false;
      steps_ += rest[i].size();
    }
    return solve(std::move(rest));
  }

  std::size_t steps_ = 0;
};

std::vector<Step> steps_to(int membership, const std::vector<Membership>& memberships) {
  std::vector<Step> steps;
  for (; membership >= 0; membership = memberships[static_cast<std::size_t>(membership)].outer) {
    const auto& place = memberships[static_cast<std::size_t>(membership)];
    steps.push_back({place.list, place.index});
  }
  std::ranges::reverse(steps);
  return steps;
}

}  // namespace

Result<bool> is_consistent(const std::vector<std::vector<int>>& fields,
                           const std::vector<Membership>& memberships) {
  std::map<int, std::vector<Step>> steps;
  Fields chains;
  for (const auto& leaves : fields) {
    auto& field = chains.emplace_back();
    for (const auto membership : leaves) {
      const auto [known, added] = steps.try_emplace(membership);
      if (added) known->second = steps_to(membership, memberships);
      field.emplace_back(known->second);
    }
  }
  if (const auto solved = ConsistencySolver().run(std::move(chains))) return *solved;
  return fail(ErrorKind::Limit,
              "the event's lists are reached through keys with dots in too many ways to be "
              "matched; name those keys without dots");
}

}  // namespace hikae::pattern
