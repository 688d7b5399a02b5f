// Templates by themselves: checked, summarised, given back.
#include <set>

#include "plane/cloudformation/cloudformation.h"
#include "plane/cloudformation/stack_rows.h"
#include "stack/evaluate.h"

namespace hikae::plane {
namespace cfn {
namespace {

bool is_hidden(const Value& definition) {
  return is_true_at(definition, "NoEcho") || text_at(definition, "NoEcho") == "true";
}

void add_capability(Object& answer, const stack::Template& source) {
  auto needed = needed_capability(source);
  if (needed.name.empty()) return;
  std::string types;
  for (const auto& type : needed.types) types += (types.empty() ? "" : ", ") + str(text_of(type));
  answer["Capabilities"] = Array{Value(needed.name)};
  answer["CapabilitiesReason"] = "The following resource(s) require capabilities: [" + types + "]";
}

Object shown_parameter(std::string_view name, const Value& definition) {
  Object shown{{"ParameterKey", name}, {"NoEcho", is_hidden(definition)}};
  if (const auto* standard = find(definition, "Default"))
    if (const auto text = stack::scalar_text(*standard)) shown["DefaultValue"] = *text;
  if (const auto text = text_at(definition, "Description"); !text.empty())
    shown["Description"] = text;
  return shown;
}

Result<Value> validate_template(const Ask& ask, const stack::Checkers& checkers) {
  const auto body = text_at(ask.input, "TemplateBody");
  if (body.empty())
    return validation_error("Either Template URL or Template Body must be specified.");
  const auto source = TRY(checked_template(body, checkers));
  Array parameters;
  for (const auto& [name, definition] : source.parameters())
    parameters.push_back(shown_parameter(name, definition));
  Object answer{{"Parameters", std::move(parameters)}};
  if (const auto text = text_at(source.value, "Description"); !text.empty())
    answer["Description"] = text;
  add_capability(answer, source);
  return answer;
}

Object declared_parameter(std::string_view name, const Value& definition) {
  auto shown = shown_parameter(name, definition);
  shown["ParameterType"] = text_at(definition, "Type", "String");
  Array allowed;
  for (const auto& value : list_at(definition, "AllowedValues"))
    if (const auto text = stack::scalar_text(value)) allowed.push_back(Value(*text));
  shown["ParameterConstraints"] =
      allowed.empty() ? Object() : Object{{"AllowedValues", std::move(allowed)}};
  return shown;
}

Result<std::string> body_asked_about(const Ask& ask) {
  const auto name = text_at(ask.input, "StackName");
  const auto body = text_at(ask.input, "TemplateBody");
  if (name.empty() == body.empty())
    return validation_error("Specify exactly one of StackName, TemplateBody and TemplateURL.");
  if (name.empty()) return str(body);
  const auto* row = TRY(stack_row(ask, name));
  return str(text_at(settled(*row, state_of(ask, *row)), "TemplateBody"));
}

Result<Value> summarise(const Ask& ask, const stack::Checkers& checkers) {
  const auto source = TRY(checked_template(TRY(body_asked_about(ask)), checkers));
  Array parameters, types;
  for (const auto& [name, definition] : source.parameters())
    parameters.push_back(declared_parameter(name, definition));
  std::set<std::string, std::less<>> seen;
  for (const auto& [id, resource] : source.resources())
    if (seen.insert(str(text_at(resource, "Type"))).second)
      types.push_back(Value(text_at(resource, "Type")));
  Object answer{{"Parameters", std::move(parameters)},
                {"ResourceTypes", std::move(types)},
                {"Version", text_at(source.value, "AWSTemplateFormatVersion", "2010-09-09")},
                {"DeclaredTransforms", Array()}};
  if (const auto text = text_at(source.value, "Description"); !text.empty())
    answer["Description"] = text;
  add_capability(answer, source);
  return answer;
}

Result<std::string> stored_body(const Ask& ask) {
  if (!text_at(ask.input, "ChangeSetName").empty())
    return str(text_at(*TRY(change_set_row(ask)), "TemplateBody"));
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  return str(text_at(settled(*row, state_of(ask, *row)), "TemplateBody"));
}

Result<Value> get_template(const Ask& ask) {
  return Object{{"TemplateBody", TRY(stored_body(ask))},
                {"StagesAvailable", Array{"Original", "Processed"}}};
}

}  // namespace
}  // namespace cfn

void CloudFormation::add_templates() {
  on("ValidateTemplate", [this](const Ask& ask) { return cfn::validate_template(ask, checkers_); });
  on("GetTemplateSummary", [this](const Ask& ask) { return cfn::summarise(ask, checkers_); });
  on("GetTemplate", cfn::get_template);
}

}  // namespace hikae::plane
