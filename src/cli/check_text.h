// What `hikae check` prints for people: a table on a terminal, one line a finding elsewhere.
#pragma once

#include "cli/check_files.h"
#include "cli/output.h"

namespace hikae::cli {

/// "runbook.yaml:12:5: error: step Stop: … (fix: …) [P9]", as compilers say it.
void print_check_lines(Output& out, const CheckedFile& checked);
/// For each finding its place, weight, code, step and title; below it what is wrong and the fix.
void print_check_table(Output& out, const CheckedFile& checked);
/// "2 files: 3 errors, 5 warnings".
[[nodiscard]] std::string check_summary(const std::vector<CheckedFile>& files);

}  // namespace hikae::cli
