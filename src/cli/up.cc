// `hikae up`: windows and rules in the foreground, until SIGINT or SIGTERM.
#include "base/limits.h"
#include "cli/applying.h"
#include "cli/commands.h"
#include "cli/open_work.h"
#include "cli/run_text.h"
#include "cli/serving.h"
#include "os/data_folder.h"

namespace hikae::cli {
namespace {

/// Absent: nobody is served.
using Served = std::optional<Endpoint>;

Value to_value(const Endpoint& endpoint) {
  return Object{{"Url", endpoint.url},
                {"Region", endpoint.region},
                {"CredentialsFile", endpoint.credentials_file},
                {"ConfigFile", endpoint.config_file}};
}

void say_where_it_serves(const Endpoint& endpoint, Output& out) {
  out.line("AWS's API is served at " + out.painted(endpoint.url, Colour::Bold));
  if (endpoint.credentials_file.empty()) {
    out.line("  authentication is off: any key will do");
    out.line("  aws --endpoint-url " + endpoint.url + " ec2 describe-instances");
    return;
  }
  out.line("  export AWS_SHARED_CREDENTIALS_FILE=" + endpoint.credentials_file);
  out.line("  export AWS_CONFIG_FILE=" + endpoint.config_file + " AWS_PROFILE=hikae");
  out.line("  aws --endpoint-url " + endpoint.url + " ec2 describe-instances");
}

Result<Served> serve(const UpOptions& options, Session& session) {
  if (options.listen.empty()) return Served{};
  ServingOptions serving;
  serving.listen = options.listen;
  if (options.auth == "off") serving.authentication = aws::Authentication::Off;
  serving.certificate_file = options.certificate;
  serving.key_file = options.key;
  return Served{TRY(session.serve(serving))};
}

void say_what_is_up(Session& session, const Served& served, Output& out) {
  const auto open = open_work(session);
  if (out.json()) {
    Object up{{"Up", true}, {"Data", session.data()}, {"Open", to_value(open)}};
    if (served) up["Endpoint"] = to_value(*served);
    return out.value(std::move(up));
  }
  out.line("hikae is up. Data: " + session.data() + "; mail goes to " + session.mail_goes_to());
  if (served) say_where_it_serves(*served, out);
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
  if (options.file.empty()) return open_session(options.common, options.world, Sharing::Alone);
  const auto text = TRY(os::read_file(options.file, limits::kConfigBytes));
  const auto prepared = TRY(prepare_text(text, options.file));
  if (!prepared.config)
    return fail(ErrorKind::Invalid, options.file + " is no hikae.yaml; templates are for apply");
  const auto place = TRY(place_of(options.common, &*prepared.config, options.file));
  auto session = TRY(open_session(options.common, options.world, place, Sharing::Alone));
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
  const auto served = serve(options, **session);
  if (!served) return report(out, served.error());
  say_what_is_up(**session, *served, out);
  // A virtual clock has no "from now on": what is on its way is brought to its end.
  const bool is_virtual = (*session)->is_virtual();
  (*session)->run_until([&] { return is_virtual && at_rest(**session); });
  if ((*session)->interrupted()) say_what_is_left(**session, out);
  return is_virtual && (*session)->interrupted() ? Exit::Interrupted : Exit::Ok;
}

}  // namespace hikae::cli
