#include "stack/preview.h"

#include <algorithm>
#include <set>

#include "stack/evaluate.h"
#include "stack/graph.h"
#include "stack/references.h"
#include "stack/validate.h"
#include "text/json.h"

namespace hikae::stack {
namespace {

bool is_equal_value(const Value* a, const Value* b) {
  if (!a || !b) return a == b;
  return text::to_canonical_json(*a) == text::to_canonical_json(*b);
}

/// Where a property's value comes from: the first reference in it.
struct Origin {
  std::string source = "DirectModification";
  std::string cause;
};

Origin origin_of_reference(const Template& source, std::string_view name) {
  if (source.parameters().contains(name)) return {"ParameterReference", str(name)};
  if (source.resources().contains(name)) return {"ResourceReference", str(name)};
  return {};
}

Origin origin_of(const Template& source, const Value& value);

Origin origin_in_parts(const Template& source, const Value& value) {
  const auto first = [&](const auto& parts, auto part_of) {
    for (const auto& part : parts)
      if (auto origin = origin_of(source, part_of(part)); !origin.cause.empty()) return origin;
    return Origin{};
  };
  if (value.is_array()) return first(value.get_array(), [](const Value& v) { return v; });
  if (value.is_object())
    return first(value.get_object(), [](const auto& member) { return member.value(); });
  return {};
}

Origin origin_of_sub(const Template& source, const Value& argument) {
  const auto text =
      text_of(argument.is_array() && !argument.get_array().empty() ? argument.get_array().front()
                                                                   : argument);
  const auto parts = sub_parts(text);
  if (!parts) return {};
  for (const auto& part : *parts) {
    if (!part.placeholder) continue;
    const auto dot = part.text.find('.');
    auto origin = origin_of_reference(source, std::string_view(part.text).substr(0, dot));
    if (origin.cause.empty()) continue;
    if (dot != std::string::npos) return {"ResourceAttribute", part.text};
    return origin;
  }
  return {};
}

Origin origin_of(const Template& source, const Value& value) {
  const auto function = intrinsic_of(value);
  if (function.empty()) return origin_in_parts(source, value);
  const auto& argument = argument_of(value);
  if (function == "Ref") return origin_of_reference(source, text_of(argument));
  if (function == "Fn::Sub") return origin_of_sub(source, argument);
  if (function != "Fn::GetAtt") return origin_in_parts(source, argument);
  const auto name = attribute_name(argument);
  if (!name) return {};
  return {"ResourceAttribute", name->resource + "." + name->attribute};
}

class Preview {
 public:
  Preview(const Template& source, const PreviewInput& input, const Checkers& checkers)
      : source_(source), input_(input), checkers_(checkers) {}

  Result<std::vector<ResourceChange>> run() {
    TRY_DO(know_facts());
    const auto order = order_of(source_, needs_of(source_));
    if (!order.cycle.empty())
      return fail(ErrorKind::Invalid, "the resource " + order.cycle.front() + " depends on itself");
    std::set<std::string, std::less<>> wanted;
    for (const auto& id : order.ids) {
      const auto& body = source_.resources().at(id);
      if (!is_wanted_here(body)) continue;
      wanted.insert(id);
      if (const auto* properties = find(body, "Properties"))
        TRY_DO(in_context(check_maps(*properties), id));
      look_at(id, body);
    }
    for (const auto& [id, old] : input_.resources)
      if (!wanted.contains(id)) remove(id, old);
    return std::move(changes_);
  }

  Result<Object> exports() {
    TRY_DO(know_facts());
    Object names;
    for (const auto& [key, output] : source_.outputs()) {
      const auto* name = find_path(output, {"Export", "Name"});
      if (!name || !is_wanted_here(output)) continue;
      const auto known = TRY(Evaluator(source_, facts_).evaluate(*name));
      if (known) names[key] = scalar_text(*known).value_or("");
    }
    return names;
  }

