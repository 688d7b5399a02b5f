#include "plane/sqs/tokens.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::plane::sqs {
namespace {

Duration remembered_for(const Value& queue) { return is_fifo(queue) ? minutes(5) : hours(48); }

std::int64_t span_of(const Value& queue, WallTime at) {
  return unix_ms(at) / remembered_for(queue).count();
}

std::string span_prefix(const Value& queue, std::int64_t span) {
  return fmt::format("{}/{:012}/", name_of(queue), span);
}

}  // namespace

const Value* token_row(const Ask& ask, const Value& queue, std::string_view token) {
  const auto now = ask.turn.now();
  // The next span's too: the clock may have been set back since.
  for (auto span = span_of(queue, now) + 1; span >= span_of(queue, now) - 1; --span) {
    const auto* row = ask.row(kTokenRows, span_prefix(queue, span) + str(token));
    if (row && now - wall_ms(int_at(*row, "At").value_or(0)) < remembered_for(queue)) return row;
  }
  return nullptr;
}

void remember_token(const Ask& ask, const Value& queue, std::string_view token, Object sent) {
  const auto span = span_of(queue, ask.turn.now());
  const auto first = str(name_of(queue)) + "/";
  const auto still_needed = span_prefix(queue, span - 1);
  std::vector<std::string> old;
  const auto& rows = ask.rows(kTokenRows);
  for (auto at = rows.lower_bound(first);
       at != rows.end() && at->first.starts_with(first) && at->first < still_needed; ++at) {
    if (old.size() == kTokensForgotten) break;
    old.push_back(at->first);
  }
  for (const auto& id : old) ask.erase(kTokenRows, id);
  sent["At"] = unix_ms(ask.turn.now());
  ask.put(kTokenRows, span_prefix(queue, span) + str(token), std::move(sent));
}

void forget_tokens(const Ask& ask, std::string_view queue) {
  const auto prefix = str(queue) + "/";
  std::vector<std::string> ids;
  const auto& rows = ask.rows(kTokenRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    ids.push_back(at->first);
  for (const auto& id : ids) ask.erase(kTokenRows, id);
}

}  // namespace hikae::plane::sqs
