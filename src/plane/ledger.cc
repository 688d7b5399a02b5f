#include "plane/ledger.h"

#include <algorithm>

#include "plane/checks.h"
#include "text/json.h"

namespace hikae::plane {
namespace ledger {
namespace {

constexpr std::size_t kKeyBytes = 1024;
constexpr std::size_t kRowBytes = 64 * 1024;
constexpr std::int64_t kMostRows = 10'000;

Result<Value> record(const Ask& ask) {
  const auto key = text_at(ask.input, "Key");
  const auto* row = find(ask.input, "Row");
  if (key.empty() || key.size() > kKeyBytes || !row || !row->is_object())
    return aws::aws_error("ValidationException",
                          "hikae-ledger:Record wants a Key of 1 to 1,024 bytes and a Row");
  if (text::to_json(*row).size() > kRowBytes)
    return aws::aws_error("ValidationException",
                          "hikae-ledger:Record: the row of " + str(key) + " is over 64 KiB");
  const auto* before = ask.row(kLedgerRows, key);
  const auto since = before ? str(text_at(*before, "RecordedAt")) : iso_ms(ask.turn.now());
  ask.put(kLedgerRows, key, Object{{"Key", key}, {"RecordedAt", since}, {"Row", *row}});
  return Object();
}

bool is_newer(const Value* a, const Value* b) {
  const auto at = text_at(*a, "RecordedAt"), bt = text_at(*b, "RecordedAt");
  return at != bt ? at > bt : text_at(*a, "Key") < text_at(*b, "Key");
}

Result<Value> query(const Ask& ask) {
  const auto prefix = text_at(ask.input, "Prefix");
  const auto limit =
      std::clamp<std::int64_t>(int_at(ask.input, "Limit").value_or(100), 1, kMostRows);
  const auto& rows = ask.rows(kLedgerRows);
  std::vector<const Value*> found;
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    found.push_back(&at->second);
  const auto count = std::min<std::size_t>(found.size(), static_cast<std::size_t>(limit));
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(count), is_newer);
  Array newest;
  for (std::size_t i = 0; i < count; ++i) newest.push_back(*found[i]);
  return Object{{"Rows", std::move(newest)}};
}

}  // namespace
}  // namespace ledger

Ledger::Ledger(engine::Kernel& kernel) : Service("hikae-ledger", kernel) {
  on("Record", ledger::record);
  on("Query", ledger::query);
}

}  // namespace hikae::plane
