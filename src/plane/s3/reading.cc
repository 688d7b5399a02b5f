#include "plane/s3/facts.h"
#include "plane/s3/range.h"
#include "plane/s3/s3.h"
#include "plane/s3/versions.h"

namespace hikae::plane {
namespace s3 {
namespace {

enum class Part { Head, Body };

Result<> check_read_condition(const Asked& asked, const Value& version) {
  switch (condition_of(asked.input, version, {})) {
    case Condition::Holds: return {};
    case Condition::NotModified: return aws::aws_error("NotModified", "Not Modified", 304);
    case Condition::Failed: break;
  }
  return aws::aws_error("PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold", 412);
}

std::size_t bytes_of(const Value& version) {
  return static_cast<std::size_t>(int_at(version, "Size").value_or(0));
}

Result<std::optional<Range>> wanted_range(const Asked& asked, const Value& version) {
  const auto text = text_at(asked.input, "Range");
  const auto part = int_at(asked.input, "PartNumber");
  if (part && !text.empty())
    return aws::aws_error("InvalidRequest",
                          "Cannot specify both Range header and partNumber query parameter", 400);
  if (part) return std::optional(TRY(part_range(version, *part)));
  return range_of(text, bytes_of(version));
}

/// response-content-type and the like, of a link that was signed for it.
void put_overrides(const Value& input, Object& answer) {
  for (const auto* member : {"CacheControl", "ContentDisposition", "ContentEncoding",
                             "ContentLanguage", "ContentType", "Expires"})
    if (const auto* value = find(input, "Response" + std::string(member))) answer[member] = *value;
}

void put_range(const Value& version, const std::optional<Range>& range, Object& answer) {
  const auto size = bytes_of(version);
  answer["ContentLength"] = range ? range->size : size;
  if (range && range->size > 0) answer["ContentRange"] = content_range(*range, size);
}

Object head_of(const Asked& asked, const Value& bucket, const Value& version) {
  auto answer = object_at(version, "Facts");
  if (text_at(answer, "StorageClass") == "STANDARD") answer.erase("StorageClass");
  answer["AcceptRanges"] = "bytes";
  answer["ETag"] = quoted(text_at(version, "ETag"));
  answer["LastModified"] = text_at(version, "LastModified");
  if (!answer.contains("Metadata")) answer["Metadata"] = Object();
  if (shows_versions(bucket)) answer["VersionId"] = text_at(version, "VersionId");
  if (find(asked.input, "PartNumber"))
    if (const auto parts = list_at(version, "PartSizes").size()) answer["PartsCount"] = parts;
  return answer;
}

/// Of the whole only: a client checks what it reads by it.
void put_checksums(const Asked& asked, const Value& version, const std::optional<Range>& range,
                   Object& answer) {
  if (range || text_at(asked.input, "ChecksumMode") != "ENABLED") return;
  for (const auto& [member, value] : object_at(version, "Checksums")) answer[member] = value;
}

Result<Value> read_object(const Asked& asked, Part part) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  const auto& version =
      *TRY(version_of(asked, text_at(bucket, "Name"), key, text_at(asked.input, "VersionId")));
  TRY_DO(check_read_condition(asked, version));
  const auto range = TRY(wanted_range(asked, version));
  auto answer = head_of(asked, bucket, version);
  put_range(version, range, answer);
  put_checksums(asked, version, range, answer);
  put_overrides(asked.input, answer);
  if (part == Part::Head) return answer;
  if (const auto tags = object_at(version, "Tags").size()) answer["TagCount"] = tags;
  auto body = TRY(asked.shelf.get(version));
  answer["Body"] = range ? std::string_view(body).substr(range->first, range->size) : body;
  return answer;
}

Result<Value> get_object(const Asked& asked) { return read_object(asked, Part::Body); }
Result<Value> head_object(const Asked& asked) { return read_object(asked, Part::Head); }

Object attributes_shown(const Value& version, std::string_view wanted) {
  if (wanted == "ETag") return {{"ETag", text_at(version, "ETag")}};
  if (wanted == "ObjectSize") return {{"ObjectSize", bytes_of(version)}};
  if (wanted == "StorageClass")
    return {{"StorageClass", text_at(object_at(version, "Facts"), "StorageClass", "STANDARD")}};
  if (wanted == "Checksum" && !object_at(version, "Checksums").empty())
    return {{"Checksum", object_at(version, "Checksums")}};
  if (wanted == "ObjectParts" && !list_at(version, "PartSizes").empty())
    return {{"ObjectParts", Object{{"TotalPartsCount", list_at(version, "PartSizes").size()}}}};
  return {};
}

Result<Value> get_object_attributes(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  const auto& version =
      *TRY(version_of(asked, text_at(bucket, "Name"), key, text_at(asked.input, "VersionId")));
  Object answer{{"LastModified", text_at(version, "LastModified")}};
  if (shows_versions(bucket)) answer["VersionId"] = text_at(version, "VersionId");
  for (const auto& wanted : list_at(asked.input, "ObjectAttributes"))
    for (auto& [member, value] : attributes_shown(version, text_of(wanted)))
      answer[member] = std::move(value);
  return answer;
}

}  // namespace
}  // namespace s3

void S3::add_reading() {
  on_s3("GetObject", s3::get_object);
  on_s3("HeadObject", s3::head_object);
  on_s3("GetObjectAttributes", s3::get_object_attributes);
}

}  // namespace hikae::plane
