#include "sandbox/errors.h"

#include <fmt/format.h>

#include <array>

#include "aws/errors.h"

namespace hikae::sandbox {
namespace {

struct KnownCode {
  std::string_view code;
  std::string_view message;
};

constexpr std::array kKnownCodes{
    KnownCode{"RequestLimitExceeded", "Request limit exceeded."},
    KnownCode{"Throttling", "Rate exceeded"},
    KnownCode{"ThrottlingException", "Rate exceeded"},
    KnownCode{"InternalError", "An internal error has occurred"},
    KnownCode{"InternalServerError", "An internal error has occurred"},
    KnownCode{"InternalFailure", "An internal error has occurred"},
    KnownCode{"Unavailable", "The service is unavailable. Please try again shortly."},
    KnownCode{"ServiceUnavailable", "The service is unavailable. Please try again shortly."},
    KnownCode{"RequestTimeout", "No answer came in time"},
    KnownCode{"UnauthorizedOperation", "You are not authorized to perform this operation."},
    KnownCode{"AccessDeniedException", "You are not authorized to perform this operation."},
    KnownCode{"AuthFailure", "AWS was not able to validate the provided access credentials"},
    KnownCode{"RequestExpired", "Request has expired."},
    KnownCode{"OptInRequired", "You are not authorized to use the requested service."},
    KnownCode{"OperationNotPermitted", "The operation is not permitted."},
    KnownCode{"InsufficientInstanceCapacity",
              "There is no Spot or On-Demand capacity available that matches your request."},
    KnownCode{"InstanceLimitExceeded",
              "You have requested more instances than your current instance limit allows."},
    KnownCode{"ResourceLimitExceeded", "You have exceeded an Amazon EC2 resource limit."},
    KnownCode{"SnapshotLimitExceeded", "The maximum snapshot limit has been reached."},
    KnownCode{"TagLimitExceeded", "The maximum number of Tags for a resource has been reached."},
    KnownCode{"IncorrectState", "The resource is not in a state that allows this operation."},
    KnownCode{"IncorrectInstanceState",
              "The instance is not in a state that allows this operation."},
    KnownCode{"InvalidAMIName.Duplicate", "The AMI name is already in use."},
    KnownCode{"InvalidAMIID.Unavailable", "The AMI is no longer available."},
    KnownCode{"InvalidSnapshot.InUse", "The snapshot is in use by an AMI."},
    KnownCode{"IdempotentParameterMismatch",
              "The client token was used before with other parameters."},
    KnownCode{"DryRunOperation", "Request would have succeeded, but DryRun flag is set."},
};

constexpr int kHttpPreconditionFailed = 412;  // EC2's status of a DryRun that would succeed

const KnownCode* known_code(std::string_view code) {
  for (const auto& known : kKnownCodes)
    if (known.code == code) return &known;
  return nullptr;
}

}  // namespace

Error ec2_error(std::string code, std::string message, int http_status) {
  const auto kind = aws::classify(code, http_status);
  return {kind, std::move(code), std::move(message)};
}

Error missing_parameter(std::string_view name) {
  return ec2_error("MissingParameter",
                   fmt::format("The request must contain the parameter {}", name));
}

Error invalid_value(std::string_view value, std::string_view name, std::string_view why) {
  return ec2_error("InvalidParameterValue",
                   fmt::format("Value ({}) for parameter {} is invalid. {}", value, name, why));
}

Error dry_run_error() {
  return ec2_error("DryRunOperation", usual_message("DryRunOperation", {}),
                   kHttpPreconditionFailed);
}

std::string usual_message(std::string_view code, std::string_view operation) {
  if (const auto* known = known_code(code)) return std::string(known->message);
  return fmt::format("{} was refused with {} (a fault rule)", operation, code);
}

}  // namespace hikae::sandbox
