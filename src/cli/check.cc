// `hikae check FILE…`: documents with their failure paths, templates and hikae.yaml.
#include <algorithm>

#include "cli/check_files.h"
#include "cli/check_sarif.h"
#include "cli/check_text.h"
#include "cli/commands.h"
#include "plan/lint.h"

namespace hikae::cli {
namespace {

Value finding_value(const text::Diagnostic& finding) {
  Object value{{"Severity", finding.severity == text::Severity::Error ? "error" : "warning"},
               {"Code", finding.code},
               {"Line", finding.position.line},
               {"Column", finding.position.column},
               {"Path", finding.path},
               {"Message", finding.message},
               {"Hint", finding.hint}};
  if (const auto* rule = plan::lint_rule(finding.code)) {
    value["Title"] = rule->title;
    value["Why"] = rule->why;
  }
  return value;
}

Value files_value(const std::vector<CheckedFile>& files) {
  Array list;
  for (const auto& checked : files) {
    Array findings;
    for (const auto& finding : checked.findings) findings.push_back(finding_value(finding));
    Object file{{"File", checked.file}, {"Kind", checked.kind}, {"Findings", std::move(findings)}};
    if (checked.error) file["Error"] = checked.error->text();
    list.push_back(std::move(file));
  }
  return Object{{"Files", std::move(list)}};
}

void print_checked(Output& out, const std::vector<CheckedFile>& files) {
  for (const auto& checked : files) {
    if (checked.error)
      out.error(checked.error->text());
    else if (checked.findings.empty())
      out.line(checked.file + ": " + checked.kind + ": nothing found");
    else if (out.terminal())
      print_check_table(out, checked);
    else
      print_check_lines(out, checked);
  }
  if (out.terminal()) out.line(check_summary(files));
}

bool counts(const CheckedFile& checked, Strictness strictness) {
  return text::has_errors(checked.findings) ||
         (strictness == Strictness::WarningsToo && !checked.findings.empty());
}

}  // namespace

Exit check(const CheckOptions& options) {
  Output out(options.common.format);
  const auto files = check_files(options.files);
  if (options.form == CheckForm::Sarif)
    out.value(to_sarif(files, options.version));
  else if (out.json())
    out.value(files_value(files));
  else
    print_checked(out, files);
  if (std::ranges::any_of(files, [](const auto& file) { return file.error.has_value(); }))
    return Exit::Invalid;
  const bool found = std::ranges::any_of(
      files, [&](const auto& file) { return counts(file, options.strictness); });
  return found ? Exit::Failed : Exit::Ok;
}

}  // namespace hikae::cli
