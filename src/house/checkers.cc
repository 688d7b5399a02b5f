#include "house/checkers.h"

#include "pattern/pattern.h"
#include "runbook/document.h"
#include "schedule/upcoming.h"
#include "text/json.h"
#include "zone/zone.h"

namespace hikae::house {
namespace {

Result<> check_schedule(std::string_view expression, stack::ScheduleUse use) {
  schedule::ScheduleQuery query;
  query.expression = str(expression);
  query.kind = use == stack::ScheduleUse::Window ? schedule::Kind::Window : schedule::Kind::Rule;
  TRY(schedule::make_timetable(query));
  return {};
}

Result<> check_zone(std::string_view name) {
  TRY(zone::Zone::load(name));
  return {};
}

Result<> check_pattern(const Value& pattern) {
  TRY(pattern::Pattern::parse(pattern.is_string() ? str(text_of(pattern))
                                                  : text::to_json(pattern)));
  return {};
}

/// Without positions: they count in a text that its author has never seen. The path says where, and
/// the template's own finding says in which property of which resource.
Error error_without_positions(const text::Diagnostics& problems) {
  Error error{ErrorKind::Invalid, {}, {}};
  for (const auto& problem : problems) {
    if (problem.severity != text::Severity::Error) continue;
    if (!error.message.empty()) error.message += "; ";
    if (!problem.path.empty()) error.message += problem.path + ": ";
    error.message += problem.message;
    if (!problem.hint.empty()) error.message += " (fix: " + problem.hint + ")";
  }
  return error;
}

Result<> check_document(const Value& content, std::string_view type) {
  if (type != "Automation") return {};
  text::Diagnostics problems;
  const auto text = content.is_string() ? str(text_of(content)) : text::to_json(content);
  if (runbook::read_document(text, problems)) return {};
  return std::unexpected(error_without_positions(problems));
}

}  // namespace

stack::Checkers make_checkers() {
  return {check_schedule, check_zone, check_pattern, check_document};
}

}  // namespace hikae::house
