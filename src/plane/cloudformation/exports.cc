#include "plane/cloudformation/exports.h"

#include <algorithm>
#include <set>

#include "plane/cloudformation/lookups.h"

namespace hikae::plane::cfn {
namespace {

bool may_export(std::string_view body) { return body.find("Export") != std::string_view::npos; }

std::unexpected<Error> in_use(std::string_view name, const std::vector<std::string>& by) {
  std::string stacks;
  for (const auto& stack : by) stacks += (stacks.empty() ? "" : ", ") + stack;
  return validation_error("Export " + str(name) + " cannot be deleted as it is in use by " +
                          stacks);
}

stack::PreviewInput as_it_is(const Ask& ask, const Value& row, const Object& given,
                             const StackState& state) {
  return {ask.scope.account,
          ask.scope.region,
          str(text_at(row, "StackName")),
          str(text_at(row, "StackId")),
          given,
          object_at(state.described, "Parameters"),
          object_at(state.described, "Resources"),
          {},
          object_at(row, "Imports")};
}

std::set<std::string, std::less<>> names_in(const Object& exports) {
  std::set<std::string, std::less<>> names;
  for (const auto& [key, name] : exports) names.insert(str(text_of(name)));
  return names;
}

}  // namespace

Object exports_of_stack(const Ask& ask, const Value& row, const StackState& state) {
  const auto body = text_at(row, "TemplateBody");
  if (!may_export(body)) return {};
  text::Diagnostics problems;
  const auto source = stack::read_template(body, problems);
  if (!source) return {};
  const auto names = stack::exports_of(*source, as_it_is(ask, row, object_at(row, "Given"), state));
  return names.value_or(Object());
}

Exports all_exports(const Ask& ask) {
  Exports exports;
  for (const auto& [key, latest] : ask.rows(kStackRows)) {
    const auto state = state_of(ask, latest);
    const auto row = settled(latest, state);
    const auto& outputs = object_at(state.described, "Outputs");
    if (outputs.empty() || state.status() == "DELETE_COMPLETE") continue;
    for (const auto& [output, name] : exports_of_stack(ask, row, state))
      if (const auto* value = find(outputs, output))
        exports[str(text_of(name))] = {str(text_at(row, "StackId")), str(text_at(row, "StackName")),
                                       str(text_of(*value))};
  }
  return exports;
}

std::vector<std::string> importers_of(const Ask& ask, std::string_view name) {
  std::vector<std::string> stacks;
  for (const auto& [key, latest] : ask.rows(kStackRows)) {
    const auto state = state_of(ask, latest);
    const auto row = settled(latest, state);
    const bool is_there = state.status() != "DELETE_COMPLETE" && find(row, "Operation");
    if (is_there && object_at(row, "Imports").contains(name))
      stacks.push_back(str(text_at(row, "StackName")));
  }
  return stacks;
}

Result<Object> imports_wanted(const Ask& ask, const Wanted& wanted) {
  if (wanted.body.find("ImportValue") == std::string::npos) return Object{};
  const auto names = stack::imports_of(wanted.source, {ask.scope.account,
                                                       ask.scope.region,
                                                       str(text_at(ask.input, "StackName")),
                                                       {},
                                                       wanted.given,
                                                       {},
                                                       {},
                                                       object_at(ask.input, kLookedUp)});
  if (!names) return validation_error(names.error().text());
  const auto exports = all_exports(ask);
  Object imports;
  for (const auto& name : *names) {
    const auto at = exports.find(name);
    if (at == exports.end()) return validation_error("No export named " + name + " found.");
    imports[name] = at->second.value;
  }
  return imports;
}

Result<> check_exports(const Ask& ask, const Wanted& wanted, const Value& row) {
  const auto state = state_of(ask, row);
  const auto before = names_in(exports_of_stack(ask, settled(row, state), state));
  if (before.empty() && !may_export(wanted.body)) return {};
  auto input = as_it_is(ask, row, wanted.given, state);
  input.imports = wanted.imports;
  const auto wanted_names = names_in(stack::exports_of(wanted.source, input).value_or(Object()));
  const auto others = all_exports(ask);
  for (const auto& name : wanted_names)
    if (const auto at = others.find(name);
        at != others.end() && at->second.stack_id != text_at(row, "StackId"))
      return validation_error("Export with name " + name + " is already exported by stack " +
                              at->second.stack_name + ".");
  for (const auto& name : before)
    if (!wanted_names.contains(name))
      if (const auto by = importers_of(ask, name); !by.empty()) return in_use(name, by);
  return {};
}

Result<> check_unimported(const Ask& ask, const Value& row, const StackState& state) {
  for (const auto& name : names_in(exports_of_stack(ask, settled(row, state), state)))
    if (const auto by = importers_of(ask, name); !by.empty()) return in_use(name, by);
  return {};
}

}  // namespace hikae::plane::cfn
