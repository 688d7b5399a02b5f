#include "sandbox/command_render.h"

#include <fmt/format.h>

#include "text/json.h"

namespace hikae::sandbox {
namespace {

constexpr std::string_view kDocument = "AWS-RunShellScript";
constexpr std::string_view kPlugin = "aws:runShellScript";
constexpr std::size_t kPluginBytes = 2500;  // of Output in a list

Value parsed(const std::string& json) {
  auto value = text::parse_json(json);
  return value ? *std::move(value) : Value();
}

/// As SSM joins the two streams in a list.
std::string both_streams(const CommandInvocation& one) {
  auto text = one.out;
  if (!one.err.empty()) text += "\n----------ERROR-------\n" + one.err;
  if (text.size() > kPluginBytes) text.resize(kPluginBytes);
  return text;
}

Object plugin_of(const CommandInvocation& one) {
  Object plugin{{"Name", kPlugin},
                {"Status", status_of(one.state)},
                {"StatusDetails", details_of(one.state)},
                {"ResponseCode", one.code},
                {"Output", both_streams(one)}};
  if (one.begun != WallTime{}) plugin["ResponseStartDateTime"] = iso_ms(one.begun);
  if (one.ended != WallTime{}) plugin["ResponseFinishDateTime"] = iso_ms(one.ended);
  return plugin;
}

Object what_both_have(const CommandRow& row, const CommandInvocation& one) {
  return {{"CommandId", row.id},
          {"InstanceId", one.instance},
          {"Comment", row.comment},
          {"DocumentName", kDocument},
          {"DocumentVersion", "1"},
          {"Status", status_of(one.state)},
          {"StatusDetails", details_of(one.state)}};
}

}  // namespace

Object render_command(const CommandRow& row) {
  std::int64_t completed = 0, errors = 0, late = 0;
  Array ids;
  for (const auto& one : row.invocations) {
    completed += is_over(one.state);
    errors += is_over(one.state) && one.state != CommandState::Success;
    late += one.state == CommandState::DeliveryTimedOut;
    ids.emplace_back(one.instance);
  }
  const auto state = state_of(row);
  const auto targets = parsed(row.targets);
  const bool has_targets = targets.is_array() && !targets.get_array().empty();
  return {{"CommandId", row.id},
          {"DocumentName", kDocument},
          {"DocumentVersion", "$DEFAULT"},
          {"Comment", row.comment},
          {"ExpiresAfter", iso_ms(row.requested + row.delivery + row.execution)},
          {"Parameters", parsed(row.parameters)},
          {"InstanceIds", has_targets ? Array{} : ids},
          {"Targets", has_targets ? targets.get_array() : Array{}},
          {"RequestedDateTime", iso_ms(row.requested)},
          {"Status", status_of(state)},
          {"StatusDetails", details_of(state)},
          {"MaxConcurrency", row.concurrency},
          {"MaxErrors", row.errors},
          {"TargetCount", static_cast<std::int64_t>(row.invocations.size())},
          {"CompletedCount", completed},
          {"ErrorCount", errors},
          {"DeliveryTimedOutCount", late},
          {"ServiceRole", row.role},
          {"TimeoutSeconds", to_seconds(row.delivery)}};
}

Object render_invocation(const CommandRow& row, const CommandInvocation& one,
                         CommandDetails details) {
  auto shown = what_both_have(row, one);
  shown["RequestedDateTime"] = iso_ms(row.requested);
  shown["ServiceRole"] = row.role;
  shown["CommandPlugins"] = details == CommandDetails::Yes ? Array{plugin_of(one)} : Array{};
  return shown;
}

Object render_result(const CommandRow& row, const CommandInvocation& one) {
  auto shown = what_both_have(row, one);
  const bool has_begun = one.begun != WallTime{};
  const bool has_both = has_begun && one.ended != WallTime{};
  shown["PluginName"] = kPlugin;
  shown["ResponseCode"] = one.code;
  shown["ExecutionStartDateTime"] = has_begun ? iso_ms(one.begun) : "";
  shown["ExecutionElapsedTime"] =
      has_both ? fmt::format("PT{}S", static_cast<double>((one.ended - one.begun).count()) / 1000)
               : "";
  shown["ExecutionEndDateTime"] = one.ended == WallTime{} ? "" : iso_ms(one.ended);
  shown["StandardOutputContent"] = one.out;
  shown["StandardErrorContent"] = one.err;
  return shown;
}

}  // namespace hikae::sandbox
