// AWS::S3::Bucket and BucketPolicy. A bucket is made bare; each of its settings is a call of its
// own, named by one table.
#include <algorithm>

#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

/// The same members under the API's names.
Object renamed(const Value& from,
               std::initializer_list<std::pair<const char*, const char*>> names) {
  Object to;
  for (const auto& [template_name, api_name] : names)
    if (const auto* value = find(from, template_name)) to[api_name] = *value;
  return to;
}

Value versioning_of(const Value& given) { return given; }

Value public_access_of(const Value& given) { return given; }

Value ownership_of(const Value& given) { return given; }

Value encryption_wanted(const Value& given) {
  Array rules;
  for (const auto& rule : list_at(given, "ServerSideEncryptionConfiguration"))
    rules.push_back(
        renamed(rule, {{"ServerSideEncryptionByDefault", "ApplyServerSideEncryptionByDefault"},
                       {"BucketKeyEnabled", "BucketKeyEnabled"}}));
  return Object{{"Rules", std::move(rules)}};
}

Array transitions_of(const Value& rule, std::string_view member, const char* days) {
  Array transitions;
  for (const auto& one : list_at(rule, member))
    transitions.push_back(renamed(one, {{"StorageClass", "StorageClass"},
                                        {"TransitionInDays", days},
                                        {"TransitionDate", "Date"},
                                        {"NewerNoncurrentVersions", "NewerNoncurrentVersions"}}));
  return transitions;
}

/// Which objects a lifecycle rule is about: prefix, tags and sizes, together or alone.
Object lifecycle_filter(const Value& rule) {
  auto filter = renamed(rule, {{"Prefix", "Prefix"},
                               {"ObjectSizeGreaterThan", "ObjectSizeGreaterThan"},
                               {"ObjectSizeLessThan", "ObjectSizeLessThan"}});
  const auto& tags = list_at(rule, "TagFilters");
  if (filter.empty() && tags.empty()) return Object{{"Prefix", ""}};
  if (filter.size() + tags.size() == 1 && tags.empty()) return filter;
  if (filter.empty() && tags.size() == 1) return Object{{"Tag", tags[0]}};
  if (!tags.empty()) filter["Tags"] = tags;
  return Object{{"And", std::move(filter)}};
}

Object lifecycle_rule(const Value& rule) {
  auto wanted = renamed(rule, {{"Id", "ID"},
                               {"Status", "Status"},
                               {"AbortIncompleteMultipartUpload", "AbortIncompleteMultipartUpload"},
                               {"NoncurrentVersionExpiration", "NoncurrentVersionExpiration"}});
  wanted["Filter"] = lifecycle_filter(rule);
  auto expiration = renamed(rule, {{"ExpirationInDays", "Days"},
                                   {"ExpirationDate", "Date"},
                                   {"ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"}});
  if (!expiration.empty()) wanted["Expiration"] = std::move(expiration);
  if (const auto* days = find(rule, "NoncurrentVersionExpirationInDays"))
    wanted["NoncurrentVersionExpiration"] = Object{{"NoncurrentDays", *days}};
  if (auto list = transitions_of(rule, "Transitions", "Days"); !list.empty())
    wanted["Transitions"] = std::move(list);
  if (auto list = transitions_of(rule, "NoncurrentVersionTransitions", "NoncurrentDays");
      !list.empty())
    wanted["NoncurrentVersionTransitions"] = std::move(list);
  return wanted;
}

Value lifecycle_of(const Value& given) {
  Array rules;
  for (const auto& rule : list_at(given, "Rules")) rules.push_back(lifecycle_rule(rule));
  return Object{{"Rules", std::move(rules)}};
}

Value tagging_of(const Value& tags) { return Object{{"TagSet", tags}}; }

/// A property of a bucket, and the calls that put it and take it away.
struct BucketProperty {
  std::string_view property;
  const char* put;
  const char* member;
  const char* erase;  // empty: it cannot be taken away
  Value (*wanted)(const Value&);
};
constexpr BucketProperty kBucketProperties[] = {
    {"PublicAccessBlockConfiguration", "PutPublicAccessBlock", "PublicAccessBlockConfiguration",
     "DeletePublicAccessBlock", public_access_of},
    {"OwnershipControls", "PutBucketOwnershipControls", "OwnershipControls",
     "DeleteBucketOwnershipControls", ownership_of},
    {"VersioningConfiguration", "PutBucketVersioning", "VersioningConfiguration", "",
     versioning_of},
    {"BucketEncryption", "PutBucketEncryption", "ServerSideEncryptionConfiguration",
     "DeleteBucketEncryption", encryption_wanted},
    {"LifecycleConfiguration", "PutBucketLifecycleConfiguration", "LifecycleConfiguration",
     "DeleteBucketLifecycle", lifecycle_of},
    {"Tags", "PutBucketTagging", "Tagging", "DeleteBucketTagging", tagging_of},
};

