// AWS::EC2::Instance: launched, and ready when it runs; terminated, and gone when it is.
#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kGone = "InvalidInstanceID.NotFound";

Value flag(const Value& value) { return Object{{"Value", value}}; }

Array group_ids(const ResourceAsk& ask) { return list_at(ask.properties, "SecurityGroupIds"); }

void add_profile_named(const ResourceAsk& ask, Object& input) {
  if (const auto name = ask.text("IamInstanceProfile"); !name.empty())
    input["IamInstanceProfile"] = Object{{"Name", name}};
}

void add_instance_tags(const ResourceAsk& ask, Object& input) {
  const auto& tags = list_at(ask.properties, "Tags");
  if (tags.empty()) return;
  Array specifications{Object{{"ResourceType", "instance"}, {"Tags", tags}}};
  if (is_true_at(ask.properties, "PropagateTagsToVolumeOnCreation"))
    specifications.push_back(Object{{"ResourceType", "volume"}, {"Tags", tags}});
  input["TagSpecifications"] = std::move(specifications);
}

Object launch_input(const ResourceAsk& ask) {
  Object input{{"MinCount", 1}, {"MaxCount", 1}, {"ClientToken", ask.token}};
  copy_members(ask.properties, input,
               {"ImageId", "InstanceType", "KeyName", "SubnetId", "PrivateIpAddress",
                "SecurityGroupIds", "SecurityGroups", "UserData", "EbsOptimized",
                "DisableApiTermination", "InstanceInitiatedShutdownBehavior", "BlockDeviceMappings",
                "MetadataOptions", "NetworkInterfaces", "AdditionalInfo", "KernelId", "RamdiskId"});
  if (const auto* credits = ask.property("CreditSpecification"))
    input["CreditSpecification"] = Object{{"CpuCredits", text_at(*credits, "CPUCredits")}};
  if (const auto* monitored = ask.property("Monitoring"))
    input["Monitoring"] = Object{{"Enabled", *monitored}};
  Object placement;
  copy_members(ask.properties, placement, {"AvailabilityZone", "Tenancy"});
  if (!placement.empty()) input["Placement"] = std::move(placement);
  add_profile_named(ask, input);
  add_instance_tags(ask, input);
  return input;
}

const Value& seen_instance(const Value& answer) {
  static const Value kNone;
  for (const auto& reservation : list_at(answer, "Reservations"))
    for (const auto& instance : list_at(reservation, "Instances")) return instance;
  return kNone;
}

std::string_view state_of_instance(const Value& instance) {
  return text_at(object_at(instance, "State"), "Name");
}

Object instance_attributes(const Value& instance) {
  const auto& state = object_at(instance, "State");
  return Object{{"InstanceId", text_at(instance, "InstanceId")},
                {"AvailabilityZone", text_at(object_at(instance, "Placement"), "AvailabilityZone")},
                {"PrivateDnsName", text_at(instance, "PrivateDnsName")},
                {"PrivateIp", text_at(instance, "PrivateIpAddress")},
                {"PublicDnsName", text_at(instance, "PublicDnsName")},
                {"PublicIp", text_at(instance, "PublicIpAddress")},
                {"VpcId", text_at(instance, "VpcId")},
                {"State.Code", std::to_string(int_at(state, "Code").value_or(0))},
                {"State.Name", text_at(state, "Name")}};
}

Value unsettled(std::string_view id, Object attributes = {}) {
  auto answer = made(id, std::move(attributes));
  answer.as_object()["Settles"] = true;
  return answer;
}

Chain launch_instance(const ResourceAsk& ask) {
  Chain chain;
  chain.add("ec2", "RunInstances", launch_input(ask));
  chain.result = [](const Answers& answers) {
    const auto& launched = list_at(answers[0], "Instances");
    const auto& instance = launched.empty() ? Value() : launched[0];
    return unsettled(text_at(instance, "InstanceId"), instance_attributes(instance));
  };
  return chain;
}

Object describe_input(const std::string& id) { return Object{{"InstanceIds", Array{Value(id)}}}; }

Chain read_instance(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {str(kGone)};
  chain.add("ec2", "DescribeInstances", describe_input(ask.physical_id));
  chain.result = [](const Answers& answers) {
    const auto& instance = seen_instance(answers[0]);
    const auto state = state_of_instance(instance);
    if (state.empty() || state == "terminated")
      return Value(Object{{"Settles", false}, {"Gone", true}});
    const bool settles = state == "pending" || state == "stopping" || state == "shutting-down";
    return Value(Object{{"Settles", settles}, {"Attributes", instance_attributes(instance)}});
  };
  return chain;
}

