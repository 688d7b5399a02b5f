#include <initializer_list>

#include "aws/wire/answer_errors.h"

namespace hikae::aws::wire {
namespace {

struct UsualCodes {
  ErrorKind kind;
  std::string_view ec2, query, json, rest, s3;
};

constexpr UsualCodes kUsualCodes[] = {
    {ErrorKind::Invalid, "InvalidParameterValue", "ValidationError", "ValidationException",
     "ValidationException", "InvalidArgument"},
    {ErrorKind::NotFound, "InvalidParameterValue", "NoSuchEntity", "ResourceNotFoundException",
     "ResourceNotFoundException", "NoSuchKey"},
    {ErrorKind::Conflict, "IncorrectState", "InvalidState", "ConflictException",
     "ConflictException", "OperationAborted"},
    {ErrorKind::Denied, "UnauthorizedOperation", "AccessDenied", "AccessDeniedException",
     "AccessDeniedException", "AccessDenied"},
    {ErrorKind::Throttled, "RequestLimitExceeded", "Throttling", "ThrottlingException",
     "TooManyRequestsException", "SlowDown"},
    {ErrorKind::Unavailable, "Unavailable", "ServiceUnavailable", "ServiceUnavailableException",
     "ServiceUnavailableException", "ServiceUnavailable"},
    {ErrorKind::Timeout, "Unavailable", "ServiceUnavailable", "ServiceUnavailableException",
     "ServiceUnavailableException", "ServiceUnavailable"},
    {ErrorKind::Limit, "ResourceCountExceeded", "LimitExceeded", "LimitExceededException",
     "LimitExceededException", "EntityTooLarge"},
    {ErrorKind::Io, "InternalError", "InternalFailure", "InternalServerError",
     "InternalServerException", "InternalError"},
    {ErrorKind::Unsupported, "InvalidAction", "InvalidAction", "UnknownOperationException",
     "UnknownOperationException", "NotImplemented"},
};

bool is_among(std::string_view code, std::initializer_list<std::string_view> codes) {
  for (const auto one : codes)
    if (one == code) return true;
  return false;
}

bool is_rest(Dialect dialect) {
  return dialect == Dialect::RestJson || dialect == Dialect::RestXml || dialect == Dialect::S3;
}
bool is_json_only(Dialect dialect) {
  return dialect == Dialect::Json10 || dialect == Dialect::Json11 ||
         dialect == Dialect::QueryAsJson;
}

int throttled_status(Dialect dialect) {
  // As AWS does: older clients send these again by their status alone.
  if (dialect == Dialect::Ec2 || dialect == Dialect::S3) return 503;
  return dialect == Dialect::RestJson ? 429 : 400;
}

/// S3's model names no status for these; 0 for every other code.
int s3_status(std::string_view code) {
  if (code == "NotModified") return 304;
  if (code == "MethodNotAllowed") return 405;
  if (code == "PreconditionFailed") return 412;
  return is_among(code, {"InvalidRange", "InvalidPartNumber"}) ? 416 : 0;
}

}  // namespace

std::string_view usual_code(Dialect dialect, ErrorKind kind) {
  for (const auto& row : kUsualCodes) {
    if (row.kind != kind) continue;
    switch (dialect) {
      case Dialect::Ec2: return row.ec2;
      case Dialect::Query: return row.query;
      case Dialect::Json10:
      case Dialect::Json11:
      case Dialect::QueryAsJson: return row.json;
      case Dialect::RestJson: return row.rest;
      case Dialect::RestXml:
      case Dialect::S3: return row.s3;
    }
  }
  return "InternalFailure";
}

int usual_status(Dialect dialect, const Error& error) {
  if (error.code == "DryRunOperation") return 412;
  if (const auto own = dialect == Dialect::S3 ? s3_status(error.code) : 0) return own;
  if (is_among(error.code, {"AuthFailure", "InvalidClientTokenId"}))
    return dialect == Dialect::Ec2 ? 401 : 403;
  switch (error.kind) {
    case ErrorKind::Denied: return is_json_only(dialect) ? 400 : 403;
    case ErrorKind::NotFound: return is_rest(dialect) || dialect == Dialect::Query ? 404 : 400;
    case ErrorKind::Conflict: return is_rest(dialect) || dialect == Dialect::Query ? 409 : 400;
    case ErrorKind::Throttled: return throttled_status(dialect);
    case ErrorKind::Unavailable:
    case ErrorKind::Timeout: return 503;
    case ErrorKind::Io: return 500;
    case ErrorKind::Unsupported: return dialect == Dialect::RestJson ? 404 : 400;
    case ErrorKind::Limit: return error.code == "RequestEntityTooLarge" ? 413 : 400;
    case ErrorKind::Invalid: return 400;
  }
  return 400;
}

Error in_words_of(Dialect dialect, Error error) {
  const bool ours = error.code.empty() || error.code == "ParamValidation" ||
                    (error.code == "UnknownOperationException" && dialect != Dialect::RestJson &&
                     !is_json_only(dialect));
  if (ours) error.code = usual_code(dialect, error.kind);
  return error;
}

}  // namespace hikae::aws::wire
