#include "engine/poll_shapes.h"

#include <algorithm>
#include <array>
#include <span>

namespace hikae::engine {
namespace {

constexpr std::array<PollShape, 4> kShapes{{
    {"ec2", "DescribeInstances", "InstanceIds", "Reservations", "Instances", "InstanceId"},
    {"ec2", "DescribeInstanceStatus", "InstanceIds", "InstanceStatuses", "", "InstanceId"},
    {"ec2", "DescribeImages", "ImageIds", "Images", "", "ImageId"},
    {"ec2", "DescribeSnapshots", "SnapshotIds", "Snapshots", "", "SnapshotId"},
}};

const PollShape* shape_of(const Call& call) {
  for (const auto& shape : kShapes)
    if (call.service == shape.service && call.operation == shape.operation) return &shape;
  return nullptr;
}

/// Filters by which an answer can be taken apart, because what is listed shows their value.
bool tells_apart(const PollShape& shape, std::string_view filter) {
  return filter.starts_with("tag:") || (filter == "name" && shape.operation == "DescribeImages");
}

bool is_plain(std::string_view value) {
  return !value.empty() && value.find_first_of("*?\\") == std::string_view::npos;
}

/// The one filter with one plain value that tells apart; several such filters leave no doubt
/// either, since all but the first stay as they are.
const Value* splitting_filter(const PollShape& shape, const Call& call) {
  for (const auto& filter : list_at(call.input, "Filters")) {
    const auto& values = list_at(filter, "Values");
    if (values.size() == 1 && is_plain(text_of(values.front())) &&
        tells_apart(shape, text_at(filter, "Name")))
      return &filter;
  }
  return nullptr;
}

std::string key_of(const PollTarget& target, const Value& item) {
  if (target.filter.empty()) return str(text_at(item, target.shape->id));
  if (target.filter == "name") return str(text_at(item, "Name"));
  const auto wanted = std::string_view(target.filter).substr(4);
  for (const auto& tag : list_at(item, "Tags"))
    if (text_at(tag, "Key") == wanted) return str(text_at(tag, "Value"));
  return {};
}

/// list_at(), to take the items out of it.
std::span<Value> list_in(Value& value, std::string_view key) {
  auto* object = value.if_object();
  auto* member = object ? object->if_contains(key) : nullptr;
  auto* list = member ? member->if_array() : nullptr;
  return list ? std::span<Value>(list->data(), list->size()) : std::span<Value>();
}

void replace_filter(Value& input, std::string_view name, Array values) {
  auto* filters = input.as_object().if_contains("Filters");
  for (auto& filter : filters->as_array())
    if (text_at(filter, "Name") == name) {
      filter.as_object()["Values"] = std::move(values);
      return;
    }
}

}  // namespace

std::optional<PollTarget> poll_target(const Call& call) {
  const auto* shape = shape_of(call);
  if (!shape) return std::nullopt;
  const auto& ids = list_at(call.input, shape->ids);
  if (ids.size() == 1 && !text_of(ids.front()).empty())
    return PollTarget{shape, {}, str(text_of(ids.front()))};
  if (!ids.empty()) return std::nullopt;
  const auto* filter = splitting_filter(*shape, call);
  if (!filter) return std::nullopt;
  return PollTarget{shape, str(text_at(*filter, "Name")),
                    str(text_of(list_at(*filter, "Values").front()))};
}

Call merged_call(const PollTarget& target, Call call, const std::vector<std::string>& values) {
  Array list;
  for (const auto& value : values) list.emplace_back(value);
  if (target.filter.empty())
    call.input.as_object()[target.shape->ids] = std::move(list);
  else
    replace_filter(call.input, target.filter, std::move(list));
  return call;
}

Value empty_answer(const PollTarget& target) { return Object{{target.shape->list, Array{}}}; }

std::map<std::string, Value> split_answer(const PollTarget& target, Value answer) {
  const auto& shape = *target.shape;
  std::map<std::string, Value> parts;
  const auto add = [&](const std::string& key, Value item) {
    auto [at, is_new] = parts.try_emplace(key, empty_answer(target));
    at->second.as_object()[shape.list].as_array().push_back(std::move(item));
  };
  for (auto& item : list_in(answer, shape.list)) {
    if (shape.nested.empty()) {
      const auto key = key_of(target, item);
      add(key, std::move(item));
      continue;
    }
    for (auto& inner : list_in(item, shape.nested)) {
      const auto key = key_of(target, inner);
      Object whole;
      whole[shape.nested].emplace_array().push_back(std::move(inner));
      add(key, std::move(whole));
    }
  }
  return parts;
}

}  // namespace hikae::engine
