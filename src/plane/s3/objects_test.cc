#include "plane/s3/testing_s3_test.h"

namespace hikae::plane::s3 {
namespace {

TEST(S3Objects, ComeBackWithAllThatWasSaidOfThem) {
  S3Bench bench;
  const auto put = bench.ok("PutObject", R"({"Bucket": "assets", "Key": "a/b.txt",
      "Body": "hello world", "ContentType": "text/plain", "Metadata": {"who": "me"},
      "CacheControl": "no-cache", "Tagging": "a=1&b=x%20y"})");
  EXPECT_EQ(text_at(put, "ETag"), "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"");
  const auto got = bench.ok("GetObject", R"({"Bucket": "assets", "Key": "a/b.txt"})");
  EXPECT_EQ(text_at(got, "Body"), "hello world");
  EXPECT_EQ(text_at(got, "ContentType"), "text/plain");
  EXPECT_EQ(text_at(got, "CacheControl"), "no-cache");
  EXPECT_EQ(text_at(got, "LastModified"), "2026-01-01T18:30:00.000Z");
  EXPECT_EQ(int_at(got, "ContentLength"), 11);
  EXPECT_EQ(int_at(got, "TagCount"), 2);
  EXPECT_EQ(text_at(object_at(got, "Metadata"), "who"), "me");
  EXPECT_FALSE(find(got, "VersionId"));
}

TEST(S3Objects, KeepEveryByte) {
  S3Bench bench;
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
  bench.put("bin", bytes);
  EXPECT_EQ(bench.body_of("bin"), bytes);
}

TEST(S3Objects, SayAllButTheBodyWhenAskedForTheHead) {
  S3Bench bench;
  bench.put("a", "12345");
  const auto head = bench.ok("HeadObject", R"({"Bucket": "assets", "Key": "a"})");
  EXPECT_EQ(int_at(head, "ContentLength"), 5);
  EXPECT_EQ(text_at(head, "ContentType"), "binary/octet-stream");
  EXPECT_FALSE(find(head, "Body"));
}

TEST(S3Objects, ThatAreNotThereAreNamed) {
  S3Bench bench;
  EXPECT_EQ(bench.refused("GetObject", R"({"Bucket": "assets", "Key": "x"})"), "NoSuchKey");
  EXPECT_EQ(bench.refused("GetObject", R"({"Bucket": "nowhere", "Key": "x"})"), "NoSuchBucket");
  EXPECT_EQ(bench.ok("DeleteObject", R"({"Bucket": "assets", "Key": "x"})"), Object());
}

TEST(S3Objects, ThatAreReplacedLeaveNoBodyBehind) {
  S3Bench bench;
  bench.put("a", "first");
  bench.put("a", "second");
  EXPECT_EQ(bench.body_of("a"), "second");
  EXPECT_EQ(bench.blob_count(), 1);
  EXPECT_EQ(bench.service->bytes(), 6);
  bench.ok("DeleteObject", R"({"Bucket": "assets", "Key": "a"})");
  EXPECT_EQ(bench.blob_count(), 0);
}

TEST(S3Objects, AreReadInRanges) {
  S3Bench bench;
  bench.put("a", "0123456789");
  const auto read = [&](std::string_view range) {
    return bench.ok("GetObject", Object{{"Bucket", "assets"}, {"Key", "a"}, {"Range", range}});
  };
  EXPECT_EQ(text_at(read("bytes=2-4"), "Body"), "234");
  EXPECT_EQ(text_at(read("bytes=2-4"), "ContentRange"), "bytes 2-4/10");
  EXPECT_EQ(int_at(read("bytes=2-4"), "ContentLength"), 3);
  EXPECT_EQ(text_at(read("bytes=7-"), "Body"), "789");
  EXPECT_EQ(text_at(read("bytes=-2"), "Body"), "89");
  EXPECT_EQ(text_at(read("bytes=-99"), "Body"), "0123456789");
  EXPECT_EQ(text_at(read("bytes=8-99"), "ContentRange"), "bytes 8-9/10");
}

TEST(S3Objects, AreReadWholeWhereTheRangeIsNone) {
  S3Bench bench;
  bench.put("a", "0123456789");
  for (const auto* range : {"bytes=1-2,4-5", "lines=1-2", "bytes=x-", "bytes=5-2", "bytes=-"}) {
    const auto got =
        bench.ok("GetObject", Object{{"Bucket", "assets"}, {"Key", "a"}, {"Range", range}});
    EXPECT_EQ(text_at(got, "Body"), "0123456789") << range;
    EXPECT_FALSE(find(got, "ContentRange")) << range;
  }
}

TEST(S3Objects, RefuseARangeBehindTheirEnd) {
  S3Bench bench;
  bench.put("a", "0123456789");
  bench.put("empty", "");
  for (const auto& [key, range] :
       {std::pair("a", "bytes=10-"), std::pair("a", "bytes=-0"), std::pair("empty", "bytes=0-")})
    EXPECT_EQ(
        bench.refused("GetObject", Object{{"Bucket", "assets"}, {"Key", key}, {"Range", range}}),
        "InvalidRange");
}

TEST(S3Objects, AreReadOnCondition) {
  S3Bench bench;
  bench.put("a", "hello world");
  const auto refused = [&](std::string_view member, std::string_view value) {
    return bench.refused("GetObject", Object{{"Bucket", "assets"}, {"Key", "a"}, {member, value}});
  };
  EXPECT_EQ(refused("IfMatch", "\"5eb63bbbe01eeed093cb22bb8f5acdc3\""), "");
  EXPECT_EQ(refused("IfMatch", "\"other\""), "PreconditionFailed");
  EXPECT_EQ(refused("IfNoneMatch", "\"x\", \"5eb63bbbe01eeed093cb22bb8f5acdc3\""), "NotModified");
  EXPECT_EQ(refused("IfModifiedSince", "2026-01-01T18:30:00.000Z"), "NotModified");
  EXPECT_EQ(refused("IfModifiedSince", "2026-01-01T18:29:59.000Z"), "");
  EXPECT_EQ(refused("IfUnmodifiedSince", "2026-01-01T18:29:59.000Z"), "PreconditionFailed");
}

TEST(S3Objects, CheckTheDigestsThatComeWithThem) {
  S3Bench bench;
  const auto refused = [&](std::string_view member, std::string_view value) {
    return bench.refused(
        "PutObject",
        Object{{"Bucket", "assets"}, {"Key", "a"}, {"Body", "hello world"}, {member, value}});
  };
  EXPECT_EQ(refused("ContentMD5", "XrY7u+Ae7tCTyyK7j1rNww=="), "");
  EXPECT_EQ(refused("ContentMD5", "AAAAAAAAAAAAAAAAAAAAAA=="), "BadDigest");
  EXPECT_EQ(refused("ContentMD5", "short"), "InvalidDigest");
  EXPECT_EQ(refused("ChecksumCRC32", "DUoRhQ=="), "");
  EXPECT_EQ(refused("ChecksumCRC32C", "yZRlqg=="), "");
  EXPECT_EQ(refused("ChecksumSHA1", "Kq5sNclPz7QV2+lfQIuc6R7oRu0="), "");
  EXPECT_EQ(refused("ChecksumSHA256", "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="), "");
  EXPECT_EQ(refused("ChecksumSHA256", "AAAA"), "BadDigest");
}

TEST(S3Objects, ShowTheirChecksumToWhoAsks) {
  S3Bench bench;
  bench.ok("PutObject", R"({"Bucket": "assets", "Key": "a", "Body": "hello world",
      "ChecksumAlgorithm": "CRC32"})");
  EXPECT_EQ(text_at(bench.ok("HeadObject",
                             R"({"Bucket": "assets", "Key": "a", "ChecksumMode": "ENABLED"})"),
                    "ChecksumCRC32"),
            "DUoRhQ==");
  EXPECT_FALSE(
      find(bench.ok("HeadObject", R"({"Bucket": "assets", "Key": "a"})"), "ChecksumCRC32"));
  EXPECT_FALSE(find(bench.ok("GetObject", R"({"Bucket": "assets", "Key": "a",
                        "ChecksumMode": "ENABLED", "Range": "bytes=0-4"})"),
                    "ChecksumCRC32"));
}

