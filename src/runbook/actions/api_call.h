// The inputs Service, Api and the API's own parameters beside them: executeAwsApi and the two
// property actions share them.
#pragma once

#include <string>

#include "base/result.h"
#include "base/value.h"

namespace hikae::runbook {

struct ApiCall {
  std::string service;    // lower case
  std::string operation;  // in Pascal case: whoever looks for an operation by name finds it
  Value input;
};

[[nodiscard]] Result<> check_api_call(const Object& inputs);
/// `inputs` passed the check. PropertySelector and DesiredValues are no parameters of the API.
[[nodiscard]] ApiCall api_call_of(const Object& inputs);

}  // namespace hikae::runbook
