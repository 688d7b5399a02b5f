#include "plane/iam/policy_text.h"

#include "aws/errors.h"
#include "base/value.h"

namespace hikae::plane {

Result<> check_policy(std::string_view json_text, PolicyUse use, std::string_view error_code) {
  TRY_DO(hikae::iam::parse_policy(json_text, use, error_code));
  return {};
}

Result<> check_policy_size(std::string_view json_text, std::size_t most, std::string_view quota) {
  if (hikae::iam::size_of_policy(json_text) <= most) return {};
  return aws::aws_error("LimitExceeded",
                        "Cannot exceed quota for " + str(quota) + ": " + std::to_string(most));
}

}  // namespace hikae::plane
