// `hikae demo`: one night of backups on the embedded cloud, in virtual time.
#include "sim/demo.h"
#include "cli/applying.h"
#include "cli/commands.h"
#include "cli/night_text.h"
#include "cli/open_work.h"
#include "cli/run_text.h"
#include "os/data_folder.h"

namespace hikae::cli {
namespace {

constexpr Duration kTokyo = hours(9);
constexpr std::int64_t kTellEveryStepUpTo = 50;  // more servers: a line a minute

Result<std::unique_ptr<Session>> prepare(const DemoOptions& options) {
  SessionOptions session_options;
  session_options.data =
      options.common.data.empty() ? TRY(os::new_temporary_folder()) : options.common.data;
  session_options.clock = ClockKind::Virtual;
  session_options.start = sim::demo_begin();
  auto session = TRY(Session::open(session_options));
  if (session->sandbox().has_instances(session->scope()))
    return fail(ErrorKind::Conflict, "the data folder " + session->data() +
                                         " has servers already; the demo wants a new one");
  TRY_DO(session->sandbox().load_fleet(session->scope(), sim::demo_fleet(options.instances)));
  for (const auto& [text, name] :
       {std::pair{sim::demo_hooks(), "hooks"}, std::pair{sim::demo_config(), "hikae-demo"}}) {
    const auto applied = TRY(apply_text(*session, text, name, name));
    if (applied.status != "CREATE_COMPLETE")
      return fail(ErrorKind::Invalid, str(name) + ": " + applied.status + ": " + applied.reason);
  }
  TRY_DO(session->use_faults(sim::demo_faults(options.instances)));
  return session;
}

/// Until the windows have opened and all that came of them is over.
void play(Session& session, NightProgress* progress) {
  const auto opened = sim::demo_window();
  const auto follow = [&] {
    if (progress) progress->follow();
  };
  session.run_until([&] {
    follow();
    return session.now() > opened && at_rest(session);
  });
  follow();
}

Result<sim::Night> night_of(const DemoOptions& options, Session& session, Output& out) {
  const auto before = sim::count_generations(session.sandbox(), session.scope());
  const auto begin = session.now();
  NightProgress progress(out, session.sandbox(), session.scope(), kTokyo);
  const bool tells = !out.json() && options.instances <= kTellEveryStepUpTo;
  if (!out.json()) out.line("the night of 2 May 2026 in Tokyo, in virtual time");
  session.house().observe([&](const aws::Request& request) {
    if (!tells) return;
    if (request.service == "ssm" && request.operation == "StartAutomationExecution") {
      const auto& ids = list_at(object_at(request.input, "Parameters"), "InstanceId");
      if (text_at(request.input, "DocumentName").find("backup") != std::string_view::npos &&
          !ids.empty())
        progress.say(session.now(), progress.name_of(text_of(ids.front())), "prepare");
    }
    if (request.service == "lambda" && request.operation == "Invoke" &&
        text_at(request.input, "FunctionName").find("agent-check") != std::string_view::npos)
      progress.say(session.now(), "agent check", "are all agents well?");
  });
  play(session, tells ? &progress : nullptr);
  session.house().observe({});
  return sim::tell_night(session.house(), session.sandbox(), begin, before);
}

void print_counters(Session& session, Output& out) {
  const auto& kernel = session.house().kernel();
  const auto& journal = kernel.journal_counters();
  std::int64_t calls = 0;
  for (const auto& [operation, count] : session.sandbox().counters()) calls += count;
  out.line("  EC2 calls " + std::to_string(calls) + ", journal events " +
           std::to_string(journal.events) + ", commits " + std::to_string(journal.commits));
}

void print_where_next(const Session& session, Output& out) {
  out.line();
  out.line(out.painted("Where to look next", Colour::Bold));
  const auto data = " --data " + session.data();
  for (const auto* command : {"runs", "backups", "next"})
    out.line("  ./run " + std::string(command) + data);
  out.line("  ./run show RUN" + data + "      one run, step by step");
  out.line("  mails: " + session.mail_goes_to());
}

Value counters_of(Session& session) {
  const auto& kernel = session.house().kernel();
  Object ec2;
  for (const auto& [operation, count] : session.sandbox().counters()) ec2[operation] = count;
  return Object{{"Ec2Calls", std::move(ec2)},
                {"JournalEvents", kernel.journal_counters().events},
                {"JournalEffects", kernel.journal_counters().effects},
                {"JournalSnapshots", kernel.journal_counters().snapshots},
                {"JournalCommits", kernel.journal_counters().commits}};
}

}  // namespace

Exit demo(const DemoOptions& options) {
  Output out(options.common.format);
  auto session = prepare(options);
  if (!session) return report(out, session.error());
  const auto night = night_of(options, **session, out);
  if (!night) return report(out, night.error());
  const auto exit = (*session)->interrupted() ? Exit::Interrupted : Exit::Ok;
  if (out.json()) {
    auto value = sim::to_value(*night);
    value.as_object()["Data"] = (*session)->data();
    value.as_object()["Counters"] = counters_of(**session);
    value.as_object()["Open"] = to_value(open_work(**session));
    out.value(value);
    return exit;
  }
  out.line();
  if (options.instances <= kTellEveryStepUpTo) print_night(out, *night, kTokyo);
  print_counters(**session, out);
  if (exit == Exit::Interrupted) print_open_work(out, **session, open_work(**session));
  print_where_next(**session, out);
  return exit;
}

}  // namespace hikae::cli
