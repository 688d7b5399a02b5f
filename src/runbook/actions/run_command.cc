// aws:runCommand (docs/reference/ssm-automation.md 5.14): sends a Command document to machines,
// waits until the command is over everywhere, then reads what it said.
//
// Where the step is left before, the command is cancelled: a script that goes on while the next
// step already stops its machine would be worse than one that was stopped halfway. Where the send
// is still out, its answer is awaited first: only it names the command.
#include <fmt/format.h>

#include <algorithm>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kCommandInstances = 50;
constexpr std::size_t kCommandOutputBytes = 2500;  // as GetCommandInvocation cuts it
constexpr std::int64_t kInvocationsRead = 50;      // one page
constexpr std::string_view kDoingSend = "sending the command";
constexpr std::string_view kDoingVerify = "verifying the command has completed";
constexpr PollPace kCommandPace{.first = seconds(2), .every = seconds(5)};

Object command_parameters(const Value& written) {
  Object parameters;
  if (const auto* map = written.if_object())
    for (const auto& [name, value] : *map) parameters[name] = as_texts(value);
  return parameters;
}

Object send_command_input(const Object& inputs) {
  Object input;
  copy_members(inputs,
               {"DocumentName", "DocumentVersion", "Targets", "CloudWatchOutputConfig", "Comment",
                "DocumentHash", "DocumentHashType", "NotificationConfig", "OutputS3BucketName",
                "OutputS3KeyPrefix", "ServiceRoleArn"},
               input);
  for (const auto name : {"MaxConcurrency", "MaxErrors"})
    if (const auto text = required_text(inputs, name)) input[name] = *text;
  if (find(inputs, "InstanceIds"))
    input["InstanceIds"] = required_list(inputs, "InstanceIds").value_or(Array{});
  if (find(inputs, "TimeoutSeconds"))
    input["TimeoutSeconds"] = optional_whole(inputs, "TimeoutSeconds", 3600).value_or(3600);
  if (const auto* parameters = find(inputs, "Parameters"))
    input["Parameters"] = command_parameters(*parameters);
  return input;
}

bool is_over(std::string_view status) {
  return status == "Success" || status == "Failed" || status == "TimedOut" ||
         status == "Cancelled" || status == "Incomplete" || status == "AccessDenied" ||
         status == "DeliveryTimedOut" || status == "ExecutionTimedOut" ||
         status == "Undeliverable" || status == "Terminated" || status == "RateExceeded" ||
         status == "NoInstancesInTag" || status == "InvalidPlatform";
}

const Value* command_in(const Value& answer, std::string_view id) {
  for (const auto& command : list_at(answer, "Commands"))
    if (text_at(command, "CommandId") == id) return &command;
  return nullptr;
}

/// What the invocations said, put together.
struct CommandSaid {
  std::vector<std::string> statuses;
  std::vector<std::string> codes;
  std::string output;
  std::int64_t code = 0;  // the first that is not 0
};

void add_plugin(const Value& plugin, CommandSaid& said) {
  const auto code = int_at(plugin, "ResponseCode").value_or(0);
  said.codes.push_back(fmt::format("{}", code));
  if (said.code == 0) said.code = code;
  said.output += text_at(plugin, "Output");
}

CommandSaid what_was_said(const Value& invocations) {
  CommandSaid said;
  for (const auto& invocation : list_at(invocations, "CommandInvocations")) {
    said.statuses.emplace_back(text_at(invocation, "Status"));
    for (const auto& plugin : list_at(invocation, "CommandPlugins")) add_plugin(plugin, said);
  }
  if (said.output.size() > kCommandOutputBytes) said.output.resize(kCommandOutputBytes);
  return said;
}

