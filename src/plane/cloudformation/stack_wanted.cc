// What a request says a stack shall become: template, parameters, tags, capabilities.
#include <algorithm>
#include <set>

#include "plane/cloudformation/exports.h"
#include "plane/cloudformation/lookups.h"
#include "plane/cloudformation/stack_rows.h"
#include "stack/evaluate.h"
#include "stack/validate.h"
#include "text/json.h"

namespace hikae::plane::cfn {
namespace {

constexpr std::size_t kStackTags = 50;  // CloudFormation's own

/// The members whose presence makes a resource of IAM a named one.
constexpr std::string_view kOwnNames[] = {"RoleName", "UserName", "GroupName", "ManagedPolicyName",
                                          "InstanceProfileName"};

Result<std::string> body_of(const Ask& ask, const Value* before) {
  const auto body = text_at(ask.input, "TemplateBody");
  if (!is_true_at(ask.input, "UsePreviousTemplate")) {
    if (!body.empty()) return str(body);
    return validation_error("Either Template URL or Template Body must be specified.");
  }
  if (!body.empty())
    return validation_error("You cannot specify both usePreviousTemplate and Template Body.");
  if (!before)
    return validation_error("You cannot specify usePreviousTemplate for a stack that is new.");
  return str(text_at(*before, "TemplateBody"));
}

/// One parameter's text: from the request, from before, or the template's default.
Result<std::string> given_text(const Value& parameter, const Value* before) {
  const auto key = text_at(parameter, "ParameterKey");
  if (!is_true_at(parameter, "UsePreviousValue")) return str(text_at(parameter, "ParameterValue"));
  const auto* value = before ? find(object_at(*before, "Given"), key) : nullptr;
  if (value) return str(text_of(*value));
  return validation_error("Invalid value for parameter " + str(key) +
                          ": UsePreviousValue is set, but there is no previous value");
}

Result<> read_parameters(const Ask& ask, Wanted& wanted, const Value* before) {
  for (const auto& parameter : list_at(ask.input, "Parameters"))
    wanted.given[text_at(parameter, "ParameterKey")] = TRY(given_text(parameter, before));
  std::vector<std::string> lookups;
  const auto bound = stack::bind_template_parameters(wanted.source, Value(wanted.given), &lookups);
  if (!bound) return validation_error("Parameters: " + bound.error().message);
  for (const auto& name : lookups) wanted.lookups.push_back(Value(name));
  for (const auto& [name, definition] : wanted.source.parameters()) {
    const auto* standard = find(definition, "Default");
    if (!wanted.given.contains(name) && standard)
      wanted.given[name] = stack::scalar_text(*standard).value_or(text::to_json(*standard));
    if (is_true_at(definition, "NoEcho") || text_at(definition, "NoEcho") == "true")
      wanted.hidden.push_back(Value(std::string_view(name)));
  }
  return {};
}

Result<Object> tags_in(const Ask& ask, const Value* before) {
  const auto* given = find(ask.input, "Tags");
  if (!given) return before ? object_at(*before, "Tags") : Object();
  Object tags;
  add_tags(tags, list_at(ask.input, "Tags"));
  if (tags.size() > kStackTags) return validation_error("A stack has at most 50 tags.");
  return tags;
}

Result<> check_capabilities(const Ask& ask, const stack::Template& source) {
  const auto needed = needed_capability(source);
  if (needed.name.empty()) return {};
  const auto& given = list_at(ask.input, "Capabilities");
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(given, [&](const Value& v) { return text_of(v) == name; });
  };
  if (has("CAPABILITY_NAMED_IAM") || has(needed.name)) return {};
  return aws::aws_error("InsufficientCapabilitiesException",
                        "Requires capabilities : [" + needed.name + "]");
}

bool is_same_value(const Value& a, const Value& b) {
  return text::to_canonical_json(a) == text::to_canonical_json(b);
}

bool is_same_template(const Wanted& wanted, const Value& before) {
  if (wanted.body == text_at(before, "TemplateBody")) return true;
  text::Diagnostics problems;
  const auto old = stack::read_template(text_at(before, "TemplateBody"), problems);
  return old && is_same_value(old->value, wanted.source.value);
}

bool are_outputs_same(const Wanted& wanted, const Value& before) {
  text::Diagnostics problems;
  const auto old = stack::read_template(text_at(before, "TemplateBody"), problems);
  return old && is_same_value(Value(old->outputs()), Value(wanted.source.outputs()));
}

}  // namespace

Result<stack::Template> checked_template(std::string_view body, const stack::Checkers& checkers) {
  text::Diagnostics problems;
  auto read = stack::read_template(body, problems);
  if (!read) return validation_error("Template format error: " + read.error().message);
  const auto found = stack::validate(*read, checkers);
  if (text::has_errors(found))
    return validation_error("Template validation error: " +
                            text::as_error(found, "template").message);
  return read;
}

NeededCapability needed_capability(const stack::Template& source) {
  NeededCapability needed;
  std::set<std::string, std::less<>> types;
  for (const auto& [id, resource] : source.resources()) {
    const auto type = text_at(resource, "Type");
    if (!type.starts_with("AWS::IAM::")) continue;
    if (types.insert(str(type)).second) needed.types.push_back(Value(type));
    const auto& properties = object_at(resource, "Properties");
    const bool is_named = std::ranges::any_of(
        kOwnNames, [&](std::string_view name) { return properties.contains(name); });
    if (is_named)
      needed.name = "CAPABILITY_NAMED_IAM";
    else if (needed.name.empty())
      needed.name = "CAPABILITY_IAM";
  }
  return needed;
}

Result<Wanted> read_wanted(const Ask& ask, const stack::Checkers& checkers, const Value* before) {
  Wanted wanted;
  wanted.body = TRY(body_of(ask, before));
  wanted.source = TRY(checked_template(wanted.body, checkers));
  TRY_DO(read_parameters(ask, wanted, before));
  wanted.tags = TRY(tags_in(ask, before));
  TRY_DO(check_capabilities(ask, wanted.source));
  wanted.imports = TRY(imports_wanted(ask, wanted));
  return wanted;
}

Result<std::vector<stack::ResourceChange>> preview_of(const Ask& ask, const Wanted& wanted,
                                                      const Value& row, const StackState& state,
                                                      const stack::Checkers& checkers) {
  TRY_DO(check_exports(ask, wanted, row));
  auto changes = stack::preview(
      wanted.source,
      {ask.scope.account, ask.scope.region, str(text_at(row, "StackName")),
       str(text_at(row, "StackId")), wanted.given, object_at(state.described, "Parameters"),
       object_at(state.described, "Resources"), object_at(ask.input, kLookedUp), wanted.imports},
      checkers);
  if (!changes) return validation_error(changes.error().message);
  return changes;
}

std::string_view nothing_to_do(const Wanted& wanted, const Value& before,
                               const std::vector<stack::ResourceChange>& changes) {
  if (!changes.empty() || !is_same_value(Value(wanted.tags), Value(object_at(before, "Tags"))))
    return {};
  const bool are_parameters_same =
      is_same_value(Value(wanted.given), Value(object_at(before, "Given")));
  if (are_parameters_same && is_same_template(wanted, before))
    return "The submitted information didn't contain changes. Submit different information to "
           "create a change set.";
  // Outputs may hang on a parameter.
  if (!are_parameters_same && !wanted.source.outputs().empty()) return {};
  return are_outputs_same(wanted, before) ? "No updates are to be performed." : "";
}

}  // namespace hikae::plane::cfn
