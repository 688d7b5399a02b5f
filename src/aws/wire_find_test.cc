#include "aws/wire_testing_test.h"

namespace hikae::aws::wire_tests {
namespace {

TEST(WireFind, ATargetNamesAJsonOperation) {
  EXPECT_EQ(found_as(targeted("AmazonSSM.GetDocument", "{}"), "ssm"), "ssm:GetDocument");
  EXPECT_EQ(found_as(targeted("DynamoDB_20120810.GetItem", "{}"), "dynamodb"), "dynamodb:GetItem");
}

TEST(WireFind, ATargetOfAnotherServiceThanTheSignaturesIsNotFound) {
  EXPECT_EQ(found_as(targeted("AmazonSSM.GetDocument", "{}"), "sts"), "UnknownOperationException");
}

TEST(WireFind, NamesAreTakenAsTheyAreWritten) {
  EXPECT_EQ(found_as(targeted("AmazonSSM.getDocument", "{}"), "ssm"), "UnknownOperationException");
  EXPECT_EQ(found_as(form("Action=describe-images"), "ec2"), "InvalidAction");
}

TEST(WireFind, AVersionDecidesBetweenServicesThatShareASigningName) {
  EXPECT_EQ(
      found_as(form("Action=DescribeLoadBalancers&Version=2012-06-01"), "elasticloadbalancing"),
      "elb:DescribeLoadBalancers");
  EXPECT_EQ(
      found_as(form("Action=DescribeLoadBalancers&Version=2015-12-01"), "elasticloadbalancing"),
      "elbv2:DescribeLoadBalancers");
  EXPECT_EQ(found_as(form("Action=DescribeDBInstances&Version=2014-10-31"), "rds"),
            "rds:DescribeDBInstances");
}

TEST(WireFind, AnUnknownVersionIsNoObstacle) {
  EXPECT_EQ(found_as(form("Action=DescribeImages&Version=2014-10-01"), "ec2"),
            "ec2:DescribeImages");
}

TEST(WireFind, AMissingActionIsSaid) {
  EXPECT_EQ(found_as(form("Version=2016-11-15"), "ec2"), "MissingAction");
}

TEST(WireFind, AnUnknownActionIsSaid) {
  EXPECT_EQ(found_as(form("Action=Fly&Version=2016-11-15"), "ec2"), "InvalidAction");
}

TEST(WireFind, S3IsToldApartByMethodParametersAndHeaders) {
  EXPECT_EQ(found_as(plain("GET", "/"), "s3"), "s3:ListBuckets");
  EXPECT_EQ(found_as(plain("PUT", "/b"), "s3"), "s3:CreateBucket");
  EXPECT_EQ(found_as(plain("PUT", "/b/"), "s3"), "s3:CreateBucket");
  EXPECT_EQ(found_as(plain("GET", "/b"), "s3"), "s3:ListObjects");
  EXPECT_EQ(found_as(plain("GET", "/b?list-type=2&prefix=x"), "s3"), "s3:ListObjectsV2");
  EXPECT_EQ(found_as(plain("GET", "/b?location"), "s3"), "s3:GetBucketLocation");
  EXPECT_EQ(found_as(plain("PUT", "/b/k"), "s3"), "s3:PutObject");
  EXPECT_EQ(found_as(plain("PUT", "/b/k?x-id=PutObject"), "s3"), "s3:PutObject");
  EXPECT_EQ(found_as(plain("PUT", "/b/k", "", {{"x-amz-copy-source", "/a/b"}}), "s3"),
            "s3:CopyObject");
  EXPECT_EQ(found_as(plain("PUT", "/b/k?partNumber=1&uploadId=u"), "s3"), "s3:UploadPart");
  EXPECT_EQ(found_as(plain("POST", "/b?delete"), "s3"), "s3:DeleteObjects");
  EXPECT_EQ(found_as(plain("HEAD", "/b/k/l"), "s3"), "s3:HeadObject");
  EXPECT_EQ(found_as(plain("DELETE", "/b/k"), "s3"), "s3:DeleteObject");
}

TEST(WireFind, ABucketMayStandInTheHost) {
  const auto in_host = [](std::string host, std::string target) {
    return plain("GET", std::move(target), "", {{"Host", std::move(host)}});
  };
  EXPECT_EQ(read_as(in_host("my.bucket.s3.us-east-1.amazonaws.com", "/a/k"), "s3"),
            R"({"Bucket":"my.bucket","Key":"a/k"})");
  EXPECT_EQ(read_as(in_host("b.localhost:4780", "/"), "s3"), R"({"Bucket":"b"})");
  EXPECT_EQ(read_as(in_host("127.0.0.1:4780", "/b/k"), "s3"), R"({"Bucket":"b","Key":"k"})");
  EXPECT_EQ(found_as(in_host("s3.us-east-1.amazonaws.com", "/"), "s3"), "s3:ListBuckets");
  EXPECT_EQ(found_as(in_host("s3.localhost:4780", "/"), "s3"), "s3:ListBuckets");
}

TEST(WireFind, S3ControlSharesTheSigningNameAndIsFoundByItsPath) {
  EXPECT_EQ(found_as(plain("GET", "/v20180820/jobs", "", {{"x-amz-account-id", "1"}}), "s3"),
            "s3control:ListJobs");
}

TEST(WireFind, LambdasPathsAreFoundWithAndWithoutASlashAtTheEnd) {
  EXPECT_EQ(found_as(plain("GET", "/2015-03-31/functions/"), "lambda"), "lambda:ListFunctions");
  EXPECT_EQ(found_as(plain("GET", "/2015-03-31/functions"), "lambda"), "lambda:ListFunctions");
  EXPECT_EQ(found_as(plain("GET", "/2015-03-31/functions/f"), "lambda"), "lambda:GetFunction");
  EXPECT_EQ(found_as(plain("PATCH", "/2015-03-31/functions/f"), "lambda"),
            "UnknownOperationException");
}

TEST(WireFind, WithoutASignatureTheFormDecides) {
  EXPECT_EQ(found_as(form("Action=DescribeImages&Version=2016-11-15"), ""), "ec2:DescribeImages");
  EXPECT_EQ(found_as(targeted("AmazonSSM.GetDocument", "{}"), ""), "ssm:GetDocument");
  EXPECT_EQ(found_as(plain("GET", "/2015-03-31/functions/"), ""), "lambda:ListFunctions");
  EXPECT_EQ(found_as(plain("GET", "/b/k"), ""), "s3:GetObject");
}

TEST(WireFind, AServiceNobodyKnowsIsAnErrorOfTheRequestsOwnForm) {
  EXPECT_EQ(found_as(form("Action=X"), "nothing"), "InvalidAction");
  EXPECT_EQ(found_as(targeted("A.B", "{}"), "nothing"), "UnknownOperationException");
}

TEST(WireFind, TheDialectOfARefusalFollowsTheRequest) {
  EXPECT_EQ(dialect_of(form("Action=X"), "ec2"), Dialect::Ec2);
  EXPECT_EQ(dialect_of(form("Action=X"), "iam"), Dialect::Query);
  EXPECT_EQ(dialect_of(form("Action=X"), ""), Dialect::Query);
  EXPECT_EQ(dialect_of(targeted("A.B", "{}", "application/x-amz-json-1.0"), ""), Dialect::Json10);
  EXPECT_EQ(dialect_of(targeted("AmazonSQS.X", "{}"), "sqs"), Dialect::QueryAsJson);
  EXPECT_EQ(dialect_of(plain("GET", "/"), "s3"), Dialect::S3);
  EXPECT_EQ(dialect_of(plain("GET", "/x"), "lambda"), Dialect::RestJson);
}

TEST(WireFind, AVeryLongTargetIsRefused) {
  const auto found = find_operation(plain("GET", "/" + std::string(100'000, 'a')), "s3");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, ErrorKind::Limit);
}

}  // namespace
}  // namespace hikae::aws::wire_tests
