// Messages as they lie in their queue, in the order in which they came.
//
// A row's id is "QUEUE/SEQUENCE", the sequence a number of 20 digits that only grows. The row:
// {MessageId, Body, Md5, Attributes?, SystemAttributes?, SentAt, VisibleAt (Unix ms), Receives,
// FirstAt?, Receipt? (of the last receive), Bytes, SenderId, GroupId?, TokenId?, SourceArn? (of the
// queue whose dead letter it is)}.
#pragma once

#include "plane/sqs/rows.h"

namespace hikae::plane::sqs {

inline constexpr std::string_view kMessageRows = "sqs-message";
/// By "all", of no account: {Last (sequence), Messages, Bytes}.
inline constexpr std::string_view kUseRows = "sqs-use";

inline constexpr std::int64_t kMessages = 200'000;             // in all queues: rows live in memory
inline constexpr std::int64_t kMessageBytesInAll = 256 << 20;  // likewise
inline constexpr std::size_t kExpiredAtOnce = 1000;            // so that a turn is bounded

/// Error: RequestThrottled where there are too many, or the disk is short of space.
[[nodiscard]] Result<> check_room(const Ask& ask, std::int64_t messages, std::int64_t bytes);
/// Puts a message behind all others of the queue; `message` has its Bytes. Its sequence.
std::string add_message(const Ask& ask, std::string_view queue, Object message);
void erase_message(const Ask& ask, const std::string& row_id);
void erase_all_messages(const Ask& ask, std::string_view queue);
/// Drops what is older than the queue keeps.
void expire_messages(const Ask& ask, const Value& queue);

[[nodiscard]] std::string message_row(std::string_view queue, std::string_view sequence);
/// The ids of a queue's rows, in order; `visit` says whether to go on.
void each_message(const Ask& ask, std::string_view queue,
                  const std::function<bool(const std::string& row_id, const Value& row)>& visit);

struct MessageCounts {
  std::int64_t visible = 0;
  std::int64_t in_flight = 0;
  std::int64_t delayed = 0;
};
[[nodiscard]] MessageCounts count_messages(const Ask& ask, std::string_view queue);
[[nodiscard]] inline bool is_visible(const Value& message, WallTime now) {
  return int_at(message, "VisibleAt").value_or(0) <= unix_ms(now);
}

}  // namespace hikae::plane::sqs
