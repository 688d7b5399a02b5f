// Room on the disk: when it runs short, and what is then done without (reserve.h).
#include "engine/kernel.h"
#include "engine/limits.h"

namespace hikae::engine {

void Kernel::look_at_disk() {
  if (!world_.reserve) return;
  const auto now = world_.timers.steady_now();
  if (looked_at_disk_ && now - *looked_at_disk_ < limits::kDiskLooks) return;
  looked_at_disk_ = now;
  if (disk_space_ == DiskSpace::Enough) {
    if (world_.reserve->is_disk_low()) set_disk_space(DiskSpace::Short);
    return;
  }
  // The room is taken again only where as much is left beside it, so that it does not go to and
  // fro.
  if (!world_.reserve->is_kept() && !world_.reserve->keep()) return;
  if (!world_.reserve->is_disk_low()) set_disk_space(DiskSpace::Enough);
}

/// A commit has found the disk full. True: there is room now, try again.
bool Kernel::give_way() {
  if (!world_.reserve || !world_.reserve->release()) return false;
  world_.log.error("engine", "the disk is full: the reserve is given back", {});
  perform([this](Turn&) { set_disk_space(DiskSpace::Short); });
  return true;
}

void Kernel::set_disk_space(DiskSpace space) {
  if (std::exchange(disk_space_, space) == space) return;
  world_.log.error(
      "engine",
      space == DiskSpace::Short ? "the disk is short of space" : "the disk has space again", {});
  Turn turn(*this);
  if (tell_.disk_space) tell_.disk_space(turn, space);
}

}  // namespace hikae::engine
