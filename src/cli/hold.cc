// `hikae hold`: an operator's word that an instance is to be left alone, kept as a tag on it, so
// that it is seen wherever hikae runs.
#include "cli/commands.h"
#include "upkeep/tags.h"

namespace hikae::cli {

Exit hold(const HoldOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const bool off = options.mode == HoldMode::Off;
  const auto answer = (*session)->call(
      "ec2", off ? "DeleteTags" : "CreateTags",
      Object{{"Resources", Array{Value(options.instance)}},
             {"Tags", Array{Object{{"Key", upkeep::kHoldTag}, {"Value", "true"}}}}});
  if (!answer) return report(out, answer.error());
  if (out.json())
    out.value(Object{{"InstanceId", options.instance}, {"Hold", !off}});
  else
    out.line(options.instance +
             (off ? " is no longer held"
                  : " is held: its backups do not stop it, none of them is deleted, and if it "
                    "is found stopped after a run hikae leaves it so, until `hikae hold " +
                        options.instance + " --off`"));
  return Exit::Ok;
}

}  // namespace hikae::cli
