// How long what has ended is kept.
//
// What a run did is asked for about last night, seldom about last year: its events and calls are
// dropped after `history`, its record (what GetAutomationExecution shows) after `record`. Who only
// carried something along (an event, a delivery, a mail) goes as a whole after `history`.
#pragma once

#include <set>
#include <string>

#include "base/time.h"

namespace hikae::engine {

struct Keeping {
  Duration history = hours(24 * 35);
  Duration record = hours(24 * 400);
  std::set<std::string, std::less<>> carriers;  // kinds of machines without a record of their own
};

}  // namespace hikae::engine
