#include "upkeep/agent_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/escape.h"
#include "upkeep/calls.h"
#include "upkeep/finding_text.h"
#include "upkeep/members.h"

namespace hikae::upkeep {
namespace {

constexpr std::size_t kTagShown = 60;

bool is_gone(std::string_view state) { return state == "terminated" || state == "shutting-down"; }
bool is_off(std::string_view state) { return state == "stopped" || state == "stopping"; }

std::string quoted_value(std::string_view value) {
  return "\"" + printable(value.substr(0, kTagShown)) + "\"";
}

using Agents = std::map<std::string, const Value*, std::less<>>;

Agents agents_by_instance(const Array& agents) {
  Agents by_instance;
  for (const auto& agent : agents) by_instance[str(text_at(agent, "InstanceId"))] = &agent;
  return by_instance;
}

/// Examines one member and files what it finds.
class MemberExam {
 public:
  MemberExam(const Value& instance, const AgentCheckSettings& settings, AgentFindings& findings)
      : instance_(instance), settings_(settings), findings_(findings) {}

  void agent(const Value* agent) {
    const auto ping = agent ? text_at(*agent, "PingStatus") : std::string_view();
    if (is_off(state_of(instance_))) return power();
    if (ping == "Online") return;
    if (!agent) return file(findings_.unregistered, "");
    const auto last = text_at(*agent, "LastPingDateTime");
    auto detail = last.empty() ? "no ping is recorded" : "last ping " + printable(last);
    file(ping == "Inactive" ? findings_.inactive : findings_.lost, std::move(detail));
  }

  void stop_tag() {
    const auto value = tag_of(instance_, settings_.stop_tag);
    if (value == "true" || value == "false") return;
    file(findings_.stop_tag, value
                                 ? fmt::format("{} is {}", settings_.stop_tag, quoted_value(*value))
                                 : fmt::format("there is no {}", settings_.stop_tag));
  }

  void generation_tag() {
    const auto value = tag_of(instance_, settings_.generation_tag);
    const auto choice = retention::choose_rule(settings_.generation_tag, value, settings_.keep);
    if (choice.warning.empty()) return;
    file(findings_.generation_tag,
         value ? fmt::format("{} is {}", settings_.generation_tag, quoted_value(*value))
               : fmt::format("there is no {}", settings_.generation_tag));
  }

 private:
  // What hikae remembers goes before the tag: a tag can be left behind, or taken away by anybody.
  void power() {
    const auto remembered = settings_.left_stopped.find(text_at(instance_, "InstanceId"));
    if (remembered != settings_.left_stopped.end())
      return file(findings_.left_stopped, printable(remembered->second));
    const auto run = tag_of(instance_, kStoppedByTag);
    if (!run) return file(findings_.stopped, "");
    file(findings_.left_stopped, "stopped by the run " + printable(run->substr(0, kTagShown)));
  }

  void file(std::vector<Finding>& heading, std::string detail) {
    heading.push_back({str(text_at(instance_, "InstanceId")),
                       str(tag_of(instance_, kNameTag).value_or("")), std::move(detail)});
  }

