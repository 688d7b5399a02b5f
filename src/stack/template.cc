#include "stack/template.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace hikae::stack {
namespace {

bool is_function_name(std::string_view name) {
  return name == "Ref" || name == "Condition" || name.starts_with("Fn::");
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const Object& Template::section(std::string_view name) const { return object_at(value, name); }

std::string_view Template::type_of(std::string_view logical_id) const {
  const auto* resource = find(resources(), logical_id);
  return resource ? text_at(*resource, "Type") : std::string_view{};
}

Result<Template> read_template(std::string_view text, text::Diagnostics& problems) {
  const text::ReadOptions options{limits::kTemplateBytes, text::YamlTags::Intrinsics};
  auto tree = TRY(text::read_tree(text, problems, options));
  if (!tree.value.is_object()) {
    problems.push_back({text::Severity::Error,
                        "template",
                        {1, 1},
                        "",
                        fmt::format("a template is a map, this is a {}", kind_of(tree.value)),
                        "begin with `Resources:`"});
    return std::unexpected(text::as_error(problems, "template"));
  }
  return Template{std::move(tree.value), std::move(tree.places)};
}

Result<Template> template_of(Value value) {
  if (!value.is_object())
    return fail(ErrorKind::Invalid, "the template is no map: it must have `Resources`");
  return Template{std::move(value), {}};
}

std::string_view intrinsic_of(const Value& value) {
  const auto* object = value.if_object();
  if (!object || object->size() != 1) return {};
  const std::string_view name = object->begin()->key();
  return is_function_name(name) ? name : std::string_view{};
}

const Value& argument_of(const Value& intrinsic) { return intrinsic.as_object().begin()->value(); }

bool has_intrinsics(const Value& value) {
  if (!intrinsic_of(value).empty()) return true;
  if (const auto* list = value.if_array()) return std::ranges::any_of(*list, has_intrinsics);
  if (const auto* object = value.if_object())
    return std::ranges::any_of(*object, [](const auto& m) { return has_intrinsics(m.value()); });
  return false;
}

Result<std::vector<SubPart>> sub_parts(std::string_view text) {
  std::vector<SubPart> parts;
  std::string plain;
  while (!text.empty()) {
    if (!text.starts_with("${")) {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find('}');
    if (end == std::string_view::npos)
      return fail(ErrorKind::Invalid, "Fn::Sub has `${` without `}`: close it, or write `${!`");
    auto name = text.substr(2, end - 2);
    text.remove_prefix(end + 1);
    if (name.starts_with('!')) {
      plain += fmt::format("${{{}}}", name.substr(1));
      continue;
    }
    if (!plain.empty()) parts.push_back({false, std::exchange(plain, {})});
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    parts.push_back({true, str(name)});
  }
  if (!plain.empty()) parts.push_back({false, std::move(plain)});
  return parts;
}

Result<AttributeName> attribute_name(const Value& argument) {
  if (const auto* list = argument.if_array())
    if (list->size() == 2 && (*list)[0].is_string() && (*list)[1].is_string())
      return AttributeName{str(text_of((*list)[0])), str(text_of((*list)[1]))};
  const auto text = text_of(argument);
  if (const auto dot = text.find('.'); dot != std::string_view::npos)
    return AttributeName{str(text.substr(0, dot)), str(text.substr(dot + 1))};
  return fail(ErrorKind::Invalid, "Fn::GetAtt expects [resource, attribute], both plain texts");
}

std::string did_you_mean(std::string_view wrong, const std::vector<std::string_view>& known) {
  constexpr std::size_t kComparedBytes = 128;
  wrong = wrong.substr(0, kComparedBytes);
  std::string_view best;
  std::size_t best_distance = wrong.size() / 3 + 1;
  for (auto name : known) {
    const auto distance = edit_distance(wrong, name);
    if (distance > best_distance || (distance == best_distance && !best.empty())) continue;
    best = name;
    best_distance = distance;
  }
  return best.empty() ? std::string{} : fmt::format("; did you mean {}?", best);
}

}  // namespace hikae::stack