  Result<std::vector<std::string>> imports() {
    TRY_DO(know_facts());
    std::set<std::string> names;
    for (const auto& [id, body] : source_.resources())
      if (const auto* properties = find(body, "Properties"); properties && is_wanted_here(body))
        TRY_DO(in_context(collect_imports(*properties, names), str(id)));
    for (const auto& [key, output] : source_.outputs())
      if (is_wanted_here(output)) TRY_DO(in_context(collect_imports(output, names), str(key)));
    return std::vector<std::string>(names.begin(), names.end());
  }

 private:
  [[nodiscard]] Result<> collect_imports(const Value& value, std::set<std::string>& names) const {
    const auto function = intrinsic_of(value);
    if (function == "Fn::ImportValue") {
      const auto name = TRY(Evaluator(source_, facts_).evaluate(argument_of(value)));
      names.insert(name ? scalar_text(*name).value_or("") : "");
      return {};
    }
    if (const auto* branch = function == "Fn::If" ? branch_of(value) : nullptr)
      return collect_imports(*branch, names);
    if (const auto* list = value.if_array())
      for (const auto& item : *list) TRY_DO(collect_imports(item, names));
    if (const auto* object = value.if_object())
      for (const auto& member : *object) TRY_DO(collect_imports(member.value(), names));
    return {};
  }

  /// The branch of an Fn::If that stands; nullptr where it is none of its form.
  [[nodiscard]] const Value* branch_of(const Value& value) const {
    const auto* parts = argument_of(value).if_array();
    if (!parts || parts->size() != 3) return nullptr;
    const auto at = facts_.conditions.find(text_of((*parts)[0]));
    return at == facts_.conditions.end() ? nullptr : &(*parts)[at->second ? 1 : 2];
  }

  Result<> know_facts() {
    std::vector<std::string> lookups;
    facts_.parameters = TRY(bind_template_parameters(source_, input_.given, &lookups));
    for (const auto& name : lookups) take_lookup(name);
    facts_.imports = input_.imports;
    facts_.pseudo =
        pseudo_parameters(input_.account, input_.region, input_.stack_name, input_.stack_id);
    for (const auto& [id, resource] : input_.resources)
      facts_.made[str(id)] = {str(text_at(resource, "PhysicalId")),
                              object_at(resource, "Attributes")};
    TRY_DO(decide_conditions(source_, facts_));
    return check_rules(source_, facts_);
  }

  void take_lookup(const std::string& name) {
    auto& value = facts_.parameters[name];
    if (const auto* text = find(input_.looked_up, text_of(value)))
      value = looked_up_value(source_.parameters().at(name), text_of(*text));
    else if (const auto* before = find(input_.looked_up_before, name))
      value = *before;
  }

  [[nodiscard]] bool is_wanted_here(const Value& body) const {
    const auto name = text_at(body, "Condition");
    if (name.empty()) return true;
    const auto at = facts_.conditions.find(name);
    return at != facts_.conditions.end() && at->second;
  }

  /// Keys of mappings that hang on parameters: known now, and wrong before anything is made.
  [[nodiscard]] Result<> check_maps(const Value& value) const {
    const auto function = intrinsic_of(value);
    const Evaluator evaluator(source_, facts_);
    if (function == "Fn::If") {
      const auto* branch = branch_of(value);
      return branch ? check_maps(*branch) : Result<>();
    }
    if (function == "Fn::FindInMap" && evaluator.evaluate(argument_of(value)))
      TRY(evaluator.evaluate(value));
    if (const auto* list = value.if_array())
      for (const auto& item : *list) TRY_DO(check_maps(item));
    if (const auto* object = value.if_object())
      for (const auto& member : *object) TRY_DO(check_maps(member.value()));
    return {};
  }

