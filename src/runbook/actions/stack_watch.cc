#include "runbook/actions/stack_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "runbook/actions/inputs.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kStackNameChars = 128;

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_stack_name(std::string_view name) {
  if (name.starts_with("arn:")) return true;  // an id, where a stack is named to be deleted
  return name.size() <= kStackNameChars && is_ascii_letter(name.front()) &&
         std::ranges::all_of(
             name, [](char c) { return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

const Value* stack_in(const Value& answer, std::string_view name_or_id) {
  for (const auto& stack : list_at(answer, "Stacks"))
    if (text_at(stack, "StackId") == name_or_id || text_at(stack, "StackName") == name_or_id)
      return &stack;
  return nullptr;
}

bool stack_is_settled(std::string_view status) {
  return !status.empty() && !status.ends_with("_IN_PROGRESS");
}

bool says_no_stack(const Error& error) {
  return error.kind == ErrorKind::NotFound ||
         (error.code == "ValidationError" &&
          error.message.find("does not exist") != std::string::npos);
}

std::string stack_status_shown(const Value& stack) {
  const auto reason = text_at(stack, "StackStatusReason");
  return fmt::format("{}{}{}", text_at(stack, "StackStatus"), reason.empty() ? "" : ", ", reason);
}

Object stack_outputs(const Value& stack) {
  Object outputs;
  if (const auto* object = stack.if_object())
    copy_members(*object, {"StackId", "StackStatus", "StackStatusReason"}, outputs);
  return outputs;
}

Result<std::string> stack_name(const Object& inputs) {
  auto name = TRY(required_text(inputs, "StackName"));
  if (is_stack_name(name)) return name;
  return fail(ErrorKind::Invalid,
              fmt::format("The input StackName is '{}': it must begin with a letter and have "
                          "letters, digits and hyphens only, at most {}",
                          name, kStackNameChars));
}

}  // namespace hikae::runbook
