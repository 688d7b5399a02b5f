#include "sandbox/request_subjects.h"

#include <array>

#include "sandbox/machines.h"

namespace hikae::sandbox {
namespace {

constexpr std::array<std::string_view, 4> kIdMembers{"InstanceId", "ImageId", "SnapshotId",
                                                     "VolumeId"};
constexpr std::array<std::string_view, 5> kIdListMembers{"InstanceIds", "ImageIds", "SnapshotIds",
                                                         "VolumeIds", "Resources"};

std::vector<std::string_view> named_ids(const Value& input) {
  std::vector<std::string_view> ids;
  for (const auto member : kIdMembers)
    if (const auto id = text_at(input, member); !id.empty()) ids.push_back(id);
  for (const auto member : kIdListMembers)
    for (const auto& id : list_at(input, member)) ids.push_back(text_of(id));
  if (const auto* id = find_path(input, {"InstanceSpecification", "InstanceId"}))
    ids.push_back(text_of(*id));
  for (const auto& filter : list_at(input, "Filters"))
    for (const auto& value : list_at(filter, "Values")) ids.push_back(text_of(value));
  return ids;
}

/// The machine behind an id of any kind; empty where there is none.
std::string_view machine_behind(const Region& region, std::string_view id) {
  if (const auto* image = region.images.find(id)) return image->source_instance;
  if (const auto* snapshot = region.snapshots.find(id)) return snapshot->instance;
  if (const auto* volume = region.volumes.find(id)) return volume->instance;
  return id;
}

}  // namespace

std::vector<Subject> subjects_of(const Region& region, const Value& input) {
  std::vector<Subject> subjects;
  for (const auto id : named_ids(input))
    if (const auto* machine = region.instances.find(machine_behind(region, id)))
      subjects.push_back(subject_of(*machine));
  return subjects;
}

}  // namespace hikae::sandbox
