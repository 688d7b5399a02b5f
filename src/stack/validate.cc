#include "stack/validate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "stack/evaluate.h"
#include "stack/graph.h"
#include "stack/validator.h"

namespace hikae::stack {
namespace {

constexpr auto kSections = std::to_array<std::string_view>(
    {"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings", "Conditions",
     "Rules", "Resources", "Outputs"});
constexpr auto kMapSections = std::to_array<std::string_view>(
    {"Parameters", "Mappings", "Conditions", "Rules", "Resources", "Outputs"});
constexpr auto kResourceMembers = std::to_array<std::string_view>(
    {"Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy",
     "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy"});
constexpr auto kParameterMembers = std::to_array<std::string_view>(
    {"Type", "Default", "Description", "AllowedValues", "AllowedPattern", "ConstraintDescription",
     "MinLength", "MaxLength", "MinValue", "MaxValue", "NoEcho"});
constexpr std::size_t kResourcesMax = 500;  // CloudFormation's own limit

template <std::size_t N>
std::vector<std::string_view> list_of_names(const std::array<std::string_view, N>& names) {
  return {names.begin(), names.end()};
}

bool is_alphanumeric(std::string_view text) { return matches("[A-Za-z0-9]{1,255}", text); }

class TemplateValidator {
 public:
  TemplateValidator(const Template& source, const Checkers& checkers, text::Diagnostics& problems)
      : source_(source),
        checkers_(checkers),
        findings_(&source.places, problems),
        functions_(source, findings_) {}

  void run() {
    check_sections();
    check_parameters();
    check_conditions();
    check_rules_section();
    check_mappings();
    for (const auto& resource : source_.resources()) check_resource(resource);
    for (const auto& output : source_.outputs()) check_output(output);
    check_cycles();
  }

 private:
  static Where in(std::string_view section, std::string_view name) {
    return Where{}.at(section).at(name);
  }

  void check_members(const Value& value, std::vector<std::string_view> known, std::string_view what,
                     const Where& where) {
    for (const auto& member : value.get_object())
      if (std::ranges::find(known, std::string_view(member.key())) == known.end())
        findings_.error(where.at(member.key()), "unknown-member",
                        fmt::format("{} has no member {}{}; expected one of: {}", what,
                                    std::string_view(member.key()),
                                    did_you_mean(member.key(), known), fmt::join(known, ", ")));
  }

  void check_sections() {
    if (source_.value.get_object().contains("Transform"))
      findings_.error(Where{}.at("Transform"), "transform",
                      "macros are not run: expected a template in its final form");
    else
      check_members(source_.value, list_of_names(kSections), "a template", Where{});
    const auto* version = find(source_.value, "AWSTemplateFormatVersion");
    if (version && text_of(*version) != "2010-09-09")
      findings_.error(Where{}.at("AWSTemplateFormatVersion"), "version",
                      "expected the text 2010-09-09");
    for (auto name : kMapSections) {
      const auto* section = find(source_.value, name);
      if (section && !section->is_object())
        findings_.error(Where{}.at(name), "type",
                        fmt::format("is a {}: expected a map", kind_of(*section)));
    }
    if (source_.resources().empty())
      findings_.error(Where{}.at("Resources"), "resources",
                      "is empty or missing: expected at least one resource");
    if (source_.resources().size() > kResourcesMax)
      findings_.error(Where{}.at("Resources"), "resources",
                      fmt::format("holds {} resources: expected at most {}",
                                  source_.resources().size(), kResourcesMax));
  }

  void check_parameters() {
    static const std::array<std::string_view, 4> kPrefixes{
        "AWS::EC2::", "AWS::Route53::", "AWS::SSM::Parameter::", "List<"};
    for (const auto& parameter : source_.parameters()) {
      const auto where = in("Parameters", parameter.key());
      const auto& body = parameter.value();
      if (!body.is_object()) {
        findings_.error(where, "type", "expected a map with Type");
        continue;
      }
      check_members(body, list_of_names(kParameterMembers), "a parameter", where);
      const auto type = text_at(body, "Type");
      const bool known =
          type == "String" || type == "Number" || type == "CommaDelimitedList" ||
          std::ranges::any_of(kPrefixes, [&](auto prefix) { return type.starts_with(prefix); });
      if (!known)
        findings_.error(where.at("Type"), "parameter-type",
                        fmt::format("\"{}\" is no parameter type: expected String, Number, "
                                    "CommaDelimitedList, List<Number> or an AWS type",
                                    type));
      check_default(parameter.key(), body, where);
    }
  }

  void check_default(std::string_view name, const Value& body, const Where& where) {
    if (!find(body, "Default")) return;
    Template alone{Object{{"Parameters", Object{{name, body}}}}, {}};
    if (auto bound = bind_template_parameters(alone, Object{}, nullptr); !bound)
      findings_.error(where.at("Default"), "default", bound.error().message);
  }

  void check_conditions() {
    for (const auto& condition : source_.conditions()) {
      const auto where = in("Conditions", condition.key());
      if (intrinsic_of(condition.value()).empty())
        findings_.error(where, "condition",
                        "expected Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition");
      functions_.check(condition.value(), Context::Condition, where);
    }
    for (const auto& condition : source_.conditions())
      if (std::set<std::string> seen; leads_to(condition.value(), condition.key(), seen))
        return findings_.error(in("Conditions", condition.key()), "cycle",
                               "this condition depends on itself; expected no circle of Condition");
  }

