#include "plane/sqs/attributes.h"

#include <algorithm>
#include <charconv>

#include "plane/iam/policy_text.h"
#include "plane/sqs/messages.h"
#include "plane/sqs/sqs.h"
#include "text/json.h"

namespace hikae::plane {
namespace sqs {
namespace {

struct NumberAttribute {
  std::string_view name;
  std::int64_t least, most, otherwise;
};
constexpr NumberAttribute kNumbers[] = {
    {"DelaySeconds", 0, kMostDelay, 0},
    {"MaximumMessageSize", 1024, 262'144, 262'144},
    {"MessageRetentionPeriod", 60, 1'209'600, 345'600},
    {"ReceiveMessageWaitTimeSeconds", 0, kMostWait, 0},
    {"VisibilityTimeout", 0, kMostVisibility, 30},
    {"KmsDataKeyReusePeriodSeconds", 60, 86'400, 300},
};
constexpr std::string_view kSwitches[] = {"FifoQueue", "ContentBasedDeduplication",
                                          "SqsManagedSseEnabled"};
constexpr std::string_view kComputed[] = {"ApproximateNumberOfMessages",
                                          "ApproximateNumberOfMessagesNotVisible",
                                          "ApproximateNumberOfMessagesDelayed",
                                          "CreatedTimestamp",
                                          "LastModifiedTimestamp",
                                          "QueueArn"};
constexpr std::string_view kTexts[] = {
    "Policy",         "RedrivePolicy",      "RedriveAllowPolicy",
    "KmsMasterKeyId", "DeduplicationScope", "FifoThroughputLimit"};
constexpr std::size_t kAttributeBytes = 8192;

std::unexpected<Error> wrong_value(std::string_view name, std::string_view why = {}) {
  return aws::aws_error("InvalidAttributeValue", "Invalid value for the parameter " + str(name) +
                                                     "." +
                                                     (why.empty() ? "" : " Reason: " + str(why)));
}

std::optional<std::int64_t> number_in_text(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || at != end) return std::nullopt;
  return number;
}

/// An integer, also written as text.
std::optional<std::int64_t> count_in(const Value& policy, std::string_view member) {
  if (const auto number = int_at(policy, member)) return number;
  return number_in_text(text_at(policy, member));
}

Result<> check_redrive(const Ask& ask, std::string_view queue_name, std::string_view value) {
  const auto policy = text::parse_json(value);
  if (!policy || !policy->is_object()) return wrong_value("RedrivePolicy");
  const auto most = count_in(*policy, "maxReceiveCount");
  if (!most || *most < 1 || *most > 1000)
    return wrong_value("RedrivePolicy", "maxReceiveCount must be 1 to 1000");
  const auto arn = text_at(*policy, "deadLetterTargetArn");
  const auto name = name_of_arn(ask.scope, arn);
  if (name.empty())
    return wrong_value("RedrivePolicy",
                       "deadLetterTargetArn must name a queue of this account "
                       "and region");
  TRY(queue_named(ask, name));
  if (name.ends_with(".fifo") == queue_name.ends_with(".fifo")) return {};
  return wrong_value("RedrivePolicy", "Dead-letter queue must be same type of queue as the source");
}

Result<> check_switch(std::string_view queue_name, std::string_view name, std::string_view value) {
  if (value != "true" && value != "false") return wrong_value(name);
  const bool fifo = queue_name.ends_with(".fifo");
  if (name == "FifoQueue" && (value == "true") != fifo)
    return wrong_value(name,
                       "a queue of type FIFO, and only such a one, has a name that ends with "
                       ".fifo");
  if (name == "ContentBasedDeduplication" && !fifo)
    return aws::aws_error("InvalidAttributeName", "Unknown Attribute " + str(name) + ".");
  return {};
}

Result<> check_text(const Ask& ask, std::string_view queue_name, std::string_view name,
                    std::string_view value) {
  const auto one_of = [&](std::string_view a, std::string_view b) -> Result<> {
    if (!queue_name.ends_with(".fifo"))
      return aws::aws_error("InvalidAttributeName", "Unknown Attribute " + str(name) + ".");
    return value == a || value == b ? Result<>{} : wrong_value(name);
  };
  if (name == "DeduplicationScope") return one_of("queue", "messageGroup");
  if (name == "FifoThroughputLimit") return one_of("perQueue", "perMessageGroupId");
  if (value.empty()) return {};  // takes it away
  if (value.size() > kAttributeBytes) return wrong_value(name, "it is over 8 KiB");
  if (name == "Policy") return check_policy(value, PolicyUse::Resource, "InvalidAttributeValue");
  if (name == "RedrivePolicy") return check_redrive(ask, queue_name, value);
  if (name != "RedriveAllowPolicy") return {};
  const auto policy = text::parse_json(value);
  return policy && policy->is_object() ? Result<>{} : wrong_value(name);
}

Object numbers_shown(const Value& queue) {
  Object shown;
  for (const auto& number : kNumbers)
    if (number.name != "KmsDataKeyReusePeriodSeconds" || is_set(queue, "KmsMasterKeyId"))
      shown[number.name] = std::to_string(number_of(queue, number.name));
  return shown;
}

Object computed_shown(const Ask& ask, const Value& queue) {
  const auto counts = count_messages(ask, name_of(queue));
  const auto at = [&](std::string_view member) {
    return std::to_string(int_at(queue, member).value_or(0) / 1000);
  };
  return {{"QueueArn", text_at(queue, "Arn")},
          {"CreatedTimestamp", at("CreatedAt")},
          {"LastModifiedTimestamp", at("ModifiedAt")},
          {"ApproximateNumberOfMessages", std::to_string(counts.visible)},
          {"ApproximateNumberOfMessagesNotVisible", std::to_string(counts.in_flight)},
          {"ApproximateNumberOfMessagesDelayed", std::to_string(counts.delayed)}};
}

Object all_attributes(const Ask& ask, const Value& queue) {
  auto all = computed_shown(ask, queue);
  for (auto& [name, value] : numbers_shown(queue)) all[name] = std::move(value);
  all["SqsManagedSseEnabled"] = is_set(queue, "KmsMasterKeyId") ? "false" : "true";
  if (is_fifo(queue))
    for (const auto& [name, value] :
         {std::pair("FifoQueue", "true"), std::pair("ContentBasedDeduplication", "false"),
          std::pair("DeduplicationScope", "queue"), std::pair("FifoThroughputLimit", "perQueue")})
      all[name] = value;
  for (const auto& [name, value] : object_at(queue, "Attributes")) all[name] = value;
  return all;
}

template <class List>
bool stands_in(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != std::end(list);
}

bool is_attribute(std::string_view name) {
  return stands_in(kComputed, name) || stands_in(kSwitches, name) || stands_in(kTexts, name) ||
         std::ranges::find(kNumbers, name, &NumberAttribute::name) != std::end(kNumbers);
}

Result<Value> get_queue_attributes(const Ask& ask) {
  const auto& queue = *TRY(queue_of(ask));
  const auto& wanted = list_at(ask.input, "AttributeNames");
  bool wants_all = false;
  for (const auto& name : wanted) {
    if (text_of(name) == "All")
      wants_all = true;
    else if (!is_attribute(text_of(name)))
      return aws::aws_error("InvalidAttributeName",
                            "Unknown Attribute " + str(text_of(name)) + ".");
  }
  if (wanted.empty()) return Object();
  expire_messages(ask, queue);
  auto all = all_attributes(ask, queue);
  if (wants_all) return Object{{"Attributes", std::move(all)}};
  Object attributes;
  for (const auto& name : wanted)
    if (const auto* value = find(all, text_of(name))) attributes[text_of(name)] = *value;
  return Object{{"Attributes", std::move(attributes)}};
}

Result<Value> set_queue_attributes(const Ask& ask) {
  auto queue = *TRY(queue_of(ask));
  const auto& given = object_at(ask.input, "Attributes");
  for (const auto& [name, value] : given) {
    if (name == "FifoQueue")
      return aws::aws_error("InvalidAttributeName", "Unknown Attribute FifoQueue.");
    TRY_DO(check_attribute(ask, name_of(queue), name, text_of(value)));
  }
  auto& attributes = queue.as_object()["Attributes"].as_object();
  for (const auto& [name, value] : given) {
    if (text_of(value).empty())
      attributes.erase(name);
    else
      attributes[name] = value;
  }
  queue.as_object()["ModifiedAt"] = unix_ms(ask.turn.now());
  const auto id = str(name_of(queue));
  ask.put(kQueueRows, id, std::move(queue));
  return Object();
}

}  // namespace

Result<> check_attribute(const Ask& ask, std::string_view queue_name, std::string_view name,
                         std::string_view value) {
  if (const auto* number = std::ranges::find(kNumbers, name, &NumberAttribute::name);
      number != std::end(kNumbers)) {
    const auto given = number_in_text(value);
    if (given && *given >= number->least && *given <= number->most) return {};
    return wrong_value(name);
  }
  if (stands_in(kSwitches, name)) return check_switch(queue_name, name, value);
  if (stands_in(kTexts, name)) return check_text(ask, queue_name, name, value);
  return aws::aws_error("InvalidAttributeName", "Unknown Attribute " + str(name) + ".");
}

std::int64_t number_of(const Value& queue, std::string_view attribute) {
  const auto* number = std::ranges::find(kNumbers, attribute, &NumberAttribute::name);
  const auto given = number_in_text(text_at(object_at(queue, "Attributes"), attribute));
  if (given) return *given;
  return number == std::end(kNumbers) ? 0 : number->otherwise;
}

bool is_set(const Value& queue, std::string_view attribute) {
  const auto value = text_at(object_at(queue, "Attributes"), attribute);
  return !value.empty() && value != "false";
}

std::string dead_letter_arn(const Value& queue) {
  const auto policy = text::parse_json(text_at(object_at(queue, "Attributes"), "RedrivePolicy"));
  return policy ? str(text_at(*policy, "deadLetterTargetArn")) : std::string();
}

std::optional<Redrive> redrive_of(const Ask& ask, const Value& queue) {
  const auto text = text_at(object_at(queue, "Attributes"), "RedrivePolicy");
  if (text.empty()) return std::nullopt;
  const auto policy = text::parse_json(text);
  if (!policy) return std::nullopt;
  Redrive redrive{str(name_of_arn(ask.scope, text_at(*policy, "deadLetterTargetArn"))),
                  count_in(*policy, "maxReceiveCount").value_or(0)};
  if (redrive.most_receives < 1 || !ask.row(kQueueRows, redrive.target)) return std::nullopt;
  return redrive;
}

}  // namespace sqs

void Sqs::add_attributes() {
  on("GetQueueAttributes", sqs::get_queue_attributes);
  on("SetQueueAttributes", sqs::set_queue_attributes);
}

}  // namespace hikae::plane
