#include "upkeep/doctor_calls.h"

#include "upkeep/ours.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr const char* kTrialRun = "doctor";

Value pair_of_tag(std::string_view key, std::string_view value) {
  return Object{{"Key", key}, {"Value", value}};
}

/// With the tags of a real backup: permissions may depend on them.
Object image_trial(const std::string& instance) {
  const Array tags{pair_of_tag(kNameTag, instance), pair_of_tag(kAutoBackupTag, kAutoBackupValue),
                   pair_of_tag(kSourceInstanceTag, instance), pair_of_tag(kRunTag, kTrialRun)};
  Array specifications;
  for (const auto* resource : {"image", "snapshot"})
    specifications.push_back(Object{{"ResourceType", resource}, {"Tags", tags}});
  return Object{{"InstanceId", instance},
                {"Name", image_name(instance, kTrialRun)},
                {"NoReboot", true},
                {"TagSpecifications", std::move(specifications)}};
}

Object trial_of_instance(std::string_view operation, const std::string& instance) {
  if (operation == "CreateImage") return image_trial(instance);
  if (operation == "CreateTags" || operation == "DeleteTags")
    return Object{{"Resources", Array{Value(instance)}},
                  {"Tags", Array{pair_of_tag(kStoppedByTag, kTrialRun)}}};
  return Object{{"InstanceIds", Array{Value(instance)}}};
}

Object trial_of_image(std::string_view operation, const std::string& image) {
  Object input{{"ImageId", image}};
  if (operation == "DescribeImageAttribute") input["Attribute"] = "launchPermission";
  return input;
}

Object trial_of_snapshot(std::string_view operation, const std::string& snapshot) {
  Object input{{"SnapshotId", snapshot}};
  if (operation == "DescribeSnapshotAttribute") input["Attribute"] = "createVolumePermission";
  return input;
}

/// Reads of EC2 list as little as they may.
Object trial_of_account(const NeededCall& call) {
  Object input;
  if (call.operation == "DescribeSnapshots") input["OwnerIds"] = Array{"self"};
  if (call.operation == "DescribeImages") input["Owners"] = Array{"self"};
  return input;
}

}  // namespace

std::optional<Object> trial_input(const NeededCall& call, const Specimen& specimen) {
  std::optional<Object> input;
  switch (call.of) {
    case NeedOf::Account: input = trial_of_account(call); break;
    case NeedOf::Instance:
      if (!specimen.instance.empty()) input = trial_of_instance(call.operation, specimen.instance);
      break;
    case NeedOf::Image:
      if (!specimen.image.empty()) input = trial_of_image(call.operation, specimen.image);
      break;
    case NeedOf::Snapshot:
      if (!specimen.snapshot.empty()) input = trial_of_snapshot(call.operation, specimen.snapshot);
      break;
  }
  if (input && call.service == "ec2") (*input)["DryRun"] = true;
  return input;
}

}  // namespace hikae::upkeep
