// People who meddle while backups run: they cancel, stop, start, retag, hold, deregister, ask for
// backups of their own and change the plans.
#pragma once

#include "sim/world.h"

namespace hikae::sim {

/// Does one thing at random, now. Only from within World::at().
void meddle_once(World& world);

}  // namespace hikae::sim
