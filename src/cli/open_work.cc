#include "cli/open_work.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/run_text.h"
#include "delivery/delivery.h"
#include "runbook/power.h"
#include "runbook/run.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kMailsShown = 10;
constexpr std::int64_t kDeadListed = 1000;
constexpr Duration kDeadIsNewsFor = hours(24 * 14);

// The obligation's "owed", as src/runbook/power.cc saves it.
constexpr std::int64_t kOwed = 1;
constexpr std::int64_t kNothingOwed = 2;

/// The records of machines that have not finished; of a hikae that runs elsewhere as it says.
std::vector<Value> living_records(Session& session, std::string_view kind) {
  std::vector<Value> records;
  if (session.is_deployed()) return records;  // AWS's own windows, runs and mails are AWS's
  if (!session.is_elsewhere()) {
    for (auto& view : session.house().kernel().living_views(kind))
      records.push_back(std::move(view.record));
    return records;
  }
  const auto answer = session.call("hikae-desk", "ListMachines", Object{{"Kind", kind}});
  if (!answer) return records;  // it has just ended: nothing is known of it any more
  for (const auto& machine : list_at(*answer, "Machines"))
    if (const auto* record = find(machine, "Record")) records.push_back(*record);
  return records;
}

std::size_t living(Session& session, std::string_view kind) {
  if (!session.is_elsewhere()) return session.house().kernel().living(kind);
  return living_records(session, kind).size();
}

std::vector<OpenObligation> open_obligations(Session& session) {
  std::vector<OpenObligation> open;
  for (const auto& record : living_records(session, runbook::kPowerKind)) {
    if (int_at(record, "owed").value_or(kOwed) == kNothingOwed) continue;
    open.push_back({str(text_at(record, "i")), str(text_at(record, "run")),
                    str(text_at(record, "why")), wall_ms(int_at(record, "since").value_or(0))});
  }
  std::sort(open.begin(), open.end());
  return open;
}

std::vector<OpenMail> open_mails(Session& session) {
  std::vector<OpenMail> open;
  for (const auto& record : living_records(session, delivery::kMailKind)) {
    const auto* input = find(record, "Input");
    open.push_back({input ? str(text_at(*input, "Endpoint")) : "",
                    str(text_at(object_at(record, "Mail"), "Subject")),
                    int_at(record, "Attempts").value_or(0)});
  }
  return open;
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

void print_mails(Output& out, const std::vector<OpenMail>& mails) {
  for (std::size_t i = 0; i < mails.size() && i < kMailsShown; ++i) {
    const auto& mail = mails[i];
    const auto what = mail.subject.empty() ? "(not written yet)" : mail.subject;
    out.line(fmt::format("  to {}: {}{}", out.painted(mail.to, Colour::None),
                         out.painted(what, Colour::None),
                         mail.attempts > 0 ? fmt::format(", {} tries", mail.attempts) : ""));
  }
  if (mails.size() > kMailsShown)
    out.line(fmt::format("  and {} more", mails.size() - kMailsShown));
}

bool is_told(Session& session) {
  if (session.is_deployed()) return true;
  if (session.is_elsewhere()) {
    const auto place = session.call("hikae-desk", "DescribePlace", Object{});
    if (!place) return true;
    const auto* counts = find(*place, "Living");
    for (const auto kind :
         {runbook::kPowerKind, delivery::kEventKind, delivery::kDeliveryKind, delivery::kMailKind})
      if (counts && int_at(*counts, kind).value_or(0) > 0) return false;
    return true;
  }
  const auto& kernel = session.house().kernel();
  for (const auto kind :
       {runbook::kPowerKind, delivery::kEventKind, delivery::kDeliveryKind, delivery::kMailKind})
    if (kernel.living(kind) > 0) return false;
  return kernel.quiet();
}

}  // namespace

OpenWork open_work(Session& session) {
  OpenWork open;
  open.obligations = open_obligations(session);
  open.mails = open_mails(session);
  open.tellings = living(session, delivery::kEventKind) + living(session, delivery::kDeliveryKind);
  open.runs = living(session, runbook::kRunKind);
  return open;
}

EndedBy wait_until_at_rest(Session& session, Output& out, Duration limit) {
  const bool is_virtual = session.is_virtual();
  const auto rests = [&] {
    if (is_virtual ? at_rest(session) : is_told(session)) return true;
    out.progress(fmt::format("waiting for {} and {}",
                             counted(living(session, runbook::kPowerKind), "start"),
                             counted(living(session, delivery::kMailKind), "mail")));
    return false;
  };
  const auto until = is_virtual ? std::nullopt : std::optional(session.now() + limit);
  const bool rested = session.run_until(rests, until);
  out.end_progress();
  if (session.interrupted()) return EndedBy::Interruption;
  return rested ? EndedBy::Rest : EndedBy::Limit;
}

void print_open_work(Output& out, const OpenWork& open) {
  if (open.empty()) return;
  out.line(out.painted("Not over yet", Colour::Bold));
  for (const auto& debt : open.obligations)
    out.line(fmt::format("  {} was stopped at {} by run {} and is not known to run again",
                         out.painted(debt.instance, Colour::Bad), iso(debt.since),
                         out.painted(debt.run.substr(0, 8), Colour::None)));
  print_mails(out, open.mails);
  if (open.tellings > 0)
    out.line("  " + counted(open.tellings, "message") + " on the way to a mail");
  if (open.runs > 0) out.line("  " + counted(open.runs, "run") + " under way");
}

void print_open_work(Output& out, const Session& session, const OpenWork& open) {
  print_open_work(out, open);
  if (open.empty()) return;
  out.line(session.is_elsewhere() ? "The running hikae goes on with it"
                                  : "It goes on with: hikae up --data " + session.data());
}

Value to_value(const OpenWork& open) {
  Array obligations;
  for (const auto& debt : open.obligations)
    obligations.push_back(Object{{"InstanceId", debt.instance},
                                 {"RunId", debt.run},
                                 {"Reason", debt.why},
                                 {"Since", iso(debt.since)}});
  Array mails;
  for (const auto& mail : open.mails)
    mails.push_back(
        Object{{"To", mail.to}, {"Subject", mail.subject}, {"Attempts", mail.attempts}});
  return Object{{"Obligations", std::move(obligations)},
                {"Mails", std::move(mails)},
                {"Tellings", static_cast<std::int64_t>(open.tellings)},
                {"Runs", static_cast<std::int64_t>(open.runs)}};
}

Exit exit_with(const OpenWork& open, EndedBy ended, Exit otherwise) {
  if (ended == EndedBy::Interruption && !open.empty()) return Exit::Interrupted;
  if (!open.obligations.empty()) return Exit::Failed;
  const bool is_untold = !open.mails.empty() || open.tellings > 0;
  return is_untold && otherwise == Exit::Ok ? Exit::Partly : otherwise;
}

Result<Array> dead_mails(Session& session) {
  Array dead;
  if (session.is_deployed()) return dead;
  for (const auto* prefix : {"mail/", "delivery/", "event/"}) {
    const auto answer = TRY(
        session.call("hikae-ledger", "Query", Object{{"Prefix", prefix}, {"Limit", kDeadListed}}));
    for (const auto& row : list_at(answer, "Rows")) {
      const auto at = parse_iso(text_at(row, "RecordedAt"));
      if (at && session.now() - *at < kDeadIsNewsFor) dead.push_back(row);
    }
  }
  return dead;
}

}  // namespace hikae::cli
