// Room on the disk that is kept for the hour when there is none.
//
// A disk that is full must not keep hikae from starting a server again and from telling people. So
// a file of 64 MiB is kept beside the database. When space runs out it is given back: no new run
// begins and no server is stopped from then on, and what is under way has the room to end well.
#pragma once

#include "base/result.h"

namespace hikae::engine {

/// The port; src/os has the file. Used from the engine's thread only.
class Reserve {
 public:
  virtual ~Reserve() = default;
  /// Whether the room is kept.
  [[nodiscard]] virtual bool is_kept() const = 0;
  /// Whether, apart from the room that is kept, little is left.
  [[nodiscard]] virtual bool is_disk_low() const = 0;
  /// Gives the room back. False where there was none to give.
  virtual bool release() = 0;
  /// Takes the room again; an error where there is not enough.
  [[nodiscard]] virtual Result<> keep() = 0;
};

}  // namespace hikae::engine
