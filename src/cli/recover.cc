// hikae's database is lost; the servers, images and snapshots are not, and bear what is needed: who
// stopped a server and when (base/stopped_by.h), and which run made an image.
//
// The problem: a tag says that a server was stopped by a run, not that this run is dead. Another
// process may be in the middle of that backup; to start the server then would spoil its image.
//
// The idea: tags name the installation (cli/installation.h). Two things prove that no other process
// acts under that name: the data folder, whose lock we hold, says that it is ours (the file beside
// the lost database); or a person says so, who alone can know that another host is gone for good
// (--installation). Without either, only what was found is shown.
//
// Obligations are taken up by machines of the engine, as after any crash (runbook/power.h):
// durable, patient, and they say by mail what became of them. Everything here may be done twice.
#include "cli/recover.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/open_work.h"
#include "runbook/power.h"
#include "runbook/run.h"

namespace hikae::cli {
namespace {

using upkeep::StopVerdict;

/// What was done about a server.
enum class Deed { None, Starts, Unmarks, KnownAlready };

struct RecoveredStop {
  upkeep::StopTrace trace;
  Deed deed = Deed::None;
};

struct Recovery {
  std::string installation;
  std::vector<RecoveredStop> stops;
  upkeep::Traces traces;
  ProvenRows rows;
  std::vector<std::string> problems;
};

Result<upkeep::Traces> look_for_traces(Session& session, const std::string& installation) {
  std::optional<Result<upkeep::Traces>> found;
  session.find_traces(installation,
                      [&](Result<upkeep::Traces> traces) { found = std::move(traces); });
  session.run_until([&] { return found.has_value(); });
  if (!found) return fail(ErrorKind::Timeout, "the look at the cloud was interrupted");
  return *std::move(found);
}

std::string others_than(const upkeep::Traces& traces, const std::string& own) {
  std::string text;
  for (const auto& [id, count] : traces.installations)
    if (!id.empty() && id != own)
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", id, count);
  return text;
}

/// Under which name to recover. Error `Conflict` where only a person can say so.
Result<std::string> chosen_installation(const RecoverOptions& options, Session& session,
                                        const upkeep::Traces& traces) {
  const auto own = session.installation();
  const bool is_used = traces.installations.contains(own);
  if (!options.installation.empty() && options.installation != own && is_used)
    return fail(ErrorKind::Conflict,
                fmt::format("this folder is {}, which has images here already; recover {} in a "
                            "folder of its own",
                            own, options.installation));
  if (!options.installation.empty()) return options.installation;
  const auto others = others_than(traces, own);
  if (is_used || others.empty()) return own;
  return fail(ErrorKind::Conflict,
              fmt::format("nothing here is this folder's ({}), but there is what bears "
                          "hikae:installation of: {}. Where that hikae is lost for good and runs "
                          "nowhere any more: hikae recover --installation ID",
                          own, others));
}

bool is_alive_here(Session& session, const MachineId& id) {
  const auto view = session.house().kernel().view(id);
  return view && !view->ended_at;
}

/// The machines of the obligations for one stop: an earlier one may have been given up.
struct Obligations {
  MachineId newest;  // may never have been
  MachineId next;    // free
};

Obligations obligation_of(Session& session, const upkeep::StopTrace& trace) {
  auto& kernel = session.house().kernel();
  const auto numbered = [&](int again) {
    const auto run = again == 0 ? trace.stop.run : fmt::format("{}#{}", trace.stop.run, again);
    return runbook::power_machine(session.scope(), trace.instance, run);
  };
  Obligations ids{numbered(0), numbered(0)};
  for (int again = 1; kernel.view(ids.next); ++again)
    ids.newest = std::exchange(ids.next, numbered(again));
  return ids;
}

Deed deed_for(Session& session, const upkeep::StopTrace& trace) {
  const bool is_known =
      is_alive_here(session, {session.scope(), str(runbook::kRunKind), trace.stop.run}) ||
      is_alive_here(session, obligation_of(session, trace).newest);
  switch (trace.verdict) {
    case StopVerdict::Owed: return is_known ? Deed::KnownAlready : Deed::Starts;
    case StopVerdict::Over:
    case StopVerdict::Theirs: return is_known ? Deed::KnownAlready : Deed::Unmarks;
    default: return Deed::None;
  }
}

Result<Recovery> plan_recovery(const RecoverOptions& options, Session& session) {
  Recovery recovery;
  const auto first = TRY(look_for_traces(session, session.installation()));
  recovery.installation = TRY(chosen_installation(options, session, first));
  recovery.traces = TRY(look_for_traces(session, recovery.installation));
  for (const auto& trace : recovery.traces.stops)
    recovery.stops.push_back({trace, deed_for(session, trace)});
  recovery.rows = TRY(proven_rows(session, recovery.traces, recovery.installation));
  return recovery;
}

void oblige(Session& session, const upkeep::StopTrace& trace) {
  const auto id = obligation_of(session, trace).next;
  const Object input{{"InstanceId", trace.instance},
                     {"RunId", trace.stop.run},
                     {"Reason", "found by its tag after hikae's database was lost"},
                     {"Since", iso(trace.stop.at)},
                     {"Mark", trace.value}};
  bool is_done = false;
  session.house().kernel().perform([&](engine::Turn& turn) {
    turn.start(id, input);
    turn.after_commit([&] { is_done = true; });
  });
  session.run_until([&] { return is_done; });
}

Result<> unmark(Session& session, const upkeep::StopTrace& trace) {
  const Object tag{{"Key", kStoppedByTag}, {"Value", trace.value}};
  TRY_DO(session.call("ec2", "DeleteTags",
                      Object{{"Resources", Array{Value(trace.instance)}}, {"Tags", Array{tag}}}));
  return {};
}

/// Servers first. What fails is told, and the rest goes on.
void carry_out(Session& session, Recovery& recovery) {
  for (const auto& stop : recovery.stops)
    if (stop.deed == Deed::Starts) oblige(session, stop.trace);
  for (const auto& stop : recovery.stops) {
    if (stop.deed != Deed::Unmarks) continue;
    if (const auto done = unmark(session, stop.trace); !done)
      recovery.problems.push_back(stop.trace.instance + ": " + done.error().text());
  }
  for (const auto& row : recovery.rows.missing) {
    const auto done =
        session.call("hikae-ledger", "Record", Object{{"Key", row.key}, {"Row", row.row}});
    if (!done) recovery.problems.push_back(row.key + ": " + done.error().text());
  }
}

std::string_view word_for(Deed deed, RecoverMode mode) {
  const bool is_dry = mode == RecoverMode::DryRun;
  switch (deed) {
    case Deed::Starts: return is_dry ? "would be started" : "is started";
    case Deed::Unmarks: return is_dry ? "its tag would go" : "its tag is taken away";
    case Deed::KnownAlready: return "is taken care of already";
    case Deed::None: break;
  }
  return "is left as it is";
}

Value to_value(const Recovery& recovery, RecoverMode mode) {
  Array stops, rows, problems;
  for (const auto& [trace, deed] : recovery.stops)
    stops.push_back(Object{{"InstanceId", trace.instance},
                           {"Name", trace.name},
                           {"State", trace.state},
                           {"RunId", trace.stop.run},
                           {"Verdict", upkeep::to_string(trace.verdict)},
                           {"Why", trace.why},
                           {"Outcome", word_for(deed, mode)}});
  for (const auto& row : recovery.rows.missing) rows.push_back(row.row);
  for (const auto& problem : recovery.problems) problems.emplace_back(problem);
  const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  return Object{{"Installation", recovery.installation},
                {"DryRun", mode == RecoverMode::DryRun},
                {"Servers", std::move(stops)},
                {"Images", number(recovery.traces.backups.size())},
                {"LoneSnapshots", number(recovery.traces.lone_snapshots)},
                {"Ledger", Object{{"Rows", std::move(rows)},
                                  {"Known", number(recovery.rows.known)},
                                  {"Pending", number(recovery.rows.pending)},
                                  {"WithoutWindow", number(recovery.rows.without_window)}}},
                {"Errors", std::move(problems)}};
}

void print_stops(Output& out, const Recovery& recovery, RecoverMode mode) {
  TextTable table({"SERVER", "NAME", "STATE", "FOUND", "WHY", "HIKAE"});
  for (const auto& [trace, deed] : recovery.stops)
    table.add({trace.instance, out.painted(trace.name, Colour::None), trace.state,
               out.painted(upkeep::to_string(trace.verdict),
                           deed == Deed::Starts ? Colour::Bad : Colour::None),
               out.painted(trace.why, Colour::None), std::string(word_for(deed, mode))});
  table.empty() ? out.line("no server bears hikae's tag of a stop") : table.print(out);
}

void print_rows(Output& out, const Recovery& recovery, RecoverMode mode) {
  const auto& rows = recovery.rows;
  out.line(fmt::format("{} images of hikae's, {} snapshots whose image is gone",
                       recovery.traces.backups.size(), recovery.traces.lone_snapshots));
  out.line(fmt::format("ledger: {} rows {}, {} there already", rows.missing.size(),
                       mode == RecoverMode::DryRun ? "would be written" : "written", rows.known));
  if (rows.pending > 0)
    out.line(
        fmt::format("  {} images are not done yet: run hikae recover again later", rows.pending));
  if (rows.without_window > 0)
    out.line(
        fmt::format("  {} images belong to no window of this folder: backups by hand, or apply "
                    "the hikae.yaml and run hikae recover again",
                    rows.without_window));
  for (const auto& problem : recovery.problems) out.line("  " + out.painted(problem, Colour::Bad));
}

Exit tell(const RecoverOptions& options, Session& session, Output& out, const Recovery& recovery,
          EndedBy ended) {
  const auto open = open_work(session);
  if (out.json()) {
    auto value = to_value(recovery, options.mode);
    value.as_object()["Open"] = to_value(open);
    out.value(value);
  } else {
    out.line("installation " + recovery.installation);
    print_stops(out, recovery, options.mode);
    print_rows(out, recovery, options.mode);
    print_open_work(out, session, open);
  }
  return exit_with(open, ended, recovery.problems.empty() ? Exit::Ok : Exit::Partly);
}

}  // namespace

Exit recover(const RecoverOptions& options) {
  Output out(options.common.format);
  if (!options.installation.empty() && !is_installation(options.installation)) {
    (void)report(out, {ErrorKind::Invalid, "",
                       "'" + options.installation +
                           "' is no installation id: letters, digits, "
                           "dots and hyphens, at most 64"});
    return Exit::Usage;
  }
  auto session = open_session(options.common, options.world, Sharing::Alone);
  if (!session) return report(out, session.error());
  auto recovery = plan_recovery(options, **session);
  if (!recovery) return report(out, recovery.error());
  if (options.mode == RecoverMode::DryRun)
    return tell(options, **session, out, *recovery, EndedBy::Rest);
  if (recovery->installation != (*session)->installation())
    if (const auto kept = (*session)->become_installation(recovery->installation); !kept)
      return report(out, kept.error());
  carry_out(**session, *recovery);
  const auto ended = wait_until_at_rest(**session, out, options.patience.limit());
  return tell(options, **session, out, *recovery, ended);
}

}  // namespace hikae::cli
