// S3 over a kernel and blobs in memory, for its tests.
#pragma once

#include <gtest/gtest.h>

#include "plane/s3/s3.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane::s3 {

struct S3Bench {
  TestKernel test;
  MemoryBlobs blobs;
  std::unique_ptr<S3> service;

  explicit S3Bench(Bounds bounds = {}) {
    service = std::make_unique<S3>(*test.kernel, blobs, test.log, bounds);
    ok("CreateBucket", R"({"Bucket": "assets",
        "CreateBucketConfiguration": {"LocationConstraint": "ap-northeast-1"}})");
  }

  Value ok(std::string_view operation, Value input) {
    return test.ok(*service, operation, std::move(input));
  }
  Value ok(std::string_view operation, const char* input) { return ok(operation, json(input)); }
  std::string refused(std::string_view operation, Value input) {
    return test.refused(*service, operation, std::move(input));
  }
  std::string refused(std::string_view operation, const char* input) {
    return refused(operation, json(input));
  }

  Value put(std::string_view key, std::string_view body) {
    return ok("PutObject", Object{{"Bucket", "assets"}, {"Key", key}, {"Body", body}});
  }
  std::string body_of(std::string_view key) {
    return str(text_at(ok("GetObject", Object{{"Bucket", "assets"}, {"Key", key}}), "Body"));
  }
  std::size_t blob_count() { return blobs.ids().value().size(); }

  /// The keys of a list, "a b c"; prefixes behind them.
  static std::string names_in(const Value& list) {
    std::string names;
    const auto add = [&](std::string_view name) {
      if (!names.empty()) names += ' ';
      names += name;
    };
    for (const auto& entry : list_at(list, "Contents")) add(text_at(entry, "Key"));
    for (const auto& entry : list_at(list, "CommonPrefixes")) add(text_at(entry, "Prefix"));
    return names;
  }
};

}  // namespace hikae::plane::s3
