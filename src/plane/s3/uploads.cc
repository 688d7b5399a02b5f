// Multipart uploads: parts lie on the shelf one by one; when they are put together, they become one
// body, and go.
#include <fmt/format.h>

#include "aws/base64.h"
#include "plane/digest.h"
#include "plane/s3/copy_source.h"
#include "plane/s3/facts.h"
#include "plane/s3/range.h"
#include "plane/s3/s3.h"
#include "plane/s3/uploads.h"
#include "plane/s3/versions.h"

namespace hikae::plane {
namespace s3 {
namespace {

constexpr std::size_t kLeastPartBytes = 5 << 20;  // S3's own, of all parts but the last

std::string part_id(std::string_view upload, std::int64_t number) {
  return fmt::format("{}/{:05}", upload, number);
}

Result<Value> create_upload(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  auto facts = TRY(facts_of(asked, bucket));
  auto tags = TRY(tags_of_header(text_at(asked.input, "Tagging")));
  if (asked.rows(kUploadRows).size() >= kUploads)
    return aws::aws_error("InvalidRequest",
                          "hikae keeps at most 1,000 uploads under way: abort "
                          "or complete some first");
  const auto upload = new_key(asked.turn.entropy(), "", 64);
  const auto algorithm = text_at(asked.input, "ChecksumAlgorithm");
  auto answer = encryption_of(facts);
  answer["Bucket"] = text_at(bucket, "Name");
  answer["Key"] = key;
  answer["UploadId"] = upload;
  Object row{{"Key", key},
             {"UploadId", upload},
             {"Initiated", iso_ms(asked.turn.now())},
             {"Facts", std::move(facts)},
             {"Tags", std::move(tags)}};
  if (!algorithm.empty()) row["ChecksumAlgorithm"] = answer["ChecksumAlgorithm"] = algorithm;
  asked.put(kUploadRows, object_id(text_at(bucket, "Name"), upload), std::move(row));
  return answer;
}

Result<std::int64_t> part_number(const Asked& asked) {
  const auto number = int_at(asked.input, "PartNumber").value_or(0);
  if (number >= 1 && number <= static_cast<std::int64_t>(kParts)) return number;
  return aws::aws_error("InvalidArgument",
                        "Part number must be an integer between 1 and 10000, inclusive", 400);
}

/// A part of the same number replaces the one before.
Result<> keep_part(const Asked& asked, const std::string& id, Object part, std::string_view bytes) {
  part["Size"] = bytes.size();
  part["LastModified"] = iso_ms(asked.turn.now());
  part["Blob"] = TRY(asked.shelf.put(asked.turn, bytes));
  if (const auto* old = asked.row(kPartRows, id)) asked.shelf.drop(asked.turn, *old);
  asked.put(kPartRows, id, std::move(part));
  return {};
}

Result<Value> upload_part(const Asked& asked) {
  const auto found = TRY(upload_of(asked));
  const auto number = TRY(part_number(asked));
  const auto body = text_at(asked.input, "Body");
  const auto algorithm =
      text_at(asked.input, "ChecksumAlgorithm", text_at(*found.row, "ChecksumAlgorithm"));
  const auto checksums = TRY(checksums_of(asked.input, algorithm, body));
  auto answer = encryption_of(object_at(*found.row, "Facts"));
  const auto etag = md5_hex(body);
  answer["ETag"] = quoted(etag);
  for (const auto& [member, value] : checksums) answer[member] = value;
  TRY_DO(keep_part(asked, part_id(found.id, number),
                   {{"PartNumber", number}, {"ETag", etag}, {"Checksums", checksums}}, body));
  return answer;
}

Result<Value> upload_part_copy(const Asked& asked) {
  const auto found = TRY(upload_of(asked));
  const auto number = TRY(part_number(asked));
  const auto source = TRY(copy_source(asked));
  const auto whole = TRY(asked.shelf.get(*source.version));
  const auto range = TRY(range_of(text_at(asked.input, "CopySourceRange"), whole.size()));
  const auto body = range ? whole.substr(range->first, range->size) : whole;
  const auto checksums =
      TRY(checksums_of(Object(), text_at(*found.row, "ChecksumAlgorithm"), body));
  const auto etag = md5_hex(body);
  Object result{{"ETag", quoted(etag)}, {"LastModified", iso_ms(asked.turn.now())}};
  for (const auto& [member, value] : checksums) result[member] = value;
  auto answer = encryption_of(object_at(*found.row, "Facts"));
  answer["CopyPartResult"] = std::move(result);
  if (source.shows_version) answer["CopySourceVersionId"] = text_at(*source.version, "VersionId");
  TRY_DO(keep_part(asked, part_id(found.id, number),
                   {{"PartNumber", number}, {"ETag", etag}, {"Checksums", checksums}}, body));
  return answer;
}

std::unexpected<Error> invalid_part() {
  return aws::aws_error("InvalidPart",
                        "One or more of the specified parts could not be found. The part may not "
                        "have been uploaded, or the specified entity tag may not match the part's "
                        "entity tag.",
                        400);
}

bool is_that_part(const Value& part, const Value& wanted) {
  if (!has_etag(text_at(wanted, "ETag"), text_at(part, "ETag"))) return false;
  for (const auto& [member, value] : object_at(part, "Checksums")) {
    const auto given = text_at(wanted, member);
    if (!given.empty() && given != text_of(value)) return false;
  }
  return true;
}

/// The parts that the request names, in its order.
Result<std::vector<const Value*>> wanted_parts(const Asked& asked, const std::string& upload) {
  std::vector<const Value*> parts;
  std::int64_t last = 0;
  for (const auto& wanted : list_at(object_at(asked.input, "MultipartUpload"), "Parts")) {
    const auto number = int_at(wanted, "PartNumber").value_or(0);
    if (number <= last)
      return aws::aws_error("InvalidPartOrder",
                            "The list of parts was not in ascending order. Parts must be ordered "
                            "by part number.",
                            400);
    last = number;
    const auto* part = asked.row(kPartRows, part_id(upload, number));
    if (!part || !is_that_part(*part, wanted)) return invalid_part();
    parts.push_back(part);
  }
  if (parts.empty())
    return aws::aws_error("MalformedXML",
                          "The XML you provided was not well-formed or did not validate against "
                          "our published schema",
                          400);
  return parts;
}

Result<> check_part_sizes(const Asked& asked, const std::vector<const Value*>& parts) {
  std::size_t all = 0;
  for (const auto* part : parts) {
    const auto size = static_cast<std::size_t>(int_at(*part, "Size").value_or(0));
    all += size;
    if (part != parts.back() && size < kLeastPartBytes)
      return aws::aws_error("EntityTooSmall",
                            "Your proposed upload is smaller than the minimum allowed size", 400);
  }
  if (all <= asked.shelf.bounds().object_bytes) return {};
  return aws::aws_error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size",
                        400);
}

/// The parts put together. Its ETag and checksum are those of the parts' own, and how many there
/// were: "9bb5…-3".
struct Joined {
  std::string body;
  std::string etags;      // the parts' MD5s, one behind the other
  std::string checksums;  // likewise
  Array sizes;
};

std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return bytes;
}

Result<Joined> join(const Asked& asked, const std::vector<const Value*>& parts,
                    std::string_view algorithm) {
  Joined joined;
  for (const auto* part : parts) {
    joined.body += TRY(asked.shelf.get(*part));
    joined.etags += bytes_of_hex(text_at(*part, "ETag"));
    joined.sizes.push_back(*find(*part, "Size"));
    const auto checksum = text_at(object_at(*part, "Checksums"), "Checksum" + str(algorithm));
    joined.checksums += aws::from_base64(checksum).value_or("");
  }
  return joined;
}

Object object_of(const Asked& asked, const Value& upload, const Joined& joined) {
  const auto count = "-" + std::to_string(joined.sizes.size());
  const auto algorithm = text_at(upload, "ChecksumAlgorithm");
  Object checksums;
  if (const auto sum = checksum_of(algorithm, joined.checksums))
    checksums["Checksum" + str(algorithm)] = aws::to_base64(*sum) + count;
  return {{"Size", joined.body.size()},
          {"ETag", md5_hex(joined.etags) + count},
          {"LastModified", iso_ms(asked.turn.now())},
          {"Facts", object_at(upload, "Facts")},
          {"Checksums", std::move(checksums)},
          {"Tags", object_at(upload, "Tags")},
          {"PartSizes", joined.sizes}};
}

void forget_upload(const Asked& asked, const std::string& id) {
  for (const auto& part : ids_below(asked, kPartRows, id + "/")) {
    asked.shelf.drop(asked.turn, *asked.row(kPartRows, part));
    asked.erase(kPartRows, part);
  }
  asked.erase(kUploadRows, id);
}

Result<Value> complete_upload(const Asked& asked) {
  const auto found = TRY(upload_of(asked));
  const auto& bucket = *found.bucket;
  const auto key = str(text_at(*found.row, "Key"));
  const auto parts = TRY(wanted_parts(asked, found.id));
  TRY_DO(check_part_sizes(asked, parts));
  TRY_DO(check_room_for_version(asked, bucket, key));
  const auto joined = TRY(join(asked, parts, text_at(*found.row, "ChecksumAlgorithm")));
  auto object = object_of(asked, *found.row, joined);
  auto answer = encryption_of(object_at(*found.row, "Facts"));
  answer["Bucket"] = text_at(bucket, "Name");
  answer["Key"] = key;
  answer["Location"] = "/" + object_id(text_at(bucket, "Name"), key);
  answer["ETag"] = quoted(text_at(object, "ETag"));
  for (const auto& [member, value] : object_at(object, "Checksums")) answer[member] = value;
  object["Blob"] = TRY(asked.shelf.put(asked.turn, joined.body));
  const bool shows = shows_versions(bucket);
  const auto version = add_version(asked, bucket, key, std::move(object));
  if (shows) answer["VersionId"] = version;
  forget_upload(asked, found.id);
  return answer;
}

Result<Value> abort_upload(const Asked& asked) {
  forget_upload(asked, TRY(upload_of(asked)).id);
  return Object();
}

}  // namespace

Result<Upload> upload_of(const Asked& asked) {
  const auto* bucket = TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  auto id = object_id(text_at(*bucket, "Name"), text_at(asked.input, "UploadId"));
  const auto* row = asked.row(kUploadRows, id);
  if (row && text_at(*row, "Key") == key) return Upload{std::move(id), bucket, row};
  return aws::aws_error("NoSuchUpload",
                        "The specified upload does not exist. The upload ID may be invalid, or "
                        "the upload may have been aborted or completed.",
                        404);
}

}  // namespace s3

void S3::add_uploads() {
  on_s3("CreateMultipartUpload", s3::create_upload);
  on_s3("UploadPart", s3::upload_part);
  on_s3("UploadPartCopy", s3::upload_part_copy);
  on_s3("CompleteMultipartUpload", s3::complete_upload);
  on_s3("AbortMultipartUpload", s3::abort_upload);
}

}  // namespace hikae::plane
