// `hikae match`: exit 0 match, 1 no match, 2 a file or the pattern refused.
#include "base/limits.h"
#include "cli/commands.h"
#include "os/data_folder.h"
#include "pattern/matcher.h"

namespace hikae::cli {
namespace {

Result<bool> matches(const MatchOptions& options) {
  const auto pattern = TRY(os::read_file(options.pattern_file, limits::kConfigBytes));
  const auto event = TRY(os::read_file(options.event_file, limits::kConfigBytes));
  return pattern::test_pattern(pattern, event);
}

}  // namespace

Exit match(const MatchOptions& options) {
  Output out(options.common.format);
  const auto result = matches(options);
  if (!result) {
    report(out, result.error());
    return Exit::Invalid;
  }
  if (out.json())
    out.value(Object{{"Match", *result}});
  else
    out.line(*result ? "match" : "no match");
  return *result ? Exit::Ok : Exit::Failed;
}

}  // namespace hikae::cli