void put_setting(Chain& chain, const std::string& bucket, const BucketProperty& property,
                 const Value& given) {
  chain.add("s3", property.put,
            Object{{"Bucket", bucket}, {property.member, property.wanted(given)}});
}

/// "PublicRead" -> "public-read"; "Private" is what a bucket is anyhow.
std::string canned_acl(std::string_view control) {
  std::string acl;
  for (const char c : control) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital && !acl.empty()) acl += '-';
    acl += is_capital ? static_cast<char>(c + 32) : c;
  }
  return acl;
}

void put_acl(Chain& chain, const std::string& bucket, const ResourceAsk& ask) {
  const auto wanted = ask.text("AccessControl");
  const auto before = text_at(ask.previous, "AccessControl", "Private");
  if (wanted.empty() ? before == "Private" : wanted == before) return;
  chain.add("s3", "PutBucketAcl",
            Object{{"Bucket", bucket}, {"ACL", wanted.empty() ? "private" : canned_acl(wanted)}});
}

Value bucket_made(const ResourceAsk& ask, const std::string& name) {
  const auto& region = ask.scope.region;
  return made(
      name, Object{{"Arn", "arn:aws:s3:::" + name},
                   {"DomainName", name + ".s3.amazonaws.com"},
                   {"RegionalDomainName", name + ".s3." + region + ".amazonaws.com"},
                   {"DualStackDomainName", name + ".s3.dualstack." + region + ".amazonaws.com"},
                   {"WebsiteURL", "http://" + name + ".s3-website-" + region + ".amazonaws.com"}});
}

/// Buckets have small letters only.
std::string bucket_name(const ResourceAsk& ask) {
  auto name = ask.name_or_made_up("BucketName", 63);
  if (ask.text("BucketName").empty())
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
  return name;
}

Chain create_bucket(const ResourceAsk& ask) {
  Chain chain;
  const auto name = bucket_name(ask);
  Object input{{"Bucket", name}};
  if (ask.scope.region != "us-east-1")
    input["CreateBucketConfiguration"] = Object{{"LocationConstraint", ask.scope.region}};
  chain.add("s3", "CreateBucket", std::move(input));
  for (const auto& property : kBucketProperties)
    if (const auto* given = ask.property(property.property))
      put_setting(chain, name, property, *given);
  put_acl(chain, name, ask);
  chain.result = always(bucket_made(ask, name));
  return chain;
}

Chain update_bucket(const ResourceAsk& ask) {
  Chain chain;
  const auto& name = ask.physical_id;
  for (const auto& property : kBucketProperties) {
    if (!is_changed(ask, property.property)) continue;
    if (const auto* given = ask.property(property.property))
      put_setting(chain, name, property, *given);
    else if (*property.erase)
      chain.add("s3", property.erase, Object{{"Bucket", name}});
    else
      put_setting(chain, name, property, Object{{"Status", "Suspended"}});
  }
  put_acl(chain, name, ask);
  chain.result = always(bucket_made(ask, name));
  return chain;
}

/// One that holds objects is refused, as on AWS.
Chain delete_bucket(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchBucket"};
  chain.add("s3", "DeleteBucket", Object{{"Bucket", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

Chain put_bucket_policy(const ResourceAsk& ask) {
  Chain chain;
  const auto* document = ask.property("PolicyDocument");
  chain.add(
      "s3", "PutBucketPolicy",
      Object{{"Bucket", ask.text("Bucket")}, {"Policy", document ? json_text(*document) : ""}});
  chain.result = always(made(ask.text("Bucket")));
  return chain;
}

Chain delete_bucket_policy(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchBucket", "NoSuchBucketPolicy"};
  chain.add("s3", "DeleteBucketPolicy", Object{{"Bucket", ask.text("Bucket")}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* s3_provider(std::string_view type) {
  static constexpr Provider kBucket{create_bucket, update_bucket, delete_bucket};
  static constexpr Provider kPolicy{put_bucket_policy, put_bucket_policy, delete_bucket_policy};
  if (type == "AWS::S3::Bucket") return &kBucket;
  return type == "AWS::S3::BucketPolicy" ? &kPolicy : nullptr;
}

}  // namespace hikae::plane
