// `hikae next`: what fires next in this installation, or the instants of any expression.
#include <algorithm>

#include "cli/commands.h"
#include "os/real_loop.h"
#include "schedule/upcoming.h"

namespace hikae::cli {
namespace {

Result<schedule::ScheduleQuery> query_of(const NextOptions& options) {
  schedule::ScheduleQuery query;
  query.expression = *options.schedule;
  query.kind = TRY(schedule::parse_kind(options.kind));
  query.timezone = options.timezone;
  query.offset = options.offset;
  query.count = static_cast<std::size_t>(options.count);
  query.from = options.from.empty() ? os::RealLoop().now() : TRY(parse_iso(options.from));
  if (!options.anchor.empty()) query.anchor = TRY(parse_iso(options.anchor));
  return query;
}

bool is_due(const schedule::Occurrence& one) { return one.kind == schedule::OccurrenceKind::Due; }

Value to_value(const std::vector<schedule::Occurrence>& occurrences) {
  Array due, skipped;
  for (const auto& one : occurrences)
    if (is_due(one))
      due.emplace_back(iso(one.at));
    else
      skipped.push_back(Object{{"Civil", zone::text(one.civil)}, {"GapEnds", iso(one.at)}});
  Object value{{"Next", std::move(due)}};
  if (!skipped.empty()) value["Skipped"] = std::move(skipped);
  return value;
}

Exit next_of_expression(const NextOptions& options, Output& out) {
  const auto query = query_of(options);
  if (!query) return report(out, query.error());
  const auto occurrences = schedule::upcoming_and_skipped(*query);
  if (!occurrences) return report(out, occurrences.error());
  if (out.json()) {
    out.value(to_value(*occurrences));
    return Exit::Ok;
  }
  for (const auto& one : *occurrences)
    out.line(is_due(one)
                 ? iso(one.at)
                 : "skipped: " + zone::text(one.civil) + " never comes in " + query->timezone +
                       ", whose clocks jump over it (until " + iso(one.at) + ")");
  if (std::ranges::none_of(*occurrences, is_due))
    out.line(out.painted(*options.schedule, Colour::None) + " never fires after " +
             iso(query->from));
  return Exit::Ok;
}

struct Firing {
  std::string at;
  std::string kind;  // "window", "rule"
  std::string name;
  friend auto operator<=>(const Firing&, const Firing&) = default;
};

Result<std::vector<Firing>> windows_that_open(Session& session, std::int64_t count) {
  const auto answer =
      TRY(session.call("ssm", "DescribeMaintenanceWindowSchedule", Object{{"MaxResults", count}}));
  std::vector<Firing> firings;
  for (const auto& execution : list_at(answer, "ScheduledWindowExecutions"))
    firings.push_back(
        {str(text_at(execution, "ExecutionTime")), "window", str(text_at(execution, "Name"))});
  return firings;
}

/// EventBridge has no operation that says when a rule fires, nor from when its rate counts.
Result<std::vector<Firing>> rules_that_fire(Session& session, std::int64_t count) {
  const auto answer = TRY(session.call("hikae-desk", "ListScheduledRules", Object{}));
  std::vector<Firing> firings;
  for (const auto& rule : list_at(answer, "Rules")) {
    if (const auto* enabled = find(rule, "Enabled"); !enabled || *enabled != Value(true)) continue;
    const auto name = str(text_at(rule, "Name"));
    schedule::ScheduleQuery query;
    query.expression = text_at(rule, "ScheduleExpression");
    query.kind = schedule::Kind::Rule;
    query.from = session.now();
    query.anchor = TRY(in_context(parse_iso(text_at(rule, "CreatedAt")), "rule " + name));
    query.count = static_cast<std::size_t>(count);
    for (const auto at : TRY(in_context(schedule::upcoming(query), "rule " + name)))
      firings.push_back({iso(at), "rule", name});
  }
  return firings;
}

Result<std::vector<Firing>> firings_of(Session& session, std::int64_t count) {
  auto all = TRY(windows_that_open(session, count));
  for (auto& firing : TRY(rules_that_fire(session, count))) all.push_back(std::move(firing));
  std::ranges::sort(all);
  if (all.size() > static_cast<std::size_t>(count)) all.resize(static_cast<std::size_t>(count));
  return all;
}

Exit next_of_installation(const NextOptions& options, Output& out) {
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const auto firings = firings_of(**session, options.count);
  if (!firings) return report(out, firings.error());
  if (out.json()) {
    Array list;
    for (const auto& firing : *firings)
      list.push_back(Object{{"At", firing.at}, {"Kind", firing.kind}, {"Name", firing.name}});
    out.value(Object{{"Next", std::move(list)}});
    return Exit::Ok;
  }
  TextTable table({"WHEN", "KIND", "NAME"});
  for (const auto& firing : *firings)
    table.add({firing.at, firing.kind, out.painted(firing.name, Colour::None)});
  table.empty() ? out.line("nothing is scheduled; apply a hikae.yaml first") : table.print(out);
  return Exit::Ok;
}

}  // namespace

Exit next(const NextOptions& options) {
  Output out(options.common.format);
  return options.schedule ? next_of_expression(options, out) : next_of_installation(options, out);
}

}  // namespace hikae::cli
