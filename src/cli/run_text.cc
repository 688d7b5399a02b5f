#include "cli/run_text.h"

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/open_work.h"

namespace hikae::cli {
namespace {

Colour colour_of(std::string_view status) {
  if (status == "Success") return Colour::Good;
  if (status == "Failed" || status == "TimedOut") return Colour::Bad;
  if (status == "Cancelled" || status == "Waiting") return Colour::Warn;
  return status == "Pending" ? Colour::Dim : Colour::None;
}

void print_outputs(Output& out, const Value& step) {
  for (const auto& [name, values] : object_at(step, "Outputs")) {
    std::string joined;
    if (const auto* list = values.if_array())
      for (const auto& value : *list) joined += (joined.empty() ? "" : ", ") + str(text_of(value));
    if (joined.size() > 160) joined = joined.substr(0, 157) + "...";
    out.line("      " + out.painted(name, Colour::Dim) + " = " + out.painted(joined, Colour::None));
  }
}

}  // namespace

std::string painted_status(const Output& out, std::string_view status) {
  return out.painted(status, colour_of(status));
}

std::string instance_of_run(const Value& execution) {
  const auto* parameters = find(execution, "Parameters");
  static const Array kNone;
  const auto& ids = parameters ? list_at(*parameters, "InstanceId") : kNone;
  return ids.empty() ? "-" : str(text_of(ids.front()));
}

std::string took_of_run(const Value& execution) {
  const auto from = parse_iso(text_at(execution, "ExecutionStartTime"));
  const auto to = parse_iso(text_at(execution, "ExecutionEndTime"));
  return from && to ? human(*to - *from) : "-";
}

void print_run(Output& out, const Value& run) {
  out.line(fmt::format("{}  {}", out.painted(text_at(run, "DocumentName"), Colour::Bold),
                       painted_status(out, text_at(run, "AutomationExecutionStatus"))));
  out.line("  run       " + str(text_at(run, "AutomationExecutionId")));
  out.line("  instance  " + out.painted(instance_of_run(run), Colour::None));
  out.line("  started   " + str(text_at(run, "ExecutionStartTime")) + ", took " + took_of_run(run));
  if (const auto what = text_at(run, "WaitsFor"); !what.empty())
    out.line("  waits     " + out.painted(what, Colour::None));
  if (const auto why = text_at(run, "FailureMessage"); !why.empty())
    out.line("  why       " + out.painted(why, Colour::Bad));
  for (const auto& step : list_at(run, "StepExecutions")) {
    const auto status = text_at(step, "StepStatus");
    if (status == "Pending") continue;
    out.line(fmt::format("  {}  {}  {}", painted_status(out, status),
                         out.painted(text_at(step, "StepName"), Colour::Bold),
                         out.painted(text_at(step, "Action"), Colour::Dim)));
    print_outputs(out, step);
    if (const auto why = text_at(step, "FailureMessage"); !why.empty())
      out.line("      " + out.painted(why, Colour::Bad));
  }
}

bool at_rest(Session& session) {
  auto& kernel = session.house().kernel();
  return kernel.living() == kernel.living("window") + kernel.living("rule") && kernel.quiet();
}

Result<Value> wait_for_run(Session& session, Output& out, const std::string& id) {
  const MachineId machine{session.scope(), "run", id};
  auto& kernel = session.house().kernel();
  const auto ended = [&] {
    const auto view = kernel.view(machine);
    if (!view) return true;
    out.progress("running: " + str(text_at(view->record, "Status", "…")));
    return view->ended_at.has_value();
  };
  session.run_until(ended);
  out.end_progress();
  const auto answer =
      TRY(session.call("ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", id}}));
  return *find(answer, "AutomationExecution");
}

Exit tell_of_run(Session& session, Output& out, const Value& execution, Duration limit,
                 Exit otherwise) {
  const auto ended = wait_until_at_rest(session, out, limit);
  const auto open = open_work(session);
  if (out.json()) {
    out.value(Object{{"AutomationExecution", execution}, {"Open", to_value(open)}});
  } else {
    print_run(out, execution);
    print_open_work(out, session, open);
  }
  return exit_with(open, ended, otherwise);
}

Exit report_with_open_work(Session& session, Output& out, const Error& error) {
  if (!session.interrupted()) return report(out, error);
  const auto open = open_work(session);
  if (out.json()) {
    out.value(Object{
        {"Error",
         Object{{"Kind", to_string(error.kind)}, {"Code", error.code}, {"Message", error.message}}},
        {"Open", to_value(open)}});
  } else {
    out.error(error.text());
    print_open_work(out, session, open);
  }
  return Exit::Interrupted;
}

}  // namespace hikae::cli
