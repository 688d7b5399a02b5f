// The port of child processes: scripts of runbooks and of the embedded machines run outside of
// hikae, without its rights, its environment or its network.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hikae {

struct ChildLimits {
  Duration time = seconds(60);  // then the child and all that it began are killed
  std::size_t memory_bytes = std::size_t{512} << 20;  // of each process; 0: as much as it likes
  std::size_t output_bytes = 24'000;  // kept of either stream; what comes after is dropped
  std::size_t file_bytes = std::size_t{64} << 20;  // the largest file that it may write
};

/// A text that lies in the child's folder, to be executed, while the child runs.
struct ChildScript {
  std::string name;
  std::string text;
};

enum class FolderAfter { Kept, Removed };

struct ChildJob {
  std::vector<std::string> argv;  // argv[0]: an absolute path, or "./" and the script's name
  std::vector<std::string> env;   // "NAME=value"; PATH, HOME, TMPDIR and LANG are added, no others
  std::string input;              // its stdin
  std::string folder;     // below the spawner's own folder ("machines/i-0123"); made where absent
  std::string directory;  // entered first, from that folder; empty: the folder
  std::optional<ChildScript> script{};
  /// "127.0.0.1:4780" or "[::1]:4780": the one place that the child may have connections to. It
  /// asks for each by a byte over the socket whose number stands in HIKAE_LINES, and is answered a
  /// byte with the connection's descriptor, or 0 alone. Empty: no network.
  std::string server{};
  FolderAfter folder_after = FolderAfter::Kept;
  ChildLimits limits;
};

enum class ChildFate {
  Exited,     // code: its exit code
  Signalled,  // code: the signal that ended it
  TimedOut,
  Stopped,  // by stop(), or because hikae ends
};

struct ChildEnd {
  ChildFate fate = ChildFate::Exited;
  int code = 0;
  std::string out{};
  std::string err{};
  bool was_cut = false;  // something of out or err was dropped
  Duration took{};
};

using ChildId = std::uint64_t;

/// Starts children that may write in their own folder only, read the system's programs and
/// settings, and reach no network but the one server that their job names
/// (docs/reference/reliability.md 5.2, "Command execution").
///
/// `done` is called once, later, on the engine's thread. Errors: `Unsupported` where this machine
/// cannot confine a child, `Io` where it could not be started. Nothing is durable: who asks says
/// beforehand on disk that it will, and afterwards what came of it. If the process dies, its
/// children are killed with it; whether they had finished is then unknown.
class Spawner {
 public:
  using Done = std::move_only_function<void(Result<ChildEnd>)>;
  virtual ~Spawner() = default;
  virtual ChildId spawn(ChildJob job, Done done) = 0;
  /// Kills the child and all that it began; `done` still comes. An id that has ended is ignored.
  virtual void stop(ChildId id) = 0;
  /// Where a program of the system is ("python3"); absent where it is not installed.
  [[nodiscard]] virtual std::optional<std::string> program(std::string_view name) const = 0;
};

}  // namespace hikae
