#include "sandbox/launch_order.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "sandbox/disk_mappings.h"
#include "sandbox/instance_attributes.h"
#include "sandbox/public_images.h"
#include "text/json.h"

namespace hikae::sandbox {
namespace {

constexpr std::int64_t kMachinesPerCall = 1000;
constexpr std::int64_t kHopsOfTokenImages = 2;              // of images with ImdsSupport v2.0
constexpr std::size_t kUserDataBytes = 16'384 * 4 / 3 + 4;  // of Base64

Result<> read_launch_image(const Incoming& in, LaunchOrder& order) {
  const auto id = TRY(required_text(in, "ImageId"));
  if (!is_well_formed(id, kImageIds)) return std::unexpected(malformed_id(id, kImageIds));
  const auto* image = in.region.images.find(id);
  const bool is_hidden = image && !in.see(in.region.images, id);
  if (is_hidden || (!image && was_made_here(id)))
    return std::unexpected(not_found({id}, kImageIds));
  if (image && image->state != ImageState::Available)
    return std::unexpected(ec2_error("InvalidAMIID.Unavailable",
                                     fmt::format("The image ID '{}' is not available", id)));
  order.is_image_new = image == nullptr;
  order.image = image ? *image : assumed_image(id, in.now);
  order.image.mappings = TRY(lay_over(in, std::move(order.image.mappings)));
  return {};
}

Result<std::int64_t> read_count(const Incoming& in) {
  const auto least = int_at(in.input(), "MinCount");
  const auto most = int_at(in.input(), "MaxCount");
  if (!least) return std::unexpected(missing_parameter("MinCount"));
  if (!most) return std::unexpected(missing_parameter("MaxCount"));
  if (*least < 1 || *most < *least || *most > kMachinesPerCall)
    return std::unexpected(invalid_value(fmt::format("{}-{}", *least, *most), "MinCount/MaxCount",
                                         "1 <= MinCount <= MaxCount <= 1000."));
  return *most;
}

/// The first network interface that the call describes; the call itself where it describes none.
const Value& network_holder(const Value& input) {
  const auto& interfaces = list_at(input, "NetworkInterfaces");
  return interfaces.empty() ? input : interfaces.front();
}

/// The zone of the subnet that is named, of the Placement, or the first.
Result<std::string> read_launch_zone(const Incoming& in) {
  const auto subnet = text_at(network_holder(in.input()), "SubnetId");
  if (!subnet.empty()) {
    for (const char letter : kZoneLetters)
      if (subnet == subnet_of(in.region.scope, in.region.scope.region + letter))
        return in.region.scope.region + letter;
    return std::unexpected(ec2_error("InvalidSubnetID.NotFound",
                                     fmt::format("The subnet ID '{}' does not exist", subnet)));
  }
  const auto* zone = find_path(in.input(), {"Placement", "AvailabilityZone"});
  if (!zone || text_of(*zone).empty()) return in.region.scope.region + "a";
  return read_zone_name(in, text_of(*zone));
}

Result<std::string> read_key(const Incoming& in) {
  const auto name = text_at(in.input(), "KeyName");
  if (name.empty()) return std::string{};
  for (const auto id : in.region.keys.candidates({"key-name", name}))
    if (in.region.keys.find(id)->name == name) return str(name);
  return std::unexpected(
      ec2_error("InvalidKeyPair.NotFound", fmt::format("The key pair '{}' does not exist", name)));
}

Result<std::vector<GroupRef>> read_launch_groups(const Incoming& in) {
  const auto& holder = network_holder(in.input());
  if (&holder == &in.input()) return read_groups(in, holder, "SecurityGroupIds", "SecurityGroups");
  return read_groups(in, holder, "Groups", "");
}

Result<std::string> read_shutdown(const Value& input) {
  const auto text = text_at(input, "InstanceInitiatedShutdownBehavior");
  if (text.empty() || text == "stop" || text == "terminate") return str(text);
  return std::unexpected(
      invalid_value(text, "InstanceInitiatedShutdownBehavior", "It is stop or terminate."));
}

Result<std::string> read_credits(const Value& input) {
  const auto* given = find(input, "CreditSpecification");
  const auto text = given ? text_at(*given, "CpuCredits") : std::string_view{};
  if (text.empty() || text == "standard" || text == "unlimited") return str(text);
  return std::unexpected(invalid_value(text, "CpuCredits", "It is standard or unlimited."));
}

Result<> read_switches(const Incoming& in, Instance& machine) {
  const auto& input = in.input();
  machine.user_data = str(text_at(input, "UserData"));
  if (machine.user_data.size() > kUserDataBytes)
    return std::unexpected(
        ec2_error("InvalidParameterValue", "User data is limited to 16384 bytes"));
  machine.shutdown_behavior = TRY(read_shutdown(input));
  machine.ebs_optimized = is_true_at(input, "EbsOptimized");
  machine.keeps_alive = is_true_at(input, "DisableApiTermination");
  machine.keeps_power = is_true_at(input, "DisableApiStop");
  if (const auto* monitoring = find(input, "Monitoring"))
    machine.monitored = is_true_at(*monitoring, "Enabled");
  machine.credits = TRY(read_credits(input));
  if (const auto* metadata = find(input, "MetadataOptions"))
    return read_metadata_options(*metadata, machine);
  return {};
}

Result<> read_machine(const Incoming& in, LaunchOrder& order) {
  auto& machine = order.machine;
  machine.power = Power::Pending;
  machine.launched = in.now;
  machine.image = order.image.id;
  machine.platform = order.image.platform;
  machine.architecture = order.image.architecture;
  machine.type = str(text_at(in.input(), "InstanceType", "t3.micro"));
  machine.zone = TRY(read_launch_zone(in));
  machine.groups = TRY(read_launch_groups(in));
  machine.key = TRY(read_key(in));
  machine.profile = profile_arn(in.input(), in.region.scope);
  machine.agent = machine.profile.empty() ? Agent::None : Agent::Online;
  TRY_DO(read_switches(in, machine));
  if (!order.image.needs_imds_tokens || !machine.http_tokens.empty()) return {};
  machine.http_tokens = "required";
  if (machine.http_hops == 0) machine.http_hops = kHopsOfTokenImages;
  return {};
}

Result<> read_address(const Incoming& in, LaunchOrder& order) {
  order.address = str(text_at(network_holder(in.input()), "PrivateIpAddress"));
  if (order.address.empty() || order.count == 1) return {};
  return std::unexpected(ec2_error("InvalidParameterCombination",
                                   "A PrivateIpAddress can be given to one machine only"));
}

}  // namespace

Result<std::vector<GroupRef>> read_groups(const Incoming& in, const Value& holder,
                                          std::string_view ids, std::string_view names) {
  std::vector<GroupRef> groups;
  for (const auto& id : list_at(holder, ids)) {
    const auto* group = in.region.groups.find(text_of(id));
    if (!group)
      return std::unexpected(
          ec2_error("InvalidGroup.NotFound",
                    fmt::format("The security group '{}' does not exist", text_of(id))));
    groups.push_back({group->id, group->name});
  }
  for (const auto& name : list_at(holder, names)) {
    const auto& rows = in.region.groups.rows();
    const auto found = std::ranges::find_if(
        rows, [&](const auto& entry) { return entry.second.name == text_of(name); });
    if (found == rows.end())
      return std::unexpected(
          ec2_error("InvalidGroup.NotFound",
                    fmt::format("The security group '{}' does not exist in default VPC '{}'",
                                text_of(name), vpc_of(in.region.scope))));
    groups.push_back({found->first, found->second.name});
  }
  return groups;
}

std::string hash_of_call(const Value& input) {
  auto object = input.get_object();
  object.erase("ClientToken");
  object.erase("DryRun");
  return sha256_hex(text::to_canonical_json(object));
}

std::string profile_arn(const Value& input, const Scope& scope) {
  const auto* profile = find(input, "IamInstanceProfile");
  if (!profile) return {};
  if (const auto arn = text_at(*profile, "Arn"); !arn.empty()) return str(arn);
  const auto name = text_at(*profile, "Name");
  if (name.empty()) return {};
  return fmt::format("arn:aws:iam::{}:instance-profile/{}", scope.account, name);
}

Result<std::string> read_zone_name(const Incoming& in, std::string_view name) {
  const auto& region = in.region.scope.region;
  if (name.starts_with(region) && name.size() == region.size() + 1 &&
      kZoneLetters.find(name.back()) != std::string_view::npos)
    return str(name);
  return std::unexpected(invalid_value(name, "AvailabilityZone",
                                       fmt::format("Zones here are {0}a, {0}b and {0}c.", region)));
}

/// The same token with the same parameters gives the same machines; with others it is refused.
Result<LaunchOrder> read_launch(const Incoming& in) {
  LaunchOrder order;
  TRY_DO(read_launch_image(in, order));
  order.count = TRY(read_count(in));
  TRY_DO(read_machine(in, order));
  TRY_DO(read_address(in, order));
  order.token = str(text_at(in.input(), "ClientToken"));
  order.hash = hash_of_call(in.input());
  order.tags = TRY(read_tag_specifications(in, {"instance", "volume", "network-interface"}));
  return order;
}

}  // namespace hikae::sandbox
