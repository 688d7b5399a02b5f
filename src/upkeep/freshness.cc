#include "upkeep/freshness.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/escape.h"
#include "upkeep/members.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr Duration kClocksApart = minutes(5);  // EC2's and ours
constexpr std::size_t kRunShown = 80;

/// Of one member: its newest good image, and the newest one of all that the owner made.
struct Newest {
  const retention::Image* good = nullptr;
  const retention::Image* any = nullptr;
};

void take_newer(const retention::Image*& held, const retention::Image& image) {
  if (!held || image.created > held->created) held = &image;
}

std::map<InstanceId, Newest> newest_by_member(const std::vector<FoundImage>& images, WallTime now) {
  std::map<InstanceId, Newest> newest;
  for (const auto& [image, created_text, name_tag, snapshots, plan] : images) {
    if (image.ours == retention::Ours::No || image.source.empty()) continue;
    auto& of = newest[image.source];
    take_newer(of.any, image);
    if (image.state == "available" && image.doubt.empty() && image.created <= now + kClocksApart)
      take_newer(of.good, image);
  }
  return newest;
}

std::string shown_image(const retention::Image& image) {
  return fmt::format("{} of {}", printable(image.id.text()), iso(image.created));
}

/// "the newest good one is ami-1 of …; ami-2 of … is pending"
std::string detail_of(const Newest& newest) {
  std::string detail;
  if (newest.good) detail = "the newest good one is " + shown_image(*newest.good);
  if (newest.any && newest.any != newest.good) {
    const auto& image = *newest.any;
    detail += fmt::format("{}{}: {}", detail.empty() ? "" : "; ", shown_image(image),
                          printable(image.doubt.empty() ? image.state : image.doubt));
  }
  return detail;
}

Finding finding_of(const Value& member, std::string detail) {
  return {str(text_at(member, "InstanceId")), str(tag_of(member, kNameTag).value_or("")),
          std::move(detail)};
}

void examine_member(const Value& member, const Newest& newest, const FreshnessSettings& settings,
                    WallTime now, FreshnessFindings& findings) {
  const auto run = tag_of(member, kStoppedByTag);
  const auto state = state_of(member);
  if (run && (state == "stopped" || state == "stopping"))
    findings.left_stopped.push_back(
        finding_of(member, "stopped by the run " + printable(run->substr(0, kRunShown))));
  if (!newest.good) return findings.never.push_back(finding_of(member, detail_of(newest)));
  if (now - newest.good->created > settings.age_max)
    findings.stale.push_back(finding_of(member, detail_of(newest)));
}

/// Why no backup begins with this window; empty where nothing is wrong with it.
std::string why_it_stays_shut(const WindowLook& window, WallTime now) {
  if (!window.answer) {
    const auto& error = window.answer.error();
    return error.code == "DoesNotExistException"
               ? "it does not exist (any more)"
               : "it could not be looked at: " + printable(error.text());
  }
  const auto* enabled = find(*window.answer, "Enabled");
  if (enabled && enabled->is_bool() && !enabled->get_bool())
    return fmt::format(
        "it is DISABLED: no backup will be made. To enable it: hikae window enable {}, or aws ssm "
        "update-maintenance-window --window-id {} --enabled",
        printable(text_at(*window.answer, "Name")), printable(window.id));
  const auto end = parse_iso(text_at(*window.answer, "EndDate"));
  if (end && *end < now) return "it ended at " + iso(*end);
  return {};
}

std::string age_text(Duration age) { return fmt::format("{} hours", to_seconds(age) / 3600); }

}  // namespace

FreshnessFindings examine_backups(const Array& members, const std::vector<FoundImage>& images,
                                  const std::vector<WindowLook>& windows,
                                  const FreshnessSettings& settings, WallTime now) {
  FreshnessFindings findings;
  findings.members = members.size();
  const auto newest = newest_by_member(images, now);
  for (const auto& member : members) {
    const auto of = newest.find(InstanceId(text_at(member, "InstanceId")));
    examine_member(member, of == newest.end() ? Newest{} : of->second, settings, now, findings);
  }
  for (auto* heading : {&findings.never, &findings.stale, &findings.left_stopped})
    std::ranges::sort(*heading, {}, &Finding::instance);
  for (const auto& window : windows)
    if (auto why = why_it_stays_shut(window, now); !why.empty())
      findings.windows.push_back(
          {window.id, window.answer ? str(text_at(*window.answer, "Name")) : "", std::move(why)});
  return findings;
}

std::string freshness_subject(const FreshnessFindings& findings) {
  if (!findings.left_stopped.empty())
    return fmt::format("hikae: {} machines LEFT STOPPED, {} of {} without a fresh backup",
                       findings.left_stopped.size(), findings.without_backup(), findings.members);
  if (findings.without_backup() > 0)
    return fmt::format("hikae: {} of {} machines have NO fresh backup", findings.without_backup(),
                       findings.members);
  if (!findings.windows.empty()) return "hikae: a backup window will not open";
  if (findings.members == 0) return "hikae: the backup group is empty";
  return fmt::format("hikae: all {} machines have a fresh backup", findings.members);
}

void append_freshness(std::string& out, const FreshnessFindings& findings, std::string_view words) {
  const auto behind = words.empty() ? std::string() : " " + str(words);
  append_section(out, "Windows that will not open",
                 "No backup begins there, and no failed run will tell of it.", findings.windows);
  append_section(out, "Never backed up",
                 "There is no good image of it. A machine that is new gets one with the next "
                 "window; else look why: hikae runs" +
                     behind + ". To make one now: hikae backup ID" + behind,
                 findings.never);
  append_section(out, "No fresh backup",
                 "The last night made none, or none that is good. Look why: hikae runs" + behind +
                     ". To make one now: hikae backup ID" + behind,
                 findings.stale);
}

std::string freshness_message(const FreshnessFindings& findings, const FreshnessSettings& settings,
                              WallTime now, std::string_view words) {
  std::string out = fmt::format(
      "Backups of the group {}={}, {}: {} of {} machines have one that is not older than {}.\n",
      printable(settings.group_tag), printable(settings.group_value), iso(now),
      findings.members - findings.without_backup(), findings.members, age_text(settings.age_max));
  if (findings.members == 0)
    out +=
        "\nNo instance carries this tag, so nothing of this group is backed up. Tag the "
        "instances, or remove the plan.\n";
  append_section(out, "Left stopped by hikae",
                 "It was stopped for a backup and does not run again. If it should be running, "
                 "START IT NOW: aws ec2 start-instances --instance-ids ID",
                 findings.left_stopped);
  append_freshness(out, findings, words);
  return out;
}

}  // namespace hikae::upkeep
