// What is put on a bucket and read back: one table says how each setting is named, and what is said
// where there is none.
#include <algorithm>
#include <set>

#include "plane/s3/s3.h"
#include "plane/s3/settings.h"

namespace hikae::plane {
namespace s3 {
namespace {

struct BucketSetting {
  std::string_view name;      // under which it is kept
  std::string_view member;    // of the Put's input
  std::string_view shown_as;  // member of the Get's output; empty: the setting's own members
  std::string_view put, get, erase;
  std::string_view absent_code;  // empty: an empty answer
  std::string_view absent_message;
  Result<> (*check)(const Value&);
};

std::unexpected<Error> malformed() {
  return aws::aws_error("MalformedXML",
                        "The XML you provided was not well-formed or did not validate against our "
                        "published schema",
                        400);
}

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> known) {
  return std::ranges::find(known, text) != known.end();
}

Result<> check_versioning(const Value& given) {
  const auto status = text_at(given, "Status", "Suspended");
  if (text_at(given, "MFADelete") == "Enabled")
    return aws::aws_error("NotImplemented", "hikae has no MFA delete", 501);
  return is_any_of(status, {"Enabled", "Suspended"}) ? Result<>{} : malformed();
}

Result<> check_encryption(const Value& given) {
  const auto& rules = list_at(given, "Rules");
  if (rules.size() != 1) return malformed();
  const auto& rule = object_at(rules[0], "ApplyServerSideEncryptionByDefault");
  return is_any_of(text_at(rule, "SSEAlgorithm", "AES256"), {"AES256", "aws:kms", "aws:kms:dsse"})
             ? Result<>{}
             : malformed();
}

Result<> check_ownership(const Value& given) {
  const auto& rules = list_at(given, "Rules");
  if (rules.size() != 1) return malformed();
  return is_any_of(text_at(rules[0], "ObjectOwnership"),
                   {"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"})
             ? Result<>{}
             : malformed();
}

Result<> check_lifecycle(const Value& given) {
  const auto& rules = list_at(given, "Rules");
  if (rules.empty() || rules.size() > 1000) return malformed();
  std::set<std::string, std::less<>> ids;
  for (const auto& rule : rules) {
    const auto id = text_at(rule, "ID");
    if (!is_any_of(text_at(rule, "Status"), {"Enabled", "Disabled"})) return malformed();
    if (id.size() > 255)
      return aws::aws_error("InvalidArgument", "ID length should not exceed allowed limit of 255");
    if (!id.empty() && !ids.insert(str(id)).second)
      return aws::aws_error("InvalidArgument",
                            "Rule ID must be unique. Found same ID for more "
                            "than one rule");
  }
  return {};
}

Result<> check_bucket_tags(const Value& given) {
  return check_tag_set(list_at(given, "TagSet"), 50);
}

Result<> check_nothing(const Value&) { return {}; }

constexpr BucketSetting kBucketSettings[] = {
    {"Versioning", "VersioningConfiguration", "", "PutBucketVersioning", "GetBucketVersioning", "",
     "", "", check_versioning},
    {"Encryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionConfiguration",
     "PutBucketEncryption", "GetBucketEncryption", "DeleteBucketEncryption", "", "",
     check_encryption},
    {"PublicAccessBlock", "PublicAccessBlockConfiguration", "PublicAccessBlockConfiguration",
     "PutPublicAccessBlock", "GetPublicAccessBlock", "DeletePublicAccessBlock",
     "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found",
     check_nothing},
    {"OwnershipControls", "OwnershipControls", "OwnershipControls", "PutBucketOwnershipControls",
     "GetBucketOwnershipControls", "DeleteBucketOwnershipControls",
     "OwnershipControlsNotFoundError", "The bucket ownership controls were not found",
     check_ownership},
    {"Lifecycle", "LifecycleConfiguration", "", "PutBucketLifecycleConfiguration",
     "GetBucketLifecycleConfiguration", "DeleteBucketLifecycle", "NoSuchLifecycleConfiguration",
     "The lifecycle configuration does not exist", check_lifecycle},
    {"Tagging", "Tagging", "", "PutBucketTagging", "GetBucketTagging", "DeleteBucketTagging",
     "NoSuchTagSet", "The TagSet does not exist", check_bucket_tags},
};

/// Every bucket is encrypted, since January 2023.
Value encryption_by_default() {
  const Object algorithm{{"SSEAlgorithm", "AES256"}};
  return Object{{"Rules", Array{Object{{"ApplyServerSideEncryptionByDefault", algorithm},
                                       {"BucketKeyEnabled", false}}}}};
}

Result<Value> put_setting(const Asked& asked, const BucketSetting& setting) {
  const auto* bucket = TRY(bucket_of(asked));
  const auto* given = find(asked.input, setting.member);
  if (!given) return malformed();
  TRY_DO(setting.check(*given));
  keep_setting(asked, *bucket, setting.name, *given);
  return Object();
}

Result<Value> get_setting(const Asked& asked, const BucketSetting& setting) {
  const auto* bucket = TRY(bucket_of(asked));
  const auto* kept = setting_of(*bucket, setting.name);
  Value shown = kept ? *kept : Value();
  if (!kept && setting.name == "Encryption") shown = encryption_by_default();
  if (shown.is_null() && setting.absent_code.empty()) return Object();
  if (shown.is_null())
    return aws::aws_error(str(setting.absent_code), str(setting.absent_message), 404);
  if (setting.shown_as.empty()) return shown;
  return Object{{setting.shown_as, std::move(shown)}};
}

Result<Value> erase_setting(const Asked& asked, const BucketSetting& setting) {
  forget_setting(asked, *TRY(bucket_of(asked)), setting.name);
  return Object();
}

}  // namespace

void keep_setting(const Asked& asked, Value bucket, std::string_view name, Value setting) {
  bucket.as_object()["Settings"].as_object()[name] = std::move(setting);
  const auto id = str(text_at(bucket, "Name"));
  asked.put(kBucketRows, id, std::move(bucket));
}

void forget_setting(const Asked& asked, Value bucket, std::string_view name) {
  bucket.as_object()["Settings"].as_object().erase(name);
  const auto id = str(text_at(bucket, "Name"));
  asked.put(kBucketRows, id, std::move(bucket));
}

Result<> check_tag_set(const Array& tags, std::size_t most) {
  if (tags.size() > most)
    return aws::aws_error("BadRequest",
                          "Object tags cannot be greater than " + std::to_string(most));
  std::set<std::string, std::less<>> keys;
  for (const auto& tag : tags) {
    const auto key = text_at(tag, "Key");
    if (key.empty() || key.size() > 128 || key.starts_with("aws:"))
      return aws::aws_error("InvalidTag", "The TagKey you have provided is invalid");
    if (text_at(tag, "Value").size() > 256)
      return aws::aws_error("InvalidTag", "The TagValue you have provided is invalid");
    if (!keys.insert(str(key)).second)
      return aws::aws_error("InvalidTag", "Cannot provide multiple Tags with the same key");
  }
  return {};
}

}  // namespace s3

void S3::add_bucket_settings() {
  for (const auto& setting : s3::kBucketSettings) {
    on_s3(str(setting.put),
          [&setting](const s3::Asked& asked) { return s3::put_setting(asked, setting); });
    on_s3(str(setting.get),
          [&setting](const s3::Asked& asked) { return s3::get_setting(asked, setting); });
    if (!setting.erase.empty())
      on_s3(str(setting.erase),
            [&setting](const s3::Asked& asked) { return s3::erase_setting(asked, setting); });
  }
}

}  // namespace hikae::plane