class RunCommand final : public Action {
 public:
  std::string_view name() const override { return "aws:runCommand"; }
  std::string_view doing() const override { return kDoingVerify; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "DocumentName"));
    if (!find(inputs, "Targets")) TRY_DO(required_list(inputs, "InstanceIds"));
    if (list_at(inputs, "InstanceIds").size() > kCommandInstances)
      return fail(ErrorKind::Invalid,
                  fmt::format("The input InstanceIds has {} entries: at most {} are allowed",
                              list_at(inputs, "InstanceIds").size(), kCommandInstances));
    TRY_DO(optional_whole(inputs, "TimeoutSeconds", 3600));
    TRY_DO(optional_word(inputs, "DocumentHashType", {"Sha256", "Sha1"}));
    return optional_map(inputs, "Parameters");
  }

  void begin(Play& play) const override {
    auto input = send_command_input(play.inputs());
    // SendCommand has no token: by this the command is found where its answer is lost.
    if (!input.contains("Comment")) input["Comment"] = "hikae " + play.token("send");
    play.send("send", "ssm", "SendCommand", std::move(input));
  }

  bool decides(std::string_view, const Result<Value>& answer,
               const std::function<Object()>&) const override {
    if (!answer) return true;
    const auto& commands = list_at(*answer, "Commands");
    return !commands.empty() && is_over(text_at(commands.front(), "Status"));
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (item == "send") return sent(play, answered->answer);
    if (item == "command") return over(play, answered->answer);
    said(play, answered->answer);
  }

  void leave(Play& play, Leaving) const override { cancel_command(play); }

  void resume_leaving(Play& play, std::string_view item, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (item != "send" || !answered || !answered->answer) return;
    keep_id(play, *answered->answer);
    cancel_command(play);
  }

  bool has_left(const Play& play, Leaving) const override {
    return !play.is_open("send") && !play.is_open("cancel");
  }

 private:
  static std::string_view id_of(const Play& play) { return text_at(play.state(), "id"); }

  static void keep_id(Play& play, const Value& answer) {
    const auto* command = find(answer, "Command");
    play.state() = Object{{"id", command ? text_at(*command, "CommandId") : ""}};
  }

  static void cancel_command(Play& play) {
    if (id_of(play).empty()) return;
    play.send("cancel", "ssm", "CancelCommand", Object{{"CommandId", id_of(play)}});
  }

  static void sent(Play& play, const Result<Value>& answer) {
    if (!answer) return play.fail(api_failure(kDoingSend, "SendCommand", answer.error()));
    keep_id(play, *answer);
    play.show({{"CommandId", id_of(play)}});
    play.await("command", "ssm", "ListCommands", Object{{"CommandId", id_of(play)}}, kCommandPace);
  }

  static void over(Play& play, const Result<Value>& answer) {
    if (!answer)
      return play.fail(api_failure(kDoingVerify, "ListCommands", answer.error()),
                       {{"CommandId", id_of(play)}});
    const auto* command = command_in(*answer, id_of(play));
    play.state().as_object()["status"] = command ? text_at(*command, "Status") : "Unknown";
    play.send(
        "said", "ssm", "ListCommandInvocations",
        Object{{"CommandId", id_of(play)}, {"Details", true}, {"MaxResults", kInvocationsRead}});
  }

  static void said(Play& play, const Result<Value>& answer) {
    if (!answer)
      return play.fail(api_failure(kDoingVerify, "ListCommandInvocations", answer.error()),
                       {{"CommandId", id_of(play)}});
    const auto result = what_was_said(*answer);
    const auto status = text_at(play.state(), "status");
    Object outputs{{"CommandId", id_of(play)},
                   {"Status", status},
                   {"ResponseCode", result.code},
                   {"Output", result.output}};
    if (status == "Success") return play.succeed(std::move(outputs), *answer);
    play.fail(unexpected_result(play, status, result), std::move(outputs));
  }

  static Failure unexpected_result(const Play& play, std::string_view status,
                                   const CommandSaid& said) {
    const auto statuses = said.statuses.empty() ? std::string(status)
                                                : fmt::format("{}", fmt::join(said.statuses, ", "));
    return step_failure(
        kDoingVerify,
        fmt::format("Command {} returns unexpected invocation result: {{Status=[{}], "
                    "ResponseCode=[{}], Output=[{}]}}",
                    id_of(play), statuses, fmt::join(said.codes, ", "), said.output),
        FailureStage::PostVerification, FailureType::Verification);
  }
};

}  // namespace

const Action& run_command_action() {
  static const RunCommand kAction;
  return kAction;
}

}  // namespace hikae::runbook
