#include "runbook/events.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/hash.h"
#include "runbook/run_references.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int digits_at(std::string_view text, std::size_t at, std::size_t length) {
  int number = 0;
  std::from_chars(text.data() + at, text.data() + at + length, number);
  return number;
}

Value bus_event(const Scope& scope, std::string_view seed, std::string_view source,
                std::string_view detail_type, Array resources, Object detail, WallTime now) {
  Object event;
  event["version"] = "0";
  event["id"] = uuid_of(seed);
  event["detail-type"] = detail_type;
  event["source"] = source;
  event["account"] = scope.account;
  event["time"] = iso(now);
  event["region"] = scope.region;
  event["resources"] = std::move(resources);
  event["detail"] = std::move(detail);
  return event;
}

Array run_resources(const MachineId& run, const RunRecord& record) {
  const auto arn = fmt::format("arn:{}:ssm:{}:{}", partition_of(run.scope.region), run.scope.region,
                               run.scope.account);
  Array resources;
  resources.emplace_back(fmt::format("{}:automation-execution/{}", arn, run.id));
  resources.emplace_back(fmt::format("{}:automation-definition/{}:{}", arn, record.document_name,
                                     record.document_version));
  return resources;
}

// The service sends the version as a number with a decimal: 1.0.
double version_number(std::string_view version) {
  double number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

struct Period {
  WallTime start{};
  WallTime end{};  // zero: it goes on
};

Object run_detail(const MachineId& run, const RunRecord& record, Status status,
                  const Period& period) {
  const bool over = period.end != WallTime{};
  Object detail;
  detail["ExecutionId"] = run.id;
  detail["Definition"] = record.document_name;
  detail["DefinitionVersion"] = version_number(record.document_version);
  detail["Status"] = to_string(status);
  detail["StartTime"] = us_time(period.start);
  if (over) detail["EndTime"] = us_time(period.end);
  detail["Time"] = over ? static_cast<double>((period.end - period.start).count()) : 0.0;
  return detail;
}

}  // namespace

void emit_event(Commands& commands, const Scope& scope, Value event) {
  auto id = str(text_at(event, "id"));
  commands.start({scope, str(kEventKind), std::move(id)}, std::move(event));
}

Value execution_event(const MachineId& run, const RunRecord& record, WallTime now) {
  auto detail = run_detail(run, record, record.status, {record.start, record.end});
  detail["ExecutedBy"] = record.executed_by;
  // A run may wait for people more than once, each time at another step.
  const auto step =
      record.status == Status::Waiting
          ? fmt::format("/{}/{}", record.steps.size(),
                        record.steps.empty() || record.held ? 0 : record.current().attempts)
          : std::string();
  const auto seed = fmt::format("event/{}/{}{}", run.id, to_string(record.status), step);
  return bus_event(run.scope, seed, "aws.ssm",
                   "EC2 Automation Execution Status-change Notification",
                   run_resources(run, record), std::move(detail), now);
}

Value step_event(const MachineId& run, const RunRecord& record, const Document& document,
                 WallTime now) {
  const auto& step = record.current();
  const auto& written = document.steps[step.index];
  auto detail = run_detail(run, record, step.status, {step.start, step.end});
  detail["StepName"] = written.name;
  detail["Action"] = written.action;
  const auto visit = step.iteration == 0 ? std::string() : fmt::format("@{}", record.at);
  const auto seed =
      fmt::format("event/{}/{}{}/{}", run.id, written.name, visit, to_string(step.status));
  return bus_event(run.scope, seed, "aws.ssm", kStepEventType, run_resources(run, record),
                   std::move(detail), now);
}

Value hikae_event(const Scope& scope, std::string_view seed, std::string_view detail_type,
                  Array resources, Object detail, WallTime now) {
  return bus_event(scope, seed, "hikae", detail_type, std::move(resources), std::move(detail), now);
}

std::string instance_arn(const Scope& scope, std::string_view instance_id) {
  return fmt::format("arn:{}:ec2:{}:{}:instance/{}", partition_of(scope.region), scope.region,
                     scope.account, instance_id);
}

std::string us_time(WallTime time) {
  const auto text = iso(time);  // 2016-11-29T19:43:20Z
  const int hour = digits_at(text, 11, 2);
  return fmt::format("{} {}, {} {}:{} {}", kMonths[digits_at(text, 5, 2) - 1],
                     digits_at(text, 8, 2), text.substr(0, 4), hour % 12 == 0 ? 12 : hour % 12,
                     text.substr(14, 5), hour < 12 ? "AM" : "PM");
}

}  // namespace hikae::runbook
