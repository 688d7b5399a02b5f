// `hikae ledger`: what became of each scheduled instant, target by target; with --dead, what could
// not be delivered to anybody.
#include <algorithm>

#include "cli/commands.h"
#include "cli/open_work.h"

namespace hikae::cli {
namespace {

constexpr std::int64_t kRowsAsked = 10'000;

bool is_instant(const Value& row) {
  return !text_at(row, "Instant").empty() && !text_at(row, "Target").empty();
}

/// By instant, the newest first; the occurrence as a whole (target "*") before its targets.
bool comes_first(const Value& a, const Value& b) {
  const auto key = [](const Value& row) {
    return std::tuple(text_at(row, "WindowName"), text_at(row, "Target"));
  };
  const auto at = text_at(a, "Instant"), bt = text_at(b, "Instant");
  return at != bt ? at > bt : key(a) < key(b);
}

Result<Array> instants_of(const LedgerOptions& options, Session& session) {
  const auto answer =
      TRY(session.call("hikae-ledger", "Query", Object{{"Prefix", ""}, {"Limit", kRowsAsked}}));
  std::vector<Value> rows;
  for (const auto& entry : list_at(answer, "Rows")) {
    const auto* row = find(entry, "Row");
    if (!row || !is_instant(*row)) continue;
    const bool is_wanted =
        (options.window.empty() || text_at(*row, "WindowName") == options.window ||
         text_at(*row, "Window") == options.window) &&
        (options.instance.empty() || text_at(*row, "Target") == options.instance);
    if (is_wanted) rows.push_back(*row);
  }
  std::stable_sort(rows.begin(), rows.end(), comes_first);
  if (rows.size() > static_cast<std::size_t>(options.limit))
    rows.resize(static_cast<std::size_t>(options.limit));
  return Array(rows.begin(), rows.end());
}

Colour colour_of_row(std::string_view outcome) {
  if (outcome == "Success") return Colour::Good;
  if (outcome == "Started" || outcome == "Waiting") return Colour::None;
  return outcome == "Failed" || outcome == "TimedOut" || outcome == "Missed" ? Colour::Bad
                                                                             : Colour::Warn;
}

void print_instants(Output& out, const Array& rows) {
  TextTable table({"INSTANT", "WINDOW", "TARGET", "OUTCOME", "RUN", "REASON"});
  for (const auto& row : rows)
    table.add({str(text_at(row, "Instant")), out.painted(text_at(row, "WindowName"), Colour::None),
               out.painted(text_at(row, "Target"), Colour::None),
               out.painted(text_at(row, "Outcome"), colour_of_row(text_at(row, "Outcome"))),
               str(text_at(row, "RunId", "-")).substr(0, 8),
               out.painted(text_at(row, "Reason"), Colour::None)});
  table.empty() ? out.line("no scheduled instant has an outcome yet") : table.print(out);
}

void print_dead(Output& out, const Array& entries) {
  TextTable table({"SINCE", "TO", "SUBJECT", "REASON"});
  for (const auto& entry : entries) {
    const auto* found = find(entry, "Row");
    const auto row = found ? *found : Value(Object{});
    table.add({str(text_at(entry, "RecordedAt")).substr(0, 19),
               out.painted(text_at(row, "To", text_at(entry, "Key")), Colour::None),
               out.painted(text_at(row, "Subject"), Colour::None),
               out.painted(text_at(row, "Reason"), Colour::Bad)});
  }
  table.empty() ? out.line("nothing was given up in the last two weeks") : table.print(out);
}

}  // namespace

Exit ledger(const LedgerOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const bool is_dead = options.show == LedgerShow::Dead;
  const auto rows = is_dead ? dead_mails(**session) : instants_of(options, **session);
  if (!rows) return report(out, rows.error());
  if (out.json())
    out.value(Object{{is_dead ? "Dead" : "Instants", *rows}});
  else
    is_dead ? print_dead(out, *rows) : print_instants(out, *rows);
  return Exit::Ok;
}

}  // namespace hikae::cli
