// What each step of a document does to instances and images, told from its action and inputs alone.
// Private to the linter.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "plan/lint.h"
#include "runbook/document.h"

namespace hikae::plan {

enum class PowerWork { None, Stop, Start, Restart };

enum class ImageWork {
  None,
  Make,         // the image is pending when the step is done
  MakeAndWait,  // it is available
  AwaitGood,    // waits for `available` only
  AwaitEnd,     // waits for `available` or a bad end
  Verify,       // fails unless it is available
  Prune,        // deletes images that this run did not make
};

struct Effect {
  PowerWork power = PowerWork::None;
  std::string machine;          // of power, equal for equal inputs
  bool by_child = false;        // another document does it
  bool done_on_failure = true;  // a failed step may have done it all the same
  bool waits_for_checks = false;
  bool forced = false;
  int tries = 1;  // of a start, before the step fails
  ImageWork image = ImageWork::None;
  bool reboots = false;  // making the image reboots the instance
  bool tells = false;    // somebody is told
  bool only_looks = false;
  bool sees_running = false;  // fails unless `machine` runs
  Duration longest{};         // one attempt at most; hours(48) where nothing limits it
  Duration child_longest{};   // what the child may take by itself; zero where it is not known
};

/// One for each step.
[[nodiscard]] std::vector<Effect> effects_of(const runbook::Document& document,
                                             std::span<const LintChild> children);
/// From the first step to an end, whatever way, at most.
[[nodiscard]] Duration longest_run(const runbook::Document& document,
                                   std::span<const Effect> effects);
/// Whether the document does nothing but switch power, look and wait: its caller decides what a
/// failure means.
[[nodiscard]] bool is_mere_switch(const runbook::Document& document,
                                  std::span<const Effect> effects);

}  // namespace hikae::plan
