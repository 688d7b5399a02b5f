// aws:executeScript (docs/reference/ssm-automation.md 5.3), as one call of the internal service
// "hikae-script", operation "Run":
//   {Runtime, Handler, Script | Attachment + DocumentName + DocumentHash, InputPayload, RunId,
//    StepName, Token, TimeoutSeconds, Caller} -> {Payload: what the handler returned}
// Whoever answers it runs the script as a child without rights, within time, memory and output
// limits. It is off unless the configuration allows it: then nobody answers, and the step fails
// with a text that says so. What the script raised comes as the error's message. `Token` is the
// same for a call that is sent again.
//
// Where the step times out or is cancelled, "Stop" {Token} ends the script: nothing that a run has
// begun goes on after it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

constexpr Duration kScriptCap = seconds(600);
constexpr std::size_t kScriptPayloadBytes = 100 * 1024;
constexpr std::size_t kScriptListItems = 100;
constexpr std::string_view kDoingScript = "Poll action status for completion";
constexpr std::array<std::string_view, 9> kRuntimes{
    "python3.6",  "python3.7",           "python3.8",      "python3.9",     "python3.10",
    "python3.11", "PowerShell Core 6.0", "PowerShell 7.0", "PowerShell 7.4"};

bool is_python(std::string_view runtime) { return runtime.starts_with("python"); }

Result<> check_runtime(const Object& inputs) {
  const auto runtime = TRY(required_text(inputs, "Runtime"));
  if (std::ranges::find(kRuntimes, runtime) == kRuntimes.end())
    return fail(ErrorKind::Invalid, fmt::format("The input Runtime is '{}': it must be one of {}",
                                                runtime, fmt::join(kRuntimes, ", ")));
  if (is_python(runtime)) TRY_DO(required_text(inputs, "Handler"));
  return {};
}

Result<> check_source(const Object& inputs) {
  if (find(inputs, "Script") || find(inputs, "Attachment")) return {};
  return fail(ErrorKind::Invalid, "One of the inputs Script and Attachment must be given");
}

/// A list with more entries than allowed, at any depth.
bool has_long_list(const Value& value) {
  if (const auto* list = value.if_array())
    return list->size() > kScriptListItems || std::ranges::any_of(*list, has_long_list);
  const auto* object = value.if_object();
  return object && std::ranges::any_of(
                       *object, [](const auto& member) { return has_long_list(member.value()); });
}

class ExecuteScript final : public Action {
 public:
  std::string_view name() const override { return "aws:executeScript"; }
  std::string_view doing() const override { return kDoingScript; }
  Limits limits() const override { return {.by_default = kScriptCap, .at_most = kScriptCap}; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(check_runtime(inputs));
    TRY_DO(check_source(inputs));
    return optional_map(inputs, "InputPayload");
  }

  void begin(Play& play) const override {
    const auto& inputs = play.inputs();
    Object input;
    copy_members(inputs, {"Runtime", "Handler", "Script", "Attachment"}, input);
    const auto* payload = find(inputs, "InputPayload");
    input["InputPayload"] = payload && payload->is_object() ? *payload : Value(Object{});
    if (find(inputs, "Attachment")) {
      input["DocumentName"] = play.record().document_name;
      input["DocumentHash"] = play.record().document_hash;
    }
    input["RunId"] = play.run().id;
    input["StepName"] = play.step().name;
    input["Token"] = play.token("script");
    input["TimeoutSeconds"] =
        to_seconds(std::min(play.step().timeout.value_or(kScriptCap), kScriptCap));
    input["Caller"] = play.record().role;
    play.send("call", "hikae-script", "Run", std::move(input));
  }

  void leave(Play& play, Leaving) const override {
    if (play.is_open("call"))
      play.send("stop", "hikae-script", "Stop", Object{{"Token", play.token("script")}});
  }

  bool has_left(const Play& play, Leaving why) const override {
    if (play.is_open("stop")) return false;
    return why == Leaving::TimedOut || !play.is_open("call");
  }

  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (!answered->answer) return play.fail(not_run(answered->answer.error()));
    finish(play, *answered->answer);
  }

 private:
  static Failure not_run(const Error& error) {
    if (error.kind == ErrorKind::Unsupported)
      return step_failure(kDoingScript,
                          "Scripts are off: this place does not run aws:executeScript unless its "
                          "configuration allows it");
    return step_failure(kDoingScript, error.text());
  }

  static void finish(Play& play, const Value& answer) {
    const auto* payload = find(answer, "Payload");
    if (!payload || payload->is_null()) return play.succeed({}, answer);
    const auto shown = payload->is_string() ? str(text_of(*payload)) : text::to_json(*payload);
    if (shown.size() > kScriptPayloadBytes)
      return play.fail(step_failure(
          kDoingScript, fmt::format("The script returned {} bytes: a step takes at most {}",
                                    shown.size(), kScriptPayloadBytes)));
    if (has_long_list(*payload))
      return play.fail(step_failure(
          kDoingScript,
          fmt::format("The script returned a list of more than {} items", kScriptListItems)));
    play.succeed({{"Payload", *payload}}, answer);
  }
};

}  // namespace

const Action& execute_script_action() {
  static const ExecuteScript kAction;
  return kAction;
}

}  // namespace hikae::runbook
