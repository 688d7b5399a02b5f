// Two templates are compared as texts of JSON are, not by what they would do: what CloudFormation
// makes of a difference its change set says (`hikae deploy --no-execute`).
#include "cli/deploy_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/stack_watch.h"
#include "stack/template.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kShownOfValue = 100;
constexpr std::size_t kShownBeforeDifference = 20;

/// {"Ref": NAME} of a parameter becomes its value.
Value with_parameters(const Value& value, const Object& parameters) {
  if (const auto* list = value.if_array()) {
    Array out;
    for (const auto& item : *list) out.push_back(with_parameters(item, parameters));
    return out;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  if (object->size() == 1)
    if (const auto* given = find(parameters, text_at(value, "Ref"))) return *given;
  Object out;
  for (const auto& [key, member] : *object) out[key] = with_parameters(member, parameters);
  return out;
}

Object by_key(const Array& parameters) {
  Object all;
  for (const auto& one : parameters)
    all[text_at(one, "ParameterKey")] = text_at(one, "ParameterValue");
  return all;
}

class Comparison {
 public:
  void compare(const std::string& path, const Value* before, const Value* after) {
    if (!before && !after) return;
    if (before && after && *before == *after) return;
    if (before && after && before->is_object() && after->is_object())
      return compare_members(path, before->get_object(), after->get_object());
    found_.push_back({path.empty() ? "(all)" : path, before ? text::to_json(*before) : "",
                      after ? text::to_json(*after) : ""});
  }
  std::vector<PropertyDifference> take() { return std::move(found_); }

 private:
  void compare_members(const std::string& path, const Object& before, const Object& after) {
    const auto inner = [&](std::string_view key) {
      return path.empty() ? std::string(key) : path + "." + std::string(key);
    };
    for (const auto& [key, value] : after) compare(inner(key), before.if_contains(key), &value);
    for (const auto& [key, value] : before)
      if (!after.contains(key)) compare(inner(key), &value, nullptr);
  }
  std::vector<PropertyDifference> found_;
};

/// Its properties without the word in front, then what stands beside them.
std::vector<PropertyDifference> changed_properties(const Value& before, const Value& after) {
  Comparison comparison;
  comparison.compare("", find(before, "Properties"), find(after, "Properties"));
  for (const auto* member : {"Type", "DependsOn", "Condition", "DeletionPolicy", "Metadata"}) {
    const auto *old_one = find(before, member), *new_one = find(after, member);
    comparison.compare(member, old_one, new_one);
  }
  return comparison.take();
}

bool begins_character(const std::string& text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

/// From `from` on, at most so many bytes, never half of a character.
std::string part_of_value(const std::string& json, std::size_t from) {
  while (from > 0 && !begins_character(json, from)) --from;
  auto end = std::min(json.size(), from + kShownOfValue);
  while (end > from && !begins_character(json, end)) --end;
  return (from > 0 ? "..." : "") + json.substr(from, end - from) + (end < json.size() ? "..." : "");
}

/// What a long value begins with may be the same in both: a little before the difference.
std::size_t shown_from(const PropertyDifference& property) {
  const auto& before = property.before;
  const auto& after = property.after;
  if (before.size() <= kShownOfValue && after.size() <= kShownOfValue) return 0;
  const auto [left, right] = std::ranges::mismatch(before, after);
  const auto same = static_cast<std::size_t>(left - before.begin());
  return same > kShownBeforeDifference ? same - kShownBeforeDifference : 0;
}

std::string_view sign_of(ResourceDifference::Kind kind) {
  switch (kind) {
    case ResourceDifference::Kind::Add: return "+";
    case ResourceDifference::Kind::Modify: return "~";
    case ResourceDifference::Kind::Remove: return "-";
  }
  return "~";
}

std::string_view word_of_difference(ResourceDifference::Kind kind) {
  switch (kind) {
    case ResourceDifference::Kind::Add: return "Add";
    case ResourceDifference::Kind::Modify: return "Modify";
    case ResourceDifference::Kind::Remove: return "Remove";
  }
  return "Modify";
}

Colour colour_of_difference(ResourceDifference::Kind kind) {
  if (kind == ResourceDifference::Kind::Add) return Colour::Good;
  return kind == ResourceDifference::Kind::Remove ? Colour::Bad : Colour::Warn;
}

/// The template of a stack as it was given.
Result<Value> deployed_template(Session& session, const std::string& stack) {
  const auto answer =
      TRY(session.call("cloudformation", "GetTemplate",
                       Object{{"StackName", stack}, {"TemplateStage", "Original"}}));
  const auto body = text_at(answer, "TemplateBody");
  text::Diagnostics problems;
  if (body.empty()) return Object{};
  auto read = TRY(stack::read_template(body, problems));
  return std::move(read.value);
}

}  // namespace

std::vector<ResourceDifference> differences(const Value& old_template, const Array& old_parameters,
                                            const Value& new_template,
                                            const Array& new_parameters) {
  using Kind = ResourceDifference::Kind;
  const auto before = with_parameters(old_template, by_key(old_parameters));
  const auto after = with_parameters(new_template, by_key(new_parameters));
  const auto& old_ones = object_at(before, "Resources");
  const auto& new_ones = object_at(after, "Resources");
  std::vector<ResourceDifference> all;
  for (const auto& [id, resource] : new_ones) {
    const auto* old_one = old_ones.if_contains(id);
    const auto type = str(text_at(resource, "Type"));
    if (!old_one) {
      all.push_back({Kind::Add, str(id), type, {}});
      continue;
    }
    auto changed = changed_properties(*old_one, resource);
    if (!changed.empty()) all.push_back({Kind::Modify, str(id), type, std::move(changed)});
  }
  for (const auto& [id, resource] : old_ones)
    if (!new_ones.contains(id))
      all.push_back({Kind::Remove, str(id), str(text_at(resource, "Type")), {}});
  for (const auto* section : {"Outputs", "Parameters", "Conditions", "Description"}) {
    if (before == Value(Object{})) break;  // everything is new
    Comparison comparison;
    const auto *old_one = find(before, section), *new_one = find(after, section);
    comparison.compare("", old_one, new_one);
    auto changed = comparison.take();
    if (!changed.empty()) all.push_back({Kind::Modify, section, "", std::move(changed)});
  }
  return all;
}

Result<std::vector<ResourceDifference>> differences_of(Session& session,
                                                       const Deployment& deployment) {
  const auto stack = TRY(find_stack(session, deployment.stack));
  const auto status = text_at(stack, "StackStatus");
  const bool is_made =
      !stack.is_null() && status != "REVIEW_IN_PROGRESS" && status != "ROLLBACK_COMPLETE";
  if (is_made) TRY_DO(expect_own_stack(stack));
  const auto before = is_made ? TRY(deployed_template(session, deployment.stack)) : Value(Object{});
  return differences(before, list_at(stack, "Parameters"), deployment.template_value,
                     parameters_of(deployment, bucket_of(session.scope(), deployment.stack)));
}

void print_differences(Output& out, const std::vector<ResourceDifference>& all) {
  for (const auto& one : all) {
    out.line(fmt::format("{} {}  {}",
                         out.painted(sign_of(one.kind), colour_of_difference(one.kind)),
                         out.painted(one.id, Colour::Bold), out.painted(one.type, Colour::Dim)));
    for (const auto& property : one.properties) {
      const auto from = shown_from(property);
      const auto shown = [from](const std::string& json) {
        return json.empty() ? "(absent)" : part_of_value(json, from);
      };
      const auto before = shown(property.before), after = shown(property.after);
      out.line(fmt::format("    {}: {} -> {}", out.painted(property.path, Colour::None),
                           out.painted(before, Colour::Bad), out.painted(after, Colour::Good)));
    }
  }
}

Value to_value(const std::vector<ResourceDifference>& all) {
  Array list;
  for (const auto& one : all) {
    Array properties;
    for (const auto& property : one.properties) {
      Object shown{{"Path", property.path}};
      if (!property.before.empty()) shown["Before"] = property.before;
      if (!property.after.empty()) shown["After"] = property.after;
      properties.push_back(std::move(shown));
    }
    list.push_back(Object{{"Action", word_of_difference(one.kind)},
                          {"LogicalResourceId", one.id},
                          {"ResourceType", one.type},
                          {"Properties", std::move(properties)}});
  }
  return list;
}

Exit diff(const DeploymentOptions& options) {
  Output out(options.common.format);
  const auto made = prepare_deployment(options);
  if (!made) return report(out, made.error());
  const auto session = open_account(options.common, made->stack, &made->config, made->config_file);
  if (!session) return report(out, session.error());
  const auto found = differences_of(**session, *made);
  if (!found) return report(out, found.error());
  if (out.json()) {
    out.value(Object{{"Stack", made->stack}, {"Differences", to_value(*found)}});
  } else if (found->empty()) {
    out.line("stack " + made->stack + " is as " + made->config_file + " says");
  } else {
    print_differences(out, *found);
    out.line(fmt::format("{} to change: hikae deploy", found->size()));
  }
  return found->empty() ? Exit::Ok : Exit::Differs;
}

}  // namespace hikae::cli
