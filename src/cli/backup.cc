// `hikae backup`: now, by the same path as at night.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/commands.h"
#include "cli/night_text.h"
#include "cli/open_work.h"
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

/// Which instances, and by which plan: what is named by the first plan whose targets name it, one
/// backup each; all of them by every plan, as at night.
Result<std::vector<Wanted>> wanted_backups(const BackupOptions& options, Session& session,
                                           const std::vector<PlannedBackup>& plans) {
  auto ids = options.instances;
  if (!options.tag.empty())
    for (auto& id : TRY(instances_by_tag(session, options.tag))) ids.push_back(std::move(id));
  std::vector<Wanted> wanted;
  for (const auto& plan : plans)
    for (const auto& id : TRY(instances_of_targets(session, plan.targets))) {
      const bool chosen = options.all || std::find(ids.begin(), ids.end(), id) != ids.end();
      const bool known = std::any_of(wanted.begin(), wanted.end(), [&](const Wanted& w) {
        return w.instance == id && (!options.all || plan_name(*w.plan) == plan_name(plan));
      });
      if (chosen && !known) wanted.push_back({id, &plan});
    }
  for (const auto& id : ids)
    if (std::none_of(wanted.begin(), wanted.end(),
                     [&](const Wanted& w) { return w.instance == id; }))
      return fail(ErrorKind::NotFound, "no plan backs up " + id +
                                           ": its tags fit no window's targets; see `hikae next`");
  if (wanted.empty() && options.all)
    return fail(ErrorKind::NotFound,
                "no instance fits any plan: tag some, or correct the targets in hikae.yaml");
  if (wanted.empty() && !options.tag.empty())
    return fail(ErrorKind::NotFound, "no instance has the tag " + options.tag);
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

/// A run that does not begin at once, and why.
struct Waiting {
  std::string instance;
  std::string run;
  std::string what;
};

Result<std::vector<Waiting>> waiting_runs(Session& session, const std::vector<Wanted>& wanted,
                                          const std::vector<std::string>& runs) {
  std::vector<Waiting> waiting;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto answer = TRY(
        session.call("ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", runs[i]}}));
    const auto what = text_at(object_at(answer, "AutomationExecution"), "WaitsFor");
    if (!what.empty()) waiting.push_back({wanted[i].instance, runs[i], str(what)});
  }
  return waiting;
}

/// Many wait for the same thing: it is said once.
void print_waiting(Output& out, const std::vector<Waiting>& waiting) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const auto& one : waiting) by_reason[one.what].push_back(one.instance);
  for (const auto& [what, instances] : by_reason) {
    const auto who = instances.size() == 1 ? instances.front() + " waits"
                                           : fmt::format("{} servers wait", instances.size());
    out.line(out.painted(who + ": " + what, Colour::Warn));
  }
}

Value to_value(const std::vector<Waiting>& waiting) {
  Array list;
  for (const auto& one : waiting)
    list.push_back(
        Object{{"InstanceId", one.instance}, {"RunId", one.run}, {"WaitsFor", one.what}});
  return list;
}

struct Played {
  sim::Night night;
  EndedBy ended = EndedBy::Rest;
  std::vector<Waiting> waited{};  // when they were asked for
};

Result<Played> backup_all(const BackupOptions& options, Session& session, Output& out) {
  const auto plans = TRY(planned_backups(session));
  const auto wanted = TRY(wanted_backups(options, session, plans));
  const auto before = sim::count_generations(session.sandbox(), session.scope());
  const auto begin = session.now();
  NightProgress progress(out, session.sandbox(), session.scope(), Duration{});
  auto runs = TRY(start_all(session, wanted));
  auto waiting = TRY(waiting_runs(session, wanted, runs));
  if (!out.json()) print_waiting(out, waiting);
  auto& kernel = session.house().kernel();
  const auto last_has_ended = [&] {
    const auto view = kernel.view({session.scope(), "run", runs.back()});
    return !view || view->ended_at;
  };
  session.run_until([&] {
    if (!out.json()) progress.follow();
    if (session.is_virtual()) return at_rest(session);
    while (!runs.empty() && last_has_ended()) runs.pop_back();
    return runs.empty();
  });
  const auto ended = wait_until_at_rest(session, out, options.patience.limit());
  if (!out.json()) progress.follow();
  auto night = sim::tell_night(session.house(), session.sandbox(), begin, before);
  std::erase_if(night.rows, [&](const sim::NightRow& row) {
    return std::none_of(wanted.begin(), wanted.end(),
                        [&](const Wanted& w) { return w.instance == row.instance; });
  });
  return Played{std::move(night), ended, std::move(waiting)};
}

Exit exit_of(std::ptrdiff_t good, std::size_t all) {
  if (good == static_cast<std::ptrdiff_t>(all)) return Exit::Ok;
  return good == 0 ? Exit::Failed : Exit::Partly;
}

Exit exit_of(const sim::Night& night) {
  const auto good = std::count_if(night.rows.begin(), night.rows.end(),
                                  [](const auto& row) { return row.outcome == "Success"; });
  return exit_of(good, night.rows.size());
}

/// The runs as SSM tells them: the fleet is somebody else's.
Result<Array> backup_all_elsewhere(const BackupOptions& options, Session& session, Output& out) {
  const auto plans = TRY(planned_backups(session));
  const auto wanted = TRY(wanted_backups(options, session, plans));
  Array runs;
  for (const auto& id : TRY(start_all(session, wanted)))
    runs.push_back(TRY(wait_for_run(session, out, id)));
  return runs;
}

Exit backup_elsewhere(const BackupOptions& options, Session& session, Output& out) {
  const auto runs = backup_all_elsewhere(options, session, out);
  if (!runs) return report_with_open_work(session, out, runs.error());
  const auto ended = wait_until_at_rest(session, out, options.patience.limit());
  const auto open = open_work(session);
  const auto good = std::count_if(runs->begin(), runs->end(), [](const Value& run) {
    return text_at(run, "AutomationExecutionStatus") == "Success";
  });
  const auto exit = exit_of(good, runs->size());
  if (out.json()) {
    out.value(Object{{"AutomationExecutions", *runs}, {"Open", to_value(open)}});
  } else {
    for (const auto& run : *runs) print_run(out, run);
    print_open_work(out, session, open);
  }
  return exit_with(open, ended, exit);
}

}  // namespace

Exit backup(const BackupOptions& options) {
  Output out(options.common.format);
  auto session =
      open_session(options.common, options.world, Sharing::WithRunning, Folder::MayBeNew);
  if (!session) return report(out, session.error());
  if ((*session)->is_elsewhere() || (*session)->is_on_aws())
    return backup_elsewhere(options, **session, out);
  const auto played = backup_all(options, **session, out);
  if (!played) return report_with_open_work(**session, out, played.error());
  const auto open = open_work(**session);
  if (out.json()) {
    auto value = sim::to_value(played->night);
    value.as_object()["Open"] = to_value(open);
    value.as_object()["Waited"] = to_value(played->waited);
    out.value(value);
  } else {
    print_night(out, played->night, Duration{});
    print_open_work(out, **session, open);
  }
  return exit_with(open, played->ended, exit_of(played->night));
}

}  // namespace hikae::cli
