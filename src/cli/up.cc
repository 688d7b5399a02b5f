// `hikae up`: windows and rules in the foreground, until SIGINT or SIGTERM.
#include "base/limits.h"
#include "cli/applying.h"
#include "cli/commands.h"
#include "cli/open_work.h"
#include "cli/run_text.h"
#include "os/data_folder.h"

namespace hikae::cli {
namespace {

void say_what_is_up(Session& session, Output& out) {
  const auto open = open_work(session);
  if (out.json())
    return out.value(Object{{"Up", true}, {"Data", session.data()}, {"Open", to_value(open)}});
  out.line("hikae is up. Data: " + session.data() + "; mail goes to " + session.mail_goes_to());
  const auto schedule =
      session.call("ssm", "DescribeMaintenanceWindowSchedule", Object{{"MaxResults", 1}});
  if (!schedule) return out.error(schedule.error().text());
  const auto& next = list_at(*schedule, "ScheduledWindowExecutions");
  for (const auto& execution : next)
    out.line("  next: " + str(text_at(execution, "ExecutionTime")) + "  " +
             out.painted(text_at(execution, "Name"), Colour::Bold));
  if (next.empty()) out.line("  nothing is scheduled: hikae apply hikae.yaml");
  print_open_work(out, open);
}

/// The one JSON document of the command is out already: there the rest goes to stderr.
void say_what_is_left(Session& session, Output& out) {
  const auto open = open_work(session);
  if (out.json()) {
    for (const auto& debt : open.obligations)
      out.error(debt.instance + " was stopped and is not known to run again; start hikae up again");
    return;
  }
  out.line(open.empty() ? "hikae stops; nothing is in flight"
                        : "hikae stops; what is in flight goes on at the next start");
  print_open_work(out, session, open);
}

/// With a file: that one is applied, and says where.
Result<std::unique_ptr<Session>> open_and_apply(const UpOptions& options, Output& out) {
  if (options.file.empty()) return open_session(options.common, options.world);
  const auto text = TRY(os::read_file(options.file, limits::kConfigBytes));
  const auto prepared = TRY(prepare_text(text, options.file));
  if (!prepared.config)
    return fail(ErrorKind::Invalid, options.file + " is no hikae.yaml; templates are for apply");
  const auto place = TRY(place_of(options.common, &*prepared.config, options.file));
  auto session = TRY(open_session(options.common, options.world, place));
  const auto applied = TRY(apply_prepared(*session, prepared, ""));
  if (!is_good(applied))
    return fail(ErrorKind::Invalid, "stack " + applied.stack + ": " + applied.status + ": " +
                                        applied.reason + "; nothing was started");
  if (!out.json()) print_applied(out, applied);
  return session;
}

}  // namespace

Exit up(const UpOptions& options) {
  Output out(options.common.format);
  auto session = open_and_apply(options, out);
  if (!session) return report(out, session.error());
  say_what_is_up(**session, out);
  // A virtual clock has no "from now on": what is on its way is brought to its end.
  const bool is_virtual = (*session)->is_virtual();
  (*session)->run_until([&] { return is_virtual && at_rest(**session); });
  if ((*session)->interrupted()) say_what_is_left(**session, out);
  return is_virtual && (*session)->interrupted() ? Exit::Interrupted : Exit::Ok;
}

}  // namespace hikae::cli