/// One attribute a call, as EC2 has it. The type of a machine that runs is refused by EC2: a stack
/// stops no machine by itself.
void modify(Chain& chain, const ResourceAsk& ask, std::string_view property,
            std::string_view attribute, Value value) {
  if (!is_changed(ask, property)) return;
  chain.add("ec2", "ModifyInstanceAttribute",
            Object{{"InstanceId", ask.physical_id}, {attribute, std::move(value)}});
}

Value wanted_or(const ResourceAsk& ask, std::string_view property, Value otherwise) {
  const auto* value = ask.property(property);
  return value ? *value : std::move(otherwise);
}

void change_instance_tags(Chain& chain, const ResourceAsk& ask) {
  const Array resources{Value(ask.physical_id)};
  if (const auto keys = dropped_tag_keys(ask); !keys.empty()) {
    Array tags;
    for (const auto& key : keys) tags.push_back(Object{{"Key", key}});
    chain.add("ec2", "DeleteTags", Object{{"Resources", resources}, {"Tags", std::move(tags)}});
  }
  if (const auto& tags = list_at(ask.properties, "Tags"); !tags.empty() && is_changed(ask, "Tags"))
    chain.add("ec2", "CreateTags", Object{{"Resources", resources}, {"Tags", tags}});
}

/// The profile that it has is taken from it before it gets another.
void change_profile(Chain& chain, const ResourceAsk& ask) {
  if (!is_changed(ask, "IamInstanceProfile")) return;
  const Array ids{Value(ask.physical_id)};
  chain.add("ec2", "DescribeIamInstanceProfileAssociations",
            Object{{"Filters", Array{Object{{"Name", "instance-id"}, {"Values", ids}}}}});
  chain.add([](const Answers& answers) -> std::optional<Call> {
    const auto& held = list_at(answers.back(), "IamInstanceProfileAssociations");
    if (held.empty()) return std::nullopt;
    return Call{"ec2",
                "DisassociateIamInstanceProfile",
                Object{{"AssociationId", text_at(held[0], "AssociationId")}},
                {}};
  });
  Object input{{"InstanceId", ask.physical_id}};
  add_profile_named(ask, input);
  if (input.contains("IamInstanceProfile"))
    chain.add("ec2", "AssociateIamInstanceProfile", std::move(input));
}

Chain change_instance(const ResourceAsk& ask) {
  Chain chain;
  modify(chain, ask, "InstanceType", "InstanceType",
         flag(wanted_or(ask, "InstanceType", Value("t3.micro"))));
  modify(chain, ask, "DisableApiTermination", "DisableApiTermination",
         flag(wanted_or(ask, "DisableApiTermination", Value(false))));
  modify(chain, ask, "SourceDestCheck", "SourceDestCheck",
         flag(wanted_or(ask, "SourceDestCheck", Value(true))));
  modify(chain, ask, "EbsOptimized", "EbsOptimized",
         flag(wanted_or(ask, "EbsOptimized", Value(false))));
  modify(chain, ask, "InstanceInitiatedShutdownBehavior", "InstanceInitiatedShutdownBehavior",
         flag(wanted_or(ask, "InstanceInitiatedShutdownBehavior", Value("stop"))));
  modify(chain, ask, "UserData", "UserData", flag(wanted_or(ask, "UserData", Value(""))));
  if (!group_ids(ask).empty()) modify(chain, ask, "SecurityGroupIds", "Groups", group_ids(ask));
  if (is_changed(ask, "Monitoring"))
    chain.add("ec2",
              is_true_at(ask.properties, "Monitoring") ? "MonitorInstances" : "UnmonitorInstances",
              describe_input(ask.physical_id));
  change_profile(chain, ask);
  change_instance_tags(chain, ask);
  chain.add("ec2", "DescribeInstances", describe_input(ask.physical_id));
  chain.result = [id = ask.physical_id](const Answers& answers) {
    return made(id, instance_attributes(seen_instance(answers.back())));
  };
  return chain;
}

/// One that is protected from termination is refused by EC2, and stays.
Chain terminate_instance(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {str(kGone)};
  chain.add("ec2", "TerminateInstances", describe_input(ask.physical_id));
  chain.result = always(unsettled(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* ec2_provider(std::string_view type) {
  static constexpr Provider kInstance{launch_instance, change_instance, terminate_instance,
                                      read_instance};
  return type == "AWS::EC2::Instance" ? &kInstance : nullptr;
}

}  // namespace hikae::plane
