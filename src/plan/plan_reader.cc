#include "plan/plan_reader.h"

#include "plan/firing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "schedule/expression.h"
#include "schedule/lead.h"
#include "stack/resource_types.h"
#include "zone/zone.h"

namespace hikae::plan {
namespace {

constexpr int kGenerationsMax = 10'000;
constexpr std::size_t kInstancesMax = 50;  // of one window target (ssm-automation.md 9.2)
constexpr std::size_t kTagsMax = 5;

void read_name(ConfigFields& fields, Plan& plan) {
  if (!fields.has("name"))
    return fields.error_here("missing-key", "name is missing", "add name, such as nightly");
  auto name = fields.text("name");
  if (!name) return;
  // Windows are called "<stack>-<name>" and "<stack>-<name>-agent-check", 128 characters at most.
  if (!stack::matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,59}", *name))
    fields.error("name", "name", fmt::format("\"{}\" cannot name a plan", *name),
                 "use at most 60 letters, digits, _ . and -, a letter or digit first");
  plan.name = *name;
}

/// "03:30" as the two numbers of a cron expression.
std::optional<std::pair<int, int>> clock_time(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 2 || text.size() != colon + 3)
    return {};
  int hour = -1, minute = -1;
  const auto* middle = text.data() + colon;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data(), middle, hour).ptr != middle ||
      std::from_chars(middle + 1, end, minute).ptr != end)
    return {};
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return {};
  return std::pair{hour, minute};
}

void read_at(ConfigFields& fields, Plan& plan) {
  const auto text = text_of(*fields.value("at"));
  if (const auto time = clock_time(text)) {
    plan.schedule = fmt::format("cron({} {} ? * * *)", time->second, time->first);
    return;
  }
  fields.error("at", "time", fmt::format("\"{}\" is no time of day", text),
               "write it as \"03:30\", in quotes; anything else is a schedule");
}

void read_schedule(ConfigFields& fields, Plan& plan) {
  if (fields.has("at") == fields.has("schedule")) {
    if (fields.has("at"))
      return fields.error("schedule", "two-schedules", "stands beside at", "keep one of the two");
    return fields.error_here("missing-key", "at is missing",
                             "add at: \"03:30\", or schedule: cron(…)");
  }
  if (fields.has("at")) return read_at(fields, plan);
  auto text = fields.text("schedule");
  if (!text) return;
  if (auto parsed = schedule::parse(*text, schedule::Kind::Window); !parsed)
    return fields.error("schedule", "schedule", parsed.error().message,
                        "write it like cron(30 3 ? * * *)");
  plan.schedule = *text;
}

/// Whether it is over already is not asked here: that depends on who asks, and when.
void check_that_it_fires(ConfigFields& fields, const Plan& plan) {
  constexpr auto kBeforeAll = wall_ms(0);
  if (plan.schedule.empty()) return;
  const auto opening = next_opening(plan, kBeforeAll);
  if (!opening || *opening) return;
  fields.error(
      fields.has("at") ? "at" : "schedule", "never",
      fmt::format("never fires in the zone {}: there is no such moment", plan.zone),
      "write a moment that comes, such as cron(30 3 ? * * *); one that clocks jump over in "
      "spring comes with dst_gap: next");
}

std::optional<zone::Zone> read_zone(ConfigFields& fields, Plan& plan) {
  if (!fields.has("zone")) {
    if (fields.has("at"))
      fields.warn("at", "zone", "is read as UTC, since the plan has no zone",
                  "add zone, such as Asia/Tokyo");
    return zone::Zone::utc();
  }
  auto name = fields.text("zone");
  if (!name) return {};
  auto zone = zone::Zone::load(*name);
  if (!zone) {
    fields.error("zone", "zone", zone.error().message, "write an IANA name such as Asia/Tokyo");
    return {};
  }
  plan.zone = *name;
  return *zone;
}

