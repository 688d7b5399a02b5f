// The steps of a volume's life that end by themselves. A step whose volume has gone on to something
// else since (a machine that was terminated in the middle) does nothing.
#include "sandbox/volume_steps.h"

#include <algorithm>

namespace hikae::sandbox {
namespace {

bool is_doing(const Region& region, const std::string& volume, VolumeAct act) {
  const auto* row = region.volumes.find(volume);
  return row && row->act == act;
}

void settle_act(World& world, Region& region, const Transition& due, VolumeAct act) {
  if (is_doing(region, due.subject, act))
    set_act(region, due.subject, VolumeAct::None, world.now());
}

void settle_detached(World& world, Region& region, const Transition& due) {
  if (is_doing(region, due.subject, VolumeAct::Detaching))
    take_off(region, due.subject, world.now());
}

void settle_deleted(World& world, Region& region, const Transition& due) {
  if (is_doing(region, due.subject, VolumeAct::Deleting))
    region.volumes.erase(due.subject, world.now());
}

bool is_modified_as(const Region& region, const std::string& volume, ModificationState state) {
  const auto* row = region.volumes.find(volume);
  return row && !row->modifications.empty() && row->modifications.back().state == state;
}

/// Size and speed are the new ones from here on.
void settle_modified(World& world, Region& region, const Transition& due) {
  if (!is_modified_as(region, due.subject, ModificationState::Modifying)) return;
  region.volumes.change(due.subject, world.now(), [](Volume& v) {
    auto& modification = v.modifications.back();
    modification.state = ModificationState::Optimizing;
    v.type = modification.target.type;
    v.size_gib = modification.target.size_gib;
    v.iops = modification.target.iops;
    v.throughput = modification.target.throughput;
  });
}

void settle_optimized(World& world, Region& region, const Transition& due) {
  if (!is_modified_as(region, due.subject, ModificationState::Optimizing)) return;
  region.volumes.change(due.subject, world.now(), [](Volume& v) {
    v.modifications.back().state = ModificationState::Completed;
  });
}

}  // namespace

void set_act(Region& region, const std::string& volume, VolumeAct act, WallTime now) {
  region.volumes.change(volume, now, [&](Volume& v) { v.act = act; });
  const auto machine = region.volumes.find(volume)->instance;
  if (!region.instances.find(machine)) return;
  region.instances.change(machine, now, [&](Instance& i) {
    const auto disk = std::ranges::find(i.volumes, volume, &Attachment::volume);
    if (disk != i.volumes.end()) disk->act = act;
  });
}

void cancel_acts(World& world, Region& region, const std::string& volume) {
  world.unschedule(region, volume, Step::VolumeAttached);
  world.unschedule(region, volume, Step::VolumeDetached);
}

void take_off(Region& region, const std::string& volume, WallTime now) {
  const auto machine = region.volumes.find(volume)->instance;
  region.volumes.change(volume, now, [](Volume& v) {
    v.act = VolumeAct::None;
    v.instance.clear();
    v.device.clear();
    v.attached = {};
  });
  if (!region.instances.find(machine)) return;
  region.instances.change(machine, now, [&](Instance& i) {
    std::erase_if(i.volumes, [&](const Attachment& disk) { return disk.volume == volume; });
  });
}

void perform_volume_step(World& world, Region& region, const Transition& due) {
  switch (due.step) {
    case Step::VolumeCreated: return settle_act(world, region, due, VolumeAct::Creating);
    case Step::VolumeAttached: return settle_act(world, region, due, VolumeAct::Attaching);
    case Step::VolumeDetached: return settle_detached(world, region, due);
    case Step::VolumeDeleted: return settle_deleted(world, region, due);
    case Step::VolumeModified: return settle_modified(world, region, due);
    case Step::VolumeOptimized: return settle_optimized(world, region, due);
    default: return;
  }
}

}  // namespace hikae::sandbox
