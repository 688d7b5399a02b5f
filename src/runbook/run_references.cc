#include "runbook/run_references.h"

#include <fmt/format.h>

namespace hikae::runbook {
namespace {

constexpr std::string_view kNoOutputYet =
    "No output available yet because the step is not successfully executed";

using MaybeValue = Result<std::optional<Value>>;

std::unexpected<Error> undeclared(std::string_view what, std::string_view name) {
  return fail(ErrorKind::Invalid,
              fmt::format("{} '{}' is not declared in the document", what, name));
}

}  // namespace

MaybeValue RunReferences::value_of(std::string_view reference) const {
  const auto colon = reference.find(':');
  if (colon != std::string_view::npos) {
    const auto space = reference.substr(0, colon);
    const auto name = reference.substr(colon + 1);
    if (space == "global") return global(name);
    if (space == "variable") return variable(name);
    if (space == "automation" && name == "EXECUTION_ID") return Value(run_.id);
    return undeclared("the reference", reference);
  }
  const auto dot = reference.find('.');
  if (dot == std::string_view::npos) return parameter(reference);
  return output(reference.substr(0, dot), reference.substr(dot + 1));
}

MaybeValue RunReferences::global(std::string_view name) const {
  if (name == "DATE") return Value(global_date(at_));
  if (name == "DATE_TIME") return Value(global_date_time(at_));
  if (name == "REGION") return Value(run_.scope.region);
  if (name == "ACCOUNT_ID") return Value(run_.scope.account);
  if (name == "AWS_PARTITION") return Value(partition_of(run_.scope.region));
  return undeclared("the global variable", name);
}

MaybeValue RunReferences::variable(std::string_view name) const {
  const auto* declared = find(document_.variables, name);
  if (!declared) return undeclared("the variable", name);
  const auto* value = find(*declared, "default");
  return value ? std::optional<Value>(*value) : std::nullopt;
}

MaybeValue RunReferences::parameter(std::string_view name) const {
  if (const auto* value = find(record_.parameters, name)) return *value;
  if (!document_.parameter(name)) return undeclared("the parameter", name);
  return std::optional<Value>();
}

MaybeValue RunReferences::output(std::string_view step, std::string_view name) const {
  const auto index = document_.step_index(step);
  if (!index) return undeclared("the step", step);
  const auto* visited = record_.visited(*index);
  const auto* value = visited ? find(visited->outputs, name) : nullptr;
  return value ? std::optional<Value>(*value) : std::nullopt;
}

Result<Object> resolved_inputs(const Step& step, const References& references) {
  auto inputs = TRY(resolve(step.inputs, references));
  if (inputs.is_null()) return Object{};
  if (!inputs.is_object()) return fail(ErrorKind::Invalid, "inputs: must be a map");
  return std::move(inputs.get_object());
}

Object document_outputs(const Document& document, const RunRecord& record) {
  Object outputs;
  for (const auto& name : document.outputs) {
    const auto dot = std::min(name.find('.'), name.size());
    const auto index = document.step_index(std::string_view(name).substr(0, dot));
    const auto* step = index ? record.visited(*index) : nullptr;
    const bool there = step && step->status == Status::Success && dot < name.size();
    const auto* value =
        there ? find(step->outputs, std::string_view(name).substr(dot + 1)) : nullptr;
    outputs[name] = value ? as_texts(*value) : Array{Value(kNoOutputYet)};
  }
  return outputs;
}

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

}  // namespace hikae::runbook
