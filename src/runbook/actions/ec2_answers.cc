#include "runbook/actions/ec2_answers.h"

namespace hikae::runbook {
namespace {

const Value* entry_with(const Array& list, std::string_view key, std::string_view id) {
  for (const auto& entry : list)
    if (text_at(entry, key) == id) return &entry;
  return nullptr;
}

}  // namespace

const Value* instance_in(const Value& answer, std::string_view instance_id) {
  for (const auto& reservation : list_at(answer, "Reservations"))
    if (const auto* found =
            entry_with(list_at(reservation, "Instances"), "InstanceId", instance_id))
      return found;
  return nullptr;
}

std::string_view instance_state_in(const Value& answer, std::string_view instance_id) {
  const auto* instance = instance_in(answer, instance_id);
  const auto* state = instance ? find(*instance, "State") : nullptr;
  return state ? text_at(*state, "Name") : std::string_view{};
}

const Value* instance_status_in(const Value& answer, std::string_view instance_id) {
  return entry_with(list_at(answer, "InstanceStatuses"), "InstanceId", instance_id);
}

const Value* image_in(const Value& answer, std::string_view image_id) {
  return entry_with(list_at(answer, "Images"), "ImageId", image_id);
}

std::string_view tag_in(const Value& resource, std::string_view key) {
  const auto* tag = entry_with(list_at(resource, "Tags"), "Key", key);
  return tag ? text_at(*tag, "Value") : std::string_view{};
}

Value single_id(std::string_view name, std::string_view id) {
  Object input;
  input[name] = Array{Value(id)};
  return input;
}

bool says_not_found(const Error& error) {
  return error.kind == ErrorKind::NotFound || error.code.ends_with(".NotFound");
}

}  // namespace hikae::runbook
