#include <filesystem>

#include "cli/commands.h"
#include "cli/deploying.h"
#include "cli/serving.h"

namespace hikae::cli {

namespace {

/// A shell's AWS_REGION is often meant for something else.
void say_other_region(const Common& common, const Session& session, const Place& place) {
  const auto& configured = session.configured_scope();
  if (common.format == Format::Json || !configured || place.region_said_by.empty()) return;
  if (configured->region == session.scope().region) return;
  Output(common.format)
      .error("region " + session.scope().region + " (" + place.region_said_by + "), not " +
             configured->region + " of hikae.yaml");
}

}  // namespace

namespace {

/// Somebody holds the folder: a running hikae that serves is asked instead. `held` is what opening
/// the folder said.
Result<std::unique_ptr<Session>> ask_running(const World& world, const Place& place, Error held) {
  const auto reach = TRY(reach_of(place.data));
  if (reach.url.empty()) {
    held.message += "; commands work beside hikae up where it is started with --listen";
    return std::unexpected(std::move(held));
  }
  if (!world.clock.empty() || !world.faults.empty())
    return fail(ErrorKind::Conflict, "hikae runs at " + reach.url +
                                         " on this folder: its clock and its faults are its own; "
                                         "leave --clock and --faults away, or take another --data");
  return Session::connect(reach, place.data);
}

Result<std::unique_ptr<Session>> open_deployed(const Common& common, const World& world) {
  if (world.clock.empty() && world.faults.empty() && common.data.empty())
    return open_account(common, common.stack);
  return fail(ErrorKind::Invalid,
              "--stack is about a stack in an AWS account, which has no --data, no --clock and no "
              "--faults: leave them away");
}

Result<> expect_folder(const std::string& data) {
  std::error_code unseen;  // a folder that may not be looked into is told when it is opened
  const auto file = std::filesystem::path(data) / "hikae.db";
  if (std::filesystem::exists(file, unseen) || unseen) return {};
  const bool is_there = std::filesystem::exists(data, unseen);
  return fail(
      ErrorKind::NotFound,
      (is_there ? data + " is no data folder (it has no hikae.db)" : "no data folder at " + data) +
          ": hikae up or hikae apply makes one; another one is chosen with --data");
}

}  // namespace

Result<std::unique_ptr<Session>> open_session(const Common& common, const World& world,
                                              const Place& place, Sharing sharing) {
  SessionOptions options;
  options.data = place.data;
  options.account = place.account;
  options.region = place.region;
  options.faults_file = world.faults;
  options.lives = world.lives;
  options.profile = common.profile;
  options.endpoint_url = common.endpoint_url;
  if (world.clock == "real") options.clock = ClockKind::Real;
  if (world.clock == "virtual") options.clock = ClockKind::Virtual;
  auto session = Session::open(options);
  if (!session && session.error().kind == ErrorKind::Conflict && sharing == Sharing::WithRunning)
    session = ask_running(world, place, std::move(session.error()));
  if (session) say_other_region(common, **session, place);
  return session;
}

Result<std::unique_ptr<Session>> open_session(const Common& common, const World& world,
                                              Sharing sharing, Folder folder) {
  if (!common.stack.empty()) return open_deployed(common, world);
  const auto place = TRY(place_of(common));
  if (folder == Folder::MustExist) TRY_DO(expect_folder(place.data));
  return open_session(common, world, place, sharing);
}

Exit report(Output& out, const Error& error) {
  if (out.json())
    out.value(Object{{"Error", Object{{"Kind", to_string(error.kind)},
                                      {"Code", error.code},
                                      {"Message", error.message}}}});
  else
    out.error(error.text());
  return Exit::Failed;
}

}  // namespace hikae::cli
