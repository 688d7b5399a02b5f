// What the files of a killed program say: read from copies, so that the killed program's own files
// stay as the kill left them until it is started again. SQL only; none of the program's own code
// reads here.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "process.h"

namespace hikae::tests {

/// A run of hikae-backup, as journalled.
struct CrashRun {
  std::string instance;
  std::string window;  // empty: begun by hand
  std::string status;  // empty while it goes on
};

/// A call with effect: its intent, and (empty: not yet) its outcome.
struct CrashEffect {
  std::string call;  // "StopInstances"
  std::string input;
  std::string outcome;
};

struct CrashImage {
  std::string name;
  std::string instance;
  std::string run;
  bool is_good = false;  // available, and made by hikae
};

/// What was done to a machine or an image, as the embedded cloud noted it.
struct CrashChange {
  std::string what;
  std::string resource;
  std::string instance;
  std::string operation;
};

/// A scheduled instant and a target: what became of them.
struct CrashInstant {
  std::string outcome;
  std::string run;
};

struct CrashRecord {
  std::string damage;  // what the databases' own checks found; empty: they are whole
  // hikae's own file
  std::map<std::int64_t, std::size_t> events;                            // a hash, by number
  std::map<std::int64_t, CrashEffect> effects;                           // by number
  std::map<std::pair<std::string, std::string>, std::string> ended;      // (kind, id): outcome
  std::map<std::string, CrashRun> runs;                                  // by id
  std::map<std::pair<std::string, std::string>, CrashInstant> instants;  // (window+instant, target)
  std::set<std::string> owed;            // instances with a living power obligation
  std::set<std::string> mails_accepted;  // message ids
  // the embedded cloud's file
  std::map<std::string, std::string> power;  // by instance: "running"
  std::set<std::string> held;                // instances with the hold tag
  std::map<std::string, CrashImage> images;  // by id; deregistered ones not
  std::vector<CrashChange> changes;          // in their order
};

/// Of a data folder that nobody uses at the moment; copies stand in `scratch` meanwhile.
[[nodiscard]] CrashRecord read_crash_record(const std::string& data, const TempFolder& scratch);

}  // namespace hikae::tests
