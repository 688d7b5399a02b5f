// RunInstances: machines from an image, with a client token.
#include <fmt/format.h>

#include "base/hash.h"
#include "base/limits.h"
#include "sandbox/machines.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/tagging.h"
#include "text/json.h"

namespace hikae::sandbox {
namespace {

constexpr std::int64_t kMachinesPerCall = 1000;

struct LaunchOrder {
  const Image* image = nullptr;
  std::int64_t count = 1;
  std::string type;
  std::string zone;
  std::string profile;
  std::string token;
  std::string hash;
  TagsByType tags;
};

Result<const Image*> read_launch_image(const Incoming& in) {
  const auto id = TRY(required_text(in, "ImageId"));
  if (!is_well_formed(id, kImageIds)) return std::unexpected(malformed_id(id, kImageIds));
  const auto* image = in.see(in.region.images, id);
  if (!image || !in.region.images.find(id)) return std::unexpected(not_found({id}, kImageIds));
  if (in.region.images.find(id)->state != ImageState::Available)
    return std::unexpected(ec2_error("InvalidAMIID.Unavailable",
                                     fmt::format("The image ID '{}' is not available", id)));
  return in.region.images.find(id);
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

Result<std::string> read_zone(const Incoming& in) {
  const auto* zone = find_path(in.input(), {"Placement", "AvailabilityZone"});
  if (!zone) return in.region.scope.region + "a";
  const auto name = text_of(*zone);
  if (name.starts_with(in.region.scope.region) && name.size() == in.region.scope.region.size() + 1)
    return str(name);
  return std::unexpected(invalid_value(
      name, "AvailabilityZone", fmt::format("Zones here begin with {}.", in.region.scope.region)));
}

/// The same token with the same parameters gives the same machines; with others it is refused.
std::string hash_of_input(const Value& input) {
  auto object = input.get_object();
  object.erase("ClientToken");
  object.erase("DryRun");
  return sha256_hex(text::to_canonical_json(object));
}

Result<LaunchOrder> read_launch(const Incoming& in) {
  LaunchOrder order;
  order.image = TRY(read_launch_image(in));
  order.count = TRY(read_count(in));
  order.zone = TRY(read_zone(in));
  order.type = str(text_at(in.input(), "InstanceType", "t3.micro"));
  if (const auto* profile = find(in.input(), "IamInstanceProfile"))
    order.profile = str(text_at(*profile, "Arn", text_at(*profile, "Name")));
  order.token = str(text_at(in.input(), "ClientToken"));
  order.hash = hash_of_input(in.input());
  order.tags = TRY(read_tag_specifications(in, {"instance", "volume"}));
  return order;
}

Tags launch_tags(const LaunchOrder& order, std::string_view type) {
  const auto found = order.tags.find(type);
  return found == order.tags.end() ? Tags{} : found->second;
}

void add_volumes(Incoming& in, const LaunchOrder& order, Instance& machine) {
  for (const auto& mapping : order.image->mappings) {
    const auto id = in.world.new_id("vol-");
    in.region.volumes.add({.id = id,
                           .tags = launch_tags(order, "volume"),
                           .zone = order.zone,
                           .type = mapping.type,
                           .size_gib = mapping.size_gib,
                           .encrypted = mapping.encrypted,
                           .created = in.now,
                           .snapshot = mapping.snapshot,
                           .instance = machine.id,
                           .device = mapping.device,
                           .delete_on_termination = mapping.delete_on_termination},
                          in.now);
    machine.volumes.push_back({mapping.device, id, mapping.delete_on_termination, in.now});
  }
}

/// A machine with an instance profile registers with SSM when it has started.
std::string launch_one(Incoming& in, const LaunchOrder& order, const std::string& reservation) {
  Instance machine{.id = in.world.new_id("i-"),
                   .tags = launch_tags(order, "instance"),
                   .power = Power::Pending,
                   .type = order.type,
                   .image = order.image->id,
                   .zone = order.zone,
                   .private_ip = in.world.new_address(),
                   .platform = order.image->platform,
                   .profile = order.profile,
                   .reservation = reservation,
                   .client_token = order.token,
                   .request_hash = order.hash,
                   .launched = in.now,
                   .agent = order.profile.empty() ? Agent::None : Agent::Online};
  add_volumes(in, order, machine);
  const auto id = machine.id;
  in.region.instances.add(std::move(machine), in.now);
  in.world.log(in.region, in.now, "pending", id, id, in.cause());
  in.world.schedule(in.region, {.due = in.now + in.world.delays().start,
                                .step = Step::Running,
                                .subject = id,
                                .caller = in.request.caller,
                                .operation = in.request.operation});
  return id;
}

Value launch_answer(const Incoming& in, const std::vector<std::string>& ids,
                    const std::string& reservation) {
  Array instances;
  for (const auto& id : ids)
    instances.push_back(render(*in.region.instances.find(id), in.region.scope));
  return Object{{"ReservationId", reservation},
                {"OwnerId", in.account()},
                {"Groups", Array{}},
                {"Instances", std::move(instances)}};
}

/// The machines that a call with this token has made before.
Result<std::vector<std::string>> made_before(const Incoming& in, const LaunchOrder& order) {
  std::vector<std::string> ids;
  if (order.token.empty()) return ids;
  for (const auto& [id, row] : in.region.instances.rows()) {
    if (row.client_token != order.token) continue;
    if (row.request_hash != order.hash)
      return std::unexpected(ec2_error(
          "IdempotentParameterMismatch",
          fmt::format("The client token '{}' was used before with other parameters", order.token)));
    ids.push_back(id);
  }
  return ids;
}

Result<> launch_capacity(Incoming& in, const LaunchOrder& order) {
  if (in.region.instances.rows().size() + static_cast<std::size_t>(order.count) >
      limits::kSandboxInstances)
    return std::unexpected(
        ec2_error("InstanceLimitExceeded", usual_message("InstanceLimitExceeded", {})));
  const auto* rule =
      in.world.faults().fire(FaultAction::NoCapacity, in.request.operation, {}, in.now);
  if (rule) return std::unexpected(no_capacity(*rule, order.type, order.zone));
  return {};
}

}  // namespace

Result<Value> run_instances(Incoming& in) {
  const auto order = TRY(read_launch(in));
  TRY_DO(end_dry_run(in));
  auto ids = TRY(made_before(in, order));
  if (!ids.empty())
    return launch_answer(in, ids, in.region.instances.find(ids.front())->reservation);
  TRY_DO(launch_capacity(in, order));
  const auto reservation = in.world.new_id("r-");
  for (std::int64_t i = 0; i < order.count; ++i) ids.push_back(launch_one(in, order, reservation));
  return launch_answer(in, ids, reservation);
}

}  // namespace hikae::sandbox
