#include "text/diagnostic.h"

#include <algorithm>

#include "base/escape.h"
#include "base/limits.h"

namespace hikae::text {
namespace {

Diagnostic too_many_findings(const Diagnostics& list) {
  const bool errors = has_errors(list);
  return {.severity = errors ? Severity::Error : Severity::Warning,
          .code = "too-many",
          .position = {},
          .path = {},
          .message = "there are more findings than these; only the first " +
                     std::to_string(limits::kDiagnostics) + " are shown",
          .hint = "fix these first"};
}

}  // namespace

void report(Diagnostics& list, Diagnostic diagnostic) {
  if (list.size() < limits::kDiagnostics) return list.push_back(std::move(diagnostic));
  if (list.size() == limits::kDiagnostics) list.push_back(too_many_findings(list));
  // The first error among many warnings must still make the file fail.
  if (diagnostic.severity == Severity::Error) list.back().severity = Severity::Error;
}

bool has_errors(const Diagnostics& list) {
  return std::ranges::any_of(list, [](const auto& d) { return d.severity == Severity::Error; });
}

std::string format(const Diagnostic& diagnostic, std::string_view file) {
  std::string out = printable(file);
  if (diagnostic.position.line > 0)
    out += ":" + std::to_string(diagnostic.position.line) + ":" +
           std::to_string(diagnostic.position.column);
  if (!out.empty()) out += ": ";
  out += diagnostic.severity == Severity::Error ? "error: " : "warning: ";
  if (!diagnostic.path.empty()) out += printable(diagnostic.path) + ": ";
  out += printable(diagnostic.message);
  if (!diagnostic.hint.empty()) out += " (fix: " + printable(diagnostic.hint) + ")";
  if (!diagnostic.code.empty()) out += " [" + printable(diagnostic.code) + "]";
  return out;
}

Error as_error(const Diagnostics& list, std::string_view file) {
  std::string message;
  for (const auto& diagnostic : list) {
    if (diagnostic.severity != Severity::Error) continue;
    if (!message.empty()) message += "; ";
    message += format(diagnostic, file);
  }
  return Error{ErrorKind::Invalid, {}, std::move(message)};
}

}  // namespace hikae::text
