#include "cli/check_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "plan/lint.h"

namespace hikae::cli {
namespace {

constexpr int kTextColumns = 92;
constexpr std::string_view kIndent = "        ";

std::string place_of(const text::Position& position) {
  return position.line > 0 ? fmt::format("{}:{}", position.line, position.column) : "-";
}

bool is_error_finding(const text::Diagnostic& finding) {
  return finding.severity == text::Severity::Error;
}

/// Lines of at most so many columns, broken at spaces.
std::vector<std::string> folded_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > kTextColumns)
      lines.push_back(std::exchange(line, {}));
    line += (line.empty() ? "" : " ") + str(word);
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

void print_folded(Output& out, std::string_view text, Colour colour) {
  for (const auto& line : folded_lines(text)) out.line(str(kIndent) + out.painted(line, colour));
}

std::vector<std::string> check_row(const Output& out, const text::Diagnostic& finding) {
  const bool error = is_error_finding(finding);
  const auto* rule = plan::lint_rule(finding.code);
  return {"  " + place_of(finding.position),
          out.painted(error ? "error" : "warning", error ? Colour::Bad : Colour::Warn),
          out.painted(finding.code, Colour::Bold), out.painted(finding.path, Colour::None),
          out.painted(rule ? rule->title : "", Colour::Bold)};
}

}  // namespace

void print_check_lines(Output& out, const CheckedFile& checked) {
  for (const auto& finding : checked.findings) out.line(text::format(finding, checked.file));
}

void print_check_table(Output& out, const CheckedFile& checked) {
  out.line(out.painted(checked.file, Colour::Bold));
  TextTable table({"  PLACE", "WEIGHT", "CODE", "WHERE", "WHAT"});
  for (const auto& finding : checked.findings) table.add(check_row(out, finding));
  const auto lines = table.lines();
  out.line(lines.front());
  for (std::size_t i = 0; i < checked.findings.size(); ++i) {
    const auto& finding = checked.findings[i];
    out.line(lines[i + 1]);
    print_folded(out, finding.message, Colour::None);
    if (!finding.hint.empty()) print_folded(out, "fix: " + finding.hint, Colour::Good);
  }
}

std::string check_summary(const std::vector<CheckedFile>& files) {
  std::ptrdiff_t errors = 0, warnings = 0;
  for (const auto& file : files) {
    const auto count = std::ranges::count_if(file.findings, is_error_finding);
    errors += count;
    warnings += std::ssize(file.findings) - count;
  }
  const auto counted = [](std::ptrdiff_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  return fmt::format("{}: {}, {}", counted(std::ssize(files), "file"), counted(errors, "error"),
                     counted(warnings, "warning"));
}

}  // namespace hikae::cli
