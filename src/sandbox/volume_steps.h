// What happens to volumes: what ends by itself, and what machines do to them.
#pragma once

#include <string>

#include "sandbox/world.h"

namespace hikae::sandbox {

/// One of the steps of volumes is due.
void perform_volume_step(World& world, Region& region, const Transition& due);

/// The volume is in the middle of something else now; where it is attached, its machine shows it.
void set_act(Region& region, const std::string& volume, VolumeAct act, WallTime now);
/// Attaching and detaching that are under way will not end: something else has come between.
void cancel_acts(World& world, Region& region, const std::string& volume);
/// Takes it off its machine's list.
void take_off(Region& region, const std::string& volume, WallTime now);

}  // namespace hikae::sandbox
