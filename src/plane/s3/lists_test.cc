#include "plane/s3/testing_s3_test.h"

namespace hikae::plane::s3 {
namespace {

struct ListBench : S3Bench {
  ListBench() {
    for (const auto* key : {"a", "b/1", "b/2", "b/c/3", "d", "b0"}) put(key, key);
  }
  std::string names(const char* input) { return names_in(ok("ListObjectsV2", input)); }
};

TEST(S3Lists, AreInTheOrderOfTheirBytes) {
  ListBench bench;
  EXPECT_EQ(bench.names(R"({"Bucket": "assets"})"), "a b/1 b/2 b/c/3 b0 d");
}

TEST(S3Lists, FoldWhatLiesBelowADelimiter) {
  ListBench bench;
  EXPECT_EQ(bench.names(R"({"Bucket": "assets", "Delimiter": "/"})"), "a b0 d b/");
  EXPECT_EQ(bench.names(R"({"Bucket": "assets", "Delimiter": "/", "Prefix": "b/"})"),
            "b/1 b/2 b/c/");
  EXPECT_EQ(bench.names(R"({"Bucket": "assets", "Prefix": "b"})"), "b/1 b/2 b/c/3 b0");
  EXPECT_EQ(bench.names(R"({"Bucket": "assets", "Prefix": "zz"})"), "");
}

TEST(S3Lists, GoOnWhereTheyEnded) {
  ListBench bench;
  std::string all;
  Object input{{"Bucket", "assets"}, {"Delimiter", "/"}, {"MaxKeys", 1}};
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = bench.ok("ListObjectsV2", input);
    all += S3Bench::names_in(page) + ";";
    EXPECT_EQ(int_at(page, "KeyCount"), 1);
    const auto* next = find(page, "NextContinuationToken");
    EXPECT_EQ(next != nullptr, is_true_at(page, "IsTruncated"));
    if (!next) break;
    input["ContinuationToken"] = *next;
  }
  EXPECT_EQ(all, "a;b/;b0;d;");
}

TEST(S3Lists, BeginBehindAKey) {
  ListBench bench;
  EXPECT_EQ(bench.names(R"({"Bucket": "assets", "StartAfter": "b/2"})"), "b/c/3 b0 d");
  EXPECT_EQ(bench.names(R"({"Bucket": "assets", "StartAfter": "zz"})"), "");
}

TEST(S3Lists, OfTheFirstKindPageByMarker) {
  ListBench bench;
  const auto first =
      bench.ok("ListObjects", R"({"Bucket": "assets", "Delimiter": "/", "MaxKeys": 2})");
  EXPECT_EQ(text_at(first, "NextMarker"), "b/");
  EXPECT_EQ(S3Bench::names_in(first), "a b/");
  const auto rest = bench.ok(
      "ListObjects",
      Object{{"Bucket", "assets"}, {"Delimiter", "/"}, {"Marker", text_at(first, "NextMarker")}});
  EXPECT_EQ(S3Bench::names_in(rest), "b0 d");
  EXPECT_FALSE(is_true_at(rest, "IsTruncated"));
  EXPECT_TRUE(find(list_at(first, "Contents")[0], "Owner"));
}

TEST(S3Lists, EncodeTheirNamesWhenAsked) {
  S3Bench bench;
  bench.put("a b/ü+.txt", "1");
  const auto list =
      bench.ok("ListObjectsV2", R"({"Bucket": "assets", "EncodingType": "url", "Prefix": "a b"})");
  EXPECT_EQ(S3Bench::names_in(list), "a%20b/%C3%BC%2B.txt");
  EXPECT_EQ(text_at(list, "Prefix"), "a%20b");
  EXPECT_EQ(text_at(list, "EncodingType"), "url");
}

TEST(S3Lists, RefuseATokenThatIsNoneOfOurs) {
  ListBench bench;
  EXPECT_EQ(bench.refused("ListObjectsV2", R"({"Bucket": "assets", "ContinuationToken": "7"})"),
            "InvalidArgument");
  EXPECT_EQ(bench.refused("ListObjectsV2", R"({"Bucket": "assets", "MaxKeys": -1})"),
            "InvalidArgument");
}

TEST(S3Lists, AreEmptyForNoKeys) {
  ListBench bench;
  const auto list = bench.ok("ListObjectsV2", R"({"Bucket": "assets", "MaxKeys": 0})");
  EXPECT_EQ(int_at(list, "KeyCount"), 0);
  EXPECT_FALSE(is_true_at(list, "IsTruncated"));
}

struct VersionBench : S3Bench {
  VersionBench() {
    ok("PutBucketVersioning",
       R"({"Bucket": "assets", "VersioningConfiguration": {"Status": "Enabled"}})");
  }
  std::string put_version(std::string_view key, std::string_view body) {
    return str(text_at(put(key, body), "VersionId"));
  }
  std::string body_of_version(std::string_view key, std::string_view id) {
    return str(text_at(
        ok("GetObject", Object{{"Bucket", "assets"}, {"Key", key}, {"VersionId", id}}), "Body"));
  }
};

TEST(S3Versions, AreAllKept) {
  VersionBench bench;
  const auto first = bench.put_version("a", "1");
  const auto second = bench.put_version("a", "2");
  EXPECT_NE(first, second);
  EXPECT_EQ(bench.body_of("a"), "2");
  EXPECT_EQ(bench.body_of_version("a", first), "1");
  EXPECT_EQ(bench.refused("GetObject", R"({"Bucket": "assets", "Key": "a", "VersionId": "none"})"),
            "NoSuchVersion");
}

TEST(S3Versions, AreHiddenByADeleteMarkerAndComeBackWithoutIt) {
  VersionBench bench;
  bench.put_version("a", "1");
  const auto deleted = bench.ok("DeleteObject", R"({"Bucket": "assets", "Key": "a"})");
  EXPECT_TRUE(is_true_at(deleted, "DeleteMarker"));
  EXPECT_EQ(bench.refused("GetObject", R"({"Bucket": "assets", "Key": "a"})"), "NoSuchKey");
  EXPECT_EQ(S3Bench::names_in(bench.ok("ListObjectsV2", R"({"Bucket": "assets"})")), "");
  EXPECT_EQ(bench.refused("DeleteBucket", R"({"Bucket": "assets"})"), "BucketNotEmpty");
  const Object marker{
      {"Bucket", "assets"}, {"Key", "a"}, {"VersionId", text_at(deleted, "VersionId")}};
  EXPECT_EQ(bench.refused("GetObject", marker), "MethodNotAllowed");
  EXPECT_TRUE(is_true_at(bench.ok("DeleteObject", marker), "DeleteMarker"));
  EXPECT_EQ(bench.body_of("a"), "1");
}

TEST(S3Versions, AreGoneForGoodByTheirId) {
  VersionBench bench;
  const auto first = bench.put_version("a", "1");
  const auto second = bench.put_version("a", "2");
  bench.ok(
      "DeleteObjects",
      Object{{"Bucket", "assets"},
             {"Delete", Object{{"Objects", Array{Object{{"Key", "a"}, {"VersionId", second}},
                                                 Object{{"Key", "a"}, {"VersionId", first}}}}}}});
  EXPECT_EQ(bench.blob_count(), 0);
  bench.ok("DeleteBucket", R"({"Bucket": "assets"})");
}

TEST(S3Versions, OfASuspendedBucketHaveOneThatIsNull) {
  S3Bench bench;
  bench.put("a", "before");
  bench.ok("PutBucketVersioning",
           R"({"Bucket": "assets", "VersioningConfiguration": {"Status": "Enabled"}})");
  bench.put("a", "kept");
  bench.ok("PutBucketVersioning",
           R"({"Bucket": "assets", "VersioningConfiguration": {"Status": "Suspended"}})");
  EXPECT_EQ(text_at(bench.put("a", "after"), "VersionId"), "null");
  EXPECT_EQ(bench.blob_count(), 2);  // "kept" and "after"
  EXPECT_EQ(bench.body_of("a"), "after");
}

TEST(S3Versions, AreListedNewestFirst) {
  VersionBench bench;
  const auto first = bench.put_version("a", "1");
  const auto second = bench.put_version("a", "2");
  bench.put_version("b", "3");
  bench.ok("DeleteObject", R"({"Bucket": "assets", "Key": "b"})");
  const auto all = bench.ok("ListObjectVersions", R"({"Bucket": "assets"})");
  ASSERT_EQ(list_at(all, "Versions").size(), 3);
  EXPECT_EQ(text_at(list_at(all, "Versions")[0], "VersionId"), second);
  EXPECT_TRUE(is_true_at(list_at(all, "Versions")[0], "IsLatest"));
  EXPECT_EQ(text_at(list_at(all, "Versions")[1], "VersionId"), first);
  ASSERT_EQ(list_at(all, "DeleteMarkers").size(), 1);
  EXPECT_TRUE(is_true_at(list_at(all, "DeleteMarkers")[0], "IsLatest"));
}

TEST(S3Versions, PageInTheMiddleOfAKey) {
  VersionBench bench;
  for (const auto* body : {"1", "2", "3"}) bench.put_version("a", body);
  bench.put_version("b", "4");
  Object input{{"Bucket", "assets"}, {"MaxKeys", 2}};
  const auto first = bench.ok("ListObjectVersions", input);
  EXPECT_EQ(list_at(first, "Versions").size(), 2);
  input["KeyMarker"] = text_at(first, "NextKeyMarker");
  input["VersionIdMarker"] = text_at(first, "NextVersionIdMarker");
  const auto second = bench.ok("ListObjectVersions", input);
  ASSERT_EQ(list_at(second, "Versions").size(), 2);
  EXPECT_EQ(text_at(list_at(second, "Versions")[0], "Key"), "a");
  EXPECT_EQ(text_at(list_at(second, "Versions")[1], "Key"), "b");
  EXPECT_FALSE(is_true_at(second, "IsTruncated"));
}

}  // namespace
}  // namespace hikae::plane::s3
