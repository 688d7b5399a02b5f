#include "runbook/last_stop.h"

#include "base/seeded_bugs.h"
#include "base/stop_reason.h"

namespace hikae::runbook {
namespace {

/// By how much hikae's clock may lag behind EC2's before a launch just before our stop looks like
/// one after it. No start of ours comes sooner: a guest takes longer to shut down.
constexpr Duration kLaunchMargin = seconds(30);

bool is_down_on_purpose(const Value& instance) {
  const auto state = text_at(object_at(instance, "State"), "Name");
  const auto why = text_at(object_at(instance, "StateReason"), "Code");
  return (state == "stopped" || state == "stopping") && why.ends_with("InitiatedShutdown");
}

bool was_launched_after(const Value& instance, WallTime moment) {
  const auto launched = parse_iso(text_at(instance, "LaunchTime"));
  return launched && *launched > moment;
}

}  // namespace

bool was_stopped_by_others(const Value& instance, const LastStop& ours) {
  if (!ours.is_there() || !is_down_on_purpose(instance)) return false;
  if (SeededBugs::has(SeededBug::OthersStopIsOurs)) return false;
  if (was_stopped_too_late_for(instance, ours.asked)) return true;
  return ours.answered != WallTime{} && was_launched_after(instance, ours.answered + kLaunchMargin);
}

std::string tag_text(const LastStop& stop) {
  return iso_ms(stop.asked) + "/" + (stop.answered == WallTime{} ? "" : iso_ms(stop.answered));
}

LastStop last_stop_in(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto asked = parse_iso(text.substr(0, slash));
  if (!asked) return {};
  const auto answered = parse_iso(text.substr(std::min(slash + 1, text.size())));
  return {*asked, answered ? *answered : WallTime{}};
}

}  // namespace hikae::runbook
