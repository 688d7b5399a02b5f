// A run as people read it, and waiting for one.
#pragma once

#include <string>

#include "cli/output.h"
#include "cli/session.h"

namespace hikae::cli {

[[nodiscard]] std::string painted_status(const Output& out, std::string_view status);
/// The instance that a run is about, or "-".
[[nodiscard]] std::string instance_of_run(const Value& execution);
[[nodiscard]] std::string took_of_run(const Value& execution);
/// The steps, what each gave, and why it failed.
void print_run(Output& out, const Value& execution);

/// The run's id from its beginning.
[[nodiscard]] Result<std::string> find_run_id(Session& session, const std::string& beginning);
/// Lets the world go on until the run has ended; shows progress. Gives the execution.
[[nodiscard]] Result<Value> wait_for_run(Session& session, Output& out, const std::string& id);
/// Waits for what the run has left behind (power, mails), at most `limit`; then prints the run and
/// what is still open. `otherwise`: the exit code where nothing is.
Exit tell_of_run(Session& session, Output& out, const Value& execution, Duration limit,
                 Exit otherwise);
/// A command that could not end as it should: the error, and where it was interrupted, what is
/// open.
Exit report_with_open_work(Session& session, Output& out, const Error& error);
/// No machine but windows and rules is living: nothing is on its way.
[[nodiscard]] bool at_rest(Session& session);

}  // namespace hikae::cli
