// What a start with targets may ask for (docs/reference/ssm-automation.md 7.2).
#include <fmt/format.h>

#include "base/escape.h"
#include "runbook/rate.h"
#include "runbook/rate_limits.h"
#include "runbook/rate_record.h"
#include "runbook/rate_targets.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kMostTargetMaps = 300;
constexpr std::string_view kRoleParameter = "AutomationAssumeRole";
/// What a looked-up target will be: the other parameters are checked with it in its place.
constexpr std::string_view kSomeInstance = "i-0123456789abcdef0";

std::unexpected<Error> bad_rate(std::string message) {
  return fail(ErrorKind::Invalid, "InvalidAutomationExecutionParametersException",
              std::move(message));
}

std::unexpected<Error> bad_member(std::string message) {
  return fail(ErrorKind::Invalid, "ValidationException", std::move(message));
}

Result<> check_members_of_targets(const Value& asked) {
  const bool has_targets = !list_at(asked, "Targets").empty();
  const auto& maps = list_at(asked, "TargetMaps");
  if (has_targets && !maps.empty())
    return bad_rate("Targets and TargetMaps cannot be given together: use one of them.");
  if (maps.size() > kMostTargetMaps)
    return bad_member(
        fmt::format("TargetMaps has {} entries: at most {}", maps.size(), kMostTargetMaps));
  if (const auto text = text_at(asked, "MaxConcurrency"); !text.empty())
    TRY_DO(check_max_concurrency(text));
  if (const auto text = text_at(asked, "MaxErrors"); !text.empty()) TRY_DO(check_max_errors(text));
  return check_targets(list_at(asked, "Targets"));
}

/// Members that mean something only together with targets.
Result<> check_no_members_without_targets(const Value& asked) {
  for (const std::string_view member : {"TargetParameterName", "MaxConcurrency", "MaxErrors"})
    if (!text_at(asked, member).empty())
      return bad_rate(fmt::format("{} is given without Targets or TargetMaps.", member));
  return {};
}

Result<> check_target_parameter(const Document& document, const Value& asked) {
  const auto name = text_at(asked, "TargetParameterName");
  if (name.empty()) return bad_rate("TargetParameterName is required when Targets are given.");
  if (name == kRoleParameter)
    return bad_rate("AutomationAssumeRole cannot be the target parameter.");
  if (!document.parameter(name))
    return bad_rate(
        fmt::format("TargetParameterName {} is no parameter of the document (names are "
                    "case-sensitive).",
                    printable(name)));
  return {};
}

Result<> check_child(const Document& document, const Value& asked, std::string_view value) {
  TRY(in_context(bind_parameters(document, rate_child_parameters(asked, value)),
                 fmt::format("target {}", printable(value.substr(0, 60)))));
  return {};
}

}  // namespace

Result<> check_rate_control(const Document& document, const Value& asked) {
  if (!list_at(asked, "TargetLocations").empty())
    return fail(ErrorKind::Unsupported, "InvalidTarget",
                "TargetLocations are not answered: hikae runs in one account and Region. Start one "
                "execution in each place.");
  TRY_DO(check_members_of_targets(asked));
  if (!asks_for_rate_control(asked)) return check_no_members_without_targets(asked);
  const auto& maps = list_at(asked, "TargetMaps");
  for (const auto& map : maps) TRY_DO(check_child(document, asked, text::to_json(map)));
  if (!maps.empty()) return {};
  TRY_DO(check_target_parameter(document, asked));
  const auto& targets = list_at(asked, "Targets");
  if (!names_its_values(targets)) return check_child(document, asked, kSomeInstance);
  for (const auto& value : named_values(targets)) TRY_DO(check_child(document, asked, value));
  return {};
}

}  // namespace hikae::runbook