TEST(S3Objects, HaveALargestSize) {
  S3Bench bench({.object_bytes = 10, .all_bytes = 15});
  bench.put("a", "0123456789");
  EXPECT_EQ(
      bench.refused("PutObject", R"({"Bucket": "assets", "Key": "b", "Body": "0123456789x"})"),
      "EntityTooLarge");
  EXPECT_EQ(bench.refused("PutObject", R"({"Bucket": "assets", "Key": "b", "Body": "012345"})"),
            "InvalidRequest");
  bench.put("b", "01234");
  EXPECT_EQ(bench.blob_count(), 2);
}

TEST(S3Objects, WaitWhileTheDiskIsShort) {
  S3Bench bench;
  bench.test.disk.is_low = true;
  bench.test.time.run_until(bench.test.time.now() + minutes(1));
  bench.ok("ListBuckets", Object());
  EXPECT_EQ(bench.refused("PutObject", R"({"Bucket": "assets", "Key": "b", "Body": "0"})"),
            "SlowDown");
}

TEST(S3Objects, RefuseKeysThatAreTooLong) {
  S3Bench bench;
  bench.put(std::string(1024, 'k'), "");
  EXPECT_EQ(
      bench.refused("PutObject", Object{{"Bucket", "assets"}, {"Key", std::string(1025, 'k')}}),
      "KeyTooLongError");
}

