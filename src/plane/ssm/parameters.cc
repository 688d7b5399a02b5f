// Parameters got, by name, by path, with their history; and deleted.
#include <set>

#include "plane/ssm/parameter_rows.h"
#include "plane/ssm/ssm.h"

namespace hikae::plane {
namespace parameter {
namespace {

Result<Value> get_parameter(const Ask& ask, const SecretBox& box) {
  const auto wanted = selected(text_at(ask.input, "Name"));
  const auto* row = TRY(find_version(ask, wanted));
  return Object{{"Parameter", TRY(shown_parameter(ask, box, wanted, *row, secrets_in(ask.input)))}};
}

Result<> check_count(const Array& names) {
  if (!names.empty() && names.size() <= 10) return {};
  return not_valid(
      "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must "
      "have length between 1 and 10");
}

Result<Value> get_parameters(const Ask& ask, const SecretBox& box) {
  TRY_DO(check_count(list_at(ask.input, "Names")));
  Array found, missing;
  std::set<std::string, std::less<>> seen;
  for (const auto& name : list_at(ask.input, "Names")) {
    if (!seen.insert(str(text_of(name))).second) continue;
    const auto wanted = selected(text_of(name));
    if (const auto row = find_version(ask, wanted))
      found.push_back(TRY(shown_parameter(ask, box, wanted, **row, secrets_in(ask.input))));
    else
      missing.push_back(name);
  }
  return Object{{"Parameters", std::move(found)}, {"InvalidParameters", std::move(missing)}};
}

/// With a filter by label, the version that has it.
const Value* version_for(const Ask& ask, std::string_view name, const Value& latest,
                         const std::vector<Filter>& filters, Selected& wanted) {
  const Value* version = &latest;
  for (const auto& filter : filters) {
    if (filter.key != "Label") continue;
    version = nullptr;
    for (const auto* candidate : versions_of(ask, name))
      if (!version && passes(filter, name, *candidate)) version = candidate;
    if (version) wanted.selector = std::to_string(int_at(*version, "Version").value_or(0));
  }
  for (const auto& filter : filters)
    if (version && !passes(filter, name, *version)) return nullptr;
  return version;
}

Result<Value> get_by_path(const Ask& ask, const SecretBox& box) {
  const auto path = text_at(ask.input, "Path");
  if (!path.starts_with('/'))
    return not_valid(
        "The parameter doesn't meet the parameter name requirements. The parameter "
        "name must begin with a forward slash \"/\".");
  const auto filters = TRY(read_filters(ask.input, true));
  std::vector<std::pair<Selected, const Value*>> found;
  for (const auto& [name, row] : ask.rows(kParameterRows)) {
    if (!is_below(name, path, is_true_at(ask.input, "Recursive"))) continue;
    Selected wanted{name, ""};
    if (const auto* version = version_for(ask, name, row, filters, wanted))
      found.emplace_back(std::move(wanted), version);
  }
  const auto page = TRY(page_of(ask.input, found.size(), kPathPage));
  Array shown;
  for (std::size_t i = page.first; i < page.first + page.count; ++i)
    shown.push_back(
        TRY(shown_parameter(ask, box, found[i].first, *found[i].second, secrets_in(ask.input))));
  Object answer{{"Parameters", std::move(shown)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> get_history(const Ask& ask, const SecretBox& box) {
  const auto name = selected(text_at(ask.input, "Name")).name;
  const auto versions = versions_of(ask, name);
  if (versions.empty()) return not_found(name);
  const auto page = TRY(page_of(ask.input, versions.size(), kListPage));
  Array shown;
  for (std::size_t i = page.first; i < page.first + page.count; ++i) {
    const auto& row = *versions[i];
    auto one = members_of_object(
        row, {"Type", "KeyId", "LastModifiedDate", "LastModifiedUser", "Description",
              "AllowedPattern", "Version", "Labels", "Tier", "DataType"});
    one["Name"] = name;
    one["Value"] = TRY(value_of(ask, box, name, row, secrets_in(ask.input)));
    one["Policies"] = Array();
    shown.push_back(std::move(one));
  }
  Object answer{{"Parameters", std::move(shown)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

/// With all of its versions.
void erase_parameter(const Ask& ask, std::string_view name) {
  std::vector<std::string> ids;
  for (const auto* row : versions_of(ask, name))
    ids.push_back(version_id(name, int_at(*row, "Version").value_or(0)));
  ids.pop_back();  // the latest stands under the name itself
  for (const auto& id : ids) ask.erase(kVersionRows, id);
  ask.erase(kParameterRows, name);
}

Result<Value> delete_parameter(const Ask& ask) {
  const auto name = selected(text_at(ask.input, "Name")).name;
  if (!ask.row(kParameterRows, name)) return not_found(name);
  erase_parameter(ask, name);
  return Object{};
}

Result<Value> delete_parameters(const Ask& ask) {
  TRY_DO(check_count(list_at(ask.input, "Names")));
  Array deleted, missing;
  for (const auto& name : list_at(ask.input, "Names")) {
    const auto wanted = selected(text_of(name));
    const bool is_there = wanted.selector.empty() && ask.row(kParameterRows, wanted.name);
    if (is_there) erase_parameter(ask, wanted.name);
    (is_there ? deleted : missing).push_back(name);
  }
  return Object{{"DeletedParameters", std::move(deleted)},
                {"InvalidParameters", std::move(missing)}};
}

}  // namespace
}  // namespace parameter

void Ssm::add_parameter_views() {
  on("GetParameter", [this](const Ask& ask) { return parameter::get_parameter(ask, box_); });
  on("GetParameters", [this](const Ask& ask) { return parameter::get_parameters(ask, box_); });
  on("GetParametersByPath", [this](const Ask& ask) { return parameter::get_by_path(ask, box_); });
  on("GetParameterHistory", [this](const Ask& ask) { return parameter::get_history(ask, box_); });
  on("DeleteParameter", parameter::delete_parameter);
  on("DeleteParameters", parameter::delete_parameters);
}

}  // namespace hikae::plane
