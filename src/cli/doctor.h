// What `hikae doctor` asks of an installation besides its machines (upkeep/doctor.h): windows, who
// is told, mail, and who else backs up the same machines. And how all of it is printed.
#pragma once

#include <vector>

#include "cli/output.h"
#include "cli/plans.h"
#include "cli/session.h"
#include "upkeep/doctor_checks.h"

namespace hikae::cli {

using Checks = std::vector<upkeep::Check>;

/// Each plan's window: enabled, and when it opens next. Whether anybody is there to open it.
[[nodiscard]] Checks check_windows(Session& session, const std::vector<PlannedBackup>& plans);
/// The plans' topics and their subscribers.
[[nodiscard]] Checks check_topics(Session& session, const std::vector<PlannedBackup>& plans);
/// A mail to each address of the plans, now.
[[nodiscard]] Checks send_test_mails(Session& session, const std::vector<PlannedBackup>& plans);
/// Other enabled windows, hikae's or the account's, that run a document on the same machines.
[[nodiscard]] Checks check_other_windows(Session& session, const std::vector<PlannedBackup>& plans);

/// A table of machines, one of everything else, and what is to be done; or JSON.
void print_checks(Output& out, const Checks& checks);
[[nodiscard]] std::size_t count_grade(const Checks& checks, upkeep::Grade grade);

}  // namespace hikae::cli
