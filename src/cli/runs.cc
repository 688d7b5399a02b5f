// `hikae runs`, `hikae show`, `hikae cancel`.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/commands.h"
#include "cli/open_work.h"
#include "cli/run_text.h"
#include "cli/stack_parts.h"

namespace hikae::cli {
namespace {

/// The physical names of a deployed stack's documents: the account may have others' runs too.
Result<std::set<std::string, std::less<>>> documents_of_stack(Session& session) {
  std::set<std::string, std::less<>> names;
  if (!session.is_deployed()) return names;
  for (auto& part : TRY(stack_parts(session, "AWS::SSM::Document")))
    names.insert(std::move(part.physical));
  return names;
}

Result<Array> recent_runs(Session& session, std::string_view status, std::size_t limit) {
  const auto documents = TRY(documents_of_stack(session));
  Object input{{"MaxResults", 50}};
  if (!status.empty())
    input["Filters"] =
        Array{Object{{"Key", "ExecutionStatus"}, {"Values", Array{Value(str(status))}}}};
  Array all;
  while (all.size() < limit) {
    const auto answer = TRY(session.call("ssm", "DescribeAutomationExecutions", input));
    for (const auto& run : list_at(answer, "AutomationExecutionMetadataList"))
      if (!session.is_deployed() || documents.contains(text_at(run, "DocumentName")))
        all.push_back(run);
    const auto token = text_at(answer, "NextToken");
    if (token.empty()) break;
    input["NextToken"] = token;
  }
  if (all.size() > limit) all.resize(limit);
  return all;
}

}  // namespace

Result<std::string> find_run_id(Session& session, const std::string& beginning) {
  if (beginning.size() == 36) return beginning;
  std::string found;
  for (const auto& run : TRY(recent_runs(session, "", 5000))) {
    const auto id = text_at(run, "AutomationExecutionId");
    if (!id.starts_with(beginning)) continue;
    if (!found.empty())
      return fail(ErrorKind::Invalid, "'" + beginning + "' begins more than one run; write more");
    found = str(id);
  }
  if (found.empty())
    return fail(ErrorKind::NotFound, "no run begins with '" + beginning + "'; see `hikae runs`");
  return found;
}

Exit runs(const RunsOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const auto all = recent_runs(**session, options.status, static_cast<std::size_t>(options.limit));
  if (!all) return report(out, all.error());
  const auto dead = dead_mails(**session);
  if (!dead) return report(out, dead.error());
  if (out.json()) {
    out.value(Object{{"Runs", *all}, {"DeadMails", static_cast<std::int64_t>(dead->size())}});
    return Exit::Ok;
  }
  TextTable table({"STARTED", "RUN", "DOCUMENT", "INSTANCE", "STATUS", "TOOK"});
  for (const auto& run : *all)
    table.add({str(text_at(run, "ExecutionStartTime")).substr(0, 19),
               str(text_at(run, "AutomationExecutionId")).substr(0, 8),
               out.painted(text_at(run, "DocumentName"), Colour::None),
               out.painted(instance_of_run(run), Colour::None),
               painted_status(out, text_at(run, "AutomationExecutionStatus")), took_of_run(run)});
  table.empty() ? out.line("no runs yet") : table.print(out);
  if (!dead->empty())
    out.line(out.painted(
        fmt::format("{} could not be delivered in the last two weeks, and "
                    "{} given up: hikae ledger --dead",
                    dead->size() == 1 ? "1 message" : fmt::format("{} messages", dead->size()),
                    dead->size() == 1 ? "is" : "are"),
        Colour::Bad));
  return Exit::Ok;
}

Exit show(const ShowOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const auto id = find_run_id(**session, options.run);
  if (!id) return report(out, id.error());
  const auto answer =
      (*session)->call("ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", *id}});
  if (!answer) return report(out, answer.error());
  if (out.json())
    out.value(*answer);
  else
    print_run(out, *find(*answer, "AutomationExecution"));
  return Exit::Ok;
}

Exit cancel(const CancelOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, options.world);
  if (!session) return report(out, session.error());
  const auto id = find_run_id(**session, options.run);
  if (!id) return report(out, id.error());
  const auto stopped =
      (*session)->call("ssm", "StopAutomationExecution", Object{{"AutomationExecutionId", *id}});
  if (!stopped) return report(out, stopped.error());
  // A cancelled run may still have an instance to start: it is waited for.
  const auto run = wait_for_run(**session, out, *id);
  if (!run) return report_with_open_work(**session, out, run.error());
  return tell_of_run(**session, out, *run, options.patience.limit(), Exit::Ok);
}

}  // namespace hikae::cli
