#include "aws/errors.h"

#include <gtest/gtest.h>

namespace hikae::aws {
namespace {

TEST(AwsErrors, ThrottlingWasNotExecuted) {
  for (const auto* code : {"RequestLimitExceeded", "Throttling", "ThrottlingException",
                           "TooManyRequestsException", "SlowDown", "EC2ThrottledException"})
    EXPECT_EQ(classify(code), ErrorKind::Throttled) << code;
  EXPECT_EQ(classify("SomethingNew", 429), ErrorKind::Throttled);
}

TEST(AwsErrors, NotFoundHasManySpellings) {
  for (const auto* code :
       {"InvalidAMIID.NotFound", "InvalidInstanceID.NotFound", "InvalidSnapshot.NotFound",
        "NoSuchBucket", "NoSuchEntity", "ResourceNotFoundException", "DoesNotExistException",
        "AutomationExecutionNotFoundException", "NotFound", "DBSnapshotNotFound",
        "AWS.SimpleQueueService.NonExistentQueue.NotFound", "InvalidAMIID.Unavailable"})
    EXPECT_EQ(classify(code), ErrorKind::NotFound) << code;
}

TEST(AwsErrors, CredentialsAndPermissionsAreDenied) {
  for (const auto* code : {"UnauthorizedOperation", "AccessDenied", "AuthFailure", "ExpiredToken",
                           "SignatureDoesNotMatch", "UnrecognizedClientException"})
    EXPECT_EQ(classify(code, 400), ErrorKind::Denied) << code;
  EXPECT_EQ(classify("Whatever", 403), ErrorKind::Denied);
}

TEST(AwsErrors, StatesAndDuplicatesAreConflicts) {
  for (const auto* code :
       {"InvalidAMIName.Duplicate", "InvalidSnapshot.InUse", "IncorrectInstanceState",
        "InsufficientInstanceCapacity", "DocumentAlreadyExists", "AlreadyExistsException",
        "SnapshotLimitExceeded"})
    EXPECT_EQ(classify(code), ErrorKind::Conflict) << code;
}

TEST(AwsErrors, ServersOwnFailuresLeaveOpenWhetherTheCallWasExecuted) {
  EXPECT_EQ(classify("InternalError"), ErrorKind::Unavailable);
  EXPECT_EQ(classify("ServiceUnavailable", 503), ErrorKind::Unavailable);
  EXPECT_EQ(classify("", 502), ErrorKind::Unavailable);
  EXPECT_EQ(classify("RequestTimeout"), ErrorKind::Timeout);
}

TEST(AwsErrors, TheRestIsInvalid) {
  EXPECT_EQ(classify("InvalidAMIName.Malformed", 400), ErrorKind::Invalid);
  EXPECT_EQ(classify("ValidationException"), ErrorKind::Invalid);
  EXPECT_EQ(classify("NeverSeen"), ErrorKind::Invalid);
}

TEST(AwsErrors, KeepCodeAndMessage) {
  const Result<> result = aws_error("InvalidAMIID.NotFound", "The image id '[ami-1]' …");
  EXPECT_EQ(result.error().code, "InvalidAMIID.NotFound");
  EXPECT_TRUE(is_not_found(result.error()));
}

}  // namespace
}  // namespace hikae::aws
