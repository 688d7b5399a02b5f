#include "sim/scenario.h"

#include <fmt/format.h>

#include "plan/compile.h"
#include "sim/operators.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

constexpr int kTokyoMinutes = 9 * 60;
constexpr const char* kGroup = "ssm-backup-group";
constexpr Duration kBeforeWindow = minutes(10);
constexpr Duration kBadFor = hours(4);
constexpr Duration kAllSettled = hours(60);
const char* const kActions[] = {"CreateImage",    "StartInstances",    "StopInstances",
                                "DescribeImages", "DescribeInstances", "DescribeSnapshots",
                                "CreateTags",     "DeregisterImage",   "DeleteSnapshot"};

Duration any_of(Entropy& die, Duration most) {
  return Duration{static_cast<std::int64_t>(below(die, static_cast<std::uint64_t>(most.count())))};
}

bool chance(Entropy& die, unsigned per_cent) { return below(die, 100) < per_cent; }

// ---- the fleet ----

Object image_row(const char* name, const char* age, int count, Object tags) {
  return Object{
      {"name", name}, {"age", age}, {"every", "1d"}, {"count", count}, {"tags", std::move(tags)}};
}

Object marks(const char* run) {
  return Object{{"Name", "{name}"},
                {"AutoBackup", "true"},
                {"hikae:source-instance", "{instance}"},
                {"hikae:run", run}};
}

// Draws stand in statements of their own: the order of arguments is each compiler's own business,
// and a seed is to give the same night from all of them.

/// Nights that were there before; and images that look like ours and are not.
Array images_of(Entropy& die) {
  Array images;
  if (chance(die, 70))
    images.push_back(image_row("hikae/{instance}/old-{n}", "1d",
                               1 + static_cast<int>(below(die, 4)), marks("old-{n}")));
  if (chance(die, 40))
    images.push_back(image_row("other-tool-{instance}-{n}", "2d", 2,
                               Object{{"Name", "{name}"}, {"AutoBackup", "true"}}));
  if (chance(die, 30))
    images.push_back(image_row("hikae/{instance}/copy-{n}", "30d", 1, marks("another")));
  if (chance(die, 20)) {
    auto failed = image_row("hikae/{instance}/bad-{n}", "12h", 1, marks("bad-{n}"));
    failed["state"] = "failed";
    images.push_back(std::move(failed));
  }
  return images;
}

Object instance_row(Entropy& die, std::size_t number) {
  constexpr const char* kStop[] = {"true", "true", "true", "false", "True"};
  constexpr const char* kGenerations[] = {"1", "2", "3", "2", "0"};
  Object tags{{"BackupGroup", kGroup}, {"BackupEC2StopStart", kStop[below(die, 5)]}};
  if (chance(die, 70)) tags["EC2BackupGen"] = kGenerations[below(die, 5)];
  if (chance(die, 8)) tags["hikae:hold"] = "true";
  return Object{{"name", fmt::format("server-{}", number)},
                {"id", fmt::format("i-{:017x}", number + 1)},
                {"state", chance(die, 85) ? "running" : "stopped"},
                {"volumes", 1 + static_cast<int>(below(die, 3))},
                {"tags", std::move(tags)},
                {"images", images_of(die)}};
}

Value draw_fleet(Entropy& die) {
  Array instances;
  const auto count = 2 + below(die, 4);
  for (std::size_t i = 0; i < count; ++i) instances.push_back(instance_row(die, i));
  const Object bystander{{"name", "bystander"},
                         {"id", "i-0000000000000ffff"},
                         {"images", Array{image_row("hers-{n}", "1d", 2, Object{})}}};
  instances.push_back(bystander);
  return Object{{"instances", std::move(instances)}};
}

// ---- what goes wrong ----

class BadNights {
 public:
  explicit BadNights(World& world) : world_(world) {}

