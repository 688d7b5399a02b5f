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

Result<Applied> apply_file(const ApplyOptions& options, Session& session) {
  const auto text = TRY(os::read_file(options.file, limits::kTemplateBytes));
  const auto parameters = TRY(template_parameters(options.parameters));
  const bool is_config = text.find("plans:") != std::string::npos && text.front() != '{';
  const auto stack =
      !options.stack.empty() || is_config ? options.stack : name_of_file(options.file);
  return apply_text(session, text, options.file, stack, parameters);
}

}  // namespace

Exit apply(const ApplyOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, options.world);
  if (!session) return report(out, session.error());
  const auto applied = apply_file(options, **session);
  if (!applied) return report(out, applied.error());
  const bool good = applied->status.ends_with("_COMPLETE") &&
                    applied->status.find("ROLLBACK") == std::string::npos;
  if (out.json()) {
    out.value(Object{{"Stack", applied->stack_value}});
  } else {
    out.line("stack " + out.painted(applied->stack, Colour::Bold) + ": " +
             out.painted(applied->status, good ? Colour::Good : Colour::Bad));
    if (!applied->reason.empty()) out.line("  " + out.painted(applied->reason, Colour::Bad));
    if (good) out.line("what fires next: hikae next --data " + (*session)->data());
  }
  return good ? Exit::Ok : Exit::Failed;
}

}  // namespace hikae::cli
