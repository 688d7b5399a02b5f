// Applying a template or hikae.yaml: the one way for anything to come into being.
#pragma once

#include <string>

#include "cli/session.h"

namespace hikae::cli {

struct Applied {
  std::string stack;
  std::string status;
  std::string reason;
  Value stack_value;  // as DescribeStacks shows it
};

/// `text` is hikae.yaml or a template; `file` is for messages. Waits until the stack is made,
/// updated, or rolled back. An unchanged stack is a success.
[[nodiscard]] Result<Applied> apply_text(Session& session, std::string_view text,
                                         std::string_view file, const std::string& stack,
                                         const Array& parameters = {});

}  // namespace hikae::cli
