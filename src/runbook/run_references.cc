#include "runbook/run_references.h"

#include <fmt/format.h>

#include <algorithm>

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
  if (name == "DATE") return Value(global_date(from_.at));
  if (name == "DATE_TIME") return Value(global_date_time(from_.at));
  if (name == "REGION") return Value(run_.scope.region);
  if (name == "ACCOUNT_ID") return Value(run_.scope.account);
  if (name == "AWS_PARTITION") return Value(partition_of(run_.scope.region));
  return undeclared("the global variable", name);
}

MaybeValue RunReferences::variable(std::string_view name) const {
  const auto* declared = document_.variable(name);
  if (!declared) return undeclared("the variable", name);
  if (const auto* value = find(from_.visits.variables(), name)) return *value;
  return declared->default_value;
}

MaybeValue RunReferences::parameter(std::string_view name) const {
  if (const auto* value = find(record_.parameters, name)) return *value;
  if (!document_.parameter(name)) return undeclared("the parameter", name);
  return std::optional<Value>();
}

MaybeValue RunReferences::output(std::string_view step, std::string_view name) const {
  const auto index = document_.step_index(step);
  if (!index) return undeclared("the step", step);
  if (from_.loop && from_.loop->index == *index) return of_iteration(name);
  const auto place = from_.visits.last(*index);
  const auto* value = place ? find(record_.steps[*place].outputs, name) : nullptr;
  return value ? std::optional<Value>(*value) : std::nullopt;
}

MaybeValue RunReferences::of_iteration(std::string_view name) const {
  if (name == "CurrentIteration") return Value(from_.loop->iteration);
  auto value = name == "CurrentIteratorValue" ? iterator_value(*from_.loop) : Value();
  return value.is_null() ? std::nullopt : std::optional<Value>(std::move(value));
}

Viewpoint viewpoint_of(const RunRecord& record, WallTime at) {
  if (!record.loop) return {record.visits, std::nullopt, at};
  const auto& step = record.steps[record.loop->at];
  return {record.visits, LoopPlace{step.index, record.loop->iteration, &step.iterators}, at};
}

Value iterator_value(const LoopPlace& loop) {
  const auto* list = loop.iterators ? loop.iterators->if_array() : nullptr;
  const auto place = static_cast<std::size_t>(loop.iteration - 1);
  return list && place < list->size() ? (*list)[place] : Value();
}

Result<Object> resolved_inputs(const Step& step, const References& references) {
  auto inputs = TRY(resolve(step.inputs, references));
  if (inputs.is_null()) return Object{};
  if (!inputs.is_object()) return fail(ErrorKind::Invalid, "inputs: must be a map");
  return std::move(inputs.get_object());
}

bool fits(const RunRecord& record, const Document& document) {
  const auto count = document.steps.size();
  if (record.held && *record.held >= count) return false;
  return std::ranges::all_of(record.steps, [&](const auto& step) { return step.index < count; });
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
