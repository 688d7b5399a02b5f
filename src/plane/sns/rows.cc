#include "plane/sns/rows.h"

#include <set>

namespace hikae::plane::sns {

std::unexpected<Error> invalid(std::string why) {
  return aws::aws_error("InvalidParameter", "Invalid parameter: " + std::move(why));
}

namespace {

/// The ARN's resource, where it is one of SNS in the scope asked.
Result<std::string_view> resource_here(const Ask& ask, std::string_view arn,
                                       std::string_view member) {
  const auto parts = parts_of_arn(arn);
  if (parts.service != "sns" || parts.resource.empty())
    return invalid(str(member) + " Reason: '" + str(arn) + "' is no ARN of SNS");
  if (parts.region != ask.scope.region || parts.account != ask.scope.account)
    return invalid(str(member) + " Reason: '" + str(arn) +
                   "' belongs to another account or region");
  return parts.resource;
}

}  // namespace

Result<const Value*> topic_of(const Ask& ask, std::string_view arn) {
  const auto name = TRY(resource_here(ask, arn, "TopicArn"));
  if (const auto* topic = ask.row(kTopicRows, name)) return topic;
  return aws::aws_error("NotFound", "Topic does not exist: " + str(arn));
}

Result<std::string> subscription_id(const Ask& ask, std::string_view arn) {
  auto id = str(TRY(resource_here(ask, arn, "SubscriptionArn")));
  const auto colon = id.find(':');
  if (colon == std::string::npos)
    return invalid("SubscriptionArn Reason: '" + str(arn) + "' names a topic, no subscription");
  id[colon] = '/';
  return id;
}

Result<const Value*> subscription_of(const Ask& ask, std::string_view arn) {
  const auto id = TRY(subscription_id(ask, arn));
  if (const auto* subscription = ask.row(kSubscriptionRows, id)) return subscription;
  return aws::aws_error("NotFound", "Subscription does not exist: " + str(arn));
}

std::vector<const Value*> subscriptions_of(const engine::Tables& tables, const Scope& scope,
                                           std::string_view topic_name) {
  std::vector<const Value*> found;
  const auto prefix = str(topic_name) + "/";
  const auto& rows = tables.rows(scope, kSubscriptionRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    found.push_back(&at->second);
  return found;
}

std::vector<std::string> topics_that_reach_everybody(const engine::Tables& tables,
                                                     const Scope& scope) {
  std::vector<std::string> arns;
  std::set<std::pair<std::string, std::string>> reached;  // (protocol, endpoint)
  for (const auto& [name, topic] : tables.rows(scope, kTopicRows)) {
    bool is_needed = false;
    for (const auto* one : subscriptions_of(tables, scope, name)) {
      // What a filter lets through is not known here, so it counts as not reached.
      const bool is_filtered = !text_at(*one, "FilterPolicy").empty();
      const std::pair listener{str(text_at(*one, "Protocol")), str(text_at(*one, "Endpoint"))};
      is_needed = is_needed || !reached.contains(listener);
      if (!is_filtered) reached.insert(listener);
    }
    if (is_needed) arns.push_back(str(text_at(topic, "Arn")));
  }
  return arns;
}

std::vector<std::string> topics_with_subscribers(const engine::Tables& tables, const Scope& scope) {
  std::vector<std::string> arns;
  for (const auto& [name, topic] : tables.rows(scope, kTopicRows))
    if (!subscriptions_of(tables, scope, name).empty()) arns.push_back(str(text_at(topic, "Arn")));
  return arns;
}

}  // namespace hikae::plane::sns
