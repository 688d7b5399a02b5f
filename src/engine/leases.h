// One machine at a time per resource ("ec2:instance/i-…"); the others wait in line.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "engine/address.h"

namespace hikae::engine {

/// In memory only: who holds and who waits follows from the journal.
class Leases {
 public:
  /// True: granted at once. False: `waiter` stands in line.
  [[nodiscard]] bool ask(const std::string& resource, const Address& waiter);
  /// Recovery: `machine` holds it.
  void restore(const std::string& resource, std::int64_t machine);
  /// The next in line, who now holds it.
  [[nodiscard]] std::optional<Address> release(const std::string& resource, std::int64_t machine);
  void forget_waiter(const std::string& resource, const Address& waiter);
  /// The machine that holds it; 0: nobody.
  [[nodiscard]] std::int64_t holder(const std::string& resource) const;

 private:
  struct Line {
    std::int64_t holder = 0;
    std::deque<Address> waiting;
  };
  std::map<std::string, Line> lines_;
};

}  // namespace hikae::engine
