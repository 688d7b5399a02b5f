#include <algorithm>
#include <array>
#include <charconv>

#include "sandbox/archive.h"
#include "sandbox/commands.h"
#include "text/json.h"

namespace hikae::sandbox {

template <class A>
void members(A& a, CommandInvocation& r) {
  a("instance", r.instance);
  a("state", r.state);
  a("code", r.code);
  a("begun", r.begun);
  a("ended", r.ended);
  a("out", r.out);
  a("err", r.err);
}

template <class A>
void members(A& a, CommandRow& r) {
  a("id", r.id);
  a("comment", r.comment);
  a("parameters", r.parameters);
  a("targets", r.targets);
  a("role", r.role);
  a("script", r.script);
  a("directory", r.directory);
  a("delivery", r.delivery);
  a("execution", r.execution);
  a("concurrency", r.concurrency);
  a("errors", r.errors);
  a("requested", r.requested);
  a("invocations", r.invocations);
}

std::string save(const CommandRow& row) {
  Saver saver;
  members(saver, const_cast<CommandRow&>(row));  // a Saver only reads
  return text::to_json(saver.take());
}

Result<> load(std::string_view text, CommandRow& row) {
  const auto value = TRY(text::parse_json(text));
  if (!value.is_object())
    return fail(ErrorKind::Io, "sandbox file: a command's body is no object; the file is damaged");
  Loader loader(value);
  members(loader, row);
  return {};
}

std::vector<Term> terms_of(const CommandRow&) { return {}; }

bool is_over(CommandState state) { return state >= CommandState::Success; }

bool is_over(const CommandRow& row) {
  return std::ranges::all_of(row.invocations,
                             [](const CommandInvocation& one) { return is_over(one.state); });
}

std::string_view details_of(CommandState state) {
  constexpr std::array<std::string_view, 11> kNames{
      "Pending",   "Delayed",         "InProgress",        "Cancelling",
      "Success",   "Failed",          "ExecutionTimedOut", "DeliveryTimedOut",
      "Cancelled", "InvalidPlatform", "Terminated"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view status_of(CommandState state) {
  switch (state) {
    case CommandState::ExecutionTimedOut:
    case CommandState::DeliveryTimedOut: return "TimedOut";
    case CommandState::InvalidPlatform: return "Failed";
    case CommandState::Terminated: return "Cancelled";
    default: return details_of(state);
  }
}

CommandState state_of(const CommandRow& row) {
  const auto has = [&](CommandState state) {
    return std::ranges::find(row.invocations, state, &CommandInvocation::state) !=
           row.invocations.end();
  };
  if (!is_over(row)) {
    if (has(CommandState::Cancelling)) return CommandState::Cancelling;
    const bool is_untouched = std::ranges::all_of(row.invocations, [](const auto& one) {
      return one.state == CommandState::Pending || one.state == CommandState::Delayed;
    });
    return is_untouched ? CommandState::Pending : CommandState::InProgress;
  }
  for (const auto worst :
       {CommandState::Failed, CommandState::InvalidPlatform, CommandState::ExecutionTimedOut,
        CommandState::DeliveryTimedOut, CommandState::Cancelled, CommandState::Terminated})
    if (has(worst)) return worst;
  return CommandState::Success;
}

std::size_t share_of(std::string_view limit, std::size_t count, std::size_t least) {
  std::size_t number = 0;
  std::from_chars(limit.data(), limit.data() + limit.size(), number);
  if (limit.ends_with('%')) number = count * std::min<std::size_t>(number, 100) / 100;
  return std::max(number, least);
}

}  // namespace hikae::sandbox
