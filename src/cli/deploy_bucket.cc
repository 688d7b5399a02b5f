#include "cli/deploy_bucket.h"

#include "cli/deployment.h"

namespace hikae::cli {
namespace {

constexpr const char* kMark = "hikae-stack";
constexpr int kPagesMax = 1000;

bool is_absent(const Error& error) {
  return error.kind == ErrorKind::NotFound || error.code == "404" || error.code == "NoSuchKey" ||
         error.code == "NoSuchBucket";
}

}  // namespace

CodeBucket::CodeBucket(Session& session, std::string_view stack)
    : session_(session), stack_(stack), name_(bucket_of(session.scope(), stack)) {}

/// The names of buckets are everybody's: never talk to another account's.
Object CodeBucket::input() const {
  return {{"Bucket", name_}, {"ExpectedBucketOwner", session_.scope().account}};
}

Result<bool> CodeBucket::is_there() {
  const auto head = session_.call("s3", "HeadBucket", input());
  if (head) return true;
  if (is_absent(head.error())) return false;
  return std::unexpected(in_context(Result<>(std::unexpected(head.error())),
                                    "bucket " + name_ + ", which this stack would use")
                             .error());
}

Result<> CodeBucket::mark() {
  auto put = input();
  put["Key"] = kMark;
  put["Body"] = stack_;
  TRY(session_.call("s3", "PutObject", std::move(put)));
  return {};
}

Result<> CodeBucket::expect_ours() {
  auto get = input();
  get["Key"] = kMark;
  const auto answer = session_.call("s3", "GetObject", std::move(get));
  // Made, and the command ended before it was marked.
  if (!answer && is_absent(answer.error())) return mark();
  if (!answer) return std::unexpected(answer.error());
  if (text_at(*answer, "Body") == stack_) return {};
  return fail(ErrorKind::Conflict, "bucket " + name_ + " is not of stack " + stack_ +
                                       ": its object " + kMark +
                                       " names another; choose another name for the stack");
}

Result<CodeBucket::Found> CodeBucket::ensure() {
  if (TRY(is_there())) {
    TRY_DO(expect_ours());
    return Found::There;
  }
  Object create{{"Bucket", name_}};
  // The oldest region is the one that must not be named.
  if (session_.scope().region != "us-east-1")
    create["CreateBucketConfiguration"] = Object{{"LocationConstraint", session_.scope().region}};
  TRY(session_.call("s3", "CreateBucket", std::move(create)));
  TRY_DO(mark());
  return Found::Made;
}

Result<CodeBucket::Put> CodeBucket::put(std::string_view key, std::string_view bytes) {
  auto object = input();
  object["Key"] = key;
  const auto head = session_.call("s3", "HeadObject", object);
  if (head) return Put::There;
  if (!is_absent(head.error())) return std::unexpected(head.error());
  object["Body"] = bytes;
  TRY(session_.call("s3", "PutObject", std::move(object)));
  return Put::Sent;
}

Result<std::string> CodeBucket::url_of(std::string_view key) const {
  return TRY(session_.address_of("s3")) + "/" + name_ + "/" + std::string(key);
}

Result<> CodeBucket::empty() {
  for (int page = 0; page < kPagesMax; ++page) {
    const auto listed = TRY(session_.call("s3", "ListObjectVersions", input()));
    bool is_empty = true;
    for (const auto* list : {"Versions", "DeleteMarkers"})
      for (const auto& one : list_at(listed, list)) {
        is_empty = false;
        auto object = input();
        object["Key"] = text_at(one, "Key");
        if (const auto version = text_at(one, "VersionId"); !version.empty())
          object["VersionId"] = version;
        TRY(session_.call("s3", "DeleteObject", std::move(object)));
      }
    if (is_empty) return {};
  }
  return fail(ErrorKind::Limit, "bucket " + name_ + " does not become empty: empty it by hand");
}

Result<CodeBucket::Removed> CodeBucket::remove() {
  if (!TRY(is_there())) return Removed::Absent;
  TRY_DO(expect_ours());
  TRY_DO(empty());
  TRY(session_.call("s3", "DeleteBucket", input()));
  return Removed::Gone;
}

}  // namespace hikae::cli
