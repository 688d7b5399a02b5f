#include "plane/digest.h"
#include "plane/s3/facts.h"
#include "plane/s3/s3.h"
#include "plane/s3/versions.h"

namespace hikae::plane {
namespace s3 {
namespace {

/// IfNoneMatch "*": only where nothing is there; IfMatch: only over that one.
Result<> check_write_condition(const Asked& asked, std::string_view bucket, std::string_view key) {
  const auto match = text_at(asked.input, "IfMatch"), none = text_at(asked.input, "IfNoneMatch");
  if (match.empty() && none.empty()) return {};
  const auto present = version_of(asked, bucket, key, "");
  if (!match.empty() && !present) return std::unexpected(present.error());
  const bool holds = match.empty() ? !present : has_etag(match, text_at(**present, "ETag"));
  if (holds) return {};
  return aws::aws_error("PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold", 412);
}

Result<Value> put_object(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  const auto body = text_at(asked.input, "Body");
  auto facts = TRY(facts_of(asked, bucket));
  auto tags = TRY(tags_of_header(text_at(asked.input, "Tagging")));
  TRY_DO(check_write_condition(asked, text_at(bucket, "Name"), key));
  TRY_DO(check_room_for_version(asked, bucket, key));
  auto checksums = TRY(checksums_of(asked.input, text_at(asked.input, "ChecksumAlgorithm"), body));
  const auto etag = md5_hex(body);
  auto answer = encryption_of(facts);
  answer["ETag"] = quoted(etag);
  for (const auto& [member, value] : checksums) answer[member] = value;
  const auto blob = TRY(asked.shelf.put(asked.turn, body));
  const bool shows = shows_versions(bucket);
  const auto version = add_version(asked, bucket, key,
                                   {{"Blob", blob},
                                    {"Size", body.size()},
                                    {"ETag", etag},
                                    {"LastModified", iso_ms(asked.turn.now())},
                                    {"Facts", std::move(facts)},
                                    {"Checksums", std::move(checksums)},
                                    {"Tags", std::move(tags)}});
  if (shows) answer["VersionId"] = version;
  return answer;
}

}  // namespace
}  // namespace s3

void S3::add_writing() { on_s3("PutObject", s3::put_object); }

}  // namespace hikae::plane
