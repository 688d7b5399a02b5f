#include "cli/run_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/invariant.h"
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

constexpr std::size_t kOutputLines = 20;
constexpr std::size_t kOutputLineBytes = 160;

/// At most so many bytes, never half of a character.
std::string cut(std::string_view line) {
  if (line.size() <= kOutputLineBytes) return str(line);
  auto end = kOutputLineBytes - 3;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return str(line.substr(0, end)) + "...";
}

/// The beginning of an output, line by line; all of it stands in `hikae show --json`.
std::string shortened(std::string_view text) {
  std::string shown;
  for (std::size_t lines = 0; !text.empty(); ++lines) {
    if (lines == kOutputLines) return shown + "...";
    const auto end = std::min(text.find('\n'), text.size());
    shown += cut(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!text.empty()) shown += '\n';
  }
  return shown;
}

void print_outputs(Output& out, const Value& step) {
  for (const auto& [name, values] : object_at(step, "Outputs")) {
    std::string joined;
    if (const auto* list = values.if_array())
      for (const auto& value : *list) joined += (joined.empty() ? "" : ", ") + str(text_of(value));
    out.block("      " + out.painted(name, Colour::Dim) + " = ", shortened(joined), Colour::None);
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
    out.block("  why       ", why, Colour::Bad);
  for (const auto& step : list_at(run, "StepExecutions")) {
    const auto status = text_at(step, "StepStatus");
    if (status == "Pending") continue;
    out.line(fmt::format("  {}  {}  {}", painted_status(out, status),
                         out.painted(text_at(step, "StepName"), Colour::Bold),
                         out.painted(text_at(step, "Action"), Colour::Dim)));
    print_outputs(out, step);
    if (const auto why = text_at(step, "FailureMessage"); !why.empty())
      out.block("      ", why, Colour::Bad);
  }
}

bool at_rest(Session& session) {
  INVARIANT(!session.is_elsewhere(), "only a world of one's own comes to rest");
  auto& kernel = session.house().kernel();
  return kernel.living() == kernel.living("window") + kernel.living("rule") && kernel.quiet();
}

namespace {

Result<Value> describe_run(Session& session, const std::string& id) {
  const auto answer =
      TRY(session.call("ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", id}}));
  return *find(answer, "AutomationExecution");
}

std::string progress_of(std::string_view status) { return "running: " + str(status); }

/// As any client of AWS would wait.
Result<Value> wait_for_run_elsewhere(Session& session, Output& out, const std::string& id) {
  Result<Value> seen = Value();
  session.run_until([&] {
    seen = describe_run(session, id);
    if (!seen) return true;
    out.progress(progress_of(text_at(*seen, "AutomationExecutionStatus")));
    return find(*seen, "ExecutionEndTime") != nullptr;
  });
  out.end_progress();
  return seen;
}

}  // namespace

Result<Value> wait_for_run(Session& session, Output& out, const std::string& id) {
  if (session.is_elsewhere()) return wait_for_run_elsewhere(session, out, id);
  const MachineId machine{session.scope(), "run", id};
  auto& kernel = session.house().kernel();
  const auto ended = [&] {
    const auto view = kernel.view(machine);
    if (!view) return true;
    out.progress(progress_of(text_at(view->record, "Status", "…")));
    return view->ended_at.has_value();
  };
  session.run_until(ended);
  out.end_progress();
  return describe_run(session, id);
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
