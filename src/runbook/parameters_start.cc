// What a start needs besides the given values: the role, and defaults from Parameter Store
// (docs/reference/ssm-automation.md 1.3, 1.5).
#include <fmt/format.h>

#include <algorithm>

#include "runbook/document.h"
#include "runbook/parameters.h"
#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

std::unexpected<Error> bad_start(std::string message) {
  return fail(ErrorKind::Invalid, "InvalidAutomationExecutionParametersException",
              std::move(message));
}

/// Only parameters of the document may stand in assumeRole.
class BoundReferences final : public References {
 public:
  explicit BoundReferences(const Object& bound) : bound_(bound) {}
  [[nodiscard]] Result<std::optional<Value>> value_of(std::string_view name) const override {
    const auto* value = find(bound_, name);
    if (value) return std::optional<Value>(*value);
    return bad_start(fmt::format("assumeRole names {}, which is no parameter", name));
  }

 private:
  const Object& bound_;
};

bool is_role_arn(std::string_view arn) {
  const auto iam = arn.find(":iam::");
  if (!arn.starts_with("arn:aws") || iam == std::string_view::npos) return false;
  const auto rest = arn.substr(iam + 6);
  return rest.size() > 18 && rest.substr(12, 6) == ":role/" &&
         std::ranges::all_of(rest.substr(0, 12), [](char c) { return c >= '0' && c <= '9'; });
}

/// Texts stand for the reference in a String default, and fill the list of a StringList.
Result<std::string> stored_text(std::string_view reference, const StoreLookup& lookup) {
  const auto name = reference.substr(std::string_view("ssm:").size());
  const auto stored = TRY(in_context(lookup(name), fmt::format("default {{{{{}}}}}", reference)));
  const auto type = text_at(stored, "Type", "String");
  if (type == "String" || type == "StringList") return str(text_at(stored, "Value"));
  return bad_start(
      fmt::format("The parameter {} of Parameter Store is a {}: a default may name a "
                  "String or StringList only.",
                  name, type));
}

Array split_at_commas(std::string_view text) {
  Array parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    parts.emplace_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

Result<Array> from_store(const Value& written, const StoreLookup& lookup, std::string_view base) {
  const auto texts = written.is_array() ? written.get_array() : Array{written};
  Array out;
  for (const auto& text : texts) {
    std::string filled;
    std::size_t behind = 0;
    for (const auto& found : find_references(text_of(text))) {
      filled += text_of(text).substr(behind, found.begin - behind);
      filled += TRY(stored_text(found.name, lookup));
      behind = found.begin + found.size;
    }
    filled += text_of(text).substr(behind);
    if (base != "StringList") return Array{Value(filled)};
    for (auto& part : split_at_commas(filled)) out.push_back(std::move(part));
  }
  return out;
}

}  // namespace

Result<std::string> role_of(const Document& document, const Object& bound) {
  if (document.assume_role.empty()) return std::string();
  const auto resolved = TRY(resolve(Value(document.assume_role), BoundReferences(bound)));
  const auto role = as_text(resolved);
  if (role.empty() || is_role_arn(role)) return role;
  return bad_start("The format of the supplied assume role ARN isn't valid.");
}

Result<Value> with_store_defaults(const Document& document, const Value& given,
                                  const StoreLookup& lookup) {
  Object all = given.is_object() ? given.get_object() : Object{};
  for (const auto& parameter : document.parameters) {
    if (find(all, parameter.name) || !parameter.default_value) continue;
    if (!is_from_store(*parameter.default_value)) continue;
    auto texts = from_store(*parameter.default_value, lookup, base_type(parameter.type));
    if (!texts)
      return bad_start(fmt::format("Parameter \"{}\": {}", parameter.name, texts.error().text()));
    all[parameter.name] = *std::move(texts);
  }
  return Value(std::move(all));
}

}  // namespace hikae::runbook
