// A night as it can be told afterwards: what became of each instance, from the world's own log and
// from the runs' records. Used by `hikae demo`, by `hikae backup` and by tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "house/house.h"
#include "sandbox/sandbox.h"

namespace hikae::sim {

/// Images that count, by instance: available, AutoBackup, made of that instance.
using Generations = std::map<std::string, int, std::less<>>;
[[nodiscard]] Generations count_generations(const sandbox::Sandbox& sandbox, const Scope& scope);

struct Pruned {
  std::string image;
  std::string why;
};

struct NightRow {
  std::string instance;
  std::string name;
  std::string outcome;  // the run's status, or "Skipped", "Missed", "-"
  std::string reason;   // of a failure
  std::string run;
  std::string image;        // empty: none
  std::string image_state;  // "available", "failed", "pending"
  Duration stopped{};       // from "stopping" to "running" again
  std::string power;        // at the end
  int before = 0;
  int after = 0;
  std::vector<Pruned> pruned;
  int mails = 0;  // about it, or about a run of it, that have left
};

struct NightMail {
  WallTime at;
  std::string to;
  std::string subject;
  std::string instance;  // which it is about; empty: none, or not known
  std::string run;
};

struct Night {
  std::vector<NightRow> rows;  // by instance id
  std::vector<NightMail> mails;
};

/// What happened since `from`. Instances that no run was about have the outcome "-".
[[nodiscard]] Night tell_night(house::House& house, const sandbox::Sandbox& sandbox, WallTime from,
                               const Generations& before);
[[nodiscard]] Value to_value(const Night& night);

}  // namespace hikae::sim