  /// Draws the faults of all nights, once; they last until heal().
  void begin(std::uint64_t seed) {
    auto& die = world_.chaos();
    world_.set_weather(seed % 10 == 0   ? FaultMix::none()
                       : seed % 10 == 1 ? FaultMix::heavy()
                                        : FaultMix::drawn(die));
    if (chance(die, 75))
      world_.disk().kill_per_million(static_cast<std::uint32_t>(below(die, 20'000)),
                                     [this] { return world_.gate().in_flight() > 0; });
    if (chance(die, 40)) {
      const auto unsaid = below(die, 200);
      world_.mailbox().refuse_per_mille(below(die, 400), unsaid);
    }
  }

  void add_night(WallTime opens) {
    auto& die = world_.chaos();
    if (below(die, 1'000'000) < world_.weather().mix().of(Fault::Outage)) {
      const auto begins = opens + any_of(die, minutes(10)) - minutes(5);
      world_.weather().begin_outage(kActions[below(die, std::size(kActions))], begins);
    }
    if (chance(die, 30)) {
      const auto side = chance(die, 50) ? Disk::Side::Before : Disk::Side::After;
      const auto commits = static_cast<std::int64_t>(below(die, 200));
      world_.disk().kill_at(world_.disk().commits() + commits, side);
    }
    if (chance(die, 60)) add_operators(opens);
    if (chance(die, 15)) add_full_disk(opens);
    if (chance(die, 15)) add_clock_jump(opens);
    if (chance(die, 15))
      world_.at(opens + any_of(die, minutes(30)) - minutes(10), [this] { kill(); });
  }

 private:
  void kill() const {
    if (world_.house()) world_.kill();
  }

  void add_operators(WallTime opens) {
    auto& die = world_.chaos();
    const auto acts = 1 + below(die, 8);
    for (std::uint64_t i = 0; i < acts; ++i)
      world_.at(opens + any_of(die, minutes(80)) - minutes(10), [this] { meddle_once(world_); });
  }

  void add_full_disk(WallTime opens) {
    auto& die = world_.chaos();
    const auto from = opens + any_of(die, minutes(30)) - minutes(10);
    world_.at(from, [this] { world_.disk().fill(); });
    world_.at(from + minutes(1) + any_of(die, hours(2)), [this] { world_.disk().make_space(); });
  }

  void add_clock_jump(WallTime opens) {
    constexpr std::int64_t kJumps[] = {1, 60, 3600, 86'400};
    auto& die = world_.chaos();
    const auto far = kJumps[below(die, 4)];
    const auto jump = seconds(chance(die, 50) ? far : -far);
    const auto from = opens + any_of(die, minutes(60)) - minutes(30);
    world_.at(from, [this, jump] { world_.set_host_clock_by(jump); });
    world_.at(from + minutes(1) + any_of(die, minutes(90)),
              [this, jump] { world_.set_host_clock_by(-jump); });
  }

  World& world_;
};

WallTime next_opening_of(const WindowFacts& window, WallTime after) {
  constexpr std::int64_t kDay = 24 * 60 * 60 * 1000;
  auto at = unix_ms(after) / kDay * kDay + window.minute_of_day * 60'000LL;
  while (at <= unix_ms(after)) at += kDay;
  return wall_ms(at);
}

void play(World& world, Court& court, const WindowFacts& window, std::uint64_t seed,
          const PlayOptions& options) {
  BadNights nights(world);
  world.run_until(next_opening_of(window, world.now()) - kBeforeWindow);
  nights.begin(seed);
  for (int night = 0; night < options.bad_nights; ++night) {
    const auto opens = next_opening_of(window, world.now());
    nights.add_night(opens);
    world.run_until(opens + kBadFor);
    if (night + 1 < options.bad_nights)
      world.run_until(next_opening_of(window, world.now()) - kBeforeWindow);
  }
  world.heal();
  world.run_until(next_opening_of(window, world.now()) + hours(2));
  world.run_until_rest(kAllSettled);
  court.rested();
}

}  // namespace

Scenario draw_scenario(std::uint64_t seed) {
  SeededEntropy die(seed ^ 0x5ce'a410ULL);
  Scenario scenario;
  scenario.world.seed = seed;
  scenario.world.fleet = draw_fleet(die);
  const auto local = static_cast<int>(below(die, 24 * 60));
  const auto hours_open = 1 + static_cast<int>(below(die, 3));
  const auto keep = static_cast<int>(below(die, 4));
  scenario.world.config = fmt::format(
      "stack: sim\nnotify: [ops@example.com, oncall@example.com]\nplans:\n  - name: nightly\n"
      "    at: '{:02}:{:02}'\n    zone: Asia/Tokyo\n    window_hours: {}\n    concurrency: {}\n"
      "    targets: {{tag: {{BackupGroup: {}}}}}\n{}",
      local / 60, local % 60, hours_open, 1 + below(die, 10), kGroup,
      keep > 0 ? fmt::format("    keep: {{last: {}}}\n", keep) : "");
  scenario.facts.windows.push_back(
      {"", kGroup, (local - kTokyoMinutes + 1440) % 1440, hours_open, keep});
  scenario.facts.notified = {"ops@example.com", "oncall@example.com"};
  return scenario;
}

Verdict play_seed(std::uint64_t seed, const PlayOptions& options) {
  Verdict verdict;
  verdict.seed = seed;
  auto scenario = draw_scenario(seed);
  auto made = World::make(scenario.world);
  if (!made) {
    verdict.error = made.error().text();
    return verdict;
  }
  auto& world = **made;
  auto& window = scenario.facts.windows.front();
  window.name = plan::window_name(world.config(), world.config().plans.front());
  scenario.facts.begun = world.now();
  Court court(world, scenario.facts);
  play(world, court, window, seed, options);
  verdict.violations = court.violations();
  verdict.journal_hash = world.journal_hash();
  if (options.keeps_timeline || !verdict.violations.empty()) verdict.timeline = world.timeline();
  for (const auto& run : run_rows(world.database()))
    if (run.root == run.id) ++verdict.runs[run.status.empty() ? "InProgress" : run.status];
  for (const auto& [fault, count] : world.weather().seen())
    verdict.faults[str(to_string(fault))] = count;
  verdict.commits = world.disk().commits();
  verdict.kills = world.lives() - 1;
  return verdict;
}

}  // namespace hikae::sim
