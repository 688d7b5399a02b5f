// Applying a template or hikae.yaml: the one way for anything to come into being.
#pragma once

#include <optional>
#include <string>

#include "cli/output.h"
#include "cli/session.h"
#include "plan/config.h"

namespace hikae::cli {

/// What became of a stack of that name whose first creation had been rolled back.
enum class Earlier { Kept, Deleted };

struct Applied {
  std::string stack;
  std::string status;
  std::string reason;
  Value stack_value;  // as DescribeStacks shows it
  Earlier earlier = Earlier::Kept;
};

/// A file that was read and checked; nothing has happened yet.
struct Prepared {
  std::string file;   // for messages
  std::string stack;  // the name it wants; empty for a template
  std::string body;   // the template
  std::optional<plan::Config> config;
  std::vector<std::string> asset_parameters;  // cli/assets.h
};

/// `text` is hikae.yaml or a template. Needs no data folder, so that a refused file leaves none.
[[nodiscard]] Result<Prepared> prepare_text(std::string_view text, std::string_view file);
/// An empty stack left by a first creation that was rolled back is deleted and made again.
/// Waits until the stack is made, updated, or rolled back. An unchanged stack is a success. What a
/// hikae.yaml says about this process (account, region, mail) is stored in the data folder; without
/// `smtp` an earlier setting of the same stack goes. The template of a hikae.yaml gets the folder's
/// installation id.
[[nodiscard]] Result<Applied> apply_prepared(Session& session, const Prepared& prepared,
                                             const std::string& stack,
                                             const Array& parameters = {});
/// Both.
[[nodiscard]] Result<Applied> apply_text(Session& session, std::string_view text,
                                         std::string_view file, const std::string& stack,
                                         const Array& parameters = {});
[[nodiscard]] bool is_good(const Applied& applied);
/// The stack, its status, and why where it failed.
void print_applied(Output& out, const Applied& applied);

}  // namespace hikae::cli
