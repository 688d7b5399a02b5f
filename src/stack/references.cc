#include "stack/references.h"

#include <fmt/format.h>

#include "stack/template.h"

namespace hikae::stack {
namespace {

constexpr std::string_view kOpening = "{{resolve:";
constexpr std::string_view kClosing = "}}";

/// The next reference in a text.
struct Reference {
  std::size_t at = 0, size = 0;
  std::string_view service, key;
};

std::optional<Reference> reference_from(std::string_view text, std::size_t from) {
  const auto at = text.find(kOpening, from);
  if (at == std::string_view::npos) return {};
  const auto end = text.find(kClosing, at);
  if (end == std::string_view::npos) return {};
  const auto inside = text.substr(at + kOpening.size(), end - at - kOpening.size());
  const auto colon = inside.find(':');
  return Reference{at, end + kClosing.size() - at, inside.substr(0, colon),
                   colon == std::string_view::npos ? "" : inside.substr(colon + 1)};
}

template <class Take>
void each_reference(std::string_view text, Take take) {
  for (auto one = reference_from(text, 0); one; one = reference_from(text, one->at + one->size))
    take(*one);
}

void collect_references(std::string_view text, ReferenceNames& names) {
  each_reference(text, [&](const Reference& one) {
    if (one.service == "ssm" && one.key.find("${") == std::string_view::npos)
      names.insert(str(one.key));
  });
}

void collect_references(const Value& value, bool only_sure, ReferenceNames& names) {
  if (value.is_string()) return collect_references(text_of(value), names);
  if (only_sure && intrinsic_of(value) == "Fn::If") return;
  if (const auto* list = value.if_array())
    for (const auto& item : *list) collect_references(item, only_sure, names);
  if (const auto* object = value.if_object())
    for (const auto& member : *object) collect_references(member.value(), only_sure, names);
}

std::string replaced_text(std::string_view text, const Object& known) {
  std::string out;
  std::size_t copied = 0;
  each_reference(text, [&](const Reference& one) {
    const auto* value = one.service == "ssm" ? find(known, one.key) : nullptr;
    if (!value) return;
    out += text.substr(copied, one.at - copied);
    out += text_of(*value);
    copied = one.at + one.size;
  });
  out += text.substr(copied);
  return out;
}

}  // namespace

ReferenceNames references_in(const Value& value) {
  ReferenceNames names;
  collect_references(value, false, names);
  return names;
}

ReferenceNames sure_references_of(const Value& resource) {
  ReferenceNames names;
  const auto* properties = find(resource, "Properties");
  if (properties && !find(resource, "Condition")) collect_references(*properties, true, names);
  return names;
}

Value with_references(const Value& value, const Object& known) {
  if (value.is_string()) return Value(replaced_text(text_of(value), known));
  if (const auto* list = value.if_array()) {
    Array out;
    for (const auto& item : *list) out.push_back(with_references(item, known));
    return out;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  Object out;
  for (const auto& member : *object) out[member.key()] = with_references(member.value(), known);
  return out;
}

std::optional<std::string> refused_reference(std::string_view text) {
  std::optional<std::string> why;
  each_reference(text, [&](const Reference& one) {
    if (one.service == "ssm" && !one.key.empty()) return;
    why = fmt::format("{}{}:…{} is not resolved: expected {}ssm:NAME{}, or the value itself",
                      kOpening, one.service, kClosing, kOpening, kClosing);
  });
  return why;
}

bool has_reference(std::string_view text) { return reference_from(text, 0).has_value(); }

Result<std::string> referred_text(std::string_view name, const Result<Value>& answer) {
  if (!answer)
    return fail(answer.error().kind,
                fmt::format("the parameter {} cannot be read: {}", name, answer.error().text()));
  const auto* parameter = find(*answer, "Parameter");
  if (!parameter)
    return fail(ErrorKind::NotFound, fmt::format("the parameter {} has no value", name));
  if (text_at(*parameter, "Type") == "SecureString")
    return fail(ErrorKind::Invalid,
                fmt::format("the parameter {} is a SecureString: expected a String", name));
  return str(text_at(*parameter, "Value"));
}

}  // namespace hikae::stack