void read_agent_check(ConfigFields& fields, Plan& plan, const std::optional<zone::Zone>& zone) {
  const auto* written = fields.value("agent_check_minutes");
  const bool off = written && written->is_bool() && !written->get_bool();
  if (off)
    plan.agent_check_minutes.reset();
  else if (written)
    plan.agent_check_minutes = fields.whole("agent_check_minutes", 1, schedule::kLeadMinutesMax);
  plan.require_agent = fields.flag("require_agent").value_or(false);
  if (!plan.instances.empty()) {
    if (written && !off)
      fields.error("agent_check_minutes", "lead", "needs a tag: the check looks at a group",
                   "write targets instead of instances, or agent_check_minutes: false");
    plan.agent_check_minutes.reset();
  }
  if (!plan.agent_check_minutes || plan.schedule.empty() || !zone) return;
  if (!plan.schedule.starts_with("cron(")) {
    if (written)
      fields.error("agent_check_minutes", "lead", "needs a schedule that is a cron expression",
                   "write the schedule as cron(…), or agent_check_minutes: false");
    plan.agent_check_minutes.reset();
    return;
  }
  auto early = schedule::lead_expression(plan.schedule, *zone, *plan.agent_check_minutes);
  if (early) {
    plan.agent_check_schedule = *early;
    return;
  }
  const auto key = written ? "agent_check_minutes" : fields.has("at") ? "at" : "schedule";
  fields.error(key, "lead", early.error().message,
               "choose a shorter agent_check_minutes, or false for no check");
}

void read_targets(ConfigFields& fields, Plan& plan, const Config& config) {
  if (fields.has("targets") && fields.has("instances"))
    return fields.error("instances", "two-targets", "stands beside targets", "keep one of the two");
  if (fields.has("instances")) {
    plan.instances = fields.texts("instances").value_or(std::vector<std::string>{});
    if (plan.instances.empty() || plan.instances.size() > kInstancesMax)
      fields.error("instances", "instances",
                   fmt::format("has {} instances, but 1 to 50 fit", plan.instances.size()),
                   "use a tag under targets for more");
    for (std::size_t i = 0; i < plan.instances.size(); ++i)
      if (const auto& id = plan.instances[i]; !stack::matches("i-[0-9a-f]{8,17}", id))
        fields.error_item("instances", i, "instance-id",
                          fmt::format("\"{}\" is no instance id", id),
                          "write it like i-0123456789abcdef0");
    return;
  }
  if (!fields.has("targets")) {
    plan.targets.push_back({config.tags.group_key, {config.tags.group_value}});
    return;
  }
  auto targets = fields.map("targets");
  if (!targets) return;
  targets->only({"tag"});
  auto tags = targets->map("tag");
  if (!tags) {
    if (!targets->has("tag"))
      targets->error_here("missing-key", "tag is missing", "write tag: {KEY: VALUE} below targets");
    return;
  }
  for (const auto& tag : tags->object())
    if (auto values = tags->texts(tag.key())) plan.targets.push_back({str(tag.key()), *values});
  if (tags->object().empty() || tags->object().size() > kTagsMax)
    tags->error_here("tags", fmt::format("has {} tags, but 1 to 5 fit", tags->object().size()),
                     "write tag: {KEY: VALUE}");
}

/// A count, or a percentage of the targets.
std::optional<std::string> read_limit(ConfigFields& fields, std::string_view key, int least) {
  const auto* value = fields.value(key);
  if (!value) return {};
  const auto number = int_of(*value);
  auto text = number ? fmt::format("{}", *number) : str(text_of(*value));
  const bool percent = text.ends_with('%');
  const std::string_view digits(text.data(), text.size() - (percent ? 1 : 0));
  int count = -1;
  const auto* end = digits.data() + digits.size();
  const bool read = !digits.empty() && std::from_chars(digits.data(), end, count).ptr == end;
  if (read && count >= least && count <= (percent ? 100 : 1'000'000)) return text;
  fields.error(key, "limit", fmt::format("is \"{}\"", text),
               fmt::format("write a whole number from {}, or a percentage such as 10%", least));
  return {};
}

