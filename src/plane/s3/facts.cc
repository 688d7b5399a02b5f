#include "plane/s3/facts.h"

#include <algorithm>

#include "aws/base64.h"
#include "plane/digest.h"
#include "plane/s3/settings.h"

namespace hikae::plane::s3 {
namespace {

constexpr std::size_t kMetadataBytes = 2048;  // S3's own
constexpr std::size_t kObjectTags = 10;       // S3's own
constexpr std::string_view kAlgorithms[] = {"CRC32", "CRC32C", "SHA1", "SHA256"};

Result<> refuse_what_is_not_done(const Value& input) {
  for (const auto* member : {"SSECustomerAlgorithm", "SSECustomerKey"})
    if (find(input, member))
      return aws::aws_error("NotImplemented", "hikae takes no keys of customers", 501);
  for (const auto* member : {"ObjectLockMode", "ObjectLockRetainUntilDate"})
    if (find(input, member))
      return aws::aws_error("InvalidRequest", "Bucket is missing Object Lock Configuration", 400);
  return {};
}

Result<> check_metadata(const Value& input) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : object_at(input, "Metadata"))
    bytes += name.size() + text_of(value).size();
  if (bytes <= kMetadataBytes) return {};
  return aws::aws_error("MetadataTooLarge",
                        "Your metadata headers exceed the maximum allowed metadata size", 400);
}

Result<> check_names(const Value& input) {
  constexpr std::string_view kClasses[] = {"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA",
                                           "ONEZONE_IA", "INTELLIGENT_TIERING"};
  if (std::ranges::find(kClasses, text_at(input, "StorageClass", "STANDARD")) == std::end(kClasses))
    return aws::aws_error("InvalidStorageClass", "The storage class you specified is not valid");
  const auto sse = text_at(input, "ServerSideEncryption", "AES256");
  if (sse == "AES256" || sse.starts_with("aws:kms")) return {};
  return aws::aws_error("InvalidArgument", "The encryption method specified is not supported");
}

Result<> check_given_md5(const Value& input, std::string_view bytes) {
  const auto given = text_at(input, "ContentMD5");
  if (given.empty()) return {};
  const auto md5 = aws::from_base64(given);
  if (!md5 || md5->size() != 16)
    return aws::aws_error("InvalidDigest", "The Content-MD5 you specified was invalid.", 400);
  if (*md5 == md5_of(bytes)) return {};
  return aws::aws_error("BadDigest",
                        "The Content-MD5 you specified did not match what we received.", 400);
}

/// HTTP's dates know seconds only.
std::int64_t second_of(std::string_view when) {
  const auto time = parse_iso(when);
  return time ? unix_ms(*time) / 1000 : 0;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string_view without_quotes(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
    return etag.substr(1, etag.size() - 2);
  return etag;
}

}  // namespace

Result<Object> facts_of(const Asked& asked, const Value& bucket) {
  const auto& input = asked.input;
  TRY_DO(refuse_what_is_not_done(input));
  TRY_DO(check_metadata(input));
  TRY_DO(check_names(input));
  TRY_DO(check_canned_acl(bucket, text_at(input, "ACL")));
  auto facts = members_of_object(
      input, {"ContentType", "CacheControl", "ContentDisposition", "ContentEncoding",
              "ContentLanguage", "Expires", "WebsiteRedirectLocation", "Metadata", "StorageClass",
              "ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled"});
  if (!facts.contains("ContentType")) facts["ContentType"] = "binary/octet-stream";
  if (!facts.contains("ServerSideEncryption")) facts["ServerSideEncryption"] = "AES256";
  return facts;
}

Result<Object> tags_of_header(std::string_view tagging) {
  Object tags;
  Array list;
  while (!tagging.empty()) {
    const auto pair = tagging.substr(0, tagging.find('&'));
    tagging.remove_prefix(std::min(tagging.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto key = url_decoded(pair.substr(0, equals), Plus::IsSpace);
    const auto value = url_decoded(pair.substr(std::min(pair.size(), equals + 1)), Plus::IsSpace);
    if (!key || !value)
      return aws::aws_error("InvalidArgument",
                            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded "
                            "URL query parameters without tag name duplicates.");
    list.push_back(Object{{"Key", *key}, {"Value", *value}});
  }
  TRY_DO(check_tag_set(list, kObjectTags));
  add_tags(tags, list);
  return tags;
}

Object encryption_of(const Object& facts) {
  return members_of_object(facts, {"ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled"});
}

Result<Object> checksums_of(const Value& input, std::string_view algorithm,
                            std::string_view bytes) {
  TRY_DO(check_given_md5(input, bytes));
  Object kept;
  for (const auto name : kAlgorithms) {
    const auto member = "Checksum" + str(name);
    const auto given = text_at(input, member);
    if (given.empty() && algorithm != name) continue;
    const auto computed = aws::to_base64(checksum_of(name, bytes).value_or(""));
    if (!given.empty() && given != computed)
      return aws::aws_error(
          "BadDigest", "The " + str(name) + " you specified did not match the calculated checksum.",
          400);
    kept[member] = computed;
  }
  return kept;
}

std::string quoted(std::string_view etag) { return "\"" + str(etag) + "\""; }

bool has_etag(std::string_view list, std::string_view etag) {
  while (true) {
    const auto one = list.substr(0, list.find(','));
    if (trimmed(one) == "*" || without_quotes(trimmed(one)) == etag) return true;
    if (one.size() == list.size()) return false;
    list.remove_prefix(one.size() + 1);
  }
}

// As RFC 9110 orders them: an ETag is asked before a date, which then does not count.
Condition condition_of(const Value& input, const Value& version, const ConditionNames& names) {
  const auto etag = text_at(version, "ETag");
  const auto changed = second_of(text_at(version, "LastModified"));
  const auto match = text_at(input, names.match), none = text_at(input, names.none_match);
  const auto since = text_at(input, names.modified), until = text_at(input, names.unmodified);
  if (!match.empty() ? !has_etag(match, etag) : !until.empty() && changed > second_of(until))
    return Condition::Failed;
  if (!none.empty() ? has_etag(none, etag) : !since.empty() && changed <= second_of(since))
    return Condition::NotModified;
  return Condition::Holds;
}

}  // namespace hikae::plane::s3
