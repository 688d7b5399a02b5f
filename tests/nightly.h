// One plan, `nightly`, and the servers that it backs up: what many tests of the program begin with.
#pragma once

#include <string>
#include <string_view>

#include "world.h"

namespace hikae::tests {

inline constexpr const char* kShop = "i-00000000000000d01";
/// One server that is stopped for its backups, with two generations.
extern const std::string_view kShopFleet;
/// hikae.yaml with the plan `nightly` at 03:30 in Tokyo, and ops@example.com to be told.
extern const std::string_view kNightlyConfig;

/// A data folder with servers and the plan.
class Nightly {
 public:
  explicit Nightly(std::string_view fleet = kShopFleet,
                   cli::ClockKind clock = cli::ClockKind::Virtual);
  [[nodiscard]] std::string data() const { return folder_.file("data"); }
  [[nodiscard]] const TempFolder& folder() const { return folder_; }
  /// Writes a file of fault rules and gives its path.
  [[nodiscard]] std::string faults(const std::string& rules) const {
    return folder_.write("faults.yaml", rules);
  }

 private:
  TempFolder folder_;
};

}  // namespace hikae::tests
