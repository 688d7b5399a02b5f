#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runbook/check.h"
#include "runbook/check_actions.h"
#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 6> kGivenReferences{
    "global:DATE",       "global:DATE_TIME",     "global:REGION",
    "global:ACCOUNT_ID", "global:AWS_PARTITION", "automation:EXECUTION_ID"};

class ReferenceCheck {
 public:
  ReferenceCheck(const Document& document, Findings& findings)
      : document_(document), findings_(findings) {
    for (const auto& parameter : document.parameters) parameter_names_.push_back(parameter.name);
    for (const auto& step : document.steps) {
      if (!step.name.empty()) step_names_.push_back(step.name);
    }
  }

  void check_value(const Spot& spot, const Value& value) {
    if (value.is_string())
      for (const auto& found : find_references(text_of(value))) check_name(spot, found.name);
    if (const auto* array = value.if_array())
      for (std::size_t i = 0; i < array->size(); ++i) check_value(spot.below(i), (*array)[i]);
    if (const auto* object = value.if_object())
      for (const auto& member : *object) check_member(spot.below(member.key()), member);
  }

  void check_inputs_of(const Step& step, const Spot& spot) {
    if (step.action == "aws:updateVariable") check_set_variable(spot.below("Name"), step);
    const auto* inputs = step.inputs.if_object();
    if (!inputs) return;
    for (const auto& member : *inputs)
      if (step.body_size == 0 || member.key() != "Steps")  // these are steps of their own
        check_member(spot.below(member.key()), member);
  }

  void check_document_output(const Spot& spot, std::string_view output) {
    const auto dot = output.find('.');
    const bool named = dot != std::string_view::npos && dot + 1 < output.size();
    if (!named || output.find('{') != std::string_view::npos)
      return findings_.error(spot, "bad-output",
                             fmt::format("the output '{}' is not of the form step.Name", output),
                             "write it without braces: step.Name");
    check_step_output(spot, output.substr(0, dot), output.substr(dot + 1), "the output");
  }

 private:
  void check_member(const Spot& spot, const Object::value_type& member) {
    if (!find_references(member.key()).empty())
      findings_.key_warning(spot, "reference-key", "a reference in a key is not resolved",
                            "use it in a value");
    check_value(spot, member.value());
  }

  void check_name(const Spot& spot, std::string_view name) {
    if (name.starts_with("ssm:"))
      return findings_.error(
          spot, "store-reference",
          fmt::format("{{{{{}}}}} is possible in a parameter's default only", name),
          "add a parameter with this default and name the parameter here");
    if (name.starts_with("variable:")) return check_variable(spot, name.substr(9));
    if (name.find(':') != std::string_view::npos) return check_given(spot, name);
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return check_parameter(spot, name);
    check_step_output(spot, name.substr(0, dot), name.substr(dot + 1), "the reference");
  }

  void check_set_variable(const Spot& spot, const Step& step) {
    const auto name = text_at(step.inputs, "Name");
    if (name.starts_with("variable:")) return check_variable(spot, name.substr(9));
    if (!name.empty())
      findings_.error(spot, "bad-input", fmt::format("Name is '{}'", name),
                      "write variable:NAME, without braces");
  }

  void check_given(const Spot& spot, std::string_view name) {
    if (std::ranges::find(kGivenReferences, name) != kGivenReferences.end()) return;
    findings_.error(spot, "undeclared", fmt::format("there is no reference {{{{ {} }}}}", name),
                    "use one of " + joined(kGivenReferences));
  }

  void check_variable(const Spot& spot, std::string_view name) {
    if (document_.variable(name)) return;
    findings_.error(spot, "undeclared", fmt::format("the variable '{}' is not declared", name),
                    "declare it below 'variables:'");
  }

  void check_parameter(const Spot& spot, std::string_view name) {
    if (document_.parameter(name)) return;
    findings_.error(spot, "undeclared",
                    fmt::format("the parameter '{}' is not declared{}", name,
                                did_you_mean(name, parameter_names_)),
                    "declare it below 'parameters:', or write step.Output for an output");
  }

  void check_step_output(const Spot& spot, std::string_view step_name, std::string_view output,
                         std::string_view what) {
    const auto* step = document_.step(step_name);
    if (!step)
      return findings_.error(spot, "undeclared",
                             fmt::format("{} names the step '{}', which does not exist{}", what,
                                         step_name, did_you_mean(step_name, step_names_)),
                             "name a step of mainSteps");
    if (has_output(*step, output)) return;
    findings_.warning(spot, "undeclared-output",
                      fmt::format("the step {} declares no output '{}', so there is no value{}",
                                  step_name, output, did_you_mean(output, outputs_of(*step))),
                      "add it to the step's outputs");
  }

  static std::vector<std::string> outputs_of(const Step& step) {
    std::vector<std::string> names;
    for (const auto& output : step.outputs) names.push_back(output.name);
    if (const auto* rule = rule_of(step.action))
      for (const auto name : words_of(rule->outputs)) names.emplace_back(name);
    return names;
  }

  static bool has_output(const Step& step, std::string_view output) {
    const auto names = outputs_of(step);
    return std::ranges::find(names, output) != names.end();
  }

  const Document& document_;
  Findings& findings_;
  std::vector<std::string> parameter_names_;
  std::vector<std::string> step_names_;
};

}  // namespace

void check_references(const Object& root, const Document& document, Findings& findings) {
  ReferenceCheck check(document, findings);
  if (const auto* role = find(root, "assumeRole")) check.check_value({"/assumeRole", {}}, *role);
  for (std::size_t i = 0; i < document.steps.size(); ++i)
    check.check_inputs_of(document.steps[i], spot_of(document, i).below("inputs"));
  for (std::size_t i = 0; i < document.outputs.size(); ++i)
    check.check_document_output(Spot{"/outputs", {}}.below(i), document.outputs[i]);
}

}  // namespace hikae::runbook
