// ssm:SendCommand and CancelCommand (docs/reference/ssm-automation.md 5.14) with the one document
// that the embedded machines run, AWS-RunShellScript.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/hash.h"
#include "sandbox/agents.h"
#include "sandbox/command_render.h"
#include "sandbox/operations.h"
#include "text/json.h"

namespace hikae::sandbox {
namespace {

constexpr std::string_view kShellParameters[] = {"commands", "workingDirectory",
                                                 "executionTimeout"};
constexpr std::size_t kScriptBytes = std::size_t{64} * 1024;
constexpr std::size_t kDirectoryBytes = 512;
constexpr std::size_t kCommandInstances = 50;  // of InstanceIds: SSM's own
constexpr std::size_t kCommandsKept = 2000;    // of one account and region
constexpr Duration kCommandsKeptFor = hours(24 * 30);
constexpr std::int64_t kExecutionSecondsMost = 172'800;  // 48 h, as the document says
constexpr Duration kAgentPolls = seconds(1);

std::unexpected<Error> refuse(std::string code, std::string message) {
  return std::unexpected(ec2_error(std::move(code), std::move(message)));
}

Result<> check_document(const Incoming& in) {
  auto name = text_at(in.input(), "DocumentName");
  name = name.substr(name.rfind('/') + 1);
  if (name == "AWS-RunShellScript" && in.world.options().spawner) return {};
  if (name == "AWS-RunShellScript")
    return refuse("InvalidDocument", "The machines of this place run no scripts.");
  return refuse("InvalidDocument",
                fmt::format("Document '{}' is not run by the embedded machines: they have "
                            "AWS-RunShellScript only.",
                            name));
}

/// The parameter's one value; `otherwise` where it is not given.
Result<std::string> one_parameter(const Object& parameters, std::string_view name,
                                  std::string_view otherwise) {
  const auto* given = find(parameters, name);
  if (!given) return str(otherwise);
  const auto& values = list_at(parameters, name);
  if (values.size() == 1 && values[0].is_string()) return str(text_of(values[0]));
  return refuse("InvalidParameters", fmt::format("Parameter {} must be one text.", name));
}

Result<> check_names(const Object& parameters) {
  for (const auto& [key, value] : parameters)
    if (const std::string_view name = key;
        std::ranges::find(kShellParameters, name) == std::end(kShellParameters))
      return refuse("InvalidParameters",
                    fmt::format("Parameter {} is not one of AWS-RunShellScript: it has {}.", name,
                                fmt::join(kShellParameters, ", ")));
  return {};
}

Result<std::string> script_of(const Object& parameters) {
  std::string script;
  for (const auto& line : list_at(parameters, "commands")) script += str(text_of(line)) + "\n";
  if (script.empty()) return refuse("InvalidParameters", "Parameter commands has no lines.");
  if (script.size() > kScriptBytes)
    return refuse("InvalidParameters", fmt::format("Parameter commands has {} bytes: at most {}.",
                                                   script.size(), kScriptBytes));
  return script;
}

Result<Duration> execution_time(const Object& parameters) {
  const auto text = TRY(one_parameter(parameters, "executionTimeout", "3600"));
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1 ||
      number > kExecutionSecondsMost)
    return refuse("InvalidParameters",
                  fmt::format("Parameter executionTimeout is '{}': it must be 1 to {} seconds.",
                              text, kExecutionSecondsMost));
  return seconds(number);
}

/// Those that SSM knows as managed machines.
bool is_managed(const Incoming& in, const Instance* row) {
  return row && row->power != Power::ShuttingDown && is_registered(*row, in.now);
}

Result<std::vector<std::string>> named_instances(const Incoming& in) {
  const auto ids = TRY(text_list(in, "InstanceIds"));
  if (ids.size() > kCommandInstances)
    return refuse("ValidationException", fmt::format("InstanceIds has {} entries: at most {}.",
                                                     ids.size(), kCommandInstances));
  std::vector<std::string> unmanaged;
  for (const auto& id : ids)
    if (!is_managed(in, in.region.instances.find(id))) unmanaged.push_back(id);
  if (!unmanaged.empty())
    return refuse("InvalidInstanceId",
                  fmt::format("Instances [[{}]] not in a valid state for account {}",
                              fmt::join(unmanaged, ", "), in.account()));
  return ids;
}

bool fits_target(const Instance& row, const Value& target) {
  const auto key = text_at(target, "Key");
  const auto& values = list_at(target, "Values");
  const auto has = [&](std::string_view value) {
    return std::ranges::any_of(values, [&](const Value& one) { return text_of(one) == value; });
  };
  if (key == "InstanceIds") return has(row.id);
  if (key == "tag-key")
    return std::ranges::any_of(row.tags, [&](const auto& tag) { return has(tag.first); });
  const auto tag = row.tags.find(key.substr(key.find(':') + 1));
  return tag != row.tags.end() && has(tag->second);
}

Result<> check_target(const Value& target) {
  const auto key = text_at(target, "Key");
  if (key == "InstanceIds" || key == "tag-key" || key.starts_with("tag:")) return {};
  return refuse("InvalidTarget", fmt::format("The target '{}' is not one the embedded machines are "
                                             "found by: InstanceIds, tag:KEY or tag-key",
                                             key));
}

Result<std::vector<std::string>> targeted_instances(const Incoming& in) {
  const auto& targets = list_at(in.input(), "Targets");
  for (const auto& target : targets) TRY_DO(check_target(target));
  std::vector<std::string> ids;
  for (const auto& [id, row] : in.region.instances.rows())
    if (is_managed(in, &row) &&
        std::ranges::all_of(targets, [&](const Value& target) { return fits_target(row, target); }))
      ids.push_back(id);
  return ids;
}

Result<std::vector<std::string>> machines_of(const Incoming& in) {
  const bool has_targets = !list_at(in.input(), "Targets").empty();
  if (has_targets == !list_at(in.input(), "InstanceIds").empty())
    return refuse("ValidationException", "Give one of InstanceIds and Targets.");
  return has_targets ? targeted_instances(in) : named_instances(in);
}

Result<std::string> share(const Incoming& in, std::string_view name, std::string_view usual) {
  const auto text = text_at(in.input(), name, usual);
  const auto digits = text.substr(0, text.size() - (text.ends_with('%') ? 1 : 0));
  const bool is_number = !digits.empty() && digits.size() <= 7 &&
                         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) return str(text);
  return refuse("ValidationException",
                fmt::format("{} is '{}': it must be a number or a percentage.", name, text));
}

