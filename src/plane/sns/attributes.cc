// Attributes of topics and subscriptions: which there are, and what they may hold.
#include <algorithm>

#include "pattern/pattern.h"
#include "plane/iam/policy_text.h"
#include "plane/sns/rows.h"
#include "text/json.h"

namespace hikae::plane::sns {
namespace {

constexpr std::size_t kFilterKeys = 5;  // docs/reference/schedules-events-sns-lambda-cfn.md 3.5

Result<> check_json_object(std::string_view name, std::string_view value) {
  const auto json = text::parse_json(value);
  if (json && json->is_object()) return {};
  return invalid(str(name) + " Reason: " + (json ? "it is no JSON object" : json.error().message));
}

Result<> check_display_name(std::string_view value) {
  const bool printable = std::ranges::none_of(
      value, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
  if (value.size() <= 400 && printable) return {};
  return invalid("DisplayName Reason: it has at most 100 characters and no line breaks");
}

Result<> check_one_of(std::string_view name, std::string_view value,
                      std::initializer_list<std::string_view> known) {
  if (std::ranges::find(known, value) != known.end()) return {};
  return invalid(str(name) + " Reason: '" + str(value) + "' is not a value of it");
}

/// Attributes filter by flat names: only the body has depth.
bool is_flat(const Value& policy) {
  return std::ranges::all_of(policy.as_object(),
                             [](const auto& member) { return member.value().is_array(); });
}

Result<> check_filter_policy(std::string_view value, std::string_view scope) {
  if (value.empty()) return {};
  TRY_DO(check_json_object("FilterPolicy", value));
  const auto policy = TRY(text::parse_json(value));
  if (policy.as_object().empty()) return {};
  if (policy.as_object().size() > kFilterKeys)
    return aws::aws_error("FilterPolicyLimitExceeded", "A filter policy has at most 5 keys");
  if (scope != "MessageBody" && !is_flat(policy))
    return invalid(
        "FilterPolicy Reason: only a policy with FilterPolicyScope MessageBody may be nested");
  if (const auto pattern = pattern::Pattern::parse(value); !pattern)
    return invalid("FilterPolicy Reason: " + pattern.error().message);
  return {};
}

Result<> check_raw_delivery(std::string_view protocol, std::string_view value) {
  TRY_DO(check_one_of("RawMessageDelivery", value, {"true", "false"}));
  if (value == "false" || protocol == "sqs") return {};
  return invalid("RawMessageDelivery Reason: the protocol " + str(protocol) +
                 " does not support raw message delivery");
}

}  // namespace

Result<> check_topic_attribute(std::string_view name, std::string_view value) {
  if (value.size() > kAttributeBytes) return invalid(str(name) + " Reason: it is over 30 KiB");
  if (name == "DisplayName") return check_display_name(value);
  if (name == "Policy") return check_policy(value, PolicyUse::Resource, "InvalidParameter");
  if (name == "DeliveryPolicy") return check_json_object(name, value);
  if (name == "SignatureVersion") return check_one_of(name, value, {"1", "2"});
  if (name == "TracingConfig") return check_one_of(name, value, {"PassThrough", "Active"});
  if (name == "KmsMasterKeyId") return {};
  if (name == "FifoTopic" || name == "ContentBasedDeduplication") {
    if (value == "false") return {};
    return invalid(str(name) + " Reason: FIFO topics are not answered by this version");
  }
  return invalid("AttributeName Reason: topics have no attribute '" + str(name) + "'");
}

Result<> check_subscription_attribute(std::string_view protocol, std::string_view name,
                                      std::string_view value, std::string_view scope) {
  if (value.size() > kAttributeBytes) return invalid(str(name) + " Reason: it is over 30 KiB");
  if (name == "FilterPolicy") return check_filter_policy(value, scope);
  if (name == "FilterPolicyScope")
    return check_one_of(name, value, {"MessageAttributes", "MessageBody"});
  if (name == "RawMessageDelivery") return check_raw_delivery(protocol, value);
  if (name == "DeliveryPolicy" || name == "RedrivePolicy") return check_json_object(name, value);
  return invalid("AttributeName Reason: subscriptions have no attribute '" + str(name) + "'");
}

}  // namespace hikae::plane::sns
