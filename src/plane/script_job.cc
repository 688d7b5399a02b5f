#include "plane/script_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/hash.h"
#include "plane/endpoint_hook.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

constexpr std::int64_t kScriptSecondsMost = 600;                // as AWS has it
constexpr std::size_t kScriptMemory = std::size_t{512} << 20;   // as AWS has it
constexpr std::size_t kScriptOutput = std::size_t{512} * 1024;  // of a payload of at most 100 KB
constexpr std::size_t kScriptTextBytes = std::size_t{1} << 20;
constexpr std::size_t kLogBytes = 4096;     // of what it printed, in the answer
constexpr std::size_t kRaisedBytes = 8192;  // of a traceback

/// Reads {script, handler, events, context} from stdin; writes {"value": …} or {"raised": "…"}.
/// Where hikae's own server may be reached, its connections are asked for (base/spawner.h), since
/// the process may make none.
constexpr std::string_view kPythonProgram = R"py(
import json, os, sys, traceback
def use_lines(number):
    import array, socket, threading, urllib.parse
    url = os.environ["AWS_ENDPOINT_URL"]
    place = urllib.parse.urlsplit(url)
    desk, turn, plain = socket.socket(fileno=number), threading.Lock(), socket.socket
    def line():
        room = socket.CMSG_SPACE(array.array("i").itemsize)
        with turn:
            desk.sendall(b"1")
            said, given, _, _ = desk.recvmsg(1, room, socket.MSG_CMSG_CLOEXEC)
        if said != b"\x01" or not given:
            raise ConnectionRefusedError("hikae's server was not reached")
        return array.array("i", given[0][2])[0]
    class Line(plain):
        def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
            super().__init__(fileno=line() if fileno is None else fileno)
        def connect(self, address):
            if tuple(address[:2]) != (place.hostname, place.port):
                raise PermissionError("a script reaches hikae's own server only")
        def connect_ex(self, address):
            self.connect(address)
            return 0
    socket.socket = Line
    heed_endpoint(url)
if "HIKAE_LINES" in os.environ:
    use_lines(int(os.environ.pop("HIKAE_LINES")))
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
sys.stdout = sys.stderr
given = json.load(sys.stdin)
def answer(kind, value):
    json.dump({kind: value}, answers)
    answers.close()
try:
    names = {"__name__": "script", "__builtins__": __builtins__}
    exec(compile(given["script"], "script.py", "exec"), names)
    handler = names.get(given["handler"].rsplit(".", 1)[-1])
    if not callable(handler):
        raise NameError("the script has no function named " + given["handler"])
    returned = handler(given["events"], given["context"])
    text = json.dumps(returned)
    json.loads(text)
    answer("value", json.loads(text))
except SystemExit as ended:
    answer("raised", "SystemExit: %s" % ended.code)
except BaseException as raised:
    frames = traceback.TracebackException.from_exception(raised, capture_locals=False)
    frames.stack = traceback.StackSummary.from_list(
        [frame for frame in frames.stack if frame.filename != "<string>"])
    answer("raised", "".join(frames.format()))
)py";

constexpr std::string_view kPowerShellProgram = R"ps(
$ErrorActionPreference = 'Stop'
$given = [Console]::In.ReadToEnd() | ConvertFrom-Json
$env:InputPayload = $given.payload
try {
  $last = & ([ScriptBlock]::Create($given.script)) | Select-Object -Last 1
  $answer = @{ value = $last }
} catch { $answer = @{ raised = ($_ | Out-String) } }
[Console]::Out.WriteLine()
[Console]::Out.WriteLine($given.mark)
[Console]::Out.WriteLine(($answer | ConvertTo-Json -Depth 20 -Compress))
)ps";

bool is_python(const Value& input) { return text_at(input, "Runtime").starts_with("python"); }

std::unexpected<Error> no_interpreter(const Value& input) {
  return fail(
      ErrorKind::Invalid, "ScriptNotRun",
      fmt::format("this machine has no {} for Runtime {}: install it, or run the step where "
                  "there is one",
                  is_python(input) ? "python3" : "pwsh (PowerShell)",
                  printable(text_at(input, "Runtime"))));
}

/// Known to us and the child alone: the script may print what it likes.
std::string mark_of(const Value& input) {
  return "hikae-answer-" + hex_of("script-answer/" + str(text_at(input, "Token")), 32);
}

std::string python_input(const Value& input) {
  return text::to_json(
      Object{{"script", text_at(input, "Script")},
             {"handler", text_at(input, "Handler")},
             {"events", object_at(input, "InputPayload")},
             {"context", Object{{"global:AUTOMATION_EXECUTION_ID", text_at(input, "RunId")},
                                {"stepName", text_at(input, "StepName")}}}});
}

std::string power_shell_input(const Value& input) {
  return text::to_json(Object{{"script", text_at(input, "Script")},
                              {"payload", text::to_json(object_at(input, "InputPayload"))},
                              {"mark", mark_of(input)}});
}

Result<> use_python(const Value& input, const Spawner& spawner, ChildJob& job) {
  const auto python = spawner.program("python3");
  if (!python) return no_interpreter(input);
  job.argv = {*python, "-I", "-B", "-c", str(kEndpointHook) + str(kPythonProgram)};
  job.env = {"PYTHONIOENCODING=utf-8"};
  job.input = python_input(input);
  return {};
}

