#include "sandbox/incoming.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace hikae::sandbox {
namespace {

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

Error wrong_kind(std::string_view name, std::string_view wanted, const Value& value) {
  return ec2_error("InvalidParameterValue", fmt::format("Parameter {} must be a {}, it is a {}",
                                                        name, wanted, kind_of(value)));
}

}  // namespace

bool is_well_formed(std::string_view id, const IdKind& kind) {
  if (!id.starts_with(kind.prefix)) return false;
  const auto digits = id.substr(kind.prefix.size());
  return (digits.size() == 8 || digits.size() == 17) && std::ranges::all_of(digits, is_hex_digit);
}

Error malformed_id(std::string_view id, const IdKind& kind) {
  return ec2_error(std::string(kind.malformed),
                   fmt::format("Invalid id: \"{}\" (expecting \"{}...\")", id, kind.prefix));
}

Error not_found(const std::vector<std::string>& ids, const IdKind& kind) {
  if (ids.size() == 1)
    return ec2_error(std::string(kind.not_found),
                     fmt::format("The {} '{}' does not exist", kind.noun, ids.front()));
  return ec2_error(std::string(kind.not_found),
                   fmt::format("The {}s '{}' do not exist", kind.noun, fmt::join(ids, ", ")));
}

Result<std::string> required_text(const Incoming& in, std::string_view name) {
  const auto* member = find(in.input(), name);
  if (!member || member->is_null()) return std::unexpected(missing_parameter(name));
  if (!member->is_string()) return std::unexpected(wrong_kind(name, "string", *member));
  if (text_of(*member).empty()) return std::unexpected(missing_parameter(name));
  return str(text_of(*member));
}

Result<std::vector<std::string>> text_list(const Incoming& in, std::string_view name) {
  std::vector<std::string> texts;
  const auto* member = find(in.input(), name);
  if (!member || member->is_null()) return texts;
  if (!member->is_array()) return std::unexpected(wrong_kind(name, "list of strings", *member));
  for (const auto& item : member->get_array()) {
    if (!item.is_string()) return std::unexpected(wrong_kind(name, "list of strings", item));
    if (std::ranges::find(texts, text_of(item)) == texts.end()) texts.emplace_back(text_of(item));
    if (texts.size() > limits::kIdsPerCall)
      return std::unexpected(invalid_value(
          fmt::format("{} items", member->get_array().size()), name,
          fmt::format("At most {} are allowed in one request.", limits::kIdsPerCall)));
  }
  return texts;
}

Result<std::vector<std::string>> id_list(const Incoming& in, std::string_view name,
                                         const IdKind& kind) {
  auto ids = TRY(text_list(in, name));
  for (const auto& id : ids)
    if (!is_well_formed(id, kind)) return std::unexpected(malformed_id(id, kind));
  return ids;
}

Result<> end_dry_run(const Incoming& in) {
  if (is_true_at(in.input(), "DryRun")) return std::unexpected(dry_run_error());
  return {};
}

Result<> ids_or_pages(const Incoming& in, std::string_view ids_name) {
  if (list_at(in.input(), ids_name).empty() || !find(in.input(), "MaxResults")) return {};
  return std::unexpected(ec2_error(
      "InvalidParameterCombination",
      fmt::format("The parameter {} cannot be used with the parameter MaxResults", ids_name)));
}

}  // namespace hikae::sandbox
