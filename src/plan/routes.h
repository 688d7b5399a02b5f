// Who answers which call where the machines are AWS's (`cloud: aws`): a table of (service,
// operation), of which hikae.yaml may change each line. Pure; house/ makes it so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hikae::plan {

enum class Answerer {
  Hikae,
  Aws,
  Known,  // hikae where it has the function or topic that the call names, else AWS
};

[[nodiscard]] std::string_view to_text(Answerer answerer);  // "hikae", "aws", "known"

struct Route {
  std::string service;    // as the model spells it: "ssm"
  std::string operation;  // "SendCommand"; empty: all that have no line of their own
  Answerer answerer = Answerer::Hikae;

  [[nodiscard]] std::string name() const;  // "ssm:SendCommand", "ssm"
};

/// The lines of `cloud: aws` as long as nobody changes them, sorted by name. A service without a
/// line is answered by nobody.
[[nodiscard]] std::vector<Route> default_routes();

/// One line of hikae.yaml: "ssm:SendCommand", "hikae". Errors: `Invalid`, saying what to write: no
/// such service or operation, no such word, or `known` for a call that names no function and no
/// topic.
[[nodiscard]] Result<Route> read_route(std::string_view name, std::string_view answerer);

/// The defaults with these lines in place of theirs, sorted by name.
[[nodiscard]] std::vector<Route> routes_with(const std::vector<Route>& changes);

}  // namespace hikae::plan
