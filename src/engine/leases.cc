#include "engine/leases.h"

#include <algorithm>

#include "base/invariant.h"

namespace hikae::engine {

bool Leases::ask(const std::string& resource, const Address& waiter) {
  auto& line = lines_[resource];
  if (line.holder == 0 || line.holder == waiter.machine) {
    line.holder = waiter.machine;
    return true;
  }
  line.waiting.push_back(waiter);
  return false;
}

void Leases::restore(const std::string& resource, std::int64_t machine) {
  auto& line = lines_[resource];
  INVARIANT(line.holder == 0 || line.holder == machine, "two machines hold one lease");
  line.holder = machine;
}

std::optional<Address> Leases::release(const std::string& resource, std::int64_t machine) {
  const auto found = lines_.find(resource);
  if (found == lines_.end() || found->second.holder != machine) return std::nullopt;
  auto& line = found->second;
  if (line.waiting.empty()) {
    lines_.erase(found);
    return std::nullopt;
  }
  auto next = std::move(line.waiting.front());
  line.waiting.pop_front();
  line.holder = next.machine;
  return next;
}

void Leases::forget_waiter(const std::string& resource, const Address& waiter) {
  const auto found = lines_.find(resource);
  if (found == lines_.end()) return;
  std::erase_if(found->second.waiting,
                [&](const Address& other) { return other.item == waiter.item; });
}

std::int64_t Leases::holder(const std::string& resource) const {
  const auto found = lines_.find(resource);
  return found == lines_.end() ? 0 : found->second.holder;
}

}  // namespace hikae::engine
