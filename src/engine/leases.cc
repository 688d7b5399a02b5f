#include "engine/leases.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/invariant.h"
#include "base/seeded_bugs.h"

namespace hikae::engine {
namespace {

struct Leased {
  std::string_view name;
  std::size_t places = 1;
};

Leased parse_leased(std::string_view resource) {
  const auto star = resource.rfind('*');
  if (star == std::string_view::npos) return {resource};
  Leased leased{resource.substr(0, star)};
  const auto digits = resource.substr(star + 1);
  const auto* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, leased.places);
  if (error != std::errc{} || at != end || leased.places == 0) return {resource};
  return leased;
}

bool holds(const std::vector<std::int64_t>& holders, std::int64_t machine) {
  return std::ranges::find(holders, machine) != holders.end();
}

}  // namespace

bool Leases::ask(const std::string& resource, const Address& waiter) {
  const auto leased = parse_leased(resource);
  auto& line = lines_[std::string(leased.name)];
  line.places = leased.places;
  if (holds(line.holders, waiter.machine)) return true;
  if (SeededBugs::has(SeededBug::LeaseForEverybody)) return true;
  if (line.waiting.empty() && line.holders.size() < line.places) {
    line.holders.push_back(waiter.machine);
    return true;
  }
  line.waiting.push_back(waiter);
  return false;
}

void Leases::restore(const std::string& resource, std::int64_t machine) {
  const auto leased = parse_leased(resource);
  auto& line = lines_[std::string(leased.name)];
  line.places = std::max(line.places, leased.places);
  if (holds(line.holders, machine)) return;
  const bool may_be_shared = line.places > 1 || SeededBugs::has(SeededBug::LeaseForEverybody);
  INVARIANT(may_be_shared || line.holders.empty(), "two machines hold one lease");
  line.holders.push_back(machine);
}

std::vector<Address> Leases::release(const std::string& resource, std::int64_t machine) {
  const auto found = lines_.find(parse_leased(resource).name);
  if (found == lines_.end() || !holds(found->second.holders, machine)) return {};
  auto& line = found->second;
  std::erase(line.holders, machine);
  std::vector<Address> next;
  while (!line.waiting.empty() && line.holders.size() < line.places) {
    next.push_back(std::move(line.waiting.front()));
    line.waiting.pop_front();
    line.holders.push_back(next.back().machine);
  }
  if (line.holders.empty()) lines_.erase(found);
  return next;
}

void Leases::forget_waiter(const std::string& resource, const Address& waiter) {
  const auto found = lines_.find(parse_leased(resource).name);
  if (found == lines_.end()) return;
  std::erase_if(found->second.waiting,
                [&](const Address& other) { return other.item == waiter.item; });
}

const Leases::Line* Leases::line_of(const std::string& resource) const {
  const auto found = lines_.find(parse_leased(resource).name);
  return found == lines_.end() ? nullptr : &found->second;
}

std::size_t Leases::holders(const std::string& resource) const {
  const auto* line = line_of(resource);
  return line ? line->holders.size() : 0;
}

std::size_t Leases::waiting(const std::string& resource) const {
  const auto* line = line_of(resource);
  return line ? line->waiting.size() : 0;
}

}  // namespace hikae::engine
