#include "sim/year.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/rows.h"
#include "sim/world.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

constexpr Duration kDayLong = hours(24);
constexpr Duration kLastRunsEnd = hours(12);

/// Of a million commits so many end the process: some times a year, and some times a week.
constexpr std::uint32_t kLightKills = 10;
constexpr std::uint32_t kHeavyKills = 1'000;

void give_tags_of(const plan::Plan& plan, const plan::Config& config, Object& tags) {
  for (const auto& target : plan.targets)
    if (!target.values.empty()) tags[target.key] = target.values.front();
  if (plan.keep.empty()) tags[config.tags.generations] = "3";
}

Object server_for(const plan::Plan& plan, const plan::Config& config, int number, Object tags) {
  tags[config.tags.stop] = number % 3 == 0 ? "true" : "false";
  give_tags_of(plan, config, tags);
  const auto& named = plan.instances;
  const auto place = static_cast<std::size_t>(number) / config.plans.size();
  const auto id = place < named.size() ? named[place] : fmt::format("i-{:017x}", number + 1);
  return Object{{"name", fmt::format("{}-{:03}", plan.name, number)},
                {"id", id},
                {"volumes", 1 + number % 2},
                {"tags", std::move(tags)}};
}

FaultMix mix_of(FaultLevel level) {
  if (level == FaultLevel::None) return FaultMix::none();
  return level == FaultLevel::Light ? FaultMix::light() : FaultMix::heavy();
}

/// Once a day, so that the most kills that are drawn are those of a day.
void set_kills(World& world, FaultLevel level) {
  if (level == FaultLevel::None) return;
  const bool is_light = level == FaultLevel::Light;
  world.disk().kill_per_million(is_light ? kLightKills : kHeavyKills,
                                [&world] { return world.gate().in_flight() > 0; });
}

void set_faults(World& world, FaultLevel level) {
  if (level == FaultLevel::None) return;
  world.set_weather(mix_of(level));
  const bool is_light = level == FaultLevel::Light;
  world.mailbox().refuse_per_mille(is_light ? 10 : 100, is_light ? 5 : 50);
}

YearDay end_of_day(const World& world, WallTime begins) {
  YearDay day;
  day.begins = begins;
  for (const auto& image : world.cloud().images(world.scope())) {
    if (text_at(image, "State") != "available" || !tag_value(image, "hikae:run")) continue;
    ++day.images;
    for (const auto& mapping : list_at(image, "BlockDeviceMappings"))
      day.gib += int_at(object_at(mapping, "Ebs"), "VolumeSize").value_or(0);
  }
  return day;
}

std::size_t day_of_instant(const Year& year, WallTime instant) {
  const auto passed = instant - year.days.front().begins;
  const auto number = std::max<std::int64_t>(0, passed / kDayLong);
  return std::min(static_cast<std::size_t>(number), year.days.size() - 1);
}

/// What the ledger says of every instant and target.
void read_ledger(const World& world, Year& year) {
  for (const auto& row : query(world.database(),
                               "SELECT body FROM resources WHERE kind = 'ledger' AND id LIKE "
                               "'mw-%' ORDER BY id")) {
    const auto body = text::parse_json(row[0]);
    if (!body) continue;
    const auto& told = object_at(*body, "Row");
    const auto instant = parse_iso(text_at(told, "Instant"));
    if (!instant) continue;
    auto& day = year.days[day_of_instant(year, *instant)];
    const auto outcome = str(text_at(told, "Outcome"));
    if (text_at(told, "Target") != "*") {
      ++day.outcomes[outcome];
      ++year.outcomes[outcome];
    } else if (outcome == "Missed" || outcome == "Skipped") {
      ++day.missed;
      year.missed.push_back({str(text_at(told, "WindowName")), str(text_at(told, "Instant")),
                             str(text_at(told, "Reason"))});
    }
  }
}

void read_power(const World& world, Year& year) {
  for (const auto& [instance, power] : world.history().power()) {
    auto longest = power.longest_stop;
    if (power.stopped_by == By::Hikae && power.state == "stopped") {
      year.left_stopped.push_back(instance);
      longest = std::max(longest, world.now() - power.stopped_at);
    }
    if (longest <= year.longest_stop) continue;
    year.longest_stop = longest;
    year.stopped_longest = instance;
  }
}

template <class Count>
Object counts_of(const std::map<std::string, Count>& counts) {
  Object object;
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

}  // namespace

Result<Value> fleet_for(std::string_view text, int instances, const Object& tags) {
  text::Diagnostics problems;
  const auto config = plan::read_config(text, problems);
  if (!config) return std::unexpected(text::as_error(problems, "hikae.yaml"));
  if (config->plans.empty()) return fail(ErrorKind::Invalid, "hikae.yaml has no plans");
  Array servers;
  for (int i = 0; i < instances; ++i)
    servers.push_back(server_for(config->plans[static_cast<std::size_t>(i) % config->plans.size()],
                                 *config, i, tags));
  return Object{{"instances", std::move(servers)}};
}

Result<Year> play_year(const YearOptions& options) {
  WorldOptions wanted;
  wanted.seed = options.seed;
  wanted.start = options.start;
  wanted.config = options.config;
  wanted.templates = options.templates;
  wanted.fleet = TRY(fleet_for(options.config, options.instances, options.tags));
  wanted.watching = Watching::Power;
  const auto world = TRY(World::make(wanted));
  set_faults(*world, options.faults);
  Year year;
  for (int day = 0; day < options.days; ++day) {
    const auto begins = options.start + kDayLong * day;
    set_kills(*world, options.faults);
    world->run_until(begins + kDayLong);
    year.days.push_back(end_of_day(*world, begins));
    if (options.progress) options.progress(day + 1);
  }
  if (options.faults != FaultLevel::None) world->heal();
  world->run_until_rest(kLastRunsEnd);
  read_ledger(*world, year);
  read_power(*world, year);
  year.calls = world->gate().counts();
  year.mails = static_cast<std::int64_t>(world->mailbox().taken().size());
  year.kills = world->lives() - 1;
  return year;
}

Value to_value(const Year& year) {
  Array days, missed, stopped;
  for (const auto& day : year.days)
    days.push_back(Object{{"Day", iso(day.begins).substr(0, 10)},
                          {"Outcomes", counts_of(day.outcomes)},
                          {"MissedWindows", day.missed},
                          {"Images", day.images},
                          {"SnapshotGiB", day.gib}});
  for (const auto& one : year.missed)
    missed.push_back(
        Object{{"Window", one.window}, {"Instant", one.instant}, {"Reason", one.reason}});
  for (const auto& instance : year.left_stopped) stopped.emplace_back(instance);
  return Object{{"Days", std::move(days)},
                {"Outcomes", counts_of(year.outcomes)},
                {"MissedWindows", std::move(missed)},
                {"LongestStopSeconds", to_seconds(year.longest_stop)},
                {"StoppedLongest", year.stopped_longest},
                {"LeftStopped", std::move(stopped)},
                {"ApiCalls", counts_of(year.calls)},
                {"Mails", year.mails},
                {"Kills", year.kills}};
}

}  // namespace hikae::sim
