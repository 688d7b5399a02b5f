// S1: an instance that hikae stopped is never left stopped. At rest it runs again, or people were
// told that it does not.
#include <fmt/format.h>

#include "sim/promises/promises.h"

namespace hikae::sim {
namespace {

class PowerChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S1 power"; }

  void rested(const World& world) override {
    for (const auto& [instance, power] : world.history().power())
      if (power.stopped_by == By::Hikae && power.state == "stopped" &&
          !is_told(world, instance, power.stopped_at))
        broken(world, fmt::format("{} was stopped by hikae at {} and is left stopped", instance,
                                  iso(power.stopped_at)));
  }

 private:
  static bool is_told(const World& world, const std::string& instance, WallTime since) {
    for (const auto& mail : world.mailbox().taken()) {
      const std::string_view subject = mail.subject;
      const bool says_so = subject.find("STOPPED") != std::string_view::npos ||
                           subject.find("DOWN") != std::string_view::npos;
      if (mail.at >= since && says_so && mail.text.find(instance) != std::string::npos) return true;
    }
    return false;
  }
};

}  // namespace

std::unique_ptr<Checker> make_power_checker() { return std::make_unique<PowerChecker>(); }

}  // namespace hikae::sim
