// CreateImage. The call answers with a pending image; each volume's snapshot has begun by then,
// unless a fault makes it late (docs/reference/hazards.md P10, P16), is completed minutes later,
// and the image becomes available after the last of them. There is no client token: a name, once in
// use by an image that is pending, available or failed, is what refuses a second one.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "sandbox/images.h"
#include "sandbox/machines.h"
#include "sandbox/operations.h"
#include "sandbox/public_images.h"
#include "sandbox/render.h"
#include "sandbox/tagging.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kNameLeast = 3;
constexpr std::size_t kNameMost = 128;
constexpr std::size_t kDescriptionMost = 255;

bool is_name_char(char c) {
  constexpr std::string_view kOthers = "()[] ./-'@_";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

Result<std::string> read_image_name(const Incoming& in) {
  auto name = TRY(required_text(in, "Name"));
  if (name.size() >= kNameLeast && name.size() <= kNameMost &&
      std::ranges::all_of(name, is_name_char))
    return name;
  return std::unexpected(
      ec2_error("InvalidAMIName.Malformed",
                "AMI names must be between 3 and 128 characters long, and may contain letters, "
                "numbers, '(', ')', '[', ']', ' ', '.', '/', '-', ''', '@' and '_'"));
}

Result<std::string> read_description(const Incoming& in) {
  const auto description = text_at(in.input(), "Description");
  if (description.size() <= kDescriptionMost) return str(description);
  return std::unexpected(invalid_value(description, "Description", "The limit is 255 characters."));
}

Result<std::string> read_source(const Incoming& in) {
  auto id = TRY(required_text(in, "InstanceId"));
  if (!is_well_formed(id, kInstanceIds)) return std::unexpected(malformed_id(id, kInstanceIds));
  TRY(see_all(in, in.region.instances, {id}, kInstanceIds));
  if (!in.region.instances.find(id)) return std::unexpected(not_found({id}, kInstanceIds));
  return id;
}

/// Devices that the call leaves out with NoDevice; anything else that mappings can say is refused.
Result<std::set<std::string>> read_left_out(const Incoming& in) {
  std::set<std::string> devices;
  for (const auto& mapping : list_at(in.input(), "BlockDeviceMappings")) {
    const auto device = text_at(mapping, "DeviceName");
    if (device.empty() || !find(mapping, "NoDevice") || find(mapping, "Ebs"))
      return std::unexpected(ec2_error(
          "InvalidBlockDeviceMapping",
          fmt::format("The mapping of '{}' must be a DeviceName with NoDevice: the embedded cloud "
                      "takes disks as they are or leaves them out",
                      device)));
    devices.emplace(device);
  }
  return devices;
}

Result<std::vector<Mapping>> chosen_disks(const Incoming& in, const Instance& machine) {
  const auto left_out = TRY(read_left_out(in));
  std::vector<Mapping> mappings;
  for (const auto& disk : machine.volumes) {
    const auto* volume = in.region.volumes.find(disk.volume);
    if (!volume || left_out.contains(disk.device)) continue;
    mappings.push_back({.device = disk.device,
                        .volume = volume->id,
                        .size_gib = volume->size_gib,
                        .type = volume->type,
                        .delete_on_termination = disk.delete_on_termination,
                        .encrypted = volume->encrypted,
                        .iops = volume->iops,
                        .throughput = volume->throughput,
                        .key = volume->key});
  }
  const auto root = root_device(machine);
  if (std::ranges::find(mappings, root, &Mapping::device) != mappings.end()) return mappings;
  return std::unexpected(
      ec2_error("InvalidBlockDeviceMapping",
                fmt::format("The root device of '{}' must be part of the image", machine.id)));
}

Result<> can_be_imaged(const Instance& machine) {
  if (machine.power == Power::Running || machine.power == Power::Stopped) return {};
  return std::unexpected(
      ec2_error("IncorrectState", fmt::format("The instance '{}' is not in the 'running' or "
                                              "'stopped' state, it is '{}'",
                                              machine.id, to_string(machine.power))));
}

/// By what is, not by what stale reads show: uniqueness is the one thing EC2 is consistent about.
Result<> name_is_free(const Incoming& in, std::string_view name) {
  for (const auto id : in.region.images.candidates({"name", name})) {
    const auto& image = *in.region.images.find(id);
    if (image.name != name || image.owner != in.account()) continue;
    if (image.state == ImageState::Deregistered) continue;
    return std::unexpected(
        ec2_error("InvalidAMIName.Duplicate",
                  fmt::format("AMI name {} is already in use by AMI {}", name, image.id)));
  }
  return {};
}

Result<> has_room_for_images(const Incoming& in) {
  if (in.region.images.rows().size() < limits::kSandboxImages) return {};
  return std::unexpected(
      ec2_error("ResourceLimitExceeded", fmt::format("You have reached the limit of {} images; "
                                                     "deregister some",
                                                     limits::kSandboxImages)));
}

void schedule_image_step(Incoming& in, const std::string& image, Step step, WallTime due) {
  in.world.schedule(in.region, {.due = due,
                                .step = step,
                                .subject = image,
                                .caller = in.request.caller,
                                .operation = in.request.operation});
}

/// Gives the instant at which the last snapshot will be completed.
WallTime schedule_snapshots(Incoming& in, const Image& image, const Instance& machine) {
  const auto* rule = machine_fault(in, FaultAction::LateSnapshots, machine);
  const auto late = rule ? rule->delay : Duration{};
  WallTime last = in.now;
  for (const auto& mapping : image.mappings) {
    const auto begins = in.now + in.world.draw(in.world.delays().snapshot_appears) + late;
    const auto lasts = in.world.draw(in.world.delays().snapshot);
    last = std::max(last, begins + lasts);
    in.world.schedule(in.region, {.due = begins,
                                  .step = Step::SnapshotBegins,
                                  .subject = image.id,
                                  .device = mapping.device,
                                  .lasts = lasts,
                                  .caller = in.request.caller,
                                  .operation = in.request.operation});
  }
  return last;
}

void schedule_end(Incoming& in, const Image& image, const Instance& machine, WallTime snapshots) {
  const auto* slow = machine_fault(in, FaultAction::Slow, machine);
  const auto extra = slow ? slow->delay : Duration{};
  const auto usual = in.now + in.world.draw(in.world.delays().image) + extra;
  if (const auto* rule = machine_fault(in, FaultAction::ImageFails, machine))
    return schedule_image_step(in, image.id, Step::ImageFailed, in.now + rule->delay);
  if (machine_fault(in, FaultAction::ImageHangs, machine)) return;
  schedule_image_step(in, image.id, Step::ImageAvailable, std::max(usual, snapshots + seconds(1)));
}

struct ImageOrder {
  std::string name;
  std::string description;
  std::string source;
  TagsByType tags;
};

Image born_image(Incoming& in, const ImageOrder& order, std::vector<Mapping> mappings) {
  const auto& machine = *in.region.instances.find(order.source);
  const auto tags = [&](std::string_view type) {
    const auto found = order.tags.find(type);
    return found == order.tags.end() ? Tags{} : found->second;
  };
  return {.id = new_image_id(in.world, in.region),
          .name = order.name,
          .description = order.description,
          .owner = in.account(),
          .created = in.now,
          .source_instance = order.source,
          .platform = machine.platform,
          .tags = tags("image"),
          .snapshot_tags = tags("snapshot"),
          .mappings = std::move(mappings),
          .architecture = machine.architecture,
          .root_device = root_device(machine)};
}

Result<ImageOrder> read_order(const Incoming& in) {
  ImageOrder order;
  order.source = TRY(read_source(in));
  order.name = TRY(read_image_name(in));
  order.description = TRY(read_description(in));
  order.tags = TRY(read_tag_specifications(in, {"image", "snapshot"}));
  return order;
}

}  // namespace

Result<> check_image_name(const Incoming& in) {
  TRY(read_image_name(in));
  TRY(read_description(in));
  return {};
}

Result<> can_add_image(const Incoming& in, std::string_view name) {
  TRY_DO(name_is_free(in, name));
  return has_room_for_images(in);
}

Result<Value> create_image(Incoming& in) {
  const auto order = TRY(read_order(in));
  const auto& machine = *in.region.instances.find(order.source);
  auto mappings = TRY(chosen_disks(in, machine));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_be_imaged(machine));
  TRY_DO(name_is_free(in, order.name));
  TRY_DO(has_room_for_images(in));
  const auto image = born_image(in, order, std::move(mappings));
  in.region.images.add(image, in.now);
  in.world.log(in.region, in.now, "image-pending", image.id, order.source, in.cause());
  if (machine.power == Power::Running && !is_true_at(in.input(), "NoReboot"))
    reboot(in, order.source);
  schedule_end(in, image, machine, schedule_snapshots(in, image, machine));
  return Object{{"ImageId", image.id}};
}

}  // namespace hikae::sandbox
