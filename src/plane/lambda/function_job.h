// An environment's job out of a function's configuration: what Lambda sets for it
// (docs/reference/schedules-events-sns-lambda-cfn.md 4.1).
#pragma once

#include <string>

#include "base/function_host.h"
#include "base/value.h"
#include "plane/sts/keys.h"

namespace hikae::plane::lambda {

/// What it calls AWS with, and where.
struct FunctionAccess {
  std::string url;  // "http://127.0.0.1:40123"; empty: it reaches nobody
  AccessKey key;
};

/// Which runtime the configuration wants. Error `Unsupported`, code "FunctionNotRun": none of
/// Python and provided.
[[nodiscard]] Result<FunctionRuntime> runtime_of(const Value& configuration);

/// `stream` names its log. Variables of the user never take the place of Lambda's own.
[[nodiscard]] Result<FunctionJob> function_job(const Value& configuration, const Scope& scope,
                                               FunctionCode code, const FunctionAccess& access,
                                               const std::string& stream);

/// `text` as it was given in a Code.ZipFile: an archive in Base64, or a template's inline source.
[[nodiscard]] FunctionCode code_in(std::string_view text, FunctionRuntime runtime);

}  // namespace hikae::plane::lambda
