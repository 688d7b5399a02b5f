#include "plane/ledger.h"

#include <algorithm>

#include "base/seeded_bugs.h"
#include "plane/checks.h"
#include "plane/sns/notice.h"
#include "text/json.h"

namespace hikae::plane {
namespace ledger {
namespace {

constexpr std::size_t kKeyBytes = 1024;
constexpr std::size_t kRowBytes = 64 * 1024;
constexpr std::int64_t kMostRows = 10'000;

// What delivery/burial.h records, by the kind of the machine that gave up.
constexpr std::string_view kMailPrefix = "mail/";
constexpr std::string_view kDeliveryPrefix = "delivery/";
constexpr std::string_view kEventPrefix = "event/";

bool is_dead(const Value* recorded) {
  return recorded && text_at(object_at(*recorded, "Row"), "Outcome") == "Dead";
}

void tell_of_death(const Ask& ask, Log& log, const std::string& key, const Value& row) {
  if (key.starts_with(kMailPrefix)) sns::tell_other_subscribers(ask, key, row);
  ask.turn.after_commit([&log, key, row] {
    log.error("plane", "a notification was given up and is a row of the ledger only",
              {{"key", key},
               {"to", text_at(row, "To", text_at(row, "TargetArn"))},
               {"subject", text_at(row, "Subject")},
               {"reason", text_at(row, "Reason")}});
  });
}

Result<Value> record(const Ask& ask, Log& log) {
  const auto key = text_at(ask.input, "Key");
  const auto* row = find(ask.input, "Row");
  if (key.empty() || key.size() > kKeyBytes || !row || !row->is_object())
    return aws::aws_error("ValidationException",
                          "hikae-ledger:Record wants a Key of 1 to 1,024 bytes and a Row");
  if (text::to_json(*row).size() > kRowBytes)
    return aws::aws_error("ValidationException",
                          "hikae-ledger:Record: the row of " + str(key) + " is over 64 KiB");
  if (SeededBugs::has(SeededBug::MissedUntold) && text_at(*row, "Outcome") == "Missed")
    return Object();
  const auto* before = ask.row(kLedgerRows, key);
  const auto since = before ? str(text_at(*before, "RecordedAt")) : iso_ms(ask.turn.now());
  const bool was_dead = is_dead(before);
  ask.put(kLedgerRows, key, Object{{"Key", key}, {"RecordedAt", since}, {"Row", *row}});
  if (!was_dead && is_dead(ask.row(kLedgerRows, key))) tell_of_death(ask, log, str(key), *row);
  return Object();
}

bool is_newer(const Value* a, const Value* b) {
  const auto at = text_at(*a, "RecordedAt"), bt = text_at(*b, "RecordedAt");
  return at != bt ? at > bt : text_at(*a, "Key") < text_at(*b, "Key");
}

using Found = std::vector<const Value*>;

/// The rows whose key begins so.
Found rows_of(const engine::Tables& tables, const Scope& scope, std::string_view prefix,
              std::string_view since = {}) {
  Found found;
  const auto& rows = tables.rows(scope, kLedgerRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    if (text_at(at->second, "RecordedAt") >= since) found.push_back(&at->second);
  return found;
}

Array newest_of(Found found, const Value& input) {
  const auto limit = std::clamp<std::int64_t>(int_at(input, "Limit").value_or(100), 1, kMostRows);
  const auto count = std::min<std::size_t>(found.size(), static_cast<std::size_t>(limit));
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(count), is_newer);
  Array newest;
  for (std::size_t i = 0; i < count; ++i) newest.push_back(*found[i]);
  return newest;
}

Result<Value> query(const Ask& ask) {
  auto found = rows_of(ask.turn.tables(), ask.scope, text_at(ask.input, "Prefix"));
  return Object{{"Rows", newest_of(std::move(found), ask.input)}};
}

Result<Value> dead(const Ask& ask) {
  const auto given = text_at(ask.input, "Since");
  const auto since = given.empty() ? WallTime{} : TRY(in_context(parse_iso(given), "Since"));
  const auto counts = dead_counts(ask.turn.tables(), ask.scope, since);
  Found all;
  for (const auto prefix : {kMailPrefix, kDeliveryPrefix, kEventPrefix})
    for (const auto* row : rows_of(ask.turn.tables(), ask.scope, prefix, iso_ms(since)))
      all.push_back(row);
  return Object{{"Mails", counts.mails},
                {"Deliveries", counts.deliveries},
                {"Events", counts.events},
                {"Rows", newest_of(std::move(all), ask.input)}};
}

}  // namespace
}  // namespace ledger

DeadCounts dead_counts(const engine::Tables& tables, const Scope& scope, WallTime since) {
  const auto from = iso_ms(since);
  const auto count = [&](std::string_view prefix) {
    return ledger::rows_of(tables, scope, prefix, from).size();
  };
  return {count(ledger::kMailPrefix), count(ledger::kDeliveryPrefix), count(ledger::kEventPrefix)};
}

Ledger::Ledger(engine::Kernel& kernel, Log& log) : Service("hikae-ledger", kernel) {
  on("Record", [&log](const Ask& ask) { return ledger::record(ask, log); });
  on("Query", ledger::query);
  on("Dead", ledger::dead);
}

}  // namespace hikae::plane
