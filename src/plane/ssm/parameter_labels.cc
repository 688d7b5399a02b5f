// Labels: names of versions, each of them on one version of a parameter at most.
#include <algorithm>

#include "plane/ssm/parameter_rows.h"
#include "plane/ssm/ssm.h"

namespace hikae::plane {
namespace parameter {
namespace {

constexpr std::size_t kLabels = 10;  // of one version: Parameter Store's own

bool is_label(std::string_view label) {
  if (!is_name(label, "_.-", 100) || (label.front() >= '0' && label.front() <= '9')) return false;
  std::string lower(label.substr(0, 3));
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return lower != "aws" && lower != "ssm";
}

void put_version(const Ask& ask, std::string_view name, Value row) {
  const auto version = int_at(row, "Version");
  const auto* latest = ask.row(kParameterRows, name);
  if (latest && int_at(*latest, "Version") == version)
    ask.put(kParameterRows, name, std::move(row));
  else
    ask.put(kVersionRows, version_id(name, version.value_or(0)), std::move(row));
}

bool take_label(Value& row, std::string_view label) {
  auto& labels = row.as_object()["Labels"];
  if (!labels.is_array()) labels = Array();
  auto& list = labels.as_array();
  const auto at = std::ranges::find_if(list, [&](const Value& v) { return text_of(v) == label; });
  if (at == list.end()) return false;
  list.erase(at);
  return true;
}

/// Labels leave the version that has them.
void take_from_others(const Ask& ask, std::string_view name, const Array& labels) {
  std::vector<Value> changed;
  for (const auto* row : versions_of(ask, name)) {
    auto next = *row;
    bool is_changed = false;
    for (const auto& label : labels) is_changed |= take_label(next, text_of(label));
    if (is_changed) changed.push_back(std::move(next));
  }
  for (auto& row : changed) put_version(ask, name, std::move(row));
}

Result<const Value*> labelled_version(const Ask& ask, std::string_view name) {
  const auto number = int_at(ask.input, "ParameterVersion");
  if (!ask.row(kParameterRows, name)) return not_found(name);
  return find_version(ask, {str(name), number ? std::to_string(*number) : ""});
}

Result<Value> label_version(const Ask& ask) {
  const auto name = selected(text_at(ask.input, "Name")).name;
  const auto version = int_at(*TRY(labelled_version(ask, name)), "Version").value_or(0);
  Array good, bad;
  for (const auto& label : list_at(ask.input, "Labels"))
    (is_label(text_of(label)) ? good : bad).push_back(label);
  const auto stays = [&](const Value& old) {
    return std::ranges::none_of(good, [&](const Value& v) { return v == old; });
  };
  const auto& row = *TRY(find_version(ask, {name, std::to_string(version)}));
  const auto kept = std::ranges::count_if(list_at(row, "Labels"), stays);
  if (static_cast<std::size_t>(kept) + good.size() > kLabels)
    return aws::aws_error("ParameterVersionLabelLimitExceeded",
                          "A parameter version can have maximum 10 labels.Move one or more labels "
                          "to another version and try again.");
  take_from_others(ask, name, good);
  auto next = *TRY(find_version(ask, {name, std::to_string(version)}));
  auto& labels = next.as_object()["Labels"];
  if (!labels.is_array()) labels = Array();
  for (auto& label : good) labels.as_array().push_back(std::move(label));
  put_version(ask, name, std::move(next));
  return Object{{"InvalidLabels", std::move(bad)}, {"ParameterVersion", version}};
}

Result<Value> unlabel_version(const Ask& ask) {
  const auto name = selected(text_at(ask.input, "Name")).name;
  auto row = *TRY(labelled_version(ask, name));
  Array removed, bad;
  for (const auto& label : list_at(ask.input, "Labels"))
    (take_label(row, text_of(label)) ? removed : bad).push_back(label);
  put_version(ask, name, std::move(row));
  return Object{{"RemovedLabels", std::move(removed)}, {"InvalidLabels", std::move(bad)}};
}

}  // namespace
}  // namespace parameter

void Ssm::add_parameter_labels() {
  on("LabelParameterVersion", parameter::label_version);
  on("UnlabelParameterVersion", parameter::unlabel_version);
}

}  // namespace hikae::plane
