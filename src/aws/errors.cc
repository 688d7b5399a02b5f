#include "aws/errors.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>

namespace hikae::aws {
namespace {

using Codes = std::span<const std::string_view>;

// The call was not executed. botocore's list (retries/standard) and EC2's own.
constexpr std::string_view kThrottlingCodes[] = {"BandwidthLimitExceeded",
                                                 "EC2ThrottledException",
                                                 "LimitExceededException.Throttling",
                                                 "PriorRequestNotComplete",
                                                 "ProvisionedThroughputExceededException",
                                                 "RequestLimitExceeded",
                                                 "RequestThrottled",
                                                 "RequestThrottledException",
                                                 "SlowDown",
                                                 "ThrottledException",
                                                 "Throttling",
                                                 "ThrottlingException",
                                                 "TooManyRequestsException",
                                                 "TransactionInProgressException"};
constexpr std::string_view kDeniedCodes[] = {"AccessDenied",
                                             "AccessDeniedException",
                                             "AuthFailure",
                                             "AuthorizationError",
                                             "AuthorizationErrorException",
                                             "Blocked",
                                             "ExpiredToken",
                                             "ExpiredTokenException",
                                             "IncompleteSignature",
                                             "IncompleteSignatureException",
                                             "InvalidAccessKeyId",
                                             "InvalidClientTokenId",
                                             "InvalidSignatureException",
                                             "InvalidToken",
                                             "MissingAuthenticationToken",
                                             "MissingAuthenticationTokenException",
                                             "NotAuthorized",
                                             "OptInRequired",
                                             "RequestExpired",
                                             "RequestTimeTooSkewed",
                                             "SignatureDoesNotMatch",
                                             "UnauthorizedAccess",
                                             "UnauthorizedException",
                                             "UnauthorizedOperation",
                                             "UnrecognizedClientException"};
// May have been executed.
constexpr std::string_view kUnavailableCodes[] = {"Bad Gateway",
                                                  "HttpFailureException",
                                                  "InternalError",
                                                  "InternalFailure",
                                                  "InternalServerError",
                                                  "InternalServerException",
                                                  "InternalServiceError",
                                                  "InternalServiceException",
                                                  "ServerInternal",
                                                  "ServiceException",
                                                  "ServiceFailure",
                                                  "ServiceUnavailable",
                                                  "ServiceUnavailableException",
                                                  "Unavailable"};
constexpr std::string_view kTimeoutCodes[] = {"RequestTimeout", "RequestTimeoutException",
                                              "ResponseTimeout"};
constexpr std::string_view kNotFoundCodes[] = {"404",
                                               "DBInstanceNotFound",
                                               "DoesNotExistException",
                                               "InvalidAMIID.Unavailable",
                                               "InvalidDocument",
                                               "InvalidDocumentVersion",
                                               "InvalidInstanceId",
                                               "NotFound",
                                               "NotFoundException",
                                               "ParameterNotFound"};
constexpr std::string_view kConflictCodes[] = {"AlreadyExistsException",
                                               "AutomationExecutionLimitExceededException",
                                               "ConflictException",
                                               "DeleteConflict",
                                               "DependencyViolation",
                                               "DocumentAlreadyExists",
                                               "DuplicateDocumentContent",
                                               "DuplicateInstanceId",
                                               "EntityAlreadyExists",
                                               "IdempotentParameterMismatch",
                                               "IncorrectInstanceState",
                                               "IncorrectState",
                                               "InstanceLimitExceeded",
                                               "InsufficientCapacity",
                                               "InsufficientInstanceCapacity",
                                               "InvalidInstanceID.NotLinkable",
                                               "InvalidState",
                                               "InvalidStateException",
                                               "OperationNotPermitted",
                                               "SnapshotLocked",
                                               "TargetInUseException",
                                               "UnsupportedOperation"};
constexpr std::string_view kUnsupportedCodes[] = {"InvalidAction", "UnknownOperation",
                                                  "UnknownOperationException", "NotImplemented",
                                                  "UnsupportedOperationException"};

bool is_one_of(std::string_view code, Codes codes) {
  return std::ranges::find(codes, code) != codes.end();
}

bool ends_with_any(std::string_view code, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](auto end) { return code.ends_with(end); });
}

std::optional<ErrorKind> by_list(std::string_view code) {
  if (is_one_of(code, kThrottlingCodes)) return ErrorKind::Throttled;
  if (is_one_of(code, kDeniedCodes)) return ErrorKind::Denied;
  if (is_one_of(code, kUnavailableCodes)) return ErrorKind::Unavailable;
  if (is_one_of(code, kTimeoutCodes)) return ErrorKind::Timeout;
  if (is_one_of(code, kUnsupportedCodes)) return ErrorKind::Unsupported;
  if (is_one_of(code, kNotFoundCodes)) return ErrorKind::NotFound;
  if (is_one_of(code, kConflictCodes)) return ErrorKind::Conflict;
  return std::nullopt;
}

// AWS builds codes of a few pieces: InvalidSnapshot.NotFound, NoSuchBucket,
// AutomationExecutionNotFoundException, InvalidAMIName.Duplicate, InvalidSnapshot.InUse.
std::optional<ErrorKind> by_form(std::string_view code) {
  if (ends_with_any(code, {".NotFound", "NotFoundException", "NotFound", "NotFoundFault",
                           "DoesNotExist", "DoesNotExistException"}) ||
      code.starts_with("NoSuch"))
    return ErrorKind::NotFound;
  if (ends_with_any(code, {".Duplicate", ".InUse", "InUse", "InUseException", "AlreadyExists",
                           "AlreadyExistsException", "AlreadyExistsFault", "ConflictException",
                           "LimitExceeded", "LimitExceededException", "QuotaExceededException"}))
    return ErrorKind::Conflict;
  if (code.find("Throttl") != std::string_view::npos) return ErrorKind::Throttled;
  return std::nullopt;
}

ErrorKind by_status(int status) {
  if (status == 401 || status == 403) return ErrorKind::Denied;
  if (status == 404 || status == 410) return ErrorKind::NotFound;
  if (status == 409 || status == 412) return ErrorKind::Conflict;
  if (status == 408 || status == 504) return ErrorKind::Timeout;
  if (status == 429) return ErrorKind::Throttled;
  if (status == 501) return ErrorKind::Unsupported;
  return status >= 500 ? ErrorKind::Unavailable : ErrorKind::Invalid;
}

}  // namespace

ErrorKind classify(std::string_view code, int http_status) {
  if (const auto kind = by_list(code)) return *kind;
  if (const auto kind = by_form(code)) return *kind;
  return by_status(http_status);
}

std::unexpected<Error> aws_error(std::string code, std::string message, int http_status) {
  const auto kind = classify(code, http_status);
  return fail(kind, std::move(code), std::move(message));
}

bool is_not_found(const Error& error) { return error.kind == ErrorKind::NotFound; }

}  // namespace hikae::aws
