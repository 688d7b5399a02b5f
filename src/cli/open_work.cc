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

std::vector<OpenObligation> open_obligations(Session& session) {
  std::vector<OpenObligation> open;
  for (const auto& view : session.house().kernel().living_views(runbook::kPowerKind)) {
    const auto& record = view.record;
    if (int_at(record, "owed").value_or(kOwed) == kNothingOwed) continue;
    open.push_back({str(text_at(record, "i")), str(text_at(record, "run")),
                    str(text_at(record, "why")), wall_ms(int_at(record, "since").value_or(0))});
  }
  std::sort(open.begin(), open.end());
  return open;
}

std::vector<OpenMail> open_mails(Session& session) {
  std::vector<OpenMail> open;
  for (const auto& view : session.house().kernel().living_views(delivery::kMailKind)) {
    const auto* input = find(view.record, "Input");
    open.push_back({input ? str(text_at(*input, "Endpoint")) : "",
                    str(text_at(object_at(view.record, "Mail"), "Subject")),
                    int_at(view.record, "Attempts").value_or(0)});
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

bool is_told(const engine::Kernel& kernel) {
  for (const auto kind :
       {runbook::kPowerKind, delivery::kEventKind, delivery::kDeliveryKind, delivery::kMailKind})
    if (kernel.living(kind) > 0) return false;
  return kernel.quiet();
}

}  // namespace

OpenWork open_work(Session& session) {
  const auto& kernel = session.house().kernel();
  OpenWork open;
  open.obligations = open_obligations(session);
  open.mails = open_mails(session);
  open.tellings = kernel.living(delivery::kEventKind) + kernel.living(delivery::kDeliveryKind);
  open.runs = kernel.living(runbook::kRunKind);
  return open;
}

EndedBy wait_until_at_rest(Session& session, Output& out, Duration limit) {
  const auto& kernel = session.house().kernel();
  const bool is_virtual = session.is_virtual();
  const auto rests = [&] {
    if (is_virtual ? at_rest(session) : is_told(kernel)) return true;
    out.progress(fmt::format("waiting for {} and {}",
                             counted(kernel.living(runbook::kPowerKind), "start"),
                             counted(kernel.living(delivery::kMailKind), "mail")));
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
  if (!open.empty()) out.line("It goes on with: hikae up --data " + session.data());
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
