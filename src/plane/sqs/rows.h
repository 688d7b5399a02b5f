// The rows of queues and how requests find them.
#pragma once

#include "plane/checks.h"

namespace hikae::plane::sqs {

/// By name: {Name, Arn, CreatedAt, ModifiedAt (Unix ms), Attributes: {name: text, as given}, Tags}.
inline constexpr std::string_view kQueueRows = "sqs-queue";

inline constexpr std::size_t kQueues = 1000;            // of one account and region
inline constexpr std::size_t kPageQueues = 1000;        // SQS's own
inline constexpr std::size_t kBatchEntries = 10;        // SQS's own
inline constexpr std::int64_t kMostVisibility = 43200;  // seconds; SQS's own
inline constexpr std::int64_t kMostDelay = 900;
inline constexpr std::int64_t kMostWait = 20;

/// "http://127.0.0.1:4780/123456789012/name"
[[nodiscard]] std::string url_of(std::string_view base, const Scope& scope, std::string_view name);
/// The queue of QueueUrl; its host may be anything, since a queue is reached by many. Errors:
/// InvalidAddress, AWS.SimpleQueueService.NonExistentQueue.
[[nodiscard]] Result<const Value*> queue_of(const Ask& ask);
[[nodiscard]] Result<const Value*> queue_named(const Ask& ask, std::string_view name);
/// The name in a queue's ARN, where it is one of this account and region; empty otherwise.
[[nodiscard]] std::string_view name_of_arn(const Scope& scope, std::string_view arn);

[[nodiscard]] inline std::string_view name_of(const Value& queue) { return text_at(queue, "Name"); }
[[nodiscard]] inline bool is_fifo(const Value& queue) { return name_of(queue).ends_with(".fifo"); }

/// "Value … for parameter … is invalid. Reason: …"
[[nodiscard]] std::unexpected<Error> wrong_parameter(std::string_view parameter,
                                                     std::string_view value, std::string_view why);
[[nodiscard]] std::unexpected<Error> missing_parameter(std::string_view parameter);
/// A whole number in its bounds; `otherwise` where it is absent.
[[nodiscard]] Result<std::int64_t> bounded(const Value& input, std::string_view parameter,
                                           std::int64_t least, std::int64_t most,
                                           std::int64_t otherwise);

/// Entries of a batch request: how many, and that their Ids are names and differ. Errors:
/// AWS.SimpleQueueService.EmptyBatchRequest and its like.
[[nodiscard]] Result<> check_entries(const Array& entries);
/// What became of each entry: {Successful, Failed}.
class BatchAnswer {
 public:
  /// `answer` goes in with the entry's Id, an error as SQS shows it.
  void add(const Value& entry, Result<Value> answer);
  [[nodiscard]] Value take();

 private:
  Array successful_, failed_;
};

}  // namespace hikae::plane::sqs
