// What is wrong with a text from outside: where, why, and what to do next.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hikae::text {

/// 1-based; columns count code points. {0, 0}: the place is not known.
struct Position {
  int line = 0;
  int column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

enum class Severity { Error, Warning };

struct Diagnostic {
  Severity severity = Severity::Error;
  std::string code = {};  // stable short name: "duplicate-key", "P9"
  Position position = {};
  std::string path = {};     // "mainSteps[2].onFailure", "step StopInstance", or empty
  std::string message = {};  // what is wrong and why; no line break
  std::string hint = {};     // how to fix it; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

/// Adds one, unless limits::kDiagnostics are there already: then the last one says that there is
/// more, so that a hostile file cannot fill memory with findings.
void report(Diagnostics& list, Diagnostic diagnostic);
[[nodiscard]] bool has_errors(const Diagnostics& list);
/// "backup.yaml:12:5: error: step Stop: … (fix: …) [code]"
[[nodiscard]] std::string format(const Diagnostic& diagnostic, std::string_view file);
/// The errors (not the warnings) as one `Invalid` error, joined by "; ".
[[nodiscard]] Error as_error(const Diagnostics& list, std::string_view file);

}  // namespace hikae::text
