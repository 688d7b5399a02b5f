#include "cli/stack_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"

namespace hikae::cli {
namespace {

constexpr std::string_view kMadeByHikae = "Made by hikae";

bool says_absent(const Error& error) {
  return error.message.find("does not exist") != std::string::npos;
}

Colour colour_of_event(std::string_view status) {
  if (status.ends_with("_FAILED") || status.find("ROLLBACK") != std::string_view::npos)
    return Colour::Bad;
  return status.ends_with("_COMPLETE") ? Colour::Good : Colour::Dim;
}

/// What failed only because something else had.
bool is_consequence(const Value& event) {
  return text_at(event, "ResourceStatusReason").find("cancelled") != std::string_view::npos;
}

}  // namespace

Result<Value> find_stack(Session& session, const std::string& name_or_id) {
  const auto answer =
      session.call("cloudformation", "DescribeStacks", Object{{"StackName", name_or_id}});
  if (!answer && says_absent(answer.error())) return nullptr;
  if (!answer) return std::unexpected(answer.error());
  const auto& stacks = list_at(*answer, "Stacks");
  if (stacks.empty() || text_at(stacks.front(), "StackStatus") == "DELETE_COMPLETE") return nullptr;
  return stacks.front();
}

Result<Value> existing_stack(Session& session, const std::string& name) {
  auto stack = TRY(find_stack(session, name));
  if (!stack.is_null()) return stack;
  return fail(ErrorKind::NotFound, "account " + session.scope().account + " has no stack " + name +
                                       " in " + session.scope().region +
                                       ": hikae deploy makes it, or choose another --stack, "
                                       "--region or --profile");
}

bool is_in_progress(const Value& stack) {
  const auto status = text_at(stack, "StackStatus");
  return status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS";
}

Result<> expect_own_stack(const Value& stack) {
  const auto name = str(text_at(stack, "StackName"));
  // A stack that only has a change set has no description yet.
  const bool is_review = text_at(stack, "StackStatus") == "REVIEW_IN_PROGRESS";
  if (!is_review && !text_at(stack, "Description").starts_with(kMadeByHikae))
    return fail(ErrorKind::Conflict, "the stack " + name +
                                         " was not made by hikae, and is left alone: choose "
                                         "another name (--stack, or stack in hikae.yaml)");
  if (is_in_progress(stack))
    return fail(ErrorKind::Conflict, "the stack " + name + " is being changed already (" +
                                         str(text_at(stack, "StackStatus")) +
                                         "): wait until that is over");
  return {};
}

StackWatch::StackWatch(Session& session, Output& out, std::string id)
    : session_(session), out_(out), id_(std::move(id)) {}

/// The newest first; pages are read until one holds an event that is known.
Result<Array> StackWatch::news() {
  Array fresh;
  Object input{{"StackName", id_}};
  for (;;) {
    const auto page = TRY(session_.call("cloudformation", "DescribeStackEvents", input));
    for (const auto& event : list_at(page, "StackEvents")) {
      if (!seen_.insert(str(text_at(event, "EventId"))).second) return fresh;
      fresh.push_back(event);
    }
    const auto token = text_at(page, "NextToken");
    if (token.empty()) return fresh;
    input["NextToken"] = token;
  }
}

Result<> StackWatch::begin() {
  const auto before = news();
  if (!before && says_absent(before.error())) return {};
  return before ? Result<>{} : std::unexpected(before.error());
}

void StackWatch::print(const Value& event) {
  const auto status = text_at(event, "ResourceStatus");
  const bool has_failed = status.ends_with("_FAILED") && !is_consequence(event);
  if (has_failed && first_failure_.is_null()) first_failure_ = event;
  if (out_.json()) return;
  out_.line(fmt::format("  {}  {:<20}  {}  {}", text_at(event, "Timestamp").substr(11, 8),
                        out_.painted(status, colour_of_event(status)),
                        out_.painted(text_at(event, "LogicalResourceId"), Colour::Bold),
                        out_.painted(text_at(event, "ResourceType"), Colour::Dim)));
  const auto why = text_at(event, "ResourceStatusReason");
  if (!why.empty() && status.ends_with("_FAILED")) out_.block("      ", why, Colour::Bad);
}

Result<Value> StackWatch::follow() {
  Result<Value> stack = Value();
  const auto is_over = [&] {
    // Asked before the events: what it says last has its events then.
    stack = find_stack(session_, id_);
    if (!stack) return true;
    auto events = news();
    if (!events) {
      stack = std::unexpected(events.error());
      return true;
    }
    std::for_each(events->rbegin(), events->rend(), [&](const Value& event) { print(event); });
    return stack->is_null() || !is_in_progress(*stack);
  };
  if (session_.run_until(is_over)) return stack;
  return fail(ErrorKind::Timeout,
              "interrupted: AWS goes on with it; the same command again shows how it ended");
}

}  // namespace hikae::cli
