// A night on a terminal: a line for everything that happens, and the table at the end.
#pragma once

#include <map>
#include <string>

#include "cli/output.h"
#include "sandbox/sandbox.h"
#include "sim/night.h"

namespace hikae::cli {

/// Follows the world's log and prints what is new in it.
class NightProgress {
 public:
  NightProgress(Output& out, const sandbox::Sandbox& sandbox, Scope scope, Duration zone_offset);
  /// Prints what has happened since the last call.
  void follow();
  void say(WallTime at, std::string_view who, std::string_view what, Colour colour = Colour::None);
  [[nodiscard]] const std::string& name_of(std::string_view instance);

 private:
  Output& out_;
  const sandbox::Sandbox& sandbox_;
  Scope scope_;
  Duration zone_offset_;
  std::size_t seen_ = 0;
  std::map<std::string, std::string, std::less<>> names_;
};

/// Instance, outcome, image, time stopped, generations, what was pruned and why; then who was told.
void print_night(Output& out, const sim::Night& night, Duration zone_offset);

}  // namespace hikae::cli
