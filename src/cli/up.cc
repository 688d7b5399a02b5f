// `hikae up`: windows and rules in the foreground, until SIGINT or SIGTERM.
#include "base/limits.h"
#include "cli/applying.h"
#include "cli/commands.h"
#include "cli/open_work.h"
#include "cli/run_text.h"
#include "cli/serving.h"
#include "os/data_folder.h"
#include "os/service_manager.h"

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
  if (options.world.lives == Lives::Several && session.is_on_aws())
    return fail(ErrorKind::Conflict,
                "--test-hooks and cloud: aws: what was begun with real machines must not be "
                "forgotten; leave one of the two away");
  if (options.world.lives == Lives::Several)
    serving.reset = [&session] { return session.forget_everything(); };
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
  if (session.is_virtual())
    out.line(
        "  this folder's clock is virtual and does not go on by itself: hikae ends as soon as what "
        "is on its way is done (another folder: --data; the real clock: --clock real)");
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

struct Started {
  std::unique_ptr<Session> session;
  std::string refused;  // why the file was not applied; empty: it was, or there is none
};

/// What the file asks for, in a session at the place it names.
Result<std::unique_ptr<Session>> open_at_place_of(const Prepared& prepared,
                                                  const UpOptions& options) {
  const auto place = TRY(place_of(options.common, &*prepared.config, options.file));
  return open_session(options.common, options.world, place, Sharing::Alone);
}

Result<Prepared> prepare_file(const UpOptions& options) {
  const auto text = TRY(os::read_file(options.file, limits::kConfigBytes));
  auto prepared = TRY(prepare_text(text, options.file));
  if (!prepared.config)
    return fail(ErrorKind::Invalid, options.file + " is no hikae.yaml; templates are for apply");
  return prepared;
}

Result<> apply_to(Session& session, const Prepared& prepared, Output& out) {
  const auto applied = TRY(apply_prepared(session, prepared, ""));
  if (!is_good(applied))
    return fail(ErrorKind::Invalid,
                "stack " + applied.stack + ": " + applied.status + ": " + applied.reason);
  if (!out.json()) print_applied(out, applied);
  return {};
}

/// Whether what is in the folder may go on where the file is refused.
bool has_earlier(const Session& session, const UpOptions& options) {
  return options.refused == WhenRefused::GoOnWithEarlier && session.configured_scope().has_value();
}

Result<Started> open_without_file(const UpOptions& options, const Error& refused) {
  auto session = TRY(open_session(options.common, options.world, Sharing::Alone, Folder::MayBeNew));
  if (!has_earlier(*session, options)) return std::unexpected(refused);
  return Started{std::move(session), refused.text()};
}

/// With a file: that one is applied, and says where.
Result<Started> open_and_apply(const UpOptions& options, Output& out) {
  if (options.file.empty())
    return Started{
        TRY(open_session(options.common, options.world, Sharing::Alone, Folder::MayBeNew)), ""};
  const auto prepared = prepare_file(options);
  if (!prepared && options.refused == WhenRefused::Fail) return std::unexpected(prepared.error());
  if (!prepared) return open_without_file(options, prepared.error());
  Started started{TRY(open_at_place_of(*prepared, options)), ""};
  const bool is_earlier_there = has_earlier(*started.session, options);
  const auto applied = apply_to(*started.session, *prepared, out);
  if (applied && started.session->is_of_another_cloud()) {
    started.session.reset();  // one holds the folder at a time
    started.session = TRY(open_at_place_of(*prepared, options));
  }
  if (applied) return started;
  if (!is_earlier_there)
    return fail(applied.error().kind, applied.error().message + "; nothing was started");
  started.refused = applied.error().text();
  return started;
}

void say_what_was_refused(const Started& started, const std::string& file, Output& out) {
  if (started.refused.empty()) return;
  out.error(started.refused);
  out.error(file + " was not applied: hikae goes on with what was applied before; correct the " +
            "file, look at it with hikae check, and start hikae again");
}

/// One line for who asks the service manager.
std::string status_of(const Started& started, const Served& served) {
  if (!started.refused.empty()) return "hikae.yaml was refused; going on with the one before";
  return served ? "serves AWS's API at " + served->url : "windows and rules run";
}

/// A virtual clock has no "from now on": what is on its way is brought to its end.
/// The manager's timer is one of the session's: it ends here, before the session.
void live(Session& session, std::unique_ptr<os::ServiceManager> manager, Output& out) {
  const bool is_virtual = session.is_virtual();
  if (!is_virtual) manager->keep_alive(session.timers());
  session.run_until([&] { return is_virtual && at_rest(session); });
  if (const auto told = manager->stopping(); !told) out.error(told.error().text());
  if (session.interrupted()) say_what_is_left(session, out);
}

}  // namespace

Exit up(const UpOptions& options) {
  Output out(options.common.format);
  // Before the first thread: the environment is changed.
  auto manager = os::ServiceManager::open(os::take_manager_words());
  if (!manager) return report(out, manager.error());
  const auto started = open_and_apply(options, out);
  if (!started) return report(out, started.error());
  auto& session = *started->session;
  const auto served = serve(options, session);
  if (!served) return report(out, served.error());
  say_what_was_refused(*started, options.file, out);
  say_what_is_up(session, *served, out);
  const auto told = (*manager)->ready(status_of(*started, *served));
  if (!told) return report(out, told.error());
  live(session, std::move(*manager), out);
  return session.is_virtual() && session.interrupted() ? Exit::Interrupted : Exit::Ok;
}

}  // namespace hikae::cli