Result<> use_power_shell(const Value& input, const Spawner& spawner, ChildJob& job) {
  const auto shell = spawner.program("pwsh");
  if (!shell) return no_interpreter(input);
  job.argv = {
      *shell, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", str(kPowerShellProgram)};
  // .NET reserves far more addresses than it uses; its own limit holds instead.
  job.env = {"DOTNET_GCHeapHardLimit=0x20000000", "POWERSHELL_TELEMETRY_OPTOUT=1",
             "POWERSHELL_UPDATECHECK=Off"};
  job.limits.memory_bytes = 0;
  job.input = power_shell_input(input);
  return {};
}

/// The JSON of our program, behind whatever the script has printed.
std::string_view answer_text(const ChildEnd& end, const ChildJob& job) {
  const auto given = text::parse_json(job.input);
  const auto mark = given ? str(text_at(*given, "mark")) : "";
  if (mark.empty()) return end.out;
  const auto at = end.out.rfind(mark);
  return at == std::string::npos ? "" : std::string_view(end.out).substr(at + mark.size());
}

std::string what_it_printed(const ChildEnd& end) {
  const auto& text = end.err;
  return text.size() <= kLogBytes ? text : "…" + text.substr(text.size() - kLogBytes);
}

/// PowerShell's text that is JSON counts as what it stands for, as AWS does.
Value payload_of(const Value& value, const ChildJob& job) {
  const bool is_power_shell = job.limits.memory_bytes == 0;
  if (!is_power_shell || !value.is_string()) return value;
  auto parsed = text::parse_json(text_of(value));
  return parsed ? *std::move(parsed) : value;
}

std::unexpected<Error> ended_early(const ChildEnd& end, const ChildJob& job) {
  switch (end.fate) {
    case ChildFate::TimedOut:
      return fail(ErrorKind::Timeout, "ScriptTimedOut",
                  fmt::format("the script was killed after {}", human(job.limits.time)));
    case ChildFate::Stopped:
      return fail(ErrorKind::Conflict, "ScriptStopped",
                  "the script was killed: hikae was ending, or the step was left");
    case ChildFate::Signalled:
      return fail(ErrorKind::Invalid, "ScriptFailed",
                  fmt::format("the script was ended by signal {}: it may have passed a limit (512 "
                              "MB of memory, 64 MB a file); it printed: {}",
                              end.code, what_it_printed(end)));
    case ChildFate::Exited: break;
  }
  return fail(
      ErrorKind::Invalid, "ScriptFailed",
      fmt::format("the script ended with exit code {} and no result{}; it printed: {}", end.code,
                  end.was_cut ? " (it wrote too much)" : "", what_it_printed(end)));
}

}  // namespace

Result<ChildJob> script_job(const Value& input, const Spawner& spawner) {
  if (find(input, "Attachment"))
    return fail(ErrorKind::Invalid, "ScriptNotRun",
                "documents have no attachments here: put the script into the step's input Script");
  if (text_at(input, "Script").size() > kScriptTextBytes)
    return fail(ErrorKind::Limit, "ScriptNotRun", "the script has more than 1 MiB");
  ChildJob job;
  job.folder = "scripts/" + hex_of("script/" + str(text_at(input, "Token")), 32);
  job.folder_after = FolderAfter::Removed;
  job.limits.time = seconds(std::clamp<std::int64_t>(
      int_at(input, "TimeoutSeconds").value_or(kScriptSecondsMost), 1, kScriptSecondsMost));
  job.limits.memory_bytes = kScriptMemory;
  job.limits.output_bytes = kScriptOutput;
  TRY_DO(is_python(input) ? use_python(input, spawner, job) : use_power_shell(input, spawner, job));
  return job;
}

void give_access(ChildJob& job, const ScriptAccess& access) {
  const bool is_python = job.limits.memory_bytes != 0;
  if (!is_python) return;
  const auto host = access.url.find("://");
  job.server = access.url.substr(host == std::string::npos ? 0 : host + 3);
  for (const auto& [name, value] :
       {std::pair{"AWS_ENDPOINT_URL", &access.url}, std::pair{"AWS_REGION", &access.region},
        std::pair{"AWS_DEFAULT_REGION", &access.region},
        std::pair{"AWS_ACCESS_KEY_ID", &access.key_id},
        std::pair{"AWS_SECRET_ACCESS_KEY", &access.secret},
        std::pair{"AWS_SESSION_TOKEN", &access.token}})
    job.env.push_back(std::string(name) + "=" + *value);
  job.env.emplace_back("AWS_EC2_METADATA_DISABLED=true");
}

Result<Value> script_answer(const ChildEnd& end, const ChildJob& job) {
  if (end.fate != ChildFate::Exited) return ended_early(end, job);
  const auto answer = text::parse_json(answer_text(end, job));
  if (!answer) return ended_early(end, job);
  if (const auto* raised = find(*answer, "raised"))
    return fail(ErrorKind::Invalid, "", str(text_of(*raised).substr(0, kRaisedBytes)));
  const auto* value = find(*answer, "value");
  if (!value) return ended_early(end, job);
  return Object{{"Payload", payload_of(*value, job)}, {"ExecutionLog", what_it_printed(end)}};
}

}  // namespace hikae::plane
