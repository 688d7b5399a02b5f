// `hikae apply FILE`.
#include <filesystem>

#include "base/limits.h"
#include "cli/applying.h"
#include "cli/commands.h"
#include "os/data_folder.h"

namespace hikae::cli {
namespace {

Result<Array> template_parameters(const std::vector<std::string>& given) {
  Array parameters;
  for (const auto& one : given) {
    const auto at = one.find('=');
    if (at == std::string::npos || at == 0)
      return fail(ErrorKind::Invalid, "--param '" + one + "': write NAME=VALUE");
    parameters.push_back(
        Object{{"ParameterKey", one.substr(0, at)}, {"ParameterValue", one.substr(at + 1)}});
  }
  return parameters;
}

/// A stack made from a file without a name of its own is called like the file.
std::string name_of_file(const std::string& file) {
  std::string name;
  for (const char c : std::filesystem::path(file).stem().string())
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
  return name.empty() || !std::isalpha(static_cast<unsigned char>(name[0])) ? "stack-" + name
                                                                            : name;
}

Result<Prepared> prepared_file(const std::string& file) {
  auto prepared = TRY(prepare_text(TRY(os::read_file(file, limits::kTemplateBytes)), file));
  if (prepared.stack.empty()) prepared.stack = name_of_file(file);
  return prepared;
}

/// A switch that somebody has thrown outlives every apply, so it is said.
std::vector<std::string> disabled_windows(Session& session) {
  std::vector<std::string> names;
  const auto all = session.call("ssm", "DescribeMaintenanceWindows", Object{});
  if (!all) return names;
  for (const auto& window : list_at(*all, "WindowIdentities"))
    if (!is_true_at(window, "Enabled")) names.emplace_back(text_at(window, "Name"));
  return names;
}

void print_disabled(Output& out, const std::vector<std::string>& windows) {
  for (const auto& name : windows)
    out.line(out.painted(
        "window " + name +
            " is DISABLED: no backup is made by it; to enable it: " + "hikae window enable " + name,
        Colour::Warn));
}

Array names_value(const std::vector<std::string>& names) {
  Array list;
  for (const auto& name : names) list.emplace_back(name);
  return list;
}

}  // namespace

Exit apply(const ApplyOptions& options) {
  Output out(options.common.format);
  // All that can be refused without a folder is refused before there is one.
  const auto prepared = prepared_file(options.file);
  if (!prepared) return report(out, prepared.error());
  const auto parameters = template_parameters(options.parameters);
  if (!parameters) return report(out, parameters.error());
  const auto* config = prepared->config ? &*prepared->config : nullptr;
  const auto place = place_of(options.common, config, options.file);
  if (!place) return report(out, place.error());
  auto session = open_session(options.common, options.world, *place);
  if (!session) return report(out, session.error());
  const auto applied = apply_prepared(**session, *prepared, options.stack, *parameters);
  if (!applied) return report(out, applied.error());
  const auto disabled = disabled_windows(**session);
  if (out.json()) {
    out.value(Object{{"Stack", applied->stack_value}, {"DisabledWindows", names_value(disabled)}});
  } else {
    print_applied(out, *applied);
    print_disabled(out, disabled);
    if (is_good(*applied)) out.line("what fires next: hikae next --data " + (*session)->data());
  }
  return is_good(*applied) ? Exit::Ok : Exit::Failed;
}

}  // namespace hikae::cli
