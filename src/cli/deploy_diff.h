// What differs between a deployed stack and what would be deployed, by resource and property.
#pragma once

#include <string>
#include <vector>

#include "cli/deployment.h"
#include "cli/output.h"

namespace hikae::cli {

struct PropertyDifference {
  std::string path;    // "Content.parameters.KeepLast.default"
  std::string before;  // JSON; empty: it was not there
  std::string after;   // JSON; empty: it goes
};

struct ResourceDifference {
  enum class Kind { Add, Modify, Remove } kind = Kind::Modify;
  std::string id;                              // logical; a section of the template otherwise
  std::string type;                            // "AWS::Lambda::Function"
  std::vector<PropertyDifference> properties;  // of Modify
};

/// Parameters are put in where they are referred to, so a new zip is a difference of its function.
/// In the order of the new template, then what goes.
[[nodiscard]] std::vector<ResourceDifference> differences(const Value& old_template,
                                                          const Array& old_parameters,
                                                          const Value& new_template,
                                                          const Array& new_parameters);

/// Of the stack as it stands in the account; everything is new where there is none. Errors: those
/// of the calls.
[[nodiscard]] Result<std::vector<ResourceDifference>> differences_of(Session& session,
                                                                     const Deployment& deployment);
void print_differences(Output& out, const std::vector<ResourceDifference>& all);
[[nodiscard]] Value to_value(const std::vector<ResourceDifference>& all);

}  // namespace hikae::cli
