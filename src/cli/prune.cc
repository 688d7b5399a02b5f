// `hikae prune`: the retention function, now, for chosen instances or for all, once for each plan
// that backs the instance up: what this night's runs would do.
#include <algorithm>
#include <set>

#include "cli/commands.h"
#include "cli/plans.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

/// The event that the backup document would send for that instance.
Value prune_event(Session& session, const PlannedBackup& plan, const std::string& instance,
                  PruneMode mode) {
  auto keep = keep_of(plan);
  // Sweep: by hand there is time to look for what half-done deletions have left behind.
  Object event{{"InstanceId", instance},
               {"Installation", session.installation()},
               {"DryRun", mode == PruneMode::DryRun},
               {"Sweep", true}};
  event["Plan"] = plan_name(plan);
  if (!keep.empty()) event["Keep"] = std::move(keep);
  if (const auto tag = parameter_of(plan, "GenerationTag"); !tag.empty())
    event["GenerationTag"] = tag;
  return event;
}

Result<Value> prune_one(Session& session, const PlannedBackup& plan, const std::string& instance,
                        PruneMode mode) {
  const auto function = parameter_of(plan, "RetentionFunction");
  const auto answer = TRY(
      session.call("lambda", "Invoke",
                   Object{{"FunctionName", function.empty() ? "hikae-retention" : str(function)},
                          {"InvocationType", "RequestResponse"},
                          {"Payload", text::to_json(prune_event(session, plan, instance, mode))}}));
  auto report = TRY(text::parse_json(text_at(answer, "Payload")));
  if (find(answer, "FunctionError"))
    return fail(ErrorKind::Unavailable, instance + ": " + str(text_at(report, "errorMessage")));
  return list_at(report, "Instances").empty() ? report : list_at(report, "Instances").front();
}

Result<Array> prune_all(const PruneOptions& options, Session& session) {
  const auto plans = TRY(planned_backups(session));
  Array reports;
  std::set<std::pair<std::string, std::string>> done;  // (instance, plan)
  for (const auto& plan : plans)
    for (const auto& id : TRY(instances_of_targets(session, plan.targets))) {
      const bool chosen = options.instances.empty() ||
                          std::find(options.instances.begin(), options.instances.end(), id) !=
                              options.instances.end();
      if (!chosen || !done.emplace(id, plan_name(plan)).second) continue;
      reports.push_back(TRY(prune_one(session, plan, id, options.mode)));
    }
  for (const auto& id : options.instances)
    if (std::ranges::none_of(done, [&](const auto& one) { return one.first == id; }))
      return fail(ErrorKind::NotFound, "no plan backs up " + id);
  return reports;
}

bool print_reports(Output& out, const Array& reports) {
  bool clean = true;
  TextTable table({"INSTANCE", "PLAN", "IMAGE", "CREATED", "VERDICT", "WHY", "OUTCOME"});
  for (const auto& report : reports) {
    for (const auto& image : list_at(report, "Images")) {
      const auto verdict = text_at(image, "Verdict");
      table.add({str(text_at(report, "InstanceId")), str(text_at(report, "Plan")),
                 str(text_at(image, "ImageId")), str(text_at(image, "CreationDate")).substr(0, 19),
                 out.painted(verdict, verdict == "delete" ? Colour::Warn : Colour::Good),
                 out.painted(text_at(image, "Reason"), Colour::None),
                 str(text_at(image, "Outcome"))});
    }
    clean &= list_at(report, "Errors").empty();
  }
  table.empty() ? out.line("there are no backups") : table.print(out);
  for (const auto& report : reports) {
    for (const auto& warning : list_at(report, "Warnings"))
      out.line(out.painted("  " + str(text_of(warning)), Colour::Warn));
    for (const auto& error : list_at(report, "Errors"))
      out.line(out.painted("  " + str(text_of(error)), Colour::Bad));
  }
  return clean;
}

}  // namespace

Exit prune(const PruneOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, options.world);
  if (!session) return report(out, session.error());
  const auto reports = prune_all(options, **session);
  if (!reports) return report(out, reports.error());
  bool clean = true;
  if (out.json()) {
    for (const auto& one : *reports) clean &= list_at(one, "Errors").empty();
    out.value(Object{{"Reports", *reports}});
  } else {
    clean = print_reports(out, *reports);
  }
  return clean ? Exit::Ok : Exit::Partly;
}

}  // namespace hikae::cli
