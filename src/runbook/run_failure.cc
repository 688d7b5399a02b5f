#include "runbook/run_failure.h"

#include <fmt/format.h>

namespace hikae::runbook {
namespace {

constexpr std::string_view kRefer =
    "Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";

FailureType type_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Denied: return FailureType::Permission;
    case ErrorKind::Throttled: return FailureType::Throttling;
    case ErrorKind::Io: return FailureType::Internal;
    default: return FailureType::Action;
  }
}

std::string_view without_full_stop(std::string_view text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Failure step_failure(std::string_view doing, std::string_view detail, FailureStage stage,
                     FailureType type) {
  return {fmt::format("Step fails when it is {}. {}. {}", doing, without_full_stop(detail), kRefer),
          stage, type};
}

Failure api_failure(std::string_view doing, std::string_view operation, const Error& error) {
  const std::string_view code = error.code.empty() ? to_string(error.kind) : error.code;
  const auto detail = fmt::format("An error occurred ({}) when calling the {} operation: {}", code,
                                  operation, error.message);
  return step_failure(doing, detail, FailureStage::Invocation, type_of(error));
}

Failure timeout_failure(std::string_view doing) {
  return {fmt::format("Step timed out while step is {}. {}", doing, kRefer),
          FailureStage::Invocation, FailureType::Action};
}

std::string operation_name(std::string_view as_written) {
  std::string name;
  bool upper = true;
  for (const char letter : as_written) {
    if (letter == '_' || letter == '-') {
      upper = true;
      continue;
    }
    const bool lower_case = letter >= 'a' && letter <= 'z';
    name += upper && lower_case ? static_cast<char>(letter - 'a' + 'A') : letter;
    upper = false;
  }
  return name;
}

std::string_view to_string(FailureStage stage) {
  switch (stage) {
    case FailureStage::None: return "";
    case FailureStage::InputValidation: return "InputValidation";
    case FailureStage::Invocation: return "Invocation";
    case FailureStage::PostVerification: return "PostVerification";
  }
  return "";
}

std::string_view to_string(FailureType type) {
  switch (type) {
    case FailureType::Action: return "Action";
    case FailureType::Permission: return "Permission";
    case FailureType::Throttling: return "Throttling";
    case FailureType::Verification: return "Verification";
    case FailureType::Internal: return "Internal";
  }
  return "Internal";
}

}  // namespace hikae::runbook
