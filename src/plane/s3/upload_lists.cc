#include <algorithm>

#include "plane/s3/facts.h"
#include "plane/s3/s3.h"
#include "plane/s3/uploads.h"
#include "plane/s3/walk.h"

namespace hikae::plane {
namespace s3 {
namespace {

Object part_entry(const Value& part) {
  auto entry = members_of_object(part, {"PartNumber", "LastModified", "Size"});
  entry["ETag"] = quoted(text_at(part, "ETag"));
  for (const auto& [member, value] : object_at(part, "Checksums")) entry[member] = value;
  return entry;
}

Result<Value> list_parts(const Asked& asked) {
  const auto found = TRY(upload_of(asked));
  const auto most = TRY(page_size(asked.input, "MaxParts"));
  const auto marker = int_at(asked.input, "PartNumberMarker").value_or(0);
  Array parts;
  std::int64_t last = 0;
  bool is_cut = false;
  for (const auto& id : ids_below(asked, kPartRows, found.id + "/")) {
    const auto& part = *asked.row(kPartRows, id);
    const auto number = int_at(part, "PartNumber").value_or(0);
    if (number <= marker) continue;
    is_cut = parts.size() == most;
    if (is_cut) break;
    parts.push_back(part_entry(part));
    last = number;
  }
  Object answer{
      {"Bucket", text_at(*found.bucket, "Name")},
      {"Key", text_at(*found.row, "Key")},
      {"UploadId", text_at(*found.row, "UploadId")},
      {"PartNumberMarker", marker},
      {"NextPartNumberMarker", last},
      {"MaxParts", most},
      {"IsTruncated", is_cut},
      {"Initiator", owner_of(asked)},
      {"Owner", owner_of(asked)},
      {"StorageClass", text_at(object_at(*found.row, "Facts"), "StorageClass", "STANDARD")}};
  if (!parts.empty()) answer["Parts"] = std::move(parts);
  if (const auto* algorithm = find(*found.row, "ChecksumAlgorithm"))
    answer["ChecksumAlgorithm"] = *algorithm;
  return answer;
}

/// Uploads by key, and of one key by their beginning.
std::vector<const Value*> uploads_in_order(const Asked& asked, const std::string& bucket) {
  std::vector<const Value*> uploads;
  for (const auto& id : ids_below(asked, kUploadRows, bucket + "/"))
    uploads.push_back(asked.row(kUploadRows, id));
  std::ranges::stable_sort(uploads, {}, [](const Value* upload) {
    return std::pair(text_at(*upload, "Key"), text_at(*upload, "Initiated"));
  });
  return uploads;
}

Object upload_entry(const Asked& asked, const Value& upload, const NameWriter& name) {
  return {{"UploadId", text_at(upload, "UploadId")},
          {"Key", name(text_at(upload, "Key"))},
          {"Initiated", text_at(upload, "Initiated")},
          {"StorageClass", text_at(object_at(upload, "Facts"), "StorageClass", "STANDARD")},
          {"Owner", owner_of(asked)},
          {"Initiator", owner_of(asked)}};
}

/// Those behind the markers; without an upload's id the marker is a key, and all of that key are
/// passed over.
std::vector<const Value*> behind_markers(const Asked& asked, std::vector<const Value*> all) {
  const auto key = text_at(asked.input, "KeyMarker");
  const auto id = text_at(asked.input, "UploadIdMarker");
  const auto prefix = text_at(asked.input, "Prefix");
  bool is_behind = key.empty();
  std::vector<const Value*> rest;
  for (const auto* upload : all) {
    const auto own = text_at(*upload, "Key");
    const bool was_behind = is_behind || own > key;
    if (own == key && !id.empty() && text_at(*upload, "UploadId") == id) is_behind = true;
    if (was_behind && own.starts_with(prefix)) rest.push_back(upload);
  }
  return rest;
}

Result<Value> list_uploads(const Asked& asked) {
  const auto bucket = str(text_at(*TRY(bucket_of(asked)), "Name"));
  const auto name = TRY(NameWriter::of(asked.input));
  const auto most = TRY(page_size(asked.input, "MaxUploads"));
  if (!text_at(asked.input, "Delimiter").empty())
    return aws::aws_error("NotImplemented", "hikae lists uploads without a delimiter only", 501);
  const auto rest = behind_markers(asked, uploads_in_order(asked, bucket));
  const auto count = std::min(most, rest.size());
  Object answer{{"Bucket", bucket},
                {"KeyMarker", name(text_at(asked.input, "KeyMarker"))},
                {"UploadIdMarker", text_at(asked.input, "UploadIdMarker")},
                {"Prefix", name(text_at(asked.input, "Prefix"))},
                {"MaxUploads", most},
                {"IsTruncated", count > 0 && count < rest.size()}};
  Array uploads;
  for (std::size_t i = 0; i < count; ++i) uploads.push_back(upload_entry(asked, *rest[i], name));
  if (count > 0 && count < rest.size()) {
    answer["NextKeyMarker"] = name(text_at(*rest[count - 1], "Key"));
    answer["NextUploadIdMarker"] = text_at(*rest[count - 1], "UploadId");
  }
  if (!uploads.empty()) answer["Uploads"] = std::move(uploads);
  return answer;
}

}  // namespace
}  // namespace s3

void S3::add_upload_lists() {
  on_s3("ListParts", s3::list_parts);
  on_s3("ListMultipartUploads", s3::list_uploads);
}

}  // namespace hikae::plane
