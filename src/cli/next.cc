// `hikae next`: what fires next in this installation, or the instants of any expression.
#include "cli/commands.h"
#include "os/real_loop.h"
#include "schedule/upcoming.h"

namespace hikae::cli {
namespace {

Result<schedule::ScheduleQuery> query_of(const NextOptions& options) {
  schedule::ScheduleQuery query;
  query.expression = options.schedule;
  query.kind = TRY(schedule::parse_kind(options.kind));
  query.timezone = options.timezone;
  query.offset = options.offset;
  query.count = static_cast<std::size_t>(options.count);
  query.from = options.from.empty() ? os::RealLoop().now() : TRY(parse_iso(options.from));
  if (!options.anchor.empty()) query.anchor = TRY(parse_iso(options.anchor));
  return query;
}

Exit next_of_expression(const NextOptions& options, Output& out) {
  const auto query = query_of(options);
  if (!query) return report(out, query.error());
  const auto instants = schedule::upcoming(*query);
  if (!instants) return report(out, instants.error());
  Array list;
  for (const auto at : *instants) list.emplace_back(iso(at));
  const bool fires = !list.empty();
  if (out.json()) {
    out.value(Object{{"Next", std::move(list)}});
    return fires ? Exit::Ok : Exit::Failed;
  }
  for (const auto at : *instants) out.line(iso(at));
  if (!fires) out.line(options.schedule + " never fires after " + iso(query->from));
  return fires ? Exit::Ok : Exit::Failed;
}

Exit next_of_installation(const NextOptions& options, Output& out) {
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const auto answer = (*session)->call("ssm", "DescribeMaintenanceWindowSchedule",
                                       Object{{"MaxResults", options.count}});
  if (!answer) return report(out, answer.error());
  const auto& all = list_at(*answer, "ScheduledWindowExecutions");
  if (out.json()) {
    out.value(*answer);
    return Exit::Ok;
  }
  TextTable table({"WHEN", "WINDOW"});
  for (const auto& execution : all)
    table.add({str(text_at(execution, "ExecutionTime")), str(text_at(execution, "Name"))});
  table.empty() ? out.line("nothing is scheduled; apply a hikae.yaml first") : table.print(out);
  return Exit::Ok;
}

}  // namespace

Exit next(const NextOptions& options) {
  Output out(options.common.format);
  return options.schedule.empty() ? next_of_installation(options, out)
                                  : next_of_expression(options, out);
}

}  // namespace hikae::cli
