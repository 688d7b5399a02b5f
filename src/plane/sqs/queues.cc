#include "plane/sqs/attributes.h"
#include "plane/sqs/messages.h"
#include "plane/sqs/sqs.h"
#include "plane/sqs/tokens.h"

namespace hikae::plane {
namespace sqs {
namespace {

Result<> check_queue_name(const Value& input, std::string_view name) {
  auto stem = name;
  if (stem.ends_with(".fifo")) stem.remove_suffix(5);
  if (!is_name(stem, "-_", 80) || name.size() > 80)
    return aws::aws_error("InvalidParameterValue",
                          "Can only include alphanumeric characters, hyphens, or underscores. 1 to "
                          "80 in length");
  const bool wants_fifo = text_at(object_at(input, "Attributes"), "FifoQueue") == "true";
  if (name.ends_with(".fifo") == wants_fifo) return {};
  return aws::aws_error("InvalidParameterValue",
                        "The name of a FIFO queue, and of no other, ends with .fifo, and its "
                        "attribute FifoQueue is true");
}

/// Making a queue once more is fine as long as nothing else is asked of it.
Result<Value> queue_again(const Ask& ask, const Value& queue, std::string_view base) {
  const auto& present = object_at(queue, "Attributes");
  for (const auto& [name, value] : object_at(ask.input, "Attributes")) {
    const auto* kept = find(present, name);
    const auto known = kept ? str(text_of(*kept)) : std::to_string(number_of(queue, name));
    if (known != text_of(value))
      return aws::aws_error("QueueAlreadyExists",
                            "A queue already exists with the same name and a different value for "
                            "attribute " +
                                str(name));
  }
  return Object{{"QueueUrl", url_of(base, ask.scope, name_of(queue))}};
}

Result<> check_queue_tags(const Object& tags) {
  if (tags.size() > 50) return aws::aws_error("InvalidParameterValue", "Too many tags: 50 at most");
  for (const auto& [key, value] : tags)
    if (key.empty() || key.size() > 128 || text_of(value).size() > 256 || key.starts_with("aws:"))
      return wrong_parameter("Tags", key,
                             "a tag's key has 1 to 128 characters and does not begin "
                             "with aws:, its value has up to 256");
  return {};
}

Result<Value> create_queue(const Ask& ask, std::string_view base) {
  const auto name = text_at(ask.input, "QueueName");
  TRY_DO(check_queue_name(ask.input, name));
  for (const auto& [attribute, value] : object_at(ask.input, "Attributes"))
    TRY_DO(check_attribute(ask, name, attribute, text_of(value)));
  TRY_DO(check_queue_tags(object_at(ask.input, "tags")));
  if (const auto* queue = ask.row(kQueueRows, name)) return queue_again(ask, *queue, base);
  if (ask.rows(kQueueRows).size() >= kQueues)
    return aws::aws_error("OverLimit",
                          "hikae keeps at most 1,000 queues of one account and region");
  ask.put(kQueueRows, name,
          Object{{"Name", name},
                 {"Arn", arn_of("sqs", ask.scope, name)},
                 {"CreatedAt", unix_ms(ask.turn.now())},
                 {"ModifiedAt", unix_ms(ask.turn.now())},
                 {"Attributes", object_at(ask.input, "Attributes")},
                 {"Tags", object_at(ask.input, "tags")}});
  return Object{{"QueueUrl", url_of(base, ask.scope, name)}};
}

Result<Value> get_queue_url(const Ask& ask, std::string_view base) {
  const auto owner = text_at(ask.input, "QueueOwnerAWSAccountId", ask.scope.account);
  const auto wanted = text_at(ask.input, "QueueName");
  // Another account's queues are not there for this one.
  const auto& queue = *TRY(queue_named(ask, owner == ask.scope.account ? wanted : ""));
  return Object{{"QueueUrl", url_of(base, ask.scope, name_of(queue))}};
}

/// A page of queues as {member: [url]}. Without MaxResults there is one page.
Result<Value> page_of_urls(const Ask& ask, std::string_view base,
                           const std::vector<std::string>& names, std::string_view member) {
  constexpr PageWords kUrlPages{"NextToken", "MaxResults", "InvalidParameterValue"};
  const auto page = TRY(page_of(ask.input, names.size(), kPageQueues, kUrlPages));
  Array urls;
  for (std::size_t i = 0; i < page.count; ++i)
    urls.push_back(Value(url_of(base, ask.scope, names[page.first + i])));
  Object answer;
  if (!urls.empty()) answer[member] = std::move(urls);
  if (!page.next.empty() && find(ask.input, "MaxResults")) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> list_queues(const Ask& ask, std::string_view base) {
  const auto prefix = text_at(ask.input, "QueueNamePrefix");
  std::vector<std::string> names;
  for (const auto& [name, queue] : ask.rows(kQueueRows))
    if (name.starts_with(prefix)) names.push_back(name);
  return page_of_urls(ask, base, names, "QueueUrls");
}

Result<Value> list_sources(const Ask& ask, std::string_view base) {
  const auto arn = text_at(*TRY(queue_of(ask)), "Arn");
  std::vector<std::string> names;
  for (const auto& [name, queue] : ask.rows(kQueueRows))
    if (dead_letter_arn(queue) == arn) names.push_back(name);
  return page_of_urls(ask, base, names, "queueUrls");
}

Result<Value> delete_queue(const Ask& ask) {
  const auto name = str(name_of(*TRY(queue_of(ask))));
  erase_all_messages(ask, name);
  forget_tokens(ask, name);
  ask.erase(kQueueRows, name);
  return Object();
}

Result<Value> purge_queue(const Ask& ask) {
  erase_all_messages(ask, name_of(*TRY(queue_of(ask))));
  return Object();
}

void put_tags(const Ask& ask, Value queue, Object tags) {
  queue.as_object()["Tags"] = std::move(tags);
  const auto id = str(name_of(queue));
  ask.put(kQueueRows, id, std::move(queue));
}

Result<Value> tag_queue(const Ask& ask) {
  const auto& queue = *TRY(queue_of(ask));
  auto tags = object_at(queue, "Tags");
  for (const auto& [key, value] : object_at(ask.input, "Tags")) tags[key] = value;
  TRY_DO(check_queue_tags(tags));
  put_tags(ask, queue, std::move(tags));
  return Object();
}

Result<Value> untag_queue(const Ask& ask) {
  const auto& queue = *TRY(queue_of(ask));
  auto tags = object_at(queue, "Tags");
  drop_tags(tags, list_at(ask.input, "TagKeys"));
  put_tags(ask, queue, std::move(tags));
  return Object();
}

Result<Value> list_queue_tags(const Ask& ask) {
  const auto& tags = object_at(*TRY(queue_of(ask)), "Tags");
  if (tags.empty()) return Object();
  return Object{{"Tags", tags}};
}

}  // namespace
}  // namespace sqs

void Sqs::add_queues() {
  on("CreateQueue", [this](const Ask& ask) { return sqs::create_queue(ask, base_); });
  on("GetQueueUrl", [this](const Ask& ask) { return sqs::get_queue_url(ask, base_); });
  on("ListQueues", [this](const Ask& ask) { return sqs::list_queues(ask, base_); });
  on("ListDeadLetterSourceQueues",
     [this](const Ask& ask) { return sqs::list_sources(ask, base_); });
  on("DeleteQueue", [this](const Ask& ask) {
    auto answer = sqs::delete_queue(ask);
    if (answer) wake_after(ask, text_at(ask.input, "QueueUrl"));
    return answer;
  });
  on("PurgeQueue", sqs::purge_queue);
  on("TagQueue", sqs::tag_queue);
  on("UntagQueue", sqs::untag_queue);
  on("ListQueueTags", sqs::list_queue_tags);
}

}  // namespace hikae::plane
