#include "cli/commands.h"

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

Result<std::unique_ptr<Session>> open_session(const Common& common, const World& world,
                                              const Place& place) {
  SessionOptions options;
  options.data = place.data;
  options.account = place.account;
  options.region = place.region;
  options.faults_file = world.faults;
  if (world.clock == "real") options.clock = ClockKind::Real;
  if (world.clock == "virtual") options.clock = ClockKind::Virtual;
  auto session = TRY(Session::open(options));
  say_other_region(common, *session, place);
  return session;
}

Result<std::unique_ptr<Session>> open_session(const Common& common, const World& world) {
  return open_session(common, world, TRY(place_of(common)));
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