  const Value& instance_;
  const AgentCheckSettings& settings_;
  AgentFindings& findings_;
};

/// Whether all windows that could be looked at are younger than that.
bool are_new(const std::vector<WindowLook>& windows, Duration age, WallTime now) {
  return !windows.empty() && std::ranges::all_of(windows, [&](const WindowLook& window) {
    if (!window.answer) return false;
    const auto made = parse_iso(text_at(*window.answer, "CreatedDate"));
    return made && now - *made < age;
  });
}

/// Members that were there long enough to have been backed up.
Array old_members(const Array& instances, Duration age, WallTime now) {
  Array old;
  for (const auto& instance : instances) {
    const auto launched = parse_iso(text_at(instance, "LaunchTime"));
    if (!is_gone(state_of(instance)) && !(launched && now - *launched < age))
      old.push_back(instance);
  }
  return old;
}

}  // namespace

std::size_t AgentFindings::problems() const {
  return left_stopped.size() + lost.size() + inactive.size() + unregistered.size() +
         stop_tag.size() + generation_tag.size() + backups.windows.size() +
         backups.without_backup() + (unseen.empty() ? 0 : 1);
}

AgentFindings examine(const Array& instances, const Array& agents,
                      const AgentCheckSettings& settings) {
  AgentFindings findings;
  const auto by_instance = agents_by_instance(agents);
  for (const auto& instance : instances) {
    if (is_gone(state_of(instance))) continue;
    ++findings.members;
    const auto agent = by_instance.find(text_at(instance, "InstanceId"));
    MemberExam exam(instance, settings, findings);
    exam.agent(agent == by_instance.end() ? nullptr : agent->second);
    exam.stop_tag();
    exam.generation_tag();
  }
  for (auto* heading :
       {&findings.lost, &findings.inactive, &findings.unregistered, &findings.stop_tag,
        &findings.generation_tag, &findings.left_stopped, &findings.stopped})
    std::ranges::sort(*heading, {}, &Finding::instance);
  return findings;
}

void add_backups(AgentFindings& findings, const Array& instances,
                 const std::vector<FoundImage>& images, const std::vector<WindowLook>& windows,
                 const AgentCheckSettings& settings, WallTime now) {
  FreshnessSettings fresh{settings.group_tag, settings.group_value};
  if (settings.image_age_max) fresh.age_max = *settings.image_age_max;
  const bool asked = settings.image_age_max && !are_new(windows, fresh.age_max, now);
  // A server that was stopped and started since is launched anew, but it has an image that is old.
  auto seen = examine_backups(asked ? instances : Array{}, images, windows, fresh, now);
  const auto old = examine_backups(asked ? old_members(instances, fresh.age_max, now) : Array{},
                                   images, {}, fresh, now);
  findings.backups.windows = std::move(seen.windows);
  findings.backups.stale = std::move(seen.stale);
  findings.backups.never = old.never;
}

std::string agent_subject(const AgentFindings& findings) {
  if (!findings.backups.windows.empty())
    return "hikae agent check: a backup window will not open, no backup will be made";
  if (findings.members == 0) return "hikae agent check: the backup group is empty";
  return fmt::format("hikae agent check: {} findings in a group of {} instances",
                     findings.problems(), findings.members);
}

std::string agent_message(const AgentFindings& findings, const AgentCheckSettings& settings,
                          WallTime now) {
  std::string out =
      fmt::format("Agent check of the backup group {}={}, {}: {} instances, {} findings.\n",
                  printable(settings.group_tag), printable(settings.group_value), iso(now),
                  findings.members, findings.problems());
  if (findings.members == 0)
    out +=
        "\nNo instance carries this tag, so nothing of this group is backed up. Tag the "
        "instances, or remove the plan.\n";
  append_section(out, "Left stopped by hikae",
                 "hikae stopped it for a backup, and it does not run again. Look at `hikae runs`; "
                 "start it by hand where hikae does not try any more.",
                 findings.left_stopped);
  append_freshness(out, findings.backups, "");
  if (!findings.unseen.empty())
    out += "\nWhether each server has a fresh backup could not be seen: " + findings.unseen + "\n";
  append_section(out, "Agent lost",
                 "The agent stopped answering. Log in and restart it, or look at the machine.",
                 findings.lost);
  append_section(out, "Agent inactive", "The agent has not answered for long. As above.",
                 findings.inactive);
  append_section(out, "Agent never registered",
                 "Systems Manager does not know the machine: a window that asks it for its targets "
                 "skips it. Install the agent, or give the instance its role.",
                 findings.unregistered);
  append_section(out, "Stop tag missing or odd",
                 "It is backed up without a stop. Write exactly true or false into " +
                     printable(settings.stop_tag) + ".",
                 findings.stop_tag);
  append_section(out, "Generation tag missing or invalid",
                 "All its backups are kept. Write the number of generations into " +
                     printable(settings.generation_tag) + ", in digits.",
                 findings.generation_tag);
  append_section(out, "Stopped, not by hikae", "No problem; listed so that it is not missed.",
                 findings.stopped);
  return out;
}

}  // namespace hikae::upkeep
