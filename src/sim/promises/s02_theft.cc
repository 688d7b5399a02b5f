// S2: hikae starts nothing that it did not stop, and stops only what its tag says, while a window
// is open or a person has asked for a backup.
//
// Two starts that were not ours to make are no theft, since nobody can tell and a server left down
// would be the worse fault (docs/known-gaps.md):
// - hikae had stopped the instance, then somebody else did, and EC2 has not answered a single look
//   since. People must have been told that it was down.
// - hikae's own stop and theirs are at most five minutes apart, no answer of ours ever came, and
// the
//   instance has not run since ours was sent.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

/// A look at the tag, and what stands between it and the stop (a wait for a settled state).
constexpr Duration kTagAge = minutes(40);
/// By how much a look may show the world of before (sim/weather.cc: 150 s).
constexpr Duration kStaleLook = minutes(3);
/// So long after its own stop hikae may still be trying to start: six hours, and an hour.
constexpr Duration kTriesFor = hours(7);
/// Two stops so close cannot be told apart by their times: clocks differ, sendings travel.
constexpr Duration kTooClose = minutes(5);

class TheftChecker final : public Checker {
 public:
  explicit TheftChecker(const Facts& facts) : facts_(facts) {}
  std::string_view promise() const override { return "S2 no theft"; }

  void leaving(const World& world, const aws::Request& request) override {
    if (request.operation != "StopInstances") return;
    for (const auto& id : list_at(request.input, "InstanceIds"))
      sent_[str(text_of(id))] = world.now();
  }

  void changed(const World& world, const sandbox::Change& change) override {
    if (History::who(change) != By::Hikae) return;
    if (change.what == "pending") started(world, change);
    if (change.what == "stopping") stopped(world, change);
  }

  void rested(const World& world) override {
    for (const auto& [instance, since] : blind_)
      if (!is_told(world, instance, since))
        broken(world,
               instance + " was started blind by hikae, and nobody was told that it is down");
  }

 private:
  void started(const World& world, const sandbox::Change& change) {
    const auto& power = world.history().power().at(change.resource);
    if (power.stopped_by == By::Hikae) return;
    if (is_doubtful(world, change.resource, power)) return;
    if (is_blind(world, change.resource, power))
      blind_.emplace(change.resource, power.stopped_by_hikae_at);
    else
      broken(world, change.resource + " was started by hikae, which had not stopped it");
  }

  static bool is_blind(const World& world, const std::string& instance, const PowerState& power) {
    const bool was_ours = power.stopped_by_hikae_at != WallTime{} &&
                          world.now() - power.stopped_by_hikae_at < kTriesFor;
    return was_ours &&
           world.gate().last_answer("DescribeInstances", instance) < power.stopped_at + kStaleLook;
  }

  [[nodiscard]] bool is_doubtful(const World& world, const std::string& instance,
                                 const PowerState& power) const {
    const auto ours = sent_.find(instance);
    if (ours == sent_.end()) return false;
    const auto sent = ours->second;
    const bool is_close =
        power.stopped_at < sent + kTooClose && sent < power.stopped_at + kTooClose;
    return is_close && power.ran_at < sent &&
           world.gate().last_answer("StopInstances", instance) < sent;
  }

  static bool is_told(const World& world, const std::string& instance, WallTime since) {
    return std::ranges::any_of(world.mailbox().taken(), [&](const auto& mail) {
      return mail.at >= since && mail.text.find(instance) != std::string::npos &&
             (mail.subject.find("DOWN") != std::string::npos ||
              mail.subject.find("STOPPED") != std::string::npos);
    });
  }

  void stopped(const World& world, const sandbox::Change& change) {
    const auto values = world.history().tag_values(world.cloud(), world.scope(), change.resource,
                                                   world.config().tags.stop, world.now() - kTagAge);
    if (std::ranges::find(values, "true") == values.end())
      broken(world, change.resource + " was stopped although its tag does not ask for it");
    if (!is_agreed(world, change.resource))
      broken(world, change.resource + " was stopped outside of every window");
  }

  [[nodiscard]] bool is_agreed(const World& world, const std::string& instance) const {
    const auto now = world.host().now();
    for (const auto& window : facts_.windows) {
      const auto minute = unix_ms(now) / 60'000 % 1440;
      const auto since = (minute - window.minute_of_day + 1440) % 1440;
      if (since <= window.hours_open * 60) return true;
    }
    // A run that a person began: no occurrence names it.
    const auto asked = query(world.database(),
                             "SELECT j.event FROM machines m JOIN journal j ON j.machine = m.no "
                             "AND j.seq = 1 WHERE m.kind = 'run' AND m.ended_at IS NULL");
    return std::ranges::any_of(asked, [&](const Row& row) {
      return row[0].find(instance) != std::string::npos &&
             row[0].find("hikae:stop-before") == std::string::npos;
    });
  }

  const Facts& facts_;
  std::map<std::string, WallTime> sent_;   // by instance: hikae's last StopInstances
  std::map<std::string, WallTime> blind_;  // instances, and when hikae had stopped them
};

}  // namespace

std::unique_ptr<Checker> make_theft_checker(const Facts& facts) {
  return std::make_unique<TheftChecker>(facts);
}

}  // namespace hikae::sim
