// `hikae window enable|disable NAME`.
#include "cli/commands.h"

namespace hikae::cli {
namespace {

Result<Value> switch_window(const WindowOptions& options, Session& session) {
  const auto all = TRY(session.call("ssm", "DescribeMaintenanceWindows", Object{}));
  std::string names;
  for (const auto& window : list_at(all, "WindowIdentities")) {
    const auto id = text_at(window, "WindowId");
    const auto name = text_at(window, "Name");
    if (id == options.name || name == options.name)
      return session.call(
          "ssm", "UpdateMaintenanceWindow",
          Object{{"WindowId", id}, {"Enabled", options.action == WindowAction::Enable}});
    names += (names.empty() ? "" : ", ") + str(name);
  }
  return fail(ErrorKind::NotFound,
              "no window is called '" + options.name + "'; there " +
                  (names.empty() ? "are none, apply a hikae.yaml first" : "are: " + names));
}

}  // namespace

Exit window_switch(const WindowOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const auto answer = switch_window(options, **session);
  if (!answer) return report(out, answer.error());
  if (out.json())
    out.value(*answer);
  else
    out.line("window " + out.painted(text_at(*answer, "Name"), Colour::Bold) +
             (is_true_at(*answer, "Enabled") ? " is enabled"
                                             : " is disabled: nothing is backed up "
                                               "by it until it is enabled again"));
  return Exit::Ok;
}

}  // namespace hikae::cli
