// `hikae backup`: now, by the same path as at night.
#include <algorithm>

#include "cli/commands.h"
#include "cli/night_text.h"
#include "cli/plans.h"
#include "cli/run_text.h"

namespace hikae::cli {
namespace {

struct Wanted {
  std::string instance;
  const PlannedBackup* plan;
};

Result<std::vector<std::string>> instances_by_tag(Session& session, const std::string& tag) {
  const auto at = tag.find('=');
  if (at == std::string::npos || at == 0)
    return fail(ErrorKind::Invalid, "--tag '" + tag + "': write KEY=VALUE");
  return instances_of_targets(session, Array{Object{{"Key", "tag:" + tag.substr(0, at)},
                                                    {"Values", Array{Value(tag.substr(at + 1))}}}});
}

/// Which instances, and by which plan: each by the first plan whose targets name it.
Result<std::vector<Wanted>> wanted_backups(const BackupOptions& options, Session& session,
                                           const std::vector<PlannedBackup>& plans) {
  auto ids = options.instances;
  if (!options.tag.empty())
    for (auto& id : TRY(instances_by_tag(session, options.tag))) ids.push_back(std::move(id));
  std::vector<Wanted> wanted;
  for (const auto& plan : plans)
    for (const auto& id : TRY(instances_of_targets(session, plan.targets))) {
      const bool chosen = options.all || std::find(ids.begin(), ids.end(), id) != ids.end();
      const bool known = std::any_of(wanted.begin(), wanted.end(),
                                     [&](const Wanted& w) { return w.instance == id; });
      if (chosen && !known) wanted.push_back({id, &plan});
    }
  for (const auto& id : ids)
    if (std::none_of(wanted.begin(), wanted.end(),
                     [&](const Wanted& w) { return w.instance == id; }))
      return fail(ErrorKind::NotFound, "no plan backs up " + id +
                                           ": its tags fit no window's targets; see `hikae next`");
  if (wanted.empty())
    return fail(ErrorKind::Invalid, "say which: instance ids, --tag KEY=VALUE, or --all");
  return wanted;
}

Result<std::vector<std::string>> start_all(Session& session, const std::vector<Wanted>& wanted) {
  std::vector<std::string> runs;
  for (const auto& one : wanted) {
    const auto started =
        TRY(session.call("ssm", "StartAutomationExecution",
                         Object{{"DocumentName", one.plan->document},
                                {"Parameters", parameters_for(*one.plan, one.instance)}}));
    runs.push_back(str(text_at(started, "AutomationExecutionId")));
  }
  return runs;
}

Result<sim::Night> backup_all(const BackupOptions& options, Session& session, Output& out) {
  const auto plans = TRY(planned_backups(session));
  const auto wanted = TRY(wanted_backups(options, session, plans));
  const auto before = sim::count_generations(session.sandbox(), session.scope());
  const auto begin = session.now();
  NightProgress progress(out, session.sandbox(), session.scope(), Duration{});
  const auto runs = TRY(start_all(session, wanted));
  auto& kernel = session.house().kernel();
  session.run_until([&] {
    if (!out.json()) progress.follow();
    if (session.is_virtual()) return at_rest(session);
    return std::all_of(runs.begin(), runs.end(), [&](const std::string& id) {
      const auto view = kernel.view({session.scope(), "run", id});
      return view && view->ended_at;
    });
  });
  auto night = sim::tell_night(session.house(), session.sandbox(), begin, before);
  std::erase_if(night.rows, [&](const sim::NightRow& row) {
    return std::none_of(wanted.begin(), wanted.end(),
                        [&](const Wanted& w) { return w.instance == row.instance; });
  });
  return night;
}

}  // namespace

Exit backup(const BackupOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, options.world);
  if (!session) return report(out, session.error());
  const auto night = backup_all(options, **session, out);
  if (!night) return report(out, night.error());
  out.json() ? out.value(sim::to_value(*night)) : print_night(out, *night, Duration{});
  const auto good = std::count_if(night->rows.begin(), night->rows.end(),
                                  [](const auto& row) { return row.outcome == "Success"; });
  if (good == static_cast<std::ptrdiff_t>(night->rows.size())) return Exit::Ok;
  return good == 0 ? Exit::Failed : Exit::Partly;
}

}  // namespace hikae::cli
