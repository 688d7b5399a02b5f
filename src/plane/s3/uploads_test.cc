#include "plane/s3/testing_s3_test.h"

namespace hikae::plane::s3 {
namespace {

struct UploadBench : S3Bench {
  std::string upload =
      str(text_at(ok("CreateMultipartUpload",
                     R"({"Bucket": "assets", "Key": "big", "ContentType": "text/plain"})"),
                  "UploadId"));

  Object input(Object more = {}) const {
    Object all{{"Bucket", "assets"}, {"Key", "big"}, {"UploadId", upload}};
    for (auto& [name, value] : more) all[name] = std::move(value);
    return all;
  }
  std::string part(int number, std::string_view body) {
    return str(text_at(ok("UploadPart", input({{"PartNumber", number}, {"Body", body}})), "ETag"));
  }
  static Object parts(std::initializer_list<std::pair<int, std::string>> named) {
    Array list;
    for (const auto& [number, etag] : named)
      list.push_back(Object{{"PartNumber", number}, {"ETag", etag}});
    return {{"MultipartUpload", Object{{"Parts", std::move(list)}}}};
  }
};

constexpr std::size_t kFiveMiB = 5 << 20;

TEST(S3Uploads, BecomeOneObject) {
  UploadBench bench;
  const std::string large(kFiveMiB, 'x');
  const auto first = bench.part(1, large);
  const auto second = bench.part(2, "end");
  const auto done =
      bench.ok("CompleteMultipartUpload", bench.input(bench.parts({{1, first}, {2, second}})));
  EXPECT_EQ(text_at(done, "ETag"), "\"6d7c5fbffce55b2eb513ca823d7235b2-2\"");
  const auto got = bench.ok("GetObject", R"({"Bucket": "assets", "Key": "big"})");
  EXPECT_EQ(text_at(got, "Body"), large + "end");
  EXPECT_EQ(text_at(got, "ContentType"), "text/plain");
  EXPECT_EQ(bench.blob_count(), 1);
  EXPECT_EQ(bench.service->bytes(), kFiveMiB + 3);
  EXPECT_EQ(bench.refused("ListParts", bench.input()), "NoSuchUpload");
}

TEST(S3Uploads, AreReadByPart) {
  UploadBench bench;
  const auto first = bench.part(1, std::string(kFiveMiB, 'x'));
  const auto second = bench.part(2, "end");
  bench.ok("CompleteMultipartUpload", bench.input(bench.parts({{1, first}, {2, second}})));
  const auto got = bench.ok("GetObject", R"({"Bucket": "assets", "Key": "big", "PartNumber": 2})");
  EXPECT_EQ(text_at(got, "Body"), "end");
  EXPECT_EQ(int_at(got, "PartsCount"), 2);
  EXPECT_EQ(bench.refused("GetObject", R"({"Bucket": "assets", "Key": "big", "PartNumber": 3})"),
            "InvalidPartNumber");
}

TEST(S3Uploads, NeedTheirPartsWholeAndInOrder) {
  UploadBench bench;
  const auto first = bench.part(1, "small");
  const auto second = bench.part(2, "end");
  const auto refused = [&](Object parts) {
    return bench.refused("CompleteMultipartUpload", bench.input(std::move(parts)));
  };
  EXPECT_EQ(refused(bench.parts({{2, second}, {1, first}})), "InvalidPartOrder");
  EXPECT_EQ(refused(bench.parts({{1, first}, {3, second}})), "InvalidPart");
  EXPECT_EQ(refused(bench.parts({{1, second}})), "InvalidPart");
  EXPECT_EQ(refused(bench.parts({{1, first}, {2, second}})), "EntityTooSmall");
  EXPECT_EQ(refused(bench.parts({})), "MalformedXML");
}

TEST(S3Uploads, ReplaceAPartOfTheSameNumber) {
  UploadBench bench;
  bench.part(1, "old");
  const auto etag = bench.part(1, "new");
  EXPECT_EQ(bench.blob_count(), 1);
  bench.ok("CompleteMultipartUpload", bench.input(bench.parts({{1, etag}})));
  EXPECT_EQ(bench.body_of("big"), "new");
}

TEST(S3Uploads, LeaveNothingWhenAborted) {
  UploadBench bench;
  bench.part(1, "old");
  bench.ok("AbortMultipartUpload", bench.input());
  EXPECT_EQ(bench.blob_count(), 0);
  EXPECT_EQ(bench.refused("UploadPart", bench.input({{"PartNumber", 1}})), "NoSuchUpload");
}

TEST(S3Uploads, ListTheirParts) {
  UploadBench bench;
  bench.part(1, "a");
  bench.part(2, "bb");
  const auto first = bench.ok("ListParts", bench.input({{"MaxParts", 1}}));
  EXPECT_TRUE(is_true_at(first, "IsTruncated"));
  EXPECT_EQ(int_at(first, "NextPartNumberMarker"), 1);
  const auto rest = bench.ok("ListParts", bench.input({{"PartNumberMarker", 1}}));
  ASSERT_EQ(list_at(rest, "Parts").size(), 1);
  EXPECT_EQ(int_at(list_at(rest, "Parts")[0], "Size"), 2);
}

TEST(S3Uploads, AreListedAfterTheirMarkers) {
  UploadBench bench;
  bench.ok("CreateMultipartUpload", R"({"Bucket": "assets", "Key": "another"})");
  const auto first = bench.ok("ListMultipartUploads", R"({"Bucket": "assets", "MaxUploads": 1})");
  EXPECT_EQ(text_at(list_at(first, "Uploads")[0], "Key"), "another");
  const auto rest = bench.ok("ListMultipartUploads",
                             Object{{"Bucket", "assets"},
                                    {"KeyMarker", text_at(first, "NextKeyMarker")},
                                    {"UploadIdMarker", text_at(first, "NextUploadIdMarker")}});
  ASSERT_EQ(list_at(rest, "Uploads").size(), 1);
  EXPECT_EQ(text_at(list_at(rest, "Uploads")[0], "UploadId"), bench.upload);
}

TEST(S3Uploads, TakePartsOfOtherObjects) {
  UploadBench bench;
  bench.put("source", "0123456789");
  const auto copied = bench.ok("UploadPartCopy", bench.input({{"PartNumber", 1},
                                                              {"CopySource", "assets/source"},
                                                              {"CopySourceRange", "bytes=2-4"}}));
  const auto etag = str(text_at(*find(copied, "CopyPartResult"), "ETag"));
  bench.ok("CompleteMultipartUpload", bench.input(bench.parts({{1, etag}})));
  EXPECT_EQ(bench.body_of("big"), "234");
}

}  // namespace
}  // namespace hikae::plane::s3
