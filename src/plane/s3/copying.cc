#include "plane/s3/copy_source.h"
#include "plane/s3/facts.h"
#include "plane/s3/s3.h"
#include "plane/s3/versions.h"

namespace hikae::plane {
namespace s3 {
namespace {

constexpr ConditionNames kSourceConditions{"CopySourceIfMatch", "CopySourceIfNoneMatch",
                                           "CopySourceIfModifiedSince",
                                           "CopySourceIfUnmodifiedSince"};

struct SourceNames {
  std::string bucket, key, version_id;
};

Result<SourceNames> read_source(std::string_view text) {
  constexpr std::string_view kVersion = "?versionId=";
  SourceNames names;
  if (const auto at = text.rfind(kVersion); at != std::string_view::npos) {
    names.version_id = str(text.substr(at + kVersion.size()));
    text = text.substr(0, at);
  }
  const auto decoded = url_decoded(text, Plus::IsItself);
  auto path = decoded ? std::string_view(*decoded) : std::string_view();
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size())
    return aws::aws_error("InvalidArgument",
                          "Copy Source must mention the source bucket and key: "
                          "sourcebucket/sourcekey",
                          400);
  names.bucket = str(path.substr(0, slash));
  names.key = str(path.substr(slash + 1));
  return names;
}

bool is_to_itself(const CopySource& source, std::string_view bucket, std::string_view key) {
  return source.bucket == bucket && source.key == key;
}

/// A copy onto itself must change something.
Result<> check_changes_something(const Asked& asked, const CopySource& source,
                                 std::string_view bucket, std::string_view key) {
  const bool replaces = text_at(asked.input, "MetadataDirective") == "REPLACE";
  const bool changes =
      replaces || find(asked.input, "StorageClass") || find(asked.input, "ServerSideEncryption") ||
      find(asked.input, "WebsiteRedirectLocation") ||
      text_at(asked.input, "CopySource").find("?versionId=") != std::string_view::npos;
  if (changes || !is_to_itself(source, bucket, key)) return {};
  return aws::aws_error("InvalidRequest",
                        "This copy request is illegal because it is trying to copy an object to "
                        "itself without changing the object's metadata, storage class, website "
                        "redirect location or encryption attributes.",
                        400);
}

Result<Object> facts_of_copy(const Asked& asked, const Value& bucket, const Value& version) {
  auto given = TRY(facts_of(asked, bucket));
  if (text_at(asked.input, "MetadataDirective", "COPY") == "REPLACE") return given;
  auto facts = object_at(version, "Facts");
  for (const auto* member : {"StorageClass", "ServerSideEncryption", "SSEKMSKeyId"})
    if (const auto* value = find(asked.input, member)) facts[member] = *value;
  return facts;
}

Result<Object> tags_of_copy(const Asked& asked, const Value& version) {
  if (text_at(asked.input, "TaggingDirective", "COPY") == "REPLACE")
    return tags_of_header(text_at(asked.input, "Tagging"));
  return object_at(version, "Tags");
}

Result<Value> copy_object(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  const auto source = TRY(copy_source(asked));
  TRY_DO(check_changes_something(asked, source, text_at(bucket, "Name"), key));
  TRY_DO(check_room_for_version(asked, bucket, key));
  auto facts = TRY(facts_of_copy(asked, bucket, *source.version));
  auto tags = TRY(tags_of_copy(asked, *source.version));
  const auto body = TRY(asked.shelf.get(*source.version));
  Object copied{{"ETag", text_at(*source.version, "ETag")},
                {"Size", body.size()},
                {"LastModified", iso_ms(asked.turn.now())},
                {"Checksums", object_at(*source.version, "Checksums")},
                {"Facts", facts},
                {"Tags", std::move(tags)}};
  Object result{{"ETag", quoted(text_at(copied, "ETag"))},
                {"LastModified", text_at(copied, "LastModified")}};
  for (const auto& [member, value] : object_at(copied, "Checksums")) result[member] = value;
  auto answer = encryption_of(facts);
  answer["CopyObjectResult"] = std::move(result);
  if (source.shows_version) answer["CopySourceVersionId"] = text_at(*source.version, "VersionId");
  const bool shows = shows_versions(bucket);
  copied["Blob"] = TRY(asked.shelf.put(asked.turn, body));
  const auto version = add_version(asked, bucket, key, std::move(copied));
  if (shows) answer["VersionId"] = version;
  return answer;
}

}  // namespace

Result<CopySource> copy_source(const Asked& asked) {
  auto names = TRY(read_source(text_at(asked.input, "CopySource")));
  const auto& bucket = *TRY(bucket_named(asked, names.bucket));
  const auto* version = TRY(version_of(asked, names.bucket, names.key, names.version_id));
  if (condition_of(asked.input, *version, kSourceConditions) != Condition::Holds)
    return aws::aws_error("PreconditionFailed",
                          "At least one of the pre-conditions you specified did not hold", 412);
  return CopySource{std::move(names.bucket), std::move(names.key), version, shows_versions(bucket)};
}

}  // namespace s3

void S3::add_copying() { on_s3("CopyObject", s3::copy_object); }

}  // namespace hikae::plane
