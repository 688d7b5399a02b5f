#include "plane/lambda/rows.h"

namespace hikae::plane::lambda {

std::string name_of_function(std::string_view text) {
  const auto marker = text.find("function:");
  if (marker != std::string_view::npos) text.remove_prefix(marker + 9);
  text = text.substr(0, text.find(':'));
  return is_name(text, "-_", 64) ? str(text) : std::string();
}

Value stored_configuration(const engine::Tables& tables, const Scope& scope,
                           std::string_view name) {
  const auto* row = tables.get(scope, kFunctionRows, name);
  return row ? object_at(*row, "Configuration") : Object();
}

std::string function_arn(const Scope& scope, std::string_view name) {
  return arn_of("lambda", scope, "function:" + str(name));
}

std::unexpected<Error> wrong_value(std::string why) {
  return aws::aws_error("InvalidParameterValueException", std::move(why));
}

std::unexpected<Error> no_function(const Scope& scope, std::string_view name) {
  return aws::aws_error("ResourceNotFoundException",
                        "Function not found: " + function_arn(scope, name));
}

Result<const Value*> function_of(const Ask& ask) {
  const auto given = text_at(ask.input, "FunctionName");
  const auto name = name_of_function(given);
  if (name.empty()) return wrong_value("'" + str(given) + "' is no name or ARN of a function");
  if (const auto* function = ask.row(kFunctionRows, name)) return function;
  return no_function(ask.scope, name);
}

}  // namespace hikae::plane::lambda
