#include "cli/commands.h"

namespace hikae::cli {

Result<std::unique_ptr<Session>> open_session(const Common& common, const World& world) {
  SessionOptions options;
  options.data = common.data;
  options.faults_file = world.faults;
  if (world.clock == "real") options.clock = ClockKind::Real;
  if (world.clock == "virtual") options.clock = ClockKind::Virtual;
  return Session::open(options);
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
