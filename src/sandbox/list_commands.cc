// ssm:ListCommands, ListCommandInvocations and GetCommandInvocation. Lists are newest first.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "sandbox/command_render.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

struct ShownInvocation {
  const CommandRow* row;
  const CommandInvocation* one;
};

/// Sorts the newest first.
std::string command_key(const CommandRow& row) {
  return fmt::format("{:020}/{}", std::numeric_limits<std::int64_t>::max() - unix_ms(row.requested),
                     row.id);
}

constexpr std::array<std::string_view, 5> kCommandKeys{"InvokedAfter", "InvokedBefore", "Status",
                                                       "ExecutionStage", "DocumentName"};

Result<> check_command_filters(const Value& input) {
  for (const auto& filter : list_at(input, "Filters")) {
    const auto key = text_at(filter, "key");
    if (std::ranges::find(kCommandKeys, key) == kCommandKeys.end())
      return std::unexpected(ec2_error(
          "InvalidFilterKey", fmt::format("The filter key '{}' is not valid; it is one of: {}", key,
                                          fmt::join(kCommandKeys, ", "))));
    if (key.starts_with("Invoked")) TRY(parse_iso(text_at(filter, "value")));
  }
  return {};
}

bool fits_command_filter(const CommandRow& row, CommandState state, const Value& filter) {
  const auto key = text_at(filter, "key");
  const auto value = text_at(filter, "value");
  if (key == "Status") return status_of(state) == value || details_of(state) == value;
  if (key == "ExecutionStage") return value == (is_over(state) ? "Complete" : "Executing");
  if (key == "DocumentName") return value == "AWS-RunShellScript";
  const auto instant = parse_iso(value);
  return instant && (key == "InvokedAfter" ? row.requested > *instant : row.requested < *instant);
}

bool fits_command_filters(const CommandRow& row, CommandState state, const Value& input) {
  const auto& filters = list_at(input, "Filters");
  return std::ranges::all_of(
      filters, [&](const Value& filter) { return fits_command_filter(row, state, filter); });
}

bool is_of_instance(const CommandRow& row, std::string_view instance) {
  return instance.empty() ||
         std::ranges::find(row.invocations, instance, &CommandInvocation::instance) !=
             row.invocations.end();
}

Result<Page> page_of_commands(const Incoming& in, std::string_view operation) {
  const PageRules rules{.operation = operation, .least = 1, .most = 50, .usual = 50};
  auto page = read_page(in.input(), rules);
  if (page) return page;
  const bool is_token = page.error().code == "InvalidPaginationToken";
  return std::unexpected(
      ec2_error(is_token ? "InvalidNextToken" : "ValidationException", page.error().message));
}

/// All of them, or the one that CommandId names.
Result<std::vector<const CommandRow*>> commands_asked_for(const Incoming& in) {
  TRY_DO(check_command_filters(in.input()));
  std::vector<const CommandRow*> rows;
  const auto id = text_at(in.input(), "CommandId");
  for (const auto& [key, row] : in.region.commands.rows())
    if ((id.empty() || key == id) && is_of_instance(row, text_at(in.input(), "InstanceId")))
      rows.push_back(&row);
  if (!id.empty() && !in.region.commands.find(id))
    return std::unexpected(
        ec2_error("InvalidCommandId", fmt::format("There is no command with the ID {}.", id)));
  std::ranges::sort(rows, {}, [](const CommandRow* row) { return command_key(*row); });
  return rows;
}

}  // namespace

Result<Value> list_commands(Incoming& in) {
  const auto page = TRY(page_of_commands(in, "ListCommands"));
  auto rows = TRY(commands_asked_for(in));
  std::erase_if(rows, [&](const CommandRow* row) {
    return !fits_command_filters(*row, state_of(*row), in.input());
  });
  Object output;
  cut_page(
      rows, page, [](const CommandRow* row) { return command_key(*row); }, output);
  Array list;
  for (const auto* row : rows) list.push_back(render_command(*row));
  output["Commands"] = std::move(list);
  return output;
}

Result<Value> list_command_invocations(Incoming& in) {
  const auto page = TRY(page_of_commands(in, "ListCommandInvocations"));
  const auto instance = text_at(in.input(), "InstanceId");
  std::vector<ShownInvocation> shown;
  for (const auto* row : TRY(commands_asked_for(in)))
    for (const auto& one : row->invocations)
      if ((instance.empty() || one.instance == instance) &&
          fits_command_filters(*row, one.state, in.input()))
        shown.push_back({row, &one});
  Object output;
  const auto key_of = [](const ShownInvocation& of) {
    return command_key(*of.row) + "/" + of.one->instance;
  };
  std::ranges::sort(shown, {}, key_of);
  cut_page(shown, page, key_of, output);
  const auto details = is_true_at(in.input(), "Details") ? CommandDetails::Yes : CommandDetails::No;
  Array list;
  for (const auto& of : shown) list.push_back(render_invocation(*of.row, *of.one, details));
  output["CommandInvocations"] = std::move(list);
  return output;
}

Result<Value> get_command_invocation(Incoming& in) {
  const auto* row = in.region.commands.find(text_at(in.input(), "CommandId"));
  const auto instance = text_at(in.input(), "InstanceId");
  const auto plugin = text_at(in.input(), "PluginName", "aws:runShellScript");
  if (plugin != "aws:runShellScript")
    return std::unexpected(
        ec2_error("InvalidPluginName", fmt::format("The plugin {} is not valid.", plugin)));
  if (row)
    for (const auto& one : row->invocations)
      if (one.instance == instance) return render_result(*row, one);
  return std::unexpected(ec2_error("InvocationDoesNotExist",
                                   "The command ID and instance ID you specified did not match any "
                                   "invocations."));
}

}  // namespace hikae::sandbox
