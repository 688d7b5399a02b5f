#include "sandbox/object_filters.h"

#include <fmt/format.h>

namespace hikae::sandbox {
namespace {

bool leaf_fits(const Value& leaf, const Filter& filter) {
  if (leaf.is_bool()) return filter.accepts(flag_text(leaf.get_bool()));
  if (leaf.is_int64()) return filter.accepts(std::to_string(leaf.get_int64()));
  if (leaf.is_uint64()) return filter.accepts(std::to_string(leaf.get_uint64()));
  if (leaf.is_double()) return filter.accepts(fmt::format("{}", leaf.get_double()));
  return leaf.is_string() && filter.accepts(text_of(leaf));
}

bool value_fits(const Value& value, std::string_view path, const Filter& filter) {
  if (value.is_array())
    return std::ranges::any_of(value.get_array(),
                               [&](const Value& item) { return value_fits(item, path, filter); });
  if (value.is_object()) return path_fits(value.get_object(), path, filter);
  return path.empty() && leaf_fits(value, filter);
}

bool any_tag_fits(const Object& row, const Filter& filter) {
  if (filter.name == "tag-key") return path_fits(row, "Tags.Key", filter);
  if (filter.name == "tag-value") return path_fits(row, "Tags.Value", filter);
  const auto key = std::string_view(filter.name).substr(4);
  return std::ranges::any_of(list_at(row, "Tags"), [&](const Value& tag) {
    return text_at(tag, "Key") == key && filter.accepts(text_at(tag, "Value"));
  });
}

bool names_tag(std::string_view name) {
  return name == "tag-key" || name == "tag-value" || (name.starts_with("tag:") && name.size() > 4);
}

Result<> are_known(const std::vector<Filter>& filters, std::span<const PathField> fields) {
  for (const auto& filter : filters)
    if (!names_tag(filter.name) &&
        std::ranges::find(fields, filter.name, &PathField::name) == fields.end())
      return std::unexpected(unknown_filter(filter.name));
  return {};
}

bool object_fits(const Object& row, const std::vector<Filter>& filters,
                 std::span<const PathField> fields) {
  return std::ranges::all_of(filters, [&](const Filter& filter) {
    const auto field = std::ranges::find(fields, filter.name, &PathField::name);
    if (field == fields.end()) return any_tag_fits(row, filter);
    return path_fits(row, field->path, filter);
  });
}

}  // namespace

Error unknown_filter(std::string_view name) {
  return ec2_error("InvalidParameterValue", "The filter '" + std::string(name) + "' is invalid");
}

bool path_fits(const Object& row, std::string_view path, const Filter& filter) {
  if (path.empty()) return false;
  const auto dot = path.find('.');
  const auto* member = row.if_contains(path.substr(0, dot));
  const auto rest = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  return member && value_fits(*member, rest, filter);
}

PathFilters PathFilters::take(std::vector<Filter>& filters, std::span<const PathField> fields) {
  PathFilters taken;
  std::erase_if(filters, [&](Filter& filter) {
    const auto field = std::ranges::find(fields, filter.name, &PathField::name);
    if (field == fields.end()) return false;
    taken.bound_.emplace_back(std::move(filter), field->path);
    return true;
  });
  return taken;
}

bool PathFilters::fit(const Object& row) const {
  return std::ranges::all_of(
      bound_, [&](const auto& bound) { return path_fits(row, bound.second, bound.first); });
}

Result<Array> fitting_objects(Array rows, const Value& input, std::span<const PathField> fields) {
  const auto filters = TRY(read_filters(input));
  TRY_DO(are_known(filters, fields));
  Array kept;
  for (auto& row : rows)
    if (object_fits(row.get_object(), filters, fields)) kept.push_back(std::move(row));
  return kept;
}

}  // namespace hikae::sandbox
