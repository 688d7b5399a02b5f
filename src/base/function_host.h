// The port of functions as processes: environments that outlive one invocation, spoken to by
// Lambda's Runtime API (docs/reference/schedules-events-sns-lambda-cfn.md 4.1).
//
// An environment is one child process with a folder of its own, where the code lies unpacked. It
// may write there, read the system's programs, and reach two addresses: its own Runtime API and
// the one server that its job names. It takes one invocation at a time and is kept for the next.
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

/// Either a zip archive, or one source file as text.
struct FunctionCode {
  std::string zip;
  std::string file_name;  // "index.py"; empty: the zip counts
  std::string file_text;
};

enum class FunctionRuntime {
  Bootstrap,  // the code's own executable "bootstrap"
  Python,     // this machine's python3 with hikae's bootstrap
};

struct FunctionJob {
  std::string folder;  // how its folder's name begins: letters, digits, '-' and '_'
  FunctionCode code;
  FunctionRuntime runtime = FunctionRuntime::Python;
  std::string program;           // of Python: hikae's bootstrap, as source text
  std::vector<std::string> env;  // "NAME=value"; what depends on the place is added by the host
  std::string server;            // "127.0.0.1:4780": may be reached; empty: none
  std::size_t memory_bytes = std::size_t{128} << 20;  // in use; beyond it the process is killed
  Duration init_time = seconds(10);                   // beside the first invocation's own time
};

struct FunctionCall {
  std::string request_id;
  std::string function_arn;
  std::string trace_id;
  std::string client_context;  // JSON text; may be empty
  std::string payload;         // JSON text
  Duration time = seconds(3);
};

enum class FunctionFate {
  Returned,     // payload: what it returned, JSON text
  Raised,       // payload: {errorMessage, errorType, stackTrace}
  InitFailed,   // likewise, before it took an invocation
  Exited,       // code: its exit code
  Signalled,    // code: the signal that ended it
  OutOfMemory,  // it was killed
  TimedOut,     // it was killed
  Stopped,      // by close(), or because hikae ends
};

struct FunctionEnd {
  FunctionFate fate = FunctionFate::Returned;
  int code = 0;
  std::string payload{};
  std::string log{};       // what it printed meanwhile; the end of it where that was much
  Duration took{};         // of the invocation
  Duration init{};         // zero: the environment was warm
  std::size_t memory = 0;  // most bytes in use so far
  bool is_warm = false;    // the environment can take another
};

using EnvironmentId = std::uint64_t;

/// Engine's thread. Nothing is durable: if hikae dies, its environments are killed with it; what
/// they had done is then unknown. Folders that were left behind are removed at the next start.
class FunctionHost {
 public:
  using Done = std::move_only_function<void(Result<FunctionEnd>)>;
  virtual ~FunctionHost() = default;
  /// Starts with its first invocation, which is told what comes of that.
  virtual EnvironmentId open(FunctionJob job) = 0;
  /// One at a time. `done` is called once, later. Errors: `NotFound` where the environment had
  /// ended before it took this one; `Invalid` where the code cannot be unpacked or has no
  /// bootstrap (code "Runtime.InvalidEntrypoint"), `Limit` where it is too large; `Unsupported`
  /// where this machine cannot confine a child; `Io`.
  virtual void invoke(EnvironmentId id, FunctionCall call, Done done) = 0;
  /// Kills it; an invocation under way is answered. An id that has ended is ignored.
  virtual void close(EnvironmentId id) = 0;
  /// Appends to the function's log file, which is kept small.
  virtual void keep_log(const std::string& function, std::string_view text) = 0;
  /// Whether functions of that runtime can run here.
  [[nodiscard]] virtual bool has(FunctionRuntime runtime) const = 0;
};

}  // namespace hikae
