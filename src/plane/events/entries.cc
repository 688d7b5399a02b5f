// Events that others put on the bus, and the trying of patterns.
#include <optional>

#include "base/limits.h"
#include "delivery/delivery.h"
#include "pattern/matcher.h"
#include "plane/events/events.h"
#include "plane/events/rows.h"
#include "text/json.h"

namespace hikae::plane {
namespace events {
namespace {

/// What counts against the size of a request: EventBridge counts the time as 14 bytes.
std::size_t bytes_of(const Value& entry) {
  std::size_t bytes = find(entry, "Time") ? 14 : 0;
  for (const auto member : {"Source", "DetailType", "Detail"})
    bytes += text_at(entry, member).size();
  for (const auto& resource : list_at(entry, "Resources")) bytes += text_of(resource).size();
  return bytes;
}

Result<> check_present(const Value& entry) {
  for (const auto member : {"Source", "DetailType", "Detail"})
    if (text_at(entry, member).empty())
      return fail(ErrorKind::Invalid, "InvalidArgument",
                  "Parameter " + str(member) + " is not valid. Reason: " + str(member) +
                      " is a required argument.");
  return {};
}

Result<WallTime> time_of(const Ask& ask, const Value& entry) {
  const auto given = text_at(entry, "Time");
  if (given.empty()) return ask.turn.now();
  const auto time = parse_iso(given);
  if (time) return *time;
  return fail(ErrorKind::Invalid, "InvalidArgument",
              "Parameter Time is not valid. Reason: " + time.error().message);
}

Result<Object> event_of(const Ask& ask, const Value& entry) {
  TRY_DO(check_present(entry));
  const auto source = text_at(entry, "Source");
  if (source.starts_with("aws."))
    return fail(ErrorKind::Denied, "NotAuthorizedForSourceException",
                "Not authorized for the source.");
  if (const auto bus = check_bus(entry); !bus)
    return fail(ErrorKind::Invalid, "InvalidArgument", bus.error().message);
  const auto time = TRY(time_of(ask, entry));
  auto detail = text::parse_json(text_at(entry, "Detail"));
  if (!detail || !detail->is_object())
    return fail(ErrorKind::Invalid, "MalformedDetail", "Detail is malformed.");
  return Object{{"version", "0"},
                {"id", new_uuid(ask.turn.entropy())},
                {"detail-type", text_at(entry, "DetailType")},
                {"source", source},
                {"account", ask.scope.account},
                {"time", iso(time)},
                {"region", ask.scope.region},
                {"resources", list_at(entry, "Resources")},
                {"detail", *std::move(detail)}};
}

/// Starts the entry's machine; the row of the answer.
Object take_entry(const Ask& ask, const Value& entry, std::int64_t& failed) {
  auto event = event_of(ask, entry);
  if (!event) {
    ++failed;
    return Object{{"ErrorCode", event.error().code}, {"ErrorMessage", event.error().message}};
  }
  const auto id = str(text_at(*event, "id"));
  ask.turn.start({ask.scope, str(delivery::kEventKind), id}, *std::move(event));
  return Object{{"EventId", id}};
}

Result<Value> put_events(const Ask& ask) {
  const auto& entries = list_at(ask.input, "Entries");
  if (entries.empty() || entries.size() > kEntriesPerPut)
    return not_valid("Member must have length between 1 and 10: Entries");
  std::size_t bytes = 0;
  for (const auto& entry : entries) bytes += bytes_of(entry);
  if (bytes > limits::kEventBytes)
    return not_valid("Total size of the entries in the request is over the limit.");
  std::int64_t failed = 0;
  Array rows;
  for (const auto& entry : entries) rows.push_back(take_entry(ask, entry, failed));
  return Object{{"FailedEntryCount", failed}, {"Entries", std::move(rows)}};
}

Result<Value> test_event_pattern(const Ask& ask) {
  const auto text = text_at(ask.input, "Event");
  const auto event = text::parse_json(text);
  if (!event || !event->is_object())
    return not_valid("Parameter Event is not valid. Reason: " +
                     (event ? "it is no JSON object" : event.error().message));
  for (const auto member :
       {"id", "account", "source", "time", "region", "resources", "detail-type"})
    if (!find(*event, member))
      return not_valid("Parameter Event is not valid. Reason: it has no " + str(member));
  auto result = pattern::test_pattern(text_at(ask.input, "EventPattern"), text);
  if (result) return Object{{"Result", *result}};
  if (result.error().code.empty()) return not_valid(result.error().message);
  return std::unexpected(std::move(result.error()));
}

}  // namespace
}  // namespace events

void Events::add_entries() {
  on("PutEvents", events::put_events);
  on("TestEventPattern", events::test_event_pattern);
}

}  // namespace hikae::plane