Result<CommandRow> read_command(const Incoming& in) {
  TRY_DO(check_document(in));
  const auto& parameters = object_at(in.input(), "Parameters");
  TRY_DO(check_names(parameters));
  CommandRow row;
  row.script = TRY(script_of(parameters));
  row.directory = TRY(one_parameter(parameters, "workingDirectory", ""));
  if (row.directory.size() > kDirectoryBytes || row.directory.find('\0') != std::string::npos)
    return refuse("InvalidParameters", "Parameter workingDirectory is too long.");
  row.execution = TRY(execution_time(parameters));
  row.delivery = seconds(int_at(in.input(), "TimeoutSeconds").value_or(3600));
  row.concurrency = TRY(share(in, "MaxConcurrency", "50"));
  row.errors = TRY(share(in, "MaxErrors", "0"));
  row.comment = text_at(in.input(), "Comment");
  row.role = text_at(in.input(), "ServiceRoleArn");
  row.parameters = text::to_json(parameters);
  row.targets = text::to_json(list_at(in.input(), "Targets"));
  row.requested = in.now;
  for (auto& id : TRY(machines_of(in))) row.invocations.push_back({.instance = std::move(id)});
  return row;
}

/// Commands are remembered for 30 days, as SSM does, and no more of them than fit.
void forget_old_commands(const Incoming& in) {
  std::vector<std::pair<WallTime, std::string>> ended;
  for (const auto& [id, row] : in.region.commands.rows())
    if (is_over(row)) ended.emplace_back(row.requested, id);
  std::ranges::sort(ended);
  const auto all = in.region.commands.rows().size();
  auto spare = all < kCommandsKept ? 0 : all - kCommandsKept + 1;
  for (const auto& [requested, id] : ended) {
    if (spare == 0 && requested + kCommandsKeptFor >= in.now) break;
    in.region.commands.erase(id, in.now);
    if (spare > 0) --spare;
  }
}

}  // namespace

Result<Value> send_command(Incoming& in) {
  auto row = TRY(read_command(in));
  forget_old_commands(in);
  if (in.region.commands.rows().size() >= kCommandsKept)
    return refuse("ThrottlingException", "Too many commands are under way.");
  row.id = uuid_of(in.world.new_id("command-"));
  for (const auto& one : row.invocations)
    in.world.schedule(in.region, {.due = in.now + kAgentPolls,
                                  .step = Step::CommandDelivers,
                                  .subject = row.id,
                                  .device = one.instance,
                                  .caller = in.request.caller,
                                  .operation = in.request.operation});
  Object answer{{"Command", render_command(row)}};
  in.region.commands.add(std::move(row), in.now);
  return answer;
}

Result<Value> cancel_command(Incoming& in) {
  const auto id = str(text_at(in.input(), "CommandId"));
  const auto* row = in.region.commands.find(id);
  if (!row)
    return refuse("InvalidCommandId", fmt::format("There is no command with the ID {}.", id));
  const auto ids = TRY(text_list(in, "InstanceIds"));
  for (const auto& one : ids)
    if (std::ranges::find(row->invocations, one, &CommandInvocation::instance) ==
        row->invocations.end())
      return refuse("InvalidInstanceId",
                    fmt::format("Command {} was not sent to instance {}.", id, one));
  cancel_command(in.world, in.region, id, ids);
  return Object{};
}

}  // namespace hikae::sandbox
