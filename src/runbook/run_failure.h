// Why a step failed, worded as the service words it (docs/reference/ssm-automation.md 7.5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::runbook {

enum class FailureStage : std::uint8_t { None, InputValidation, Invocation, PostVerification };
enum class FailureType : std::uint8_t { Action, Permission, Throttling, Verification, Internal };

struct Failure {
  std::string text = {};  // empty: nothing failed
  FailureStage stage = FailureStage::None;
  FailureType type = FailureType::Action;
};

inline constexpr std::string_view kDoingInputs = "validating and resolving the step inputs";
inline constexpr std::string_view kDoingLoop = "running the steps of the loop";
inline constexpr std::string_view kDoingApi = "Execute/Cancelling action";

/// "Step fails when it is <doing>. <detail>. Please refer to …"
[[nodiscard]] Failure step_failure(std::string_view doing, std::string_view detail,
                                   FailureStage stage = FailureStage::Invocation,
                                   FailureType type = FailureType::Action);
/// The same with "An error occurred (Code) when calling the X operation: …" as detail.
[[nodiscard]] Failure api_failure(std::string_view doing, std::string_view operation,
                                  const Error& error);
/// "Step timed out while step is <doing>. Please refer to …"
[[nodiscard]] Failure timeout_failure(std::string_view doing);

/// The service model's spelling of an operation: create_image, create-image, createImage ->
/// CreateImage.
[[nodiscard]] std::string operation_name(std::string_view as_written);

[[nodiscard]] std::string_view to_string(FailureStage stage);
[[nodiscard]] std::string_view to_string(FailureType type);

}  // namespace hikae::runbook
