#include "aws/aws_chunked.h"

#include <gtest/gtest.h>

namespace hikae::aws {
namespace {

HttpRequest chunked_upload(std::string body) {
  return {"PUT",
          "/bucket/key",
          {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
           {"x-amz-decoded-content-length", "9"},
           {"x-amz-trailer", "x-amz-checksum-crc32"},
           {"Content-Encoding", "gzip, aws-chunked"}},
          std::move(body)};
}

std::string refusal_of_chunks(HttpRequest request) {
  const auto result = decode_aws_chunked(request);
  return result ? "" : result.error().code;
}

TEST(AwsChunked, ChecksumsHaveTheirPublishedCheckValues) {
  // Of "123456789": CBF43926, E3069283, AE8B14860A799888.
  EXPECT_EQ(checksum_of("crc32", "123456789"), "y/Q5Jg==");
  EXPECT_EQ(checksum_of("crc32c", "123456789"), "4waSgw==");
  EXPECT_EQ(checksum_of("crc64nvme", "123456789"), "rosUhgp5mIg=");
  EXPECT_EQ(checksum_of("md5", "123456789"), "");
}

TEST(AwsChunked, PutsTheDataInPlaceOfTheChunks) {
  auto request =
      chunked_upload("4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n");
  ASSERT_TRUE(decode_aws_chunked(request));
  EXPECT_EQ(request.body, "123456789");
  EXPECT_EQ(*find_header(request.headers, "content-encoding"), "gzip");
}

TEST(AwsChunked, LeavesOtherBodiesAsTheyAre) {
  HttpRequest request{"PUT", "/b/k", {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}, "4\r\n"};
  ASSERT_TRUE(decode_aws_chunked(request));
  EXPECT_EQ(request.body, "4\r\n");
}

TEST(AwsChunked, RefusesAnotherChecksum) {
  EXPECT_EQ(refusal_of_chunks(
                chunked_upload("9\r\n123456780\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n")),
            "BadDigest");
}

TEST(AwsChunked, RefusesATrailerThatIsNotThere) {
  EXPECT_EQ(refusal_of_chunks(chunked_upload("9\r\n123456789\r\n0\r\n\r\n")), "InvalidRequest");
}

TEST(AwsChunked, RefusesAnotherLength) {
  EXPECT_EQ(refusal_of_chunks(chunked_upload("2\r\n12\r\n0\r\n\r\n")), "IncompleteBody");
}

TEST(AwsChunked, RefusesBrokenChunks) {
  for (const auto* body :
       {"", "9", "9\r\n1234", "9\r\n123456789", "9\r\n123456789xx0\r\n\r\n", "-1\r\n", "zz\r\n",
        "9;a=b\r\n123456789\r\n0\r\n\r\n", "ffffffffffffffffff\r\n", "ffffffffffffffff\r\n12\r\n",
        "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\nGET"})
    EXPECT_EQ(refusal_of_chunks(chunked_upload(body)), "IncompleteBody") << body;
}

TEST(AwsChunked, RefusesSignedChunks) {
  auto request = chunked_upload("");
  set_header(request.headers, "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  EXPECT_EQ(refusal_of_chunks(request), "NotImplemented");
}

TEST(AwsChunked, ChecksTheChecksumsOfWholeBodies) {
  HttpRequest request{"PUT", "/b/k", {{"X-Amz-Checksum-Crc32", "y/Q5Jg=="}}, "123456789"};
  EXPECT_TRUE(check_checksums(request));
  request.body += "0";
  EXPECT_EQ(check_checksums(request).error().code, "BadDigest");
  request.headers = {{"x-amz-checksum-mode", "ENABLED"}, {"x-amz-sdk-checksum-algorithm", "CRC32"}};
  EXPECT_TRUE(check_checksums(request));
}

}  // namespace
}  // namespace hikae::aws
