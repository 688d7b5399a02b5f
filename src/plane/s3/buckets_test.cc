#include "plane/s3/testing_s3_test.h"

namespace hikae::plane::s3 {
namespace {

TEST(S3Buckets, AreMadeInTheRegionAskedAndSaySo) {
  S3Bench bench;
  EXPECT_EQ(bench.ok("GetBucketLocation", R"({"Bucket": "assets"})"),
            json(R"({"LocationConstraint": "ap-northeast-1"})"));
  bench.test.scope.region = "us-east-1";
  bench.ok("CreateBucket", R"({"Bucket": "classic"})");
  EXPECT_EQ(bench.ok("GetBucketLocation", R"({"Bucket": "classic"})"), Object());
}

TEST(S3Buckets, AreGlobalWithinTheirAccount) {
  S3Bench bench;
  bench.test.scope.region = "eu-west-1";
  bench.ok("HeadBucket", R"({"Bucket": "assets"})");
  const auto listed = bench.ok("ListBuckets", Object());
  EXPECT_EQ(text_at(list_at(listed, "Buckets")[0], "Name"), "assets");
  EXPECT_EQ(bench.refused("HeadBucket", R"({"Bucket": "others"})"), "NoSuchBucket");
}

TEST(S3Buckets, TakeTheConstraintOfTheirOwnRegionOnly) {
  S3Bench bench;
  EXPECT_EQ(bench.refused("CreateBucket", R"({"Bucket": "no-constraint"})"),
            "IllegalLocationConstraintException");
  EXPECT_EQ(bench.refused("CreateBucket", R"({"Bucket": "elsewhere",
                "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}})"),
            "IllegalLocationConstraintException");
}

TEST(S3Buckets, OfAnotherAccountAreTakenAndClosed) {
  S3Bench bench;
  bench.test.scope.account = "210987654321";
  EXPECT_EQ(bench.refused("CreateBucket", R"({"Bucket": "assets",
                "CreateBucketConfiguration": {"LocationConstraint": "ap-northeast-1"}})"),
            "BucketAlreadyExists");
  EXPECT_EQ(bench.refused("HeadBucket", R"({"Bucket": "assets"})"), "AccessDenied");
}

TEST(S3Buckets, MadeTwiceAreRefusedExceptInUsEast1) {
  S3Bench bench;
  EXPECT_EQ(bench.refused("CreateBucket", R"({"Bucket": "assets",
                "CreateBucketConfiguration": {"LocationConstraint": "ap-northeast-1"}})"),
            "BucketAlreadyOwnedByYou");
  bench.test.scope.region = "us-east-1";
  bench.ok("CreateBucket", R"({"Bucket": "classic"})");
  bench.ok("CreateBucket", R"({"Bucket": "classic"})");
}

TEST(S3Buckets, HaveNamesThatAHostMayHave) {
  S3Bench bench;
  bench.test.scope.region = "us-east-1";
  for (const auto* name : {"ab", "Upper", "under_score", "-a-a", "a.-", "a..b", "10.0.0.1",
                           "xn--abc", "a/b", "abc-s3alias"})
    EXPECT_EQ(bench.refused("CreateBucket", Object{{"Bucket", name}}), "InvalidBucketName") << name;
  bench.ok("CreateBucket", R"({"Bucket": "cdk-hnb659fds-assets-123456789012-us-east-1"})");
}

TEST(S3Buckets, AreDeletedOnlyWhenNothingIsInThem) {
  S3Bench bench;
  bench.put("a", "1");
  EXPECT_EQ(bench.refused("DeleteBucket", R"({"Bucket": "assets"})"), "BucketNotEmpty");
  bench.ok("DeleteObject", R"({"Bucket": "assets", "Key": "a"})");
  bench.ok("DeleteBucket", R"({"Bucket": "assets"})");
  EXPECT_EQ(bench.refused("HeadBucket", R"({"Bucket": "assets"})"), "NoSuchBucket");
}

TEST(S3Buckets, TakeUnfinishedUploadsWithThem) {
  S3Bench bench;
  const auto upload = bench.ok("CreateMultipartUpload", R"({"Bucket": "assets", "Key": "big"})");
  bench.ok("UploadPart", Object{{"Bucket", "assets"},
                                {"Key", "big"},
                                {"PartNumber", 1},
                                {"UploadId", text_at(upload, "UploadId")},
                                {"Body", "part"}});
  bench.ok("DeleteBucket", R"({"Bucket": "assets"})");
  EXPECT_EQ(bench.blob_count(), 0);
  EXPECT_EQ(bench.service->bytes(), 0);
}

TEST(S3Buckets, RefuseWhoExpectsAnotherOwner) {
  S3Bench bench;
  EXPECT_EQ(
      bench.refused("HeadBucket", R"({"Bucket": "assets", "ExpectedBucketOwner": "111111111111"})"),
      "AccessDenied");
}

