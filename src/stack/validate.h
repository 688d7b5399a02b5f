// Checks a whole template before anything is made: sections, parameters, conditions, functions and
// their arguments, every property against the resource table, references, cycles.
#pragma once

#include "stack/conform.h"
#include "stack/template.h"
#include "text/diagnostic.h"

namespace hikae::stack {

/// All problems, each with resource, property path, and what was expected. Warnings do not make the
/// template invalid. Pure; at most limits::kDiagnostics are listed.
[[nodiscard]] text::Diagnostics validate(const Template& source, const Checkers& checkers);

/// The values of the parameters: defaults, then `given` {name: text}, checked against types and
/// limits. Parameters of a type `AWS::SSM::Parameter::Value<…>` hold the *name* that is to be
/// looked up; `ssm_names` gets them. Errors name the parameter.
[[nodiscard]] Result<Object> bind_template_parameters(const Template& source, const Value& given,
                                                      std::vector<std::string>* ssm_names);
/// Whether a Ref to the parameter gives a list: List<…>, CommaDelimitedList, and both of them in
/// AWS::SSM::Parameter::Value<…>.
[[nodiscard]] bool gives_list(const Value& declared);
/// The value of a declared SSM parameter, from the text that was looked up.
[[nodiscard]] Value looked_up_value(const Value& declared, std::string_view text);

}  // namespace hikae::stack
