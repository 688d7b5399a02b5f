// With what each needed call is tried: nothing of it takes effect.
#pragma once

#include <optional>
#include <string>

#include "base/value.h"
#include "upkeep/needs.h"

namespace hikae::upkeep {

/// What there is to try calls on.
struct Specimen {
  std::string instance;
  std::string image;     // a backup of ours of that instance; empty: there is none yet
  std::string snapshot;  // likewise
};

/// The input to try it with; absent where there is nothing to try it on. `of`: a call about
/// instances is tried on the specimen's.
[[nodiscard]] std::optional<Object> trial_input(const NeededCall& call, const Specimen& specimen);

}  // namespace hikae::upkeep
