// `hikae up`: windows and rules in the foreground, until SIGINT or SIGTERM.
#include "cli/commands.h"

namespace hikae::cli {
namespace {

void say_what_is_up(Session& session, Output& out) {
  out.line("hikae is up. Data: " + session.data() + "; mail goes to " + session.mail_goes_to());
  const auto schedule =
      session.call("ssm", "DescribeMaintenanceWindowSchedule", Object{{"MaxResults", 1}});
  if (!schedule) return out.error(schedule.error().text());
  const auto& next = list_at(*schedule, "ScheduledWindowExecutions");
  for (const auto& execution : next)
    out.line("  next: " + str(text_at(execution, "ExecutionTime")) + "  " +
             out.painted(text_at(execution, "Name"), Colour::Bold));
  if (next.empty()) out.line("  nothing is scheduled: hikae apply hikae.yaml");
}

}  // namespace

Exit up(const UpOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, options.world);
  if (!session) return report(out, session.error());
  if (out.json())
    out.value(Object{{"Up", true}, {"Data", (*session)->data()}});
  else
    say_what_is_up(**session, out);
  if ((*session)->is_virtual()) {
    // A virtual clock has no "from now on": what is on its way is brought to its end.
    (*session)->run_until([&] {
      auto& kernel = (*session)->house().kernel();
      return kernel.living() == kernel.living("window") + kernel.living("rule") && kernel.quiet();
    });
    return Exit::Ok;
  }
  (*session)->run_until([] { return false; });
  if (!out.json()) out.line("hikae stops; what was in flight goes on at the next start");
  return Exit::Ok;
}

}  // namespace hikae::cli
