#include <algorithm>

#include "plane/s3/s3.h"

namespace hikae::plane {
namespace s3 {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// "192.168.5.4": four numbers and three dots, whatever the numbers.
bool looks_like_address(std::string_view name) {
  return std::ranges::count(name, '.') == 3 &&
         std::ranges::all_of(name, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

bool is_bucket_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return false;
  if (!is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) return false;
  if (name.find("..") != std::string_view::npos || looks_like_address(name)) return false;
  if (name.starts_with("xn--") || name.starts_with("sthree-") || name.ends_with("-s3alias") ||
      name.ends_with("--ol-s3"))
    return false;
  return std::ranges::all_of(name,
                             [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
}

/// Where the bucket is to be. us-east-1 alone makes buckets for other regions, and has no name as a
/// constraint.
Result<std::string> region_wanted(const Asked& asked) {
  const auto wanted =
      text_at(object_at(asked.input, "CreateBucketConfiguration"), "LocationConstraint");
  if (wanted == "us-east-1")
    return aws::aws_error("InvalidLocationConstraint",
                          "The specified location-constraint is not valid", 400);
  if (asked.region == "us-east-1") return wanted.empty() ? str(asked.region) : str(wanted);
  if (wanted == asked.region) return str(wanted);
  return aws::aws_error("IllegalLocationConstraintException",
                        "The " + (wanted.empty() ? "unspecified" : str(wanted)) +
                            " location constraint is incompatible for the region specific "
                            "endpoint this request was sent to.",
                        400);
}

/// One's own bucket made once more: fine in us-east-1, as it always was, an error elsewhere.
Result<Value> bucket_again(const Asked& asked, const Value& bucket) {
  if (asked.region == "us-east-1" && text_at(bucket, "Region") == "us-east-1")
    return Object{{"Location", "/" + str(text_at(bucket, "Name"))}};
  return aws::aws_error("BucketAlreadyOwnedByYou",
                        "Your previous request to create the named bucket succeeded and you "
                        "already own it.",
                        409);
}

Result<> check_new_bucket(const Asked& asked, std::string_view name) {
  if (!is_bucket_name(name))
    return aws::aws_error("InvalidBucketName", "The specified bucket is not valid.", 400);
  const auto taken = bucket_named(asked, name);
  if (!taken && taken.error().code == "AccessDenied")
    return aws::aws_error("BucketAlreadyExists",
                          "The requested bucket name is not available. The bucket namespace is "
                          "shared by all users of the system. Please select a different name and "
                          "try again.",
                          409);
  if (is_true_at(asked.input, "ObjectLockEnabledForBucket"))
    return aws::aws_error("NotImplemented", "hikae has no object lock", 501);
  if (asked.rows(kBucketRows).size() < kBuckets) return {};
  return aws::aws_error("TooManyBuckets", "You have attempted to create more buckets than allowed.",
                        400);
}

/// What S3 gives every bucket since April 2023.
Object first_settings(const Asked& asked) {
  const auto ownership = text_at(asked.input, "ObjectOwnership", "BucketOwnerEnforced");
  return {{"PublicAccessBlock", Object{{"BlockPublicAcls", true},
                                       {"IgnorePublicAcls", true},
                                       {"BlockPublicPolicy", true},
                                       {"RestrictPublicBuckets", true}}},
          {"OwnershipControls", Object{{"Rules", Array{Object{{"ObjectOwnership", ownership}}}}}}};
}

Result<Value> create_bucket(const Asked& asked) {
  const auto name = text_at(asked.input, "Bucket");
  TRY_DO(check_new_bucket(asked, name));
  if (const auto* bucket = asked.row(kBucketRows, name)) return bucket_again(asked, *bucket);
  const auto region = TRY(region_wanted(asked));
  asked.put(kBucketRows, name,
            Object{{"Name", name},
                   {"Region", region},
                   {"CreatedAt", iso_ms(asked.turn.now())},
                   {"Settings", first_settings(asked)}});
  return Object{{"Location", region == "us-east-1" ? "/" + str(name)
                                                   : "http://" + str(name) + ".s3.amazonaws.com/"}};
}

Result<Value> head_bucket(const Asked& asked) {
  TRY(bucket_of(asked));
  return Object();
}

/// Uploads under way do not keep a bucket; objects, versions and delete markers do.
Result<Value> delete_bucket(const Asked& asked) {
  const auto name = str(text_at(*TRY(bucket_of(asked)), "Name"));
  if (!ids_below(asked, kObjectRows, name + "/").empty())
    return aws::aws_error("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
  for (const auto& id : ids_below(asked, kPartRows, name + "/")) {
    asked.shelf.drop(asked.turn, *asked.row(kPartRows, id));
    asked.erase(kPartRows, id);
  }
  for (const auto& id : ids_below(asked, kUploadRows, name + "/")) asked.erase(kUploadRows, id);
  asked.erase(kBucketRows, name);
  return Object();
}

Result<Value> list_buckets(const Asked& asked) {
  Array buckets;
  for (const auto& [name, bucket] : asked.rows(kBucketRows))
    buckets.push_back(
        Object{{"Name", std::string_view(name)}, {"CreationDate", text_at(bucket, "CreatedAt")}});
  return Object{{"Buckets", std::move(buckets)}, {"Owner", owner_of(asked)}};
}

/// us-east-1 has no name here.
Result<Value> get_bucket_location(const Asked& asked) {
  const auto region = text_at(*TRY(bucket_of(asked)), "Region");
  if (region == "us-east-1") return Object();
  return Object{{"LocationConstraint", region}};
}

}  // namespace
}  // namespace s3

void S3::add_buckets() {
  on_s3("CreateBucket", s3::create_bucket);
  on_s3("HeadBucket", s3::head_bucket);
  on_s3("DeleteBucket", s3::delete_bucket);
  on_s3("ListBuckets", s3::list_buckets);
  on_s3("GetBucketLocation", s3::get_bucket_location);
}

}  // namespace hikae::plane
