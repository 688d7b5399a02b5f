#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "runbook/check.h"
#include "runbook/parameters.h"
#include "runbook/resolve.h"
#include "text/regex.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 10> kParameterKeys{
    "type",        "description", "default",  "allowedValues", "allowedPattern",
    "displayType", "minItems",    "maxItems", "minChars",      "maxChars"};
constexpr std::int64_t kCountMax = 1'000'000;
constexpr std::size_t kParameterNameChars = 50;

/// Checks one parameter's definition.
class ParameterCheck {
 public:
  ParameterCheck(Findings& findings, Spot spot, std::string_view what, const Object& object,
                 Parameter& parameter)
      : findings_(findings),
        spot_(spot),
        what_(what),
        fields_(findings, spot, object),
        parameter_(parameter) {}

  void check() {
    check_name();
    fields_.only(kParameterKeys, fmt::format("a {}", what_));
    check_type();
    check_default();
    check_allowed_values();
    check_allowed_pattern();
    parameter_.min_items = fields_.whole("minItems", 0, kCountMax);
    parameter_.max_items = fields_.whole("maxItems", 0, kCountMax);
    parameter_.min_chars = fields_.whole("minChars", 0, kCountMax);
    parameter_.max_chars = fields_.whole("maxChars", 0, kCountMax);
    check_range("minItems", parameter_.min_items, "maxItems", parameter_.max_items);
    check_range("minChars", parameter_.min_chars, "maxChars", parameter_.max_chars);
  }

 private:
  void check_name() {
    const auto& name = parameter_.name;
    if (!is_plain_name(name) || name.size() > kParameterNameChars)
      findings_.key_error(spot_, "parameter-name",
                          fmt::format("the {} name '{}' is not alphanumeric or longer than {} "
                                      "characters, so no reference can name it",
                                      what_, name, kParameterNameChars),
                          "use letters and digits only");
    else if (what_ == "parameter" && name.find('_') != std::string::npos)
      findings_.key_warning(spot_, "parameter-name",
                            fmt::format("AWS may refuse the parameter name '{}'", name),
                            "use letters and digits only");
  }

  void check_type() {
    const auto type = fields_.required_text("type", "add 'type: String', or another type");
    if (!type) return;
    parameter_.type = *type;
    if (is_parameter_type(*type)) return;
    findings_.error(spot_.below("type"), "parameter-type",
                    fmt::format("'{}' is no type of a {}", *type, what_),
                    "use String, StringList, Integer, Boolean, StringMap, MapList, AWS::… or "
                    "List<AWS::…>");
    parameter_.type.clear();
  }

  void check_default() {
    const auto* written = fields_.get("default");
    if (!written || parameter_.type.empty()) return;
    if (is_from_store(*written)) return check_store_default(*written);
    auto value = typed_default(*written, parameter_.type);
    if (!value)
      return findings_.error(spot_.below("default"), "parameter-default",
                             fmt::format("the default {}", value.error().message),
                             "write a default of the parameter's type");
    if (!references_in(*written).empty())
      findings_.warning(spot_.below("default"), "parameter-default",
                        "a reference in a default is not resolved: it stays text",
                        "use the other parameter where this one is used");
    parameter_.default_value = *std::move(value);
  }

  void check_store_default(const Value& written) {
    const auto base = base_type(parameter_.type);
    parameter_.default_value = written;
    if (base == "String" || base == "StringList") return;
    findings_.error(spot_.below("default"), "parameter-default",
                    "{{ssm:…}} is possible in defaults of type String and StringList only",
                    "change the type, or write the value");
  }

  void check_allowed_values() {
    const auto* values = fields_.list("allowedValues");
    if (!values) return;
    if (values->empty())
      findings_.error(spot_.below("allowedValues"), "allowed-values",
                      "the list is empty, so no value is allowed", "list a value, or remove it");
    for (const auto& value : *values) parameter_.allowed_values.push_back(value);
  }

  void check_allowed_pattern() {
    const auto pattern = fields_.text("allowedPattern");
    if (!pattern) return;
    const auto regex = text::Regex::compile(*pattern);
    if (!regex)
      return findings_.error(spot_.below("allowedPattern"), "allowed-pattern",
                             regex.error().message, "correct the regular expression");
    parameter_.allowed_pattern = *pattern;
  }

  void check_range(std::string_view least_key, std::optional<std::int64_t> least,
                   std::string_view most_key, std::optional<std::int64_t> most) {
    if (!least || !most || *least <= *most) return;
    findings_.error(spot_.below(most_key), "out-of-range",
                    fmt::format("{} is {}, less than {} ({}), so no value is allowed", most_key,
                                *most, least_key, *least),
                    fmt::format("let {} be at least {}", most_key, *least));
  }

  Findings& findings_;
  Spot spot_;
  std::string_view what_;  // "parameter" or "variable"
  Fields fields_;
  Parameter& parameter_;
};

/// Variables are declared as parameters are.
void read_definitions(const Object& definitions, const std::string& pointer, std::string_view what,
                      Findings& findings, std::vector<Parameter>& list) {
  for (const auto& member : definitions) {
    Parameter parameter;
    parameter.name = std::string(member.key());
    const auto spot = Spot{pointer, fmt::format("{} {}", what, parameter.name)}.below(member.key());
    if (const auto* object = member.value().if_object())
      ParameterCheck(findings, spot, what, *object, parameter).check();
    else
      findings.error(spot, "wrong-type", fmt::format("a {} must be defined by a map", what),
                     "add 'type: String'");
    list.push_back(std::move(parameter));
  }
}

}  // namespace

void check_parameters(const Object& root, Findings& findings, Document& document) {
  if (const auto* parameters = Fields(findings, {}, root).map("parameters"))
    read_definitions(*parameters, "/parameters", "parameter", findings, document.parameters);
}

void check_variables(const Object& root, Findings& findings, Document& document) {
  const auto* variables = Fields(findings, {}, root).map("variables");
  if (!variables) return;
  read_definitions(*variables, "/variables", "variable", findings, document.variables);
  for (const auto& variable : document.variables)
    if (variable.default_value && is_from_store(*variable.default_value))
      findings.error(Spot{"/variables", "variable " + variable.name}.below(variable.name),
                     "parameter-default", "{{ssm:…}} is possible in defaults of parameters only",
                     "add a parameter with this default, and set the variable to it");
}

}  // namespace hikae::runbook
