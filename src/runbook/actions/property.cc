#include "runbook/actions/property.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runbook/actions/api_call.h"
#include "runbook/actions/inputs.h"
#include "runbook/resolve.h"
#include "runbook/run_compare.h"
#include "text/selector.h"

namespace hikae::runbook {
namespace {

std::optional<Value> selected_property(const Object& inputs, const Value& answer) {
  const auto selector = text::Selector::parse(text_at(inputs, "PropertySelector"));
  return selector ? selector->select(answer) : std::nullopt;
}

bool matches_one(const Value& found, const Value& desired) {
  if (equal_loosely(found, desired)) return true;
  const auto* list = found.if_array();
  return list && list->size() == 1 && equal_loosely(list->front(), desired);
}

}  // namespace

bool surely_mutates(std::string_view operation) {
  static constexpr std::array<std::string_view, 42> kVerbs{
      "Accept",    "Add",          "Allocate", "Apply",    "Assign",    "Associate",  "Attach",
      "Authorize", "Cancel",       "Copy",     "Create",   "Delete",    "Deregister", "Detach",
      "Disable",   "Disassociate", "Enable",   "Execute",  "Import",    "Invoke",     "Modify",
      "Publish",   "Put",          "Reboot",   "Register", "Reject",    "Release",    "Remove",
      "Replace",   "Reset",        "Restore",  "Revoke",   "Rotate",    "Run",        "Send",
      "Set",       "Start",        "Stop",     "Tag",      "Terminate", "Untag",      "Update"};
  return std::ranges::any_of(kVerbs, [&](std::string_view verb) {
    if (!operation.starts_with(verb) || operation.size() == verb.size()) return false;
    const char next = operation[verb.size()];
    return next >= 'A' && next <= 'Z';
  });
}

Result<> check_property(const Object& inputs) {
  TRY_DO(check_api_call(inputs));
  if (const auto api = api_call_of(inputs).operation; surely_mutates(api))
    return fail(ErrorKind::Invalid,
                fmt::format("The input Api is {}, which changes something: this action only looks; "
                            "call it once with aws:executeAwsApi",
                            api));
  const auto selector = TRY(required_text(inputs, "PropertySelector"));
  TRY_DO(text::Selector::parse(selector));
  TRY_DO(required_list(inputs, "DesiredValues"));
  return {};
}

bool property_is_desired(const Object& inputs, const Value& answer) {
  const auto found = selected_property(inputs, answer);
  const auto desired = required_list(inputs, "DesiredValues");
  if (!found || !desired) return false;
  for (const auto& value : *desired)
    if (matches_one(*found, value)) return true;
  return false;
}

std::string property_shown(const Object& inputs, const Value& answer) {
  const auto found = selected_property(inputs, answer);
  return found ? as_text(*found) : "(missing)";
}

Value property_call_input(const Object& inputs) {
  return without_members(inputs, {"Service", "Api", "PropertySelector", "DesiredValues"});
}

}  // namespace hikae::runbook