TEST(S3Objects, AreDeletedMany) {
  S3Bench bench;
  for (const auto* key : {"a", "b", "c"}) bench.put(key, key);
  EXPECT_EQ(bench.ok("DeleteObjects", R"({"Bucket": "assets",
                "Delete": {"Objects": [{"Key": "a"}, {"Key": "x"}]}})"),
            json(R"({"Deleted": [{"Key": "a"}, {"Key": "x"}]})"));
  EXPECT_EQ(bench.ok("DeleteObjects", R"({"Bucket": "assets",
                "Delete": {"Quiet": true, "Objects": [{"Key": "b"}]}})"),
            Object());
  EXPECT_EQ(S3Bench::names_in(bench.ok("ListObjectsV2", R"({"Bucket": "assets"})")), "c");
}

TEST(S3Objects, AreTagged) {
  S3Bench bench;
  bench.put("a", "1");
  bench.ok("PutObjectTagging", R"({"Bucket": "assets", "Key": "a",
      "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}})");
  EXPECT_EQ(bench.ok("GetObjectTagging", R"({"Bucket": "assets", "Key": "a"})"),
            json(R"({"TagSet": [{"Key": "k", "Value": "v"}]})"));
  bench.ok("DeleteObjectTagging", R"({"Bucket": "assets", "Key": "a"})");
  EXPECT_EQ(bench.ok("GetObjectTagging", R"({"Bucket": "assets", "Key": "a"})"),
            json(R"({"TagSet": []})"));
}

TEST(S3Copies, TakeBodyAndFacts) {
  S3Bench bench;
  bench.ok("PutObject", R"({"Bucket": "assets", "Key": "from here", "Body": "x",
      "ContentType": "text/plain", "Metadata": {"m": "1"}})");
  const auto copied = bench.ok("CopyObject", R"({"Bucket": "assets", "Key": "to",
      "CopySource": "/assets/from%20here"})");
  EXPECT_EQ(text_at(*find(copied, "CopyObjectResult"), "ETag"),
            "\"9dd4e461268c8034f5c8564e155c67a6\"");
  const auto got = bench.ok("GetObject", R"({"Bucket": "assets", "Key": "to"})");
  EXPECT_EQ(text_at(got, "Body"), "x");
  EXPECT_EQ(text_at(got, "ContentType"), "text/plain");
  EXPECT_EQ(text_at(object_at(got, "Metadata"), "m"), "1");
}

TEST(S3Copies, ReplaceWhatIsSaidOfThem) {
  S3Bench bench;
  bench.ok("PutObject", R"({"Bucket": "assets", "Key": "a", "Body": "x", "Metadata": {"m": "1"}})");
  EXPECT_EQ(
      bench.refused("CopyObject", R"({"Bucket": "assets", "Key": "a", "CopySource": "assets/a"})"),
      "InvalidRequest");
  bench.ok("CopyObject", R"({"Bucket": "assets", "Key": "a", "CopySource": "assets/a",
      "MetadataDirective": "REPLACE", "Metadata": {"m": "2"}})");
  const auto got = bench.ok("GetObject", R"({"Bucket": "assets", "Key": "a"})");
  EXPECT_EQ(text_at(object_at(got, "Metadata"), "m"), "2");
  EXPECT_EQ(text_at(got, "Body"), "x");
  EXPECT_EQ(bench.blob_count(), 1);
}

TEST(S3Copies, NeedASource) {
  S3Bench bench;
  bench.put("a", "1");
  const auto refused = [&](std::string_view source) {
    return bench.refused("CopyObject",
                         Object{{"Bucket", "assets"}, {"Key", "b"}, {"CopySource", source}});
  };
  EXPECT_EQ(refused("assets/x"), "NoSuchKey");
  EXPECT_EQ(refused("nowhere/a"), "NoSuchBucket");
  EXPECT_EQ(refused("assets"), "InvalidArgument");
  EXPECT_EQ(refused("assets/%zz"), "InvalidArgument");
}

TEST(S3Shelf, SweepsBodiesThatNoRowNames) {
  TestKernel test;
  MemoryBlobs blobs;
  ASSERT_TRUE(blobs.put("00000000000000aa", "left by a crash"));
  const S3 service(*test.kernel, blobs, test.log);
  EXPECT_EQ(blobs.ids().value().size(), 0);
}

TEST(S3Shelf, KeepsItsBodiesOverARestart) {
  S3Bench bench;
  bench.put("a", "1234");
  bench.service.reset();
  bench.service = std::make_unique<S3>(*bench.test.kernel, bench.blobs, bench.test.log);
  EXPECT_EQ(bench.body_of("a"), "1234");
  EXPECT_EQ(bench.service->bytes(), 4);
}

TEST(S3Shelf, SaysWhereABodyIsLost) {
  S3Bench bench;
  bench.put("a", "1234");
  ASSERT_TRUE(bench.blobs.remove(bench.blobs.ids().value()[0]));
  EXPECT_EQ(bench.refused("GetObject", R"({"Bucket": "assets", "Key": "a"})"), "InternalError");
}

}  // namespace
}  // namespace hikae::plane::s3
