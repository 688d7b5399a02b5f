// ssm:DescribeParameters, and the filters of parameters.
#include <algorithm>

#include "plane/ssm/parameter_rows.h"
#include "plane/ssm/ssm.h"

namespace hikae::plane {
namespace parameter {
namespace {

constexpr std::size_t kFilterValuesMost = 50;  // Parameter Store's own

/// Which options a key has, the one meant where none is given first. Empty: no such key.
std::vector<std::string_view> options_of(std::string_view key, bool by_path) {
  if (key == "Type" || key == "KeyId") return {"Equals", "BeginsWith"};
  if (key == "Label") return {"Equals", "BeginsWith"};
  if (by_path) return {};
  if (key == "Name") return {"Equals", "BeginsWith", "Contains"};
  if (key == "Path") return {"OneLevel", "Recursive"};
  if (key == "Tier" || key == "DataType" || key.starts_with("tag:")) return {"Equals"};
  return {};
}

Result<Filter> read_filter(const Value& given, bool by_path) {
  Filter filter{str(text_at(given, "Key")), str(text_at(given, "Option")), {}};
  const auto options = options_of(filter.key, by_path);
  if (options.empty())
    return aws::aws_error("InvalidFilterKey",
                          "The following filter key is not valid: " + filter.key + ".");
  if (filter.option.empty()) filter.option = options.front();
  if (std::ranges::find(options, filter.option) == options.end())
    return aws::aws_error("InvalidFilterOption",
                          "The following filter option is not valid: " + filter.option +
                              " (for key " + filter.key + ").");
  for (const auto& value : list_at(given, "Values")) filter.values.push_back(str(text_of(value)));
  const bool needs_values = !filter.key.starts_with("tag:");
  if ((filter.values.empty() && needs_values) || filter.values.size() > kFilterValuesMost)
    return aws::aws_error("InvalidFilterValue",
                          "The filter " + filter.key + " must have between 1 and 50 values.");
  return filter;
}

/// The older form: {Key, Values}, of which Name means a beginning.
Result<Filter> read_old_filter(const Value& given) {
  Object newer{{"Key", text_at(given, "Key")}, {"Values", list_at(given, "Values")}};
  newer["Option"] = text_at(given, "Key") == "Name" ? "BeginsWith" : "Equals";
  return read_filter(Value(std::move(newer)), false);
}

bool fits_option(const Filter& filter, std::string_view text) {
  return std::ranges::any_of(filter.values, [&](const std::string& value) {
    if (filter.option == "BeginsWith") return text.starts_with(value);
    if (filter.option == "Contains") return text.find(value) != std::string_view::npos;
    return text == value;
  });
}

bool passes_tag(const Filter& filter, const Value& row) {
  const auto* value = find(object_at(row, "Tags"), std::string_view(filter.key).substr(4));
  return value && (filter.values.empty() || fits_option(filter, text_of(*value)));
}

/// Names without a first '/' are taken for the same as with it.
bool passes_name(const Filter& filter, std::string_view name) {
  if (fits_option(filter, name)) return true;
  if (name.starts_with('/') || filter.option == "Contains") return false;
  return fits_option(filter, "/" + str(name));
}

Result<Value> describe_parameters(const Ask& ask) {
  const auto filters = TRY(read_filters(ask.input, false));
  std::vector<std::pair<std::string_view, const Value*>> found;
  for (const auto& [name, row] : ask.rows(kParameterRows))
    if (std::ranges::all_of(filters, [&, &at_name = name, &at_row = row](const Filter& filter) {
          return passes(filter, at_name, at_row);
        }))
      found.emplace_back(name, &row);
  const auto page = TRY(page_of(ask.input, found.size(), kListPage));
  Array shown;
  for (std::size_t i = page.first; i < page.first + page.count; ++i) {
    Object one{{"Name", found[i].first}};
    for (const auto& [member, value] : members_of_object(
             *found[i].second, {"Type", "KeyId", "LastModifiedDate", "LastModifiedUser",
                                "Description", "AllowedPattern", "Version", "Tier", "DataType"}))
      one[member] = value;
    one["Policies"] = Array();
    shown.push_back(std::move(one));
  }
  Object answer{{"Parameters", std::move(shown)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

}  // namespace

Result<std::vector<Filter>> read_filters(const Value& input, bool by_path) {
  const auto& given = list_at(input, "ParameterFilters");
  const auto& older = list_at(input, "Filters");
  if (!given.empty() && !older.empty())
    return not_valid("You can use either Filters or ParameterFilters in a single request.");
  std::vector<Filter> filters;
  for (const auto& filter : given) filters.push_back(TRY(read_filter(filter, by_path)));
  for (const auto& filter : older) filters.push_back(TRY(read_old_filter(filter)));
  return filters;
}

bool passes(const Filter& filter, std::string_view name, const Value& row) {
  if (filter.key == "Name") return passes_name(filter, name);
  if (filter.key.starts_with("tag:")) return passes_tag(filter, row);
  if (filter.key == "Label")
    return std::ranges::any_of(list_at(row, "Labels"), [&](const Value& label) {
      return fits_option(filter, text_of(label));
    });
  if (filter.key == "Path")
    return std::ranges::any_of(filter.values, [&](const std::string& path) {
      return is_below(name, path, filter.option == "Recursive");
    });
  return fits_option(filter, text_at(row, filter.key));
}

bool is_below(std::string_view name, std::string_view path, bool at_any_depth) {
  while (path.ends_with('/')) path.remove_suffix(1);
  // At the root stand also the names that are no paths.
  if (path.empty() && !name.starts_with('/')) return true;
  if (!name.starts_with(path) || name.size() <= path.size() + 1 || name[path.size()] != '/')
    return false;
  return at_any_depth || name.find('/', path.size() + 1) == std::string_view::npos;
}

}  // namespace parameter

void Ssm::add_parameter_lists() { on("DescribeParameters", parameter::describe_parameters); }

}  // namespace hikae::plane
