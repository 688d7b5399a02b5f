#include "plan/checkers.h"

#include "runbook/document.h"
#include "schedule/expression.h"
#include "text/json.h"
#include "zone/zone.h"

namespace hikae::plan {
namespace {

Result<> check_template_schedule(std::string_view expression, stack::ScheduleUse use) {
  const auto kind =
      use == stack::ScheduleUse::Window ? schedule::Kind::Window : schedule::Kind::Rule;
  if (auto parsed = schedule::parse(expression, kind); !parsed)
    return fail(ErrorKind::Invalid, parsed.error().message +
                                        "; expected one such as cron(30 3 ? * * *) or rate(1 day)");
  return {};
}

Result<> check_template_zone(std::string_view name) {
  if (auto zone = zone::Zone::load(name); !zone)
    return fail(ErrorKind::Invalid,
                zone.error().message + "; expected an IANA name such as Asia/Tokyo");
  return {};
}

/// Documents of the other types are not hikae's to judge.
Result<> check_template_document(const Value& content, std::string_view type) {
  if (type != "Automation") return {};
  text::Diagnostics problems;
  const auto text = content.is_string() ? str(text_of(content)) : text::to_json(content);
  if (auto document = runbook::read_document(text, problems); !document)
    return fail(ErrorKind::Invalid, "expected an Automation document: " + document.error().message);
  return {};
}

}  // namespace

stack::Checkers template_checkers() {
  stack::Checkers checkers;
  checkers.schedule = check_template_schedule;
  checkers.timezone = check_template_zone;
  checkers.document = check_template_document;
  return checkers;
}

}  // namespace hikae::plan
