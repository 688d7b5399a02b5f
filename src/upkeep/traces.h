// What the cloud itself still tells of a hikae whose database is lost: servers that bear the tag of
// its stops, and the images and snapshots that it made (docs/reference/reliability.md S1, 4.2
// "total loss"). Reads only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/stopped_by.h"
#include "upkeep/calls.h"

namespace hikae::upkeep {

enum class StopVerdict {
  Owed,     // it is to be started: hikae stopped it, and nobody has started it since
  Over,     // it runs, or was started since: only the tag is left over
  Theirs,   // it is stopped, but by somebody else: only the tag is left over
  Held,     // people want it left alone (base/hold.h)
  Foreign,  // another hikae stopped it, or the tag is none of ours: not touched
};
[[nodiscard]] std::string_view to_string(StopVerdict verdict);

/// An instance that bears hikae:stopped-by and is not terminated.
struct StopTrace {
  std::string instance;
  std::string name;   // its Name tag; may be empty
  std::string state;  // "stopped"
  std::string value;  // of the tag
  StoppedBy stop;     // empty where the value is none of hikae's
  StopVerdict verdict = StopVerdict::Foreign;
  std::string why;  // for people
};

/// What an image says of the backup that made it.
enum class ImageProof {
  Good,     // available, with all its snapshots
  Bad,      // it failed, or its consistency is not known
  Pending,  // nobody can say yet
};

/// An image that hikae-backup made, by name and tags (upkeep/ours.h), whichever hikae it was.
struct BackupTrace {
  std::string image;
  std::string instance;
  std::string run;
  std::string plan;
  std::string installation;  // may be empty
  WallTime created{};
  ImageProof proof = ImageProof::Pending;
  std::string why;  // of a bad one
};

struct Traces {
  std::vector<StopTrace> stops;      // by instance
  std::vector<BackupTrace> backups;  // oldest first
  /// By installation ("" where none is given): images and stops that bear it.
  std::map<std::string, std::size_t> installations;
  std::size_t lone_snapshots = 0;  // hikae's, whose image is gone
};

/// Whose stop it is, and whether it is still owed, as seen by the hikae of that id.
[[nodiscard]] StopTrace judge_stop(const Value& instance, std::string_view installation,
                                   WallTime now);

/// Errors: what could not be read; then nothing is known.
void find_traces(const Context& context, std::string installation,
                 std::move_only_function<void(Result<Traces>)> done);

}  // namespace hikae::upkeep
