#include "plane/sqs/messages.h"

#include <fmt/format.h>

#include "plane/sqs/attributes.h"

namespace hikae::plane::sqs {
namespace {

constexpr std::string_view kAll = "all";

Object use_of(const Ask& ask) {
  const auto* row = ask.turn.tables().get(Scope{}, kUseRows, kAll);
  if (row) return row->as_object();
  return {{"Last", 0}, {"Messages", 0}, {"Bytes", 0}};
}

void change_use(const Ask& ask, std::int64_t messages, std::int64_t bytes, std::int64_t sequences) {
  auto use = use_of(ask);
  use["Last"] = int_at(use, "Last").value_or(0) + sequences;
  use["Messages"] = int_at(use, "Messages").value_or(0) + messages;
  use["Bytes"] = int_at(use, "Bytes").value_or(0) + bytes;
  ask.turn.tables().put(Scope{}, kUseRows, kAll, std::move(use));
}

void erase_rows(const Ask& ask, const std::vector<std::string>& ids) {
  std::int64_t bytes = 0;
  for (const auto& id : ids) {
    bytes += int_at(*ask.row(kMessageRows, id), "Bytes").value_or(0);
    ask.erase(kMessageRows, id);
  }
  if (!ids.empty()) change_use(ask, -static_cast<std::int64_t>(ids.size()), -bytes, 0);
}

}  // namespace

Result<> check_room(const Ask& ask, std::int64_t messages, std::int64_t bytes) {
  const auto use = use_of(ask);
  if (ask.turn.kernel().disk_space() == engine::DiskSpace::Short)
    return aws::aws_error("RequestThrottled", "The disk of hikae's data folder is nearly full.");
  if (int_at(use, "Messages").value_or(0) + messages <= kMessages &&
      int_at(use, "Bytes").value_or(0) + bytes <= kMessageBytesInAll)
    return {};
  return aws::aws_error("RequestThrottled",
                        "hikae keeps at most 200,000 messages and 256 MiB of them in all queues: "
                        "receive and delete some, or purge a queue");
}

std::string message_row(std::string_view queue, std::string_view sequence) {
  return str(queue) + "/" + str(sequence);
}

std::string add_message(const Ask& ask, std::string_view queue, Object message) {
  change_use(ask, 1, int_at(message, "Bytes").value_or(0), 1);
  auto sequence = fmt::format("{:020}", int_at(use_of(ask), "Last").value_or(0));
  ask.put(kMessageRows, message_row(queue, sequence), std::move(message));
  return sequence;
}

void erase_message(const Ask& ask, const std::string& row_id) { erase_rows(ask, {row_id}); }

void erase_all_messages(const Ask& ask, std::string_view queue) {
  std::vector<std::string> ids;
  each_message(ask, queue, [&](const std::string& id, const Value&) {
    ids.push_back(id);
    return true;
  });
  erase_rows(ask, ids);
}

void expire_messages(const Ask& ask, const Value& queue) {
  const auto oldest = unix_ms(ask.turn.now()) - number_of(queue, "MessageRetentionPeriod") * 1000;
  std::vector<std::string> old;
  each_message(ask, name_of(queue), [&](const std::string& id, const Value& row) {
    if (int_at(row, "SentAt").value_or(0) > oldest || old.size() == kExpiredAtOnce) return false;
    old.push_back(id);
    return true;
  });
  erase_rows(ask, old);
}

void each_message(const Ask& ask, std::string_view queue,
                  const std::function<bool(const std::string&, const Value&)>& visit) {
  const auto prefix = str(queue) + "/";
  const auto& rows = ask.rows(kMessageRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    if (!visit(at->first, at->second)) return;
}

MessageCounts count_messages(const Ask& ask, std::string_view queue) {
  MessageCounts counts;
  each_message(ask, queue, [&](const std::string&, const Value& row) {
    if (is_visible(row, ask.turn.now()))
      ++counts.visible;
    else
      ++(int_at(row, "Receives").value_or(0) > 0 ? counts.in_flight : counts.delayed);
    return true;
  });
  return counts;
}

}  // namespace hikae::plane::sqs
