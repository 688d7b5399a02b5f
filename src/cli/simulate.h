// `hikae simulate`: a year of your plans, or many seeds of everything going wrong.
#pragma once

#include <cstdint>
#include <string>

#include "cli/output.h"

namespace hikae::cli {

struct SimulateOptions {
  Format format = Format::Text;
  std::string config;  // a file; empty: the demo's plans
  std::int64_t days = 365;
  std::int64_t instances = 50;
  std::string faults = "none";  // none, light, heavy
  std::uint64_t seed = 1;
  std::int64_t seeds = 0;   // > 0: so many seeds from `seed` on, judged by the promises
  std::int64_t nights = 1;  // bad ones, of each seed
};
/// Exit::Failed where a promise was broken, or a server is left stopped at the end.
Exit simulate(const SimulateOptions& options);

}  // namespace hikae::cli
