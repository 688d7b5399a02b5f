// A simulated year as people read it.
#pragma once

#include "cli/output.h"
#include "sim/year.h"

namespace hikae::cli {

void print_year(Output& out, const sim::Year& year);

}  // namespace hikae::cli
