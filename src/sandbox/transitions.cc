// What happens when a transition is due. Everything is dated at the due instant, also where the
// process was down and it is performed later.
#include <fmt/format.h>

#include <algorithm>

#include "sandbox/machines.h"
#include "sandbox/public_images.h"
#include "sandbox/volume_steps.h"
#include "sandbox/world.h"

namespace hikae::sandbox {
namespace {

Cause cause_of(const Transition& t) { return {t.caller, t.operation}; }

void settle_stopped(World& world, Region& region, const Transition& t) {
  const auto* row = region.instances.find(t.subject);
  if (!row || row->power != Power::Stopping) return;
  region.instances.change(t.subject, world.now(), [](Instance& i) { i.power = Power::Stopped; });
  cut_commands(world, region, t.subject);
  world.log(region, t.due, "stopped", t.subject, t.subject, cause_of(t));
}

void settle_running(World& world, Region& region, const Transition& t) {
  const auto* row = region.instances.find(t.subject);
  if (!row || row->power != Power::Pending) return;
  arrive_running(world, region, t.subject, t.due, cause_of(t));
}

void settle_start_failed(World& world, Region& region, const Transition& t) {
  const auto* row = region.instances.find(t.subject);
  if (!row || row->power != Power::Pending) return;
  region.instances.change(t.subject, world.now(), [](Instance& i) {
    i.power = Power::Stopped;
    i.transition_reason = "Server.InternalError";
    i.reason_code = "Server.InternalError";
    i.reason_message = "Server.InternalError: Internal error on launch";
  });
  world.log(region, t.due, "stopped", t.subject, t.subject, cause_of(t));
}

void drop_volumes(World& world, Region& region, const Instance& row) {
  for (const auto& disk : row.volumes) {
    const auto* volume = region.volumes.find(disk.volume);
    if (!volume) continue;
    cancel_acts(world, region, disk.volume);
    if (disk.delete_on_termination) {
      world.unschedule(region, disk.volume);
      region.volumes.erase(disk.volume, world.now());
      continue;
    }
    region.volumes.change(disk.volume, world.now(), [](Volume& v) {
      v.act = VolumeAct::None;
      v.instance.clear();
      v.device.clear();
    });
  }
}

void settle_terminated(World& world, Region& region, const Transition& t) {
  const auto* row = region.instances.find(t.subject);
  if (!row) return;
  drop_volumes(world, region, *row);
  cut_commands(world, region, t.subject);
  region.instances.change(t.subject, world.now(), [](Instance& i) {
    i.power = Power::Terminated;
    i.volumes.clear();
  });
  world.log(region, t.due, "terminated", t.subject, t.subject, cause_of(t));
  world.schedule(
      region, {.due = t.due + world.delays().forget, .step = Step::Forget, .subject = t.subject});
}

Snapshot begun_snapshot(const Region& region, const Image& image, const Mapping& mapping,
                        const Transition& t, std::string id) {
  return {.id = std::move(id),
          .owner = region.scope.account,
          .description =
              fmt::format("Created by CreateImage({}) for {}", image.source_instance, image.id),
          .volume = mapping.volume,
          .size_gib = mapping.size_gib,
          .image = image.id,
          .instance = image.source_instance,
          .started = t.due,
          .completes = t.due + t.lasts,
          .encrypted = mapping.encrypted,
          .tags = image.snapshot_tags,
          .key = mapping.key};
}

/// The disk's state is what it is now: a checker compares this instant with the machine's start.
void begin_snapshot(World& world, Region& region, const Transition& t) {
  const auto* image = region.images.find(t.subject);
  if (!image || image->state != ImageState::Pending) return;
  const auto mapping = std::ranges::find(image->mappings, t.device, &Mapping::device);
  if (mapping == image->mappings.end()) return;
  const auto id = world.new_id("snap-");
  const auto instance = image->source_instance;
  region.snapshots.add(begun_snapshot(region, *image, *mapping, t, id), world.now());
  region.images.change(t.subject, world.now(), [&](Image& i) {
    std::ranges::find(i.mappings, t.device, &Mapping::device)->snapshot = id;
  });
  world.log(region, t.due, "snapshot-begun", id, instance, cause_of(t));
  world.schedule(region, {.due = t.due + t.lasts,
                          .step = Step::SnapshotEnds,
                          .subject = id,
                          .caller = t.caller,
                          .operation = t.operation});
}

void end_snapshot(World& world, Region& region, const Transition& t) {
  const auto* row = region.snapshots.find(t.subject);
  if (!row || row->state != SnapshotState::Pending) return;
  const auto instance = row->instance;
  region.snapshots.change(t.subject, world.now(),
                          [](Snapshot& s) { s.state = SnapshotState::Completed; });
  world.log(region, t.due, "snapshot-completed", t.subject, instance, cause_of(t));
}

void settle_available(World& world, Region& region, const Transition& t) {
  const auto* row = region.images.find(t.subject);
  if (!row || row->state != ImageState::Pending) return;
  const auto instance = row->source_instance;
  region.images.change(t.subject, world.now(), [](Image& i) { i.state = ImageState::Available; });
  world.log(region, t.due, "image-available", t.subject, instance, cause_of(t));
}

void fail_snapshot(World& world, Region& region, const std::string& id, const Transition& t) {
  const auto* row = region.snapshots.find(id);
  if (!row || row->state != SnapshotState::Pending) return;
  const auto instance = row->instance;
  region.snapshots.change(id, world.now(), [](Snapshot& s) {
    s.state = SnapshotState::Error;
    s.message = "Client.InternalError: the snapshot could not be completed";
  });
  world.log(region, t.due, "snapshot-failed", id, instance, cause_of(t));
}

void settle_failed(World& world, Region& region, const Transition& t) {
  const auto* row = region.images.find(t.subject);
  if (!row || row->state != ImageState::Pending) return;
  const auto instance = row->source_instance;
  const auto mappings = row->mappings;
  region.images.change(t.subject, world.now(), [](Image& i) {
    i.state = ImageState::Failed;
    i.reason_code = "Server.InternalError";
    i.reason_message = "Server.InternalError: an internal error ended the image's creation";
  });
  for (const auto& mapping : mappings) fail_snapshot(world, region, mapping.snapshot, t);
  world.log(region, t.due, "image-failed", t.subject, instance, cause_of(t));
}

/// What a deregistered image's id does not tell of itself (one that a fleet's description gave) has
/// to be remembered: it would come back as somebody's public image.
void forget(World& world, Region& region, const Transition& t) {
  region.instances.erase(t.subject, world.now());
  if (!was_made_here(t.subject)) return;
  region.images.erase(t.subject, world.now());
}

}  // namespace

void perform(World& world, Region& region, const Transition& transition) {
  switch (transition.step) {
    case Step::Stopped: return settle_stopped(world, region, transition);
    case Step::Running: return settle_running(world, region, transition);
    case Step::StartFailed: return settle_start_failed(world, region, transition);
    case Step::Terminated: return settle_terminated(world, region, transition);
    case Step::SnapshotBegins: return begin_snapshot(world, region, transition);
    case Step::SnapshotEnds: return end_snapshot(world, region, transition);
    case Step::ImageAvailable: return settle_available(world, region, transition);
    case Step::ImageFailed: return settle_failed(world, region, transition);
    case Step::Forget: return forget(world, region, transition);
    case Step::CommandDelivers: return deliver_command(world, region, transition);
    case Step::VolumeCreated:
    case Step::VolumeAttached:
    case Step::VolumeDetached:
    case Step::VolumeModified:
    case Step::VolumeOptimized:
    case Step::VolumeDeleted: return perform_volume_step(world, region, transition);
  }
}

}  // namespace hikae::sandbox
