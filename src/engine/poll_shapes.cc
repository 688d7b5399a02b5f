#include "engine/poll_shapes.h"

#include <array>

namespace hikae::engine {
namespace {

constexpr std::array<PollShape, 4> kShapes{{
    {"ec2", "DescribeInstances", "InstanceIds", "Reservations", "Instances", "InstanceId"},
    {"ec2", "DescribeInstanceStatus", "InstanceIds", "InstanceStatuses", "", "InstanceId"},
    {"ec2", "DescribeImages", "ImageIds", "Images", "", "ImageId"},
    {"ec2", "DescribeSnapshots", "SnapshotIds", "Snapshots", "", "SnapshotId"},
}};

}  // namespace

const PollShape* poll_shape(const Call& call) {
  for (const auto& shape : kShapes) {
    if (call.service != shape.service || call.operation != shape.operation) continue;
    const auto& ids = list_at(call.input, shape.ids);
    if (ids.size() == 1 && ids.front().is_string()) return &shape;
  }
  return nullptr;
}

std::string polled_id(const PollShape& shape, const Call& call) {
  return str(text_of(list_at(call.input, shape.ids).front()));
}

Call merged_call(const PollShape& shape, Call call, const std::vector<std::string>& ids) {
  Array list;
  for (const auto& id : ids) list.emplace_back(id);
  if (auto* input = call.input.if_object()) (*input)[shape.ids] = std::move(list);
  return call;
}

Value empty_answer(const PollShape& shape) { return Object{{shape.list, Array{}}}; }

std::map<std::string, Value> split_answer(const PollShape& shape, const Value& answer) {
  std::map<std::string, Value> by_id;
  for (const auto& item : list_at(answer, shape.list)) {
    if (shape.nested.empty()) {
      by_id.emplace(text_at(item, shape.id), Object{{shape.list, Array{item}}});
      continue;
    }
    for (const auto& inner : list_at(item, shape.nested))
      by_id.emplace(text_at(inner, shape.id),
                    Object{{shape.list, Array{Object{{shape.nested, Array{inner}}}}}});
  }
  return by_id;
}

}  // namespace hikae::engine