void read_window(ConfigFields& fields, Plan& plan) {
  plan.window_hours = fields.whole("window_hours", 1, 24).value_or(plan.window_hours);
  plan.cutoff_hours = fields.whole("cutoff_hours", 0, 23).value_or(plan.cutoff_hours);
  if (plan.cutoff_hours >= plan.window_hours)
    fields.error("cutoff_hours", "cutoff",
                 fmt::format("is {}, which leaves nothing of window_hours ({})", plan.cutoff_hours,
                             plan.window_hours),
                 "make it less than window_hours");
  if (auto limit = read_limit(fields, "concurrency", 1)) plan.concurrency = *limit;
  if (auto limit = read_limit(fields, "error_limit", 0)) plan.error_limit = *limit;
  const auto gap = fields.one_of("dst_gap", {"skip", "next"});
  plan.dst_gap = gap == "next" ? DstGap::Next : DstGap::Skip;
  plan.catch_up_minutes = fields.whole("catch_up_minutes", 0, 24 * 60);
}

void read_keep(ConfigFields& fields, Plan& plan) {
  const auto* value = fields.value("keep");
  if (!value)
    return fields.warn("name", "no-keep",
                       "has no keep: instances without the generations tag never lose a backup",
                       "add keep: 7, or keep: all where that is what you want");
  if (text_of(*value) == "all") return;
  if (!value->is_object()) {
    plan.keep.last = fields.whole("keep", 1, kGenerationsMax).value_or(0);
    return;
  }
  auto parts = fields.map("keep");
  parts->only({"last", "within_days", "daily", "weekly", "monthly", "yearly"});
  const auto part = [&](std::string_view key) {
    return parts->whole(key, 0, kGenerationsMax).value_or(0);
  };
  plan.keep = {part("last"),   part("within_days"), part("daily"),
               part("weekly"), part("monthly"),     part("yearly")};
  if (plan.keep.empty())
    fields.error("keep", "keep", "keeps nothing by any of its parts", "add last: 7");
}

Hook read_hook(ConfigFields& fields, std::string_view key) {
  auto hook = fields.map(key);
  if (!hook) return {};
  hook->only({"document", "function"});
  if (hook->has("document") == hook->has("function")) {
    hook->error_here("hook", "names a document and a function, or neither",
                     "write {document: NAME} or {function: NAME}");
    return {};
  }
  const bool document = hook->has("document");
  auto name = hook->text(document ? "document" : "function");
  if (!name) return {};
  if (document && !stack::matches("[A-Za-z0-9_.-]{3,128}", *name))
    hook->error("document", "document-name", fmt::format("\"{}\" is no document name", *name),
                "use 3 to 128 letters, digits, _ . and -");
  if (!document && !stack::matches("[A-Za-z0-9_:$-]{1,170}", *name))
    hook->error("function", "function-name", fmt::format("\"{}\" is no function name", *name),
                "use its name or its ARN");
  return {document ? HookKind::Document : HookKind::Function, *name};
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 >= text.size()) return false;
  return text.find('@', at + 1) == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c != 127 && c != ',' && c != ';';
         });
}

std::vector<std::string> read_addresses(ConfigFields& fields) {
  auto list = fields.texts("notify").value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < list.size(); ++i)
    if (const auto& address = list[i]; !is_mail_address(address))
      fields.error_item("notify", i, "address", fmt::format("\"{}\" is no mail address", address),
                        "write name@domain");
  return list;
}

Plan read_plan(ConfigFields& fields, const Config& config) {
  fields.only({"name", "at", "schedule", "zone", "targets", "instances", "window_hours",
               "cutoff_hours", "concurrency", "error_limit", "keep", "notify",
               "agent_check_minutes", "require_agent", "before", "check", "after", "dst_gap",
               "catch_up_minutes"});
  Plan plan;
  read_name(fields, plan);
  read_schedule(fields, plan);
  const auto zone = read_zone(fields, plan);
  read_targets(fields, plan, config);
  read_agent_check(fields, plan, zone);
  read_window(fields, plan);
  if (zone) check_that_it_fires(fields, plan);
  read_keep(fields, plan);
  plan.notify = fields.has("notify") ? read_addresses(fields) : config.notify;
  if (plan.notify.empty())
    fields.warn("name", "no-notify", "has nobody to notify: no failure would be told",
                "add notify: [you@example.com] here or at the top");
  plan.before = read_hook(fields, "before");
  plan.check = read_hook(fields, "check");
  plan.after = read_hook(fields, "after");
  return plan;
}

}  // namespace hikae::plan
