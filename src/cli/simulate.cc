#include "cli/simulate.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/simulate_text.h"
#include "os/data_folder.h"
#include "sim/demo.h"
#include "sim/scenario.h"
#include "sim/year.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kTimelineShown = 120;  // lines of a failing seed

sim::FaultLevel level_of(const std::string& word) {
  if (word == "light") return sim::FaultLevel::Light;
  return word == "heavy" ? sim::FaultLevel::Heavy : sim::FaultLevel::None;
}

Result<sim::YearOptions> year_options(const SimulateOptions& options) {
  sim::YearOptions year;
  if (options.config.empty()) {
    year.config = sim::demo_config();
    year.templates = sim::demo_hooks();
    year.tags = {{"Quiet", "yes"}};  // its check lets them pass
  } else {
    year.config = TRY(os::read_file(options.config, limits::kConfigBytes));
  }
  year.days = static_cast<int>(options.days);
  year.instances = static_cast<int>(options.instances);
  year.faults = level_of(options.faults);
  year.seed = options.seed;
  return year;
}

Exit simulate_year(const SimulateOptions& options, Output& out) {
  auto wanted = year_options(options);
  if (!wanted) return report(out, wanted.error());
  wanted->progress = [&](int day) { out.progress(fmt::format("day {} of {}", day, options.days)); };
  const auto year = sim::play_year(*wanted);
  out.end_progress();
  if (!year) return report(out, year.error());
  out.json() ? out.value(sim::to_value(*year)) : print_year(out, *year);
  return year->left_stopped.empty() ? Exit::Ok : Exit::Failed;
}

Value to_value(const sim::Verdict& verdict) {
  Array violations;
  for (const auto& one : verdict.violations)
    violations.push_back(Object{{"Promise", one.promise}, {"What", one.what}, {"At", iso(one.at)}});
  return Object{{"Seed", verdict.seed},       {"Violations", std::move(violations)},
                {"Error", verdict.error},     {"JournalHash", verdict.journal_hash},
                {"Commits", verdict.commits}, {"Kills", verdict.kills}};
}

void print_failed(Output& out, const sim::Verdict& verdict, std::int64_t nights) {
  out.line(out.painted(fmt::format("seed {}", verdict.seed), Colour::Bad));
  if (!verdict.error.empty()) out.line("  " + verdict.error);
  const auto& lines = verdict.timeline;
  const auto from = lines.size() > kTimelineShown ? lines.size() - kTimelineShown : 0;
  for (auto i = from; i < lines.size(); ++i) out.line("  " + out.painted(lines[i], Colour::Dim));
  for (const auto& one : verdict.violations)
    out.line(
        fmt::format("  {}  {}: {}", iso(one.at), out.painted(one.promise, Colour::Bad), one.what));
  out.line(fmt::format("  to repeat it: hikae simulate --seeds 1 --seed {} --nights {}",
                       verdict.seed, nights));
}

Exit simulate_seeds(const SimulateOptions& options, Output& out) {
  sim::PlayOptions play;
  play.bad_nights = static_cast<int>(options.nights);
  std::int64_t failed = 0, kills = 0, faults = 0, runs = 0;
  Array shown;
  for (std::int64_t i = 0; i < options.seeds; ++i) {
    const auto verdict = sim::play_seed(options.seed + static_cast<std::uint64_t>(i), play);
    kills += verdict.kills;
    for (const auto& [fault, count] : verdict.faults) faults += count;
    for (const auto& [status, count] : verdict.runs) runs += count;
    out.progress(fmt::format("seed {} of {}, {} failed", i + 1, options.seeds, failed));
    if (options.seeds <= 100 || !verdict.is_clean()) shown.push_back(to_value(verdict));
    if (verdict.is_clean()) continue;
    ++failed;
    out.end_progress();
    if (!out.json()) print_failed(out, verdict, options.nights);
  }
  out.end_progress();
  if (out.json())
    out.value(Object{{"Seeds", options.seeds},
                     {"Failed", failed},
                     {"Runs", runs},
                     {"Faults", faults},
                     {"Kills", kills},
                     {"Verdicts", std::move(shown)}});
  else
    out.line(fmt::format("{} seeds: {} failed; {} backups, {} faults, {} kills", options.seeds,
                         failed, runs, faults, kills));
  return failed == 0 ? Exit::Ok : Exit::Failed;
}

}  // namespace

Exit simulate(const SimulateOptions& options) {
  Output out(options.format);
  return options.seeds > 0 ? simulate_seeds(options, out) : simulate_year(options, out);
}

}  // namespace hikae::cli
