// One machine at a time per resource ("ec2:instance/i-…"), or N of them where its name ends in "*N"
// ("ssm:executions*100"); the others wait in line.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/address.h"

namespace hikae::engine {

/// In memory only: who holds and who waits follows from the journal. A resource is the name in
/// front of the "*"; how many places it has is what the latest asker says.
class Leases {
 public:
  /// True: granted at once. False: `waiter` stands in line.
  [[nodiscard]] bool ask(const std::string& resource, const Address& waiter);
  /// Recovery: `machine` holds it.
  void restore(const std::string& resource, std::int64_t machine);
  /// The next in line, who now hold it: one, or more where there are more places than before.
  [[nodiscard]] std::vector<Address> release(const std::string& resource, std::int64_t machine);
  void forget_waiter(const std::string& resource, const Address& waiter);
  [[nodiscard]] std::size_t holders(const std::string& resource) const;
  [[nodiscard]] std::size_t waiting(const std::string& resource) const;

 private:
  struct Line {
    std::size_t places = 1;
    std::vector<std::int64_t> holders;
    std::deque<Address> waiting;
  };
  [[nodiscard]] const Line* line_of(const std::string& resource) const;
  std::map<std::string, Line, std::less<>> lines_;
};

}  // namespace hikae::engine