  void look_at(const std::string& id, const Value& body) {
    const auto type = str(text_at(body, "Type"));
    const auto* old = find(input_.resources, id);
    if (!old) return changes_.push_back({Action::Add, id, type, "", Recreation::Never, false, {}});
    const auto* known = find_resource_type(type);
    if (known && known->any_properties) return;
    ResourceChange change{Action::Modify,
                          id,
                          type,
                          str(text_at(*old, "PhysicalId")),
                          Recreation::Never,
                          text_at(*old, "UpdateReplacePolicy") == "Retain",
                          {}};
    if (text_at(*old, "Type") != type)
      change.replacement = Recreation::Always;
    else
      compare(change, body, *old);
    if (change.details.empty() && change.replacement == Recreation::Never) return;
    // Its id and attributes will be others.
    if (change.replacement != Recreation::Never) facts_.made.erase(id);
    changes_.push_back(std::move(change));
  }

  void compare(ResourceChange& change, const Value& body, const Value& old) {
    const auto& before = object_at(old, "Properties");
    const auto& written = object_at(body, "Properties");
    std::set<std::string> unknown;
    const auto after = resolved(change, written, before, unknown);
    std::vector<std::string> names;
    for (const auto& [name, value] : written) names.push_back(str(name));
    for (const auto& [name, value] : before)
      if (!written.contains(name)) names.push_back(str(name));
    for (const auto& name : names)
      if (unknown.contains(name) || !is_equal_value(find(before, name), find(after, name)))
        note(change, name, find(written, name), unknown.contains(name));
  }

  /// The properties as they are meant; what cannot be known yet stays as it was, in `unknown`.
  Object resolved(const ResourceChange& change, const Object& written, const Object& before,
                  std::set<std::string>& unknown) const {
    Object properties;
    for (const auto& [name, value] : written) {
      auto known = Evaluator(source_, facts_).evaluate(value);
      if (known && *known) **known = with_references(**known, input_.looked_up);
      if (known && *known && !references_in(**known).empty())
        known = fail(ErrorKind::NotFound, "a dynamic reference is not looked up yet");
      if (!known) unknown.insert(str(name));
      if (known && *known)
        properties[name] = **std::move(known);
      else if (const auto* old_value = find(before, name); !known && old_value)
        properties[name] = *old_value;
    }
    auto meant = conform_resolved(change.id, change.type, properties, checkers_);
    return meant ? meant->get_object() : properties;
  }

  void note(ResourceChange& change, const std::string& name, const Value* written, bool unknown) {
    const auto* type = find_resource_type(change.type);
    const auto* property = type ? type->properties.find(name) : nullptr;
    auto origin = written ? origin_of(source_, *written) : Origin{};
    PropertyChange detail{name, Recreation::Never,
                          unknown ? Evaluation::Dynamic : Evaluation::Static,
                          std::move(origin.source), std::move(origin.cause)};
    if (property && property->replaces)
      detail.recreation = unknown ? Recreation::Conditionally : Recreation::Always;
    change.replacement = std::max(change.replacement, detail.recreation);
    change.details.push_back(std::move(detail));
  }

  void remove(std::string_view id, const Value& old) {
    const auto type = text_at(old, "Type");
    changes_.push_back({Action::Remove,
                        str(id),
                        str(type),
                        str(text_at(old, "PhysicalId")),
                        Recreation::Never,
                        text_at(old, "DeletionPolicy") == "Retain",
                        {}});
  }

  const Template& source_;
  const PreviewInput& input_;
  const Checkers& checkers_;
  Facts facts_;
  std::vector<ResourceChange> changes_;
};

}  // namespace

Result<std::vector<ResourceChange>> preview(const Template& source, const PreviewInput& input,
                                            const Checkers& checkers) {
  return Preview(source, input, checkers).run();
}

Result<std::vector<std::string>> imports_of(const Template& source, const PreviewInput& input) {
  static const Checkers kNone;
  return Preview(source, input, kNone).imports();
}

Result<Object> exports_of(const Template& source, const PreviewInput& input) {
  static const Checkers kNone;
  return Preview(source, input, kNone).exports();
}

}  // namespace hikae::stack
