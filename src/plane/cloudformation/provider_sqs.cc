// AWS::SQS::Queue and QueuePolicy.
#include <algorithm>

#include "plane/cloudformation/providers.h"
#include "stack/evaluate.h"

namespace hikae::plane {
namespace {

const std::initializer_list<std::string_view> kQueueAttributes{"DelaySeconds",
                                                               "MaximumMessageSize",
                                                               "MessageRetentionPeriod",
                                                               "ReceiveMessageWaitTimeSeconds",
                                                               "VisibilityTimeout",
                                                               "KmsMasterKeyId",
                                                               "KmsDataKeyReusePeriodSeconds",
                                                               "SqsManagedSseEnabled",
                                                               "ContentBasedDeduplication",
                                                               "DeduplicationScope",
                                                               "FifoThroughputLimit",
                                                               "RedrivePolicy",
                                                               "RedriveAllowPolicy"};

/// What goes back to where it was, where a template names it no more.
constexpr std::pair<std::string_view, std::string_view> kQueueDefaults[] = {
    {"DelaySeconds", "0"},
    {"MaximumMessageSize", "262144"},
    {"MessageRetentionPeriod", "345600"},
    {"ReceiveMessageWaitTimeSeconds", "0"},
    {"VisibilityTimeout", "30"},
    {"KmsMasterKeyId", ""},
    {"RedrivePolicy", ""},
    {"RedriveAllowPolicy", ""},
    {"ContentBasedDeduplication", "false"}};

/// The API has texts only.
std::string attribute_text(const Value& value) {
  return stack::scalar_text(value).value_or(json_text(value));
}

Object queue_attributes(const ResourceAsk& ask) {
  Object attributes;
  for (const auto name : kQueueAttributes)
    if (const auto* value = ask.property(name)) attributes[name] = attribute_text(*value);
  return attributes;
}

bool is_fifo_ask(const ResourceAsk& ask) { return is_true_at(ask.properties, "FifoQueue"); }

std::string queue_name(const ResourceAsk& ask) {
  if (!is_fifo_ask(ask) || !ask.text("QueueName").empty())
    return ask.name_or_made_up("QueueName", 80);
  return ask.name_or_made_up("QueueName", 75) + ".fifo";
}

Value queue_made(std::string_view url, const Value& attributes) {
  return made(url, Object{{"Arn", text_at(attributes, "QueueArn")},
                          {"QueueName", url.substr(url.rfind('/') + 1)},
                          {"QueueUrl", url}});
}

Chain create_queue(const ResourceAsk& ask) {
  Chain chain;
  auto attributes = queue_attributes(ask);
  if (is_fifo_ask(ask)) attributes["FifoQueue"] = "true";
  Object input{{"QueueName", queue_name(ask)}, {"Attributes", std::move(attributes)}};
  if (auto tags = tags_as_map(ask.properties); !tags.empty()) input["tags"] = std::move(tags);
  chain.add("sqs", "CreateQueue", std::move(input));
  chain.add([](const Answers& answers) {
    return Call{"sqs",
                "GetQueueAttributes",
                Object{{"QueueUrl", text_at(answers[0], "QueueUrl")},
                       {"AttributeNames", Array{"QueueArn"}}},
                {}};
  });
  chain.result = [](const Answers& answers) {
    return queue_made(text_at(answers[0], "QueueUrl"), Value(object_at(answers[1], "Attributes")));
  };
  return chain;
}

Chain update_queue(const ResourceAsk& ask) {
  Chain chain;
  auto attributes = queue_attributes(ask);
  for (const auto& [name, text] : kQueueDefaults)
    if (find(ask.previous, name) && !ask.property(name)) attributes[name] = text;
  const Value url(ask.physical_id);
  if (!attributes.empty())
    chain.add("sqs", "SetQueueAttributes",
              Object{{"QueueUrl", url}, {"Attributes", std::move(attributes)}});
  if (auto keys = dropped_tag_keys(ask); !keys.empty())
    chain.add("sqs", "UntagQueue", Object{{"QueueUrl", url}, {"TagKeys", std::move(keys)}});
  if (auto tags = tags_as_map(ask.properties); !tags.empty())
    chain.add("sqs", "TagQueue", Object{{"QueueUrl", url}, {"Tags", std::move(tags)}});
  chain.result = always(Object{});
  return chain;
}

Chain delete_queue(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"};
  chain.add("sqs", "DeleteQueue", Object{{"QueueUrl", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

void set_policy(Chain& chain, const Value& queue, const std::string& policy) {
  chain.add("sqs", "SetQueueAttributes",
            Object{{"QueueUrl", queue}, {"Attributes", Object{{"Policy", policy}}}});
}

Chain put_queue_policy(const ResourceAsk& ask) {
  Chain chain;
  const auto& queues = list_at(ask.properties, "Queues");
  for (const auto& queue : list_at(ask.previous, "Queues"))
    if (std::ranges::find(queues, queue) == queues.end()) set_policy(chain, queue, "");
  const auto* document = ask.property("PolicyDocument");
  for (const auto& queue : queues) set_policy(chain, queue, document ? json_text(*document) : "");
  const auto id = ask.physical_id.empty() ? ask.name_or_made_up("", 128) : ask.physical_id;
  chain.result = always(made(id, Object{{"Id", id}}));
  return chain;
}

Chain delete_queue_policy(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"};
  for (const auto& queue : list_at(ask.properties, "Queues")) set_policy(chain, queue, "");
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* sqs_provider(std::string_view type) {
  static constexpr Provider kQueue{create_queue, update_queue, delete_queue};
  static constexpr Provider kPolicy{put_queue_policy, put_queue_policy, delete_queue_policy};
  if (type == "AWS::SQS::Queue") return &kQueue;
  return type == "AWS::SQS::QueuePolicy" ? &kPolicy : nullptr;
}

}  // namespace hikae::plane