TEST(S3Settings, ComeBackAsTheyWerePut) {
  S3Bench bench;
  bench.ok("PutBucketVersioning",
           R"({"Bucket": "assets", "VersioningConfiguration": {"Status": "Enabled"}})");
  EXPECT_EQ(bench.ok("GetBucketVersioning", R"({"Bucket": "assets"})"),
            json(R"({"Status": "Enabled"})"));
  bench.ok("PutBucketTagging", R"({"Bucket": "assets",
      "Tagging": {"TagSet": [{"Key": "team", "Value": "night"}]}})");
  EXPECT_EQ(bench.ok("GetBucketTagging", R"({"Bucket": "assets"})"),
            json(R"({"TagSet": [{"Key": "team", "Value": "night"}]})"));
  bench.ok("PutBucketLifecycleConfiguration", R"({"Bucket": "assets", "LifecycleConfiguration":
      {"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {},
                  "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}]}})");
  EXPECT_EQ(text_at(list_at(bench.ok("GetBucketLifecycleConfiguration", R"({"Bucket": "assets"})"),
                            "Rules")[0],
                    "ID"),
            "old");
}

TEST(S3Settings, HaveTheirOwnWordForNothing) {
  S3Bench bench;
  const auto* input = R"({"Bucket": "assets"})";
  EXPECT_EQ(bench.ok("GetBucketVersioning", input), Object());
  EXPECT_EQ(bench.refused("GetBucketTagging", input), "NoSuchTagSet");
  EXPECT_EQ(bench.refused("GetBucketPolicy", input), "NoSuchBucketPolicy");
  EXPECT_EQ(bench.refused("GetBucketLifecycleConfiguration", input),
            "NoSuchLifecycleConfiguration");
  bench.ok("DeletePublicAccessBlock", input);
  EXPECT_EQ(bench.refused("GetPublicAccessBlock", input), "NoSuchPublicAccessBlockConfiguration");
  bench.ok("DeleteBucketOwnershipControls", input);
  EXPECT_EQ(bench.refused("GetBucketOwnershipControls", input), "OwnershipControlsNotFoundError");
}

TEST(S3Settings, BeginAsS3sDo) {
  S3Bench bench;
  const auto* input = R"({"Bucket": "assets"})";
  EXPECT_TRUE(
      is_true_at(*find(bench.ok("GetPublicAccessBlock", input), "PublicAccessBlockConfiguration"),
                 "BlockPublicPolicy"));
  const auto encryption = bench.ok("GetBucketEncryption", input);
  const auto& rule = list_at(*find(encryption, "ServerSideEncryptionConfiguration"), "Rules")[0];
  EXPECT_EQ(text_at(*find(rule, "ApplyServerSideEncryptionByDefault"), "SSEAlgorithm"), "AES256");
}

TEST(S3Settings, RefuseWhatTheSchemaDoesNotHave) {
  S3Bench bench;
  EXPECT_EQ(bench.refused("PutBucketVersioning", R"({"Bucket": "assets",
                "VersioningConfiguration": {"Status": "On"}})"),
            "MalformedXML");
  EXPECT_EQ(bench.refused("PutBucketTagging", R"({"Bucket": "assets", "Tagging": {"TagSet":
                [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}})"),
            "InvalidTag");
}

TEST(S3Policies, MustSpeakOfTheirBucket) {
  S3Bench bench;
  const auto policy = [](std::string_view resource) {
    return R"({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
        "Action": "s3:*", "Resource": ")" +
           str(resource) + R"(", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})";
  };
  bench.ok("PutBucketPolicy",
           Object{{"Bucket", "assets"}, {"Policy", policy("arn:aws:s3:::assets/*")}});
  EXPECT_EQ(text_at(bench.ok("GetBucketPolicy", R"({"Bucket": "assets"})"), "Policy"),
            policy("arn:aws:s3:::assets/*"));
  EXPECT_EQ(bench.refused("PutBucketPolicy",
                          Object{{"Bucket", "assets"}, {"Policy", policy("arn:aws:s3:::other/*")}}),
            "MalformedPolicy");
  bench.ok("DeleteBucketPolicy", R"({"Bucket": "assets"})");
  EXPECT_EQ(bench.refused("GetBucketPolicy", R"({"Bucket": "assets"})"), "NoSuchBucketPolicy");
}

TEST(S3Policies, ThatArePublicAreBlockedUntilThatIsAllowed) {
  S3Bench bench;
  const Object input{{"Bucket", "assets"},
                     {"Policy",
                      R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                          "Principal": "*", "Action": "s3:GetObject",
                          "Resource": "arn:aws:s3:::assets/*"}]})"}};
  EXPECT_EQ(bench.refused("PutBucketPolicy", input), "AccessDenied");
  bench.ok("DeletePublicAccessBlock", R"({"Bucket": "assets"})");
  bench.ok("PutBucketPolicy", input);
  EXPECT_EQ(bench.ok("GetBucketPolicyStatus", R"({"Bucket": "assets"})"),
            json(R"({"PolicyStatus": {"IsPublic": true}})"));
}

TEST(S3Acls, AreRefusedWhereTheBucketsOwnerOwnsAll) {
  S3Bench bench;
  EXPECT_EQ(bench.refused("PutBucketAcl", R"({"Bucket": "assets", "ACL": "log-delivery-write"})"),
            "AccessControlListNotSupported");
  bench.ok("PutBucketOwnershipControls", R"({"Bucket": "assets", "OwnershipControls":
      {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}})");
  bench.ok("PutBucketAcl", R"({"Bucket": "assets", "ACL": "log-delivery-write"})");
  const auto acl = bench.ok("GetBucketAcl", R"({"Bucket": "assets"})");
  EXPECT_EQ(list_at(acl, "Grants").size(), 3);
  EXPECT_EQ(text_at(list_at(acl, "Grants")[0], "Permission"), "FULL_CONTROL");
}

}  // namespace
}  // namespace hikae::plane::s3
