// RunInstances: machines from an image, with a client token.
#include <fmt/format.h>

#include "base/limits.h"
#include "sandbox/launch_order.h"
#include "sandbox/machines.h"
#include "sandbox/operations.h"
#include "sandbox/public_images.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

Tags launch_tags(const LaunchOrder& order, std::string_view type) {
  const auto found = order.tags.find(type);
  return found == order.tags.end() ? Tags{} : found->second;
}

void add_volumes(Incoming& in, const LaunchOrder& order, Instance& machine) {
  for (const auto& mapping : order.image.mappings) {
    const auto id = in.world.new_id("vol-");
    in.region.volumes.add({.id = id,
                           .tags = launch_tags(order, "volume"),
                           .zone = machine.zone,
                           .type = mapping.type,
                           .size_gib = mapping.size_gib,
                           .encrypted = mapping.encrypted,
                           .created = in.now,
                           .snapshot = mapping.snapshot,
                           .instance = machine.id,
                           .device = mapping.device,
                           .delete_on_termination = mapping.delete_on_termination,
                           .iops = mapping.iops,
                           .throughput = mapping.throughput,
                           .key = mapping.key},
                          in.now);
    machine.volumes.push_back({mapping.device, id, mapping.delete_on_termination, in.now});
  }
}

/// A machine with an instance profile registers with SSM when it has started.
std::string launch_one(Incoming& in, const LaunchOrder& order, const std::string& reservation,
                       std::int64_t index) {
  auto machine = order.machine;
  machine.id = in.world.new_id("i-");
  machine.tags = launch_tags(order, "instance");
  machine.interface_tags = launch_tags(order, "network-interface");
  machine.private_ip = in.world.new_address(machine.zone);
  if (!order.address.empty()) machine.private_ip = order.address;
  machine.reservation = reservation;
  machine.client_token = order.token;
  machine.request_hash = order.hash;
  machine.launch_index = index;
  machine.root = root_device(order.image);
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
  if (rule) return std::unexpected(no_capacity(*rule, order.machine.type, order.machine.zone));
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
  if (order.is_image_new)
    add_assumed_image(in.region, assumed_image(order.image.id, in.now), in.now);
  const auto reservation = in.world.new_id("r-");
  for (std::int64_t i = 0; i < order.count; ++i)
    ids.push_back(launch_one(in, order, reservation, i));
  return launch_answer(in, ids, reservation);
}

}  // namespace hikae::sandbox
