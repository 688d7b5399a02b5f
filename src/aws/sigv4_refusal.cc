#include "aws/sigv4_refusal.h"

#include <algorithm>

#include "base/escape.h"

namespace hikae::aws {
namespace sigv4 {
namespace {

struct RefusalWords {
  AuthFault fault;
  AuthWording wording;
  std::string_view code;
  std::string_view message;
};

constexpr std::string_view kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";
constexpr std::string_view kS3Mismatch =
    "The request signature we calculated does not match the signature you provided. Check your key "
    "and signing method.";
constexpr std::string_view kEc2Failure =
    "AWS was not able to validate the provided access credentials";
constexpr std::string_view kUnknownKey = "The security token included in the request is invalid.";
constexpr std::string_view kIncomplete = "The request signature does not conform to AWS standards.";
constexpr std::string_view kExpired = "Request has expired.";
constexpr std::string_view kUnsignedHeaders =
    "There were headers present in the request which were not signed";
constexpr std::string_view kPayload =
    "The provided 'x-amz-content-sha256' header does not match what was computed.";

using enum AuthFault;
using enum AuthWording;

// The first row of a fault and wording counts.
constexpr RefusalWords kRefusals[] = {
    {Missing, Query, "MissingAuthenticationToken", "Request is missing Authentication Token"},
    {Missing, Json, "MissingAuthenticationTokenException", "Missing Authentication Token"},
    {Missing, Ec2, "AuthFailure", kEc2Failure},
    {Missing, S3, "AccessDenied", "Access Denied"},
    {Incomplete, Query, "IncompleteSignature", kIncomplete},
    {Incomplete, Json, "IncompleteSignatureException", kIncomplete},
    {Incomplete, Ec2, "AuthFailure", kEc2Failure},
    {Incomplete, S3, "AuthorizationHeaderMalformed", kIncomplete},
    {Mismatch, Query, "SignatureDoesNotMatch", kMismatch},
    {Mismatch, Json, "InvalidSignatureException", kMismatch},
    {Mismatch, Ec2, "AuthFailure", kEc2Failure},
    {Mismatch, S3, "SignatureDoesNotMatch", kS3Mismatch},
    {WrongPlace, Query, "SignatureDoesNotMatch", kMismatch},
    {WrongPlace, Json, "InvalidSignatureException", kMismatch},
    {WrongPlace, Ec2, "AuthFailure", kEc2Failure},
    {WrongPlace, S3, "AuthorizationHeaderMalformed", kS3Mismatch},
    {Expired, Query, "SignatureDoesNotMatch", kExpired},
    {Expired, Json, "InvalidSignatureException", kExpired},
    {Expired, Ec2, "RequestExpired", kExpired},
    {Expired, S3, "RequestTimeTooSkewed",
     "The difference between the request time and the current time is too large."},
    {Unsigned, Query, "SignatureDoesNotMatch", kUnsignedHeaders},
    {Unsigned, Json, "InvalidSignatureException", kUnsignedHeaders},
    {Unsigned, Ec2, "AuthFailure", kEc2Failure},
    {Unsigned, S3, "AccessDenied", kUnsignedHeaders},
    {Payload, Query, "SignatureDoesNotMatch", kMismatch},
    {Payload, Json, "InvalidSignatureException", kMismatch},
    {Payload, Ec2, "AuthFailure", kEc2Failure},
    {Payload, S3, "XAmzContentSHA256Mismatch", kPayload},
    {UnknownKey, Query, "InvalidClientTokenId", kUnknownKey},
    {UnknownKey, Json, "UnrecognizedClientException", kUnknownKey},
    {UnknownKey, Ec2, "AuthFailure", kEc2Failure},
    {UnknownKey, S3, "InvalidAccessKeyId",
     "The AWS Access Key Id you provided does not exist in our records."},
    {Unsupported, Query, "IncompleteSignature", kIncomplete},
    {Unsupported, Json, "IncompleteSignatureException", kIncomplete},
    {Unsupported, Ec2, "AuthFailure", kEc2Failure},
    {Unsupported, S3, "InvalidRequest",
     "The authorization mechanism you have provided is not supported. Please use "
     "AWS4-HMAC-SHA256."},
};

}  // namespace

std::unexpected<Error> refuse(AuthFault fault, AuthWording wording, std::string detail) {
  const auto* row = std::ranges::find_if(
      kRefusals, [&](const auto& one) { return one.fault == fault && one.wording == wording; });
  const bool is_fixed = detail.empty() || row->message == kEc2Failure;
  return fail(ErrorKind::Denied, std::string(row->code),
              is_fixed ? std::string(row->message) : printable(detail));
}

}  // namespace sigv4

Error unknown_key(AuthWording wording) {
  return sigv4::refuse(sigv4::AuthFault::UnknownKey, wording).error();
}

int status_of_refusal(std::string_view code) {
  static constexpr std::string_view kBadRequest[] = {"MissingAuthenticationTokenException",
                                                     "IncompleteSignature",
                                                     "IncompleteSignatureException",
                                                     "InvalidSignatureException",
                                                     "UnrecognizedClientException",
                                                     "AuthorizationHeaderMalformed",
                                                     "XAmzContentSHA256Mismatch",
                                                     "InvalidRequest",
                                                     "RequestExpired"};
  static constexpr std::string_view kForbidden[] = {
      "MissingAuthenticationToken", "SignatureDoesNotMatch", "InvalidClientTokenId", "AccessDenied",
      "RequestTimeTooSkewed",       "InvalidAccessKeyId"};
  if (code == "AuthFailure") return 401;
  if (std::ranges::find(kBadRequest, code) != std::end(kBadRequest)) return 400;
  return std::ranges::find(kForbidden, code) != std::end(kForbidden) ? 403 : 0;
}

}  // namespace hikae::aws
