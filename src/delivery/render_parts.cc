#include "delivery/render_parts.h"

#include <fmt/format.h>

#include <array>

#include "delivery/advice.h"
#include "delivery/clean.h"
#include "text/json.h"

namespace hikae::delivery {
namespace {

constexpr std::size_t kNameCharacters = 60;
constexpr std::size_t kShownInstances = 20;
constexpr std::size_t kShownFacts = 40;
constexpr std::size_t kShownBlockers = 5;

std::string utc(WallTime time) {
  auto text = iso(time);
  text[10] = ' ';
  text.pop_back();
  return text + " UTC";
}

std::string since_text(const InstanceFacts& instance) {
  return instance.since ? " since " + utc(*instance.since) : " (since when is not known)";
}

std::string named(const InstanceFacts& instance, std::string_view id) {
  if (id.empty()) return "an instance that is not known";
  if (instance.name.empty()) return std::string(id);
  return fmt::format("{} ({})", clean_line(instance.name, kNameCharacters), id);
}

std::string instances_of(const Object& detail, std::size_t most) {
  const auto* list = detail.if_contains("instances");
  if (!list || !list->is_array()) return {};
  const auto& instances = list->get_array();
  std::string out;
  for (std::size_t i = 0; i < instances.size() && i < most; ++i)
    out += (i ? ", " : "") + clean_line(text_of(instances[i]), 40);
  if (instances.size() > most) out += fmt::format(" and {} more", instances.size() - most);
  return out;
}

std::string shown_value(const Value& value) {
  if (value.is_string()) return clean_line(text_of(value), 300);
  return clean_line(text::to_json(value), 300);
}

struct EventAdvice {
  std::string_view type;
  std::string_view text;
};

constexpr std::array<EventAdvice, 15> kByType = {{
    {"Backup Missed",
     "No backup was made at that time. Look that hikae runs all the time, and make "
     "the backup now: hikae backup --all"},
    {"Backup Skipped",
     "No backup was made of these. Look at the reason above; if one is wanted, "
     "make it now: hikae backup INSTANCE"},
    {"Backup Not Started",
     "Nothing was backed up. Correct what the reason names, then make the "
     "backup now: hikae backup --all"},
    {"Backup Late",
     "Nothing has to be done: the backup runs now. If servers are stopped for it at a bad time, "
     "cancel the runs: hikae runs"},
    {"Mail Not Delivered",
     "Look at that address and at the mail server; the mails themselves stand in the ledger. "
     "Nothing more is said of that address for a day."},
    {"Backup Task Failed", "Look at the function's error: hikae runs"},
    {"Backup Warning", "The backup goes on. Correct what the text names before the next night."},
    {"Rule Missed",
     "What the rule was to start did not run at those times. Look that hikae runs "
     "all the time; start it by hand where it is needed."},
    {"Instance Left Stopped",
     "Look why it does not start. hikae keeps trying for six hours and "
     "says so here."},
    {"Instance Started Again",
     "Nothing has to be done at once. Look why the run ended without "
     "starting it."},
    {"Instance Not Marked",
     "Nothing has to be done tonight. Without the tag nobody could tell that hikae has stopped the "
     "server if hikae's database were lost: give the role ec2:CreateTags and ec2:DeleteTags for "
     "instances, and see that the server has fewer than 50 tags."},
    {"Internal Failure",
     "This is a fault of hikae. Look first whether the instance it was about runs."},
    {"Disk Short Of Space",
     "Make room on the disk of the data folder at once. Until then there are "
     "no backups."},
    {"Disk Has Space Again", "Make the backups that did not happen now: hikae backup --all"},
    {"Prune Warning", "Nothing of that instance is deleted until this is corrected."},
}};

}  // namespace

std::string instance_shortly(const InstanceFacts& instance) {
  // Nine characters tell machines of one fleet apart and leave room for the cause.
  const auto id = instance.id.size() > 12 ? instance.id.substr(0, 9) + "…" : instance.id;
  return named(instance, id);
}

std::string instance_in_full(const InstanceFacts& instance) { return named(instance, instance.id); }

std::string power_shortly(const InstanceFacts& instance) {
  switch (instance.power) {
    case Power::Running: return "instance is running";
    case Power::Stopped: return "INSTANCE IS STOPPED";
    case Power::Changing: return "instance is " + clean_line(instance.state, 20);
    case Power::Gone: return "instance is gone";
    case Power::Unknown: break;
  }
  return "power state unknown";
}

std::string power_in_full(const InstanceFacts& instance) {
  switch (instance.power) {
    case Power::Running: return "It is running.";
    case Power::Stopped: return "IT IS STOPPED" + since_text(instance) + ".";
    case Power::Changing: return "It is " + clean_line(instance.state, 20) + " at the moment.";
    case Power::Gone: return "It does not exist any more: " + clean_line(instance.state, 300);
    case Power::Unknown: break;
  }
  return "WHETHER IT IS RUNNING IS NOT KNOWN: " + clean_line(instance.state, 300);
}

std::string headline(const InstanceFacts& instance) {
  const auto name = instance_in_full(instance);
  switch (instance.power) {
    case Power::Running: return name + " is running.";
    case Power::Stopped: return name + " IS STOPPED" + since_text(instance) + ".";
    case Power::Changing: return fmt::format("{} is {}.", name, clean_line(instance.state, 20));
    case Power::Gone: return name + " does not exist any more.";
    case Power::Unknown: break;
  }
  return "WHETHER " + name + " IS RUNNING IS NOT KNOWN.";
}

std::string numbered(std::string_view heading, const std::vector<std::string>& list) {
  if (list.empty()) return {};
  std::string text(heading);
  text += '\n';
  for (std::size_t i = 0; i < list.size(); ++i) text += fmt::format("  {}. {}\n", i + 1, list[i]);
  return text;
}

std::string shown_time(std::string_view text) {
  if (text.empty()) return "not known";
  if (const auto time = parse_iso(text)) return utc(*time);
  return clean_line(text, 40) + " (UTC)";
}

std::string whom_of(const Object& detail) {
  for (const auto* key : {"window-name", "window", "rule", "plan"})
    if (const auto name = text_at(detail, key); !name.empty())
      return clean_line(name, kNameCharacters);
  return instances_of(detail, 2);
}

std::string facts_of(const Value& event) {
  std::string text = "Facts\n";
  text += fmt::format("  When: {}\n", shown_time(text_at(event, "time")));
  const auto& detail = object_at(event, "detail");
  if (const auto instances = instances_of(detail, kShownInstances); !instances.empty())
    text += fmt::format("  Instances: {}\n", instances);
  std::size_t shown = 0;
  for (const auto& [key, value] : detail) {
    if (std::string_view(key) == "instances" || std::string_view(key) == "Message") continue;
    if (++shown > kShownFacts) {
      text += "  … the rest stands in event.json\n";
      break;
    }
    text += fmt::format("  {}: {}\n", clean_line(key, 60), shown_value(value));
  }
  text += fmt::format("  Account and region: {}, {}\n", clean_line(text_at(event, "account"), 20),
                      clean_line(text_at(event, "region"), 30));
  if (const auto run = text_at(detail, "RunId"); is_plain_id(run))
    text += fmt::format("  More: hikae show {}\n", run);
  return text;
}

std::vector<std::string> advice_for_event(const Value& event, const InstanceFacts& instance) {
  std::vector<std::string> list;
  if (instance.power == Power::Stopped)
    list.push_back(start_advice(instance, text_at(event, "region")));
  const auto type = text_at(event, "detail-type");
  for (const auto& [known, text] : kByType)
    if (type == known) list.emplace_back(text);
  for (const auto& one : list_at(object_at(event, "detail"), "blocking")) {
    const auto run = text_at(one, "execution-id");
    if (list.size() >= kShownBlockers || !is_plain_id(run)) continue;
    list.push_back(
        fmt::format("Look at the run that holds {} up: hikae show {} - and if it is "
                    "stuck, end it: hikae cancel {}",
                    clean_line(text_at(one, "instance"), 40), run, run));
  }
  return list;
}

}  // namespace hikae::delivery