  /// Whether deciding `value` asks for the condition of that name; each is followed once.
  bool leads_to(const Value& value, std::string_view name, std::set<std::string>& seen) const {
    if (intrinsic_of(value) == "Condition") {
      const auto named = str(text_of(argument_of(value)));
      const auto* next = find(source_.conditions(), named);
      return named == name || (next && seen.insert(named).second && leads_to(*next, name, seen));
    }
    if (const auto* list = value.if_array())
      return std::ranges::any_of(*list,
                                 [&](const Value& item) { return leads_to(item, name, seen); });
    const auto* object = value.if_object();
    return object && std::ranges::any_of(*object, [&](const auto& member) {
             return leads_to(member.value(), name, seen);
           });
  }

  void check_rules_section() {
    for (const auto& rule : source_.rules()) {
      const auto where = in("Rules", rule.key());
      if (!rule.value().is_object() || list_at(rule.value(), "Assertions").empty()) {
        findings_.error(where.at("Assertions"), "rule", "expected a list of assertions");
        continue;
      }
      check_members(rule.value(), {"RuleCondition", "Assertions"}, "a rule", where);
      functions_.check(rule.value(), Context::Rule, where);
    }
  }

  void check_mappings() {
    for (const auto& mapping : source_.mappings()) {
      const auto where = in("Mappings", mapping.key());
      if (!mapping.value().is_object()) {
        findings_.error(where, "mapping", "expected a map of maps");
        continue;
      }
      for (const auto& top : mapping.value().get_object())
        if (!top.value().is_object() || has_intrinsics(top.value()))
          findings_.error(where.at(top.key()), "mapping",
                          "expected a map of plain values, without functions");
    }
  }

  void check_resource(const boost::json::key_value_pair& resource) {
    const auto where = in("Resources", resource.key());
    const auto& body = resource.value();
    if (!is_alphanumeric(resource.key()))
      findings_.error(where, "logical-id", "expected a name of letters and digits only");
    if (!body.is_object()) return findings_.error(where, "type", "expected a map with Type");
    if (source_.parameters().contains(resource.key()))
      findings_.error(where, "duplicate", "has the name of a parameter: expected another name");
    check_members(body, list_of_names(kResourceMembers), "a resource", where);
    check_resource_attributes(body, where);
    check_properties(body, where);
  }

  void check_resource_attributes(const Value& body, const Where& where) {
    if (const auto* condition = find(body, "Condition"))
      if (!source_.conditions().contains(text_of(*condition)))
        findings_.error(where.at("Condition"), "condition",
                        fmt::format("there is no condition \"{}\": expected one of Conditions",
                                    text_of(*condition)));
    for (std::string_view name : {"DeletionPolicy", "UpdateReplacePolicy"}) {
      const auto* policy = find(body, name);
      if (!policy) continue;
      const auto text = text_of(*policy);
      const bool known = text == "Delete" || text == "Retain" || text == "Snapshot" ||
                         text == "RetainExceptOnCreate";
      if (!known)
        findings_.error(where.at(name), "value",
                        fmt::format("\"{}\" is not allowed: expected Delete or Retain", text));
    }
    const auto* depends = find(body, "DependsOn");
    if (!depends) return;
    const Array one{*depends};
    for (const auto& name : depends->is_array() ? depends->get_array() : one)
      if (!source_.resources().contains(text_of(name)))
        findings_.error(
            where.at("DependsOn"), "depends-on",
            fmt::format("\"{}\" is no resource: expected the name of one", text_of(name)));
  }

  void check_properties(const Value& body, const Where& where) {
    const auto type_name = text_at(body, "Type");
    const auto* type = find_resource_type(type_name);
    if (!type)
      return findings_.error(
          where.at("Type"), "unknown-type",
          fmt::format("\"{}\" is no resource type that hikae knows: expected one such as "
                      "AWS::SSM::MaintenanceWindow{}",
                      type_name, did_you_mean(type_name, resource_type_names())));
    if (!type->is_made)
      findings_.error(where.at("Type"), "unmade-type",
                      fmt::format("hikae makes no resources of type {}: expected the resource to "
                                  "exist already, and its name or id in its place",
                                  type_name));
    static const Value kNone = Object{};
    const auto* properties = find(body, "Properties");
    const auto at = where.at("Properties");
    if (properties) functions_.check(*properties, Context::Property, at);
    // Only the findings matter here; the values are made anew when parameters are known.
    (void)conform(*type, properties ? *properties : kNone, &source_, checkers_, at, findings_);
  }

  void check_output(const boost::json::key_value_pair& output) {
    const auto where = in("Outputs", output.key());
    if (!output.value().is_object())
      return findings_.error(where, "type", "expected a map with Value");
    check_members(output.value(), {"Value", "Description", "Export", "Condition"}, "an output",
                  where);
    const auto* value = find(output.value(), "Value");
    if (!value)
      return findings_.error(where.at("Value"), "missing-property",
                             "Value is required and missing: expected a text");
    functions_.check(*value, Context::Output, where.at("Value"));
    if (const auto* condition = find(output.value(), "Condition"))
      if (!source_.conditions().contains(text_of(*condition)))
        findings_.error(where.at("Condition"), "condition",
                        fmt::format("there is no condition \"{}\": expected one of Conditions",
                                    text_of(*condition)));
  }

  void check_cycles() {
    const auto order = order_of(source_, needs_of(source_));
    if (order.cycle.empty()) return;
    findings_.error(in("Resources", order.cycle.front()), "cycle",
                    fmt::format("depends on itself: {}; expected no circle of DependsOn, Ref and "
                                "Fn::GetAtt",
                                fmt::join(order.cycle, " -> ")));
  }

  const Template& source_;
  const Checkers& checkers_;
  Findings findings_;
  FunctionChecker functions_;
};

}  // namespace

text::Diagnostics validate(const Template& source, const Checkers& checkers) {
  text::Diagnostics problems;
  TemplateValidator(source, checkers, problems).run();
  return problems;
}

}  // namespace hikae::stack
