// Rows of the ledger from images. An image's tags name instance, run and plan, and EC2 the moment
// it was made; the instant for which it was made is the last one of the plan's window before that.
#include <fmt/format.h>

#include <map>

#include "cli/plans.h"
#include "cli/recover.h"
#include "schedule/upcoming.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kInstantsAMost = 5000;  // of one window while it is open once

struct PlanWindow {
  std::string id;
  std::string name;
  schedule::Timetable timetable;
  Duration open{};
};

std::string plan_named_in(const Object& parameters) {
  const auto* values = parameters.if_contains("Plan");
  const auto* list = values ? values->if_array() : nullptr;
  return list && !list->empty() ? str(text_of(list->front())) : std::string();
}

/// A schedule without fixed instants (rate) names none that could be found again.
Result<PlanWindow> plan_window(const Value& window) {
  schedule::ScheduleQuery query;
  query.expression = text_at(window, "Schedule");
  query.timezone = text_at(window, "ScheduleTimezone");
  query.offset = static_cast<int>(int_at(window, "ScheduleOffset").value_or(0));
  if (query.expression.starts_with("rate"))
    return fail(ErrorKind::Unsupported, "a rate has no instants of its own");
  auto timetable = TRY(schedule::make_timetable(query));
  return PlanWindow{str(text_at(window, "WindowId")), str(text_at(window, "Name")),
                    std::move(timetable), hours(int_at(window, "Duration").value_or(1))};
}

/// By plan. Without any hikae.yaml applied there are none.
Result<std::map<std::string, PlanWindow>> plan_windows(Session& session) {
  std::map<std::string, PlanWindow> windows;
  const auto plans = planned_backups(session);
  if (!plans && plans.error().kind == ErrorKind::NotFound) return windows;
  if (!plans) return std::unexpected(plans.error());
  const auto identities =
      TRY(call_pages(session, "ssm", "DescribeMaintenanceWindows", Object{}, "WindowIdentities"));
  for (const auto& plan : *plans)
    for (const auto& window : identities) {
      if (text_at(window, "Name") != plan.window) continue;
      auto found = plan_window(window);
      if (found) windows.emplace(plan_named_in(plan.parameters), *std::move(found));
    }
  return windows;
}

/// The instant of the opening in which it was made.
std::optional<WallTime> instant_of(const PlanWindow& window, WallTime created) {
  const auto found =
      schedule::between(window.timetable, created - window.open, created, kInstantsAMost);
  for (auto at = found.rbegin(); at != found.rend(); ++at)
    if (at->kind == schedule::OccurrenceKind::Due) return at->at;
  return std::nullopt;
}

ProvenRow row_of_backup(const PlanWindow& window, WallTime instant,
                        const upkeep::BackupTrace& backup) {
  const bool is_good = backup.proof == upkeep::ImageProof::Good;
  const auto reason =
      is_good ? fmt::format("recovered: the image {} of that run proves it", backup.image)
              : "recovered: " + backup.why;
  return {fmt::format("{}/{}/{}", window.id, iso(instant), backup.instance),
          Object{{"Window", window.id},
                 {"WindowName", window.name},
                 {"Instant", iso(instant)},
                 {"Target", backup.instance},
                 {"Outcome", is_good ? "Success" : "Failed"},
                 {"Reason", reason},
                 {"RunId", backup.run},
                 {"At", iso(backup.created)}}};
}

Result<bool> is_in_ledger(Session& session, const std::string& key) {
  const auto answer =
      TRY(session.call("hikae-ledger", "Query", Object{{"Prefix", key}, {"Limit", 1}}));
  const auto& rows = list_at(answer, "Rows");
  return !rows.empty() && text_at(rows.front(), "Key") == key;
}

}  // namespace

Result<ProvenRows> proven_rows(Session& session, const upkeep::Traces& traces,
                               const std::string& installation) {
  const auto windows = TRY(plan_windows(session));
  std::map<std::string, ProvenRow> rows;  // of two images of one occurrence the later one counts
  ProvenRows proven;
  for (const auto& backup : traces.backups) {
    if (!backup.installation.empty() && backup.installation != installation) continue;
    const auto window = windows.find(backup.plan);
    const auto instant =
        window == windows.end() ? std::nullopt : instant_of(window->second, backup.created);
    if (backup.proof == upkeep::ImageProof::Pending) {
      ++proven.pending;
    } else if (!instant) {
      ++proven.without_window;
    } else {
      auto row = row_of_backup(window->second, *instant, backup);
      rows.insert_or_assign(row.key, std::move(row));
    }
  }
  for (auto& [key, row] : rows)
    if (TRY(is_in_ledger(session, key)))
      ++proven.known;
    else
      proven.missing.push_back(std::move(row));
  return proven;
}

}  // namespace hikae::cli
