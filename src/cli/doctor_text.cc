// How the doctor's checks are printed.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/doctor.h"

namespace hikae::cli {
namespace {

using upkeep::Check;
using upkeep::Grade;

constexpr std::size_t kSubjectsShown = 5;

Colour colour_of(Grade grade) {
  switch (grade) {
    case Grade::Good: return Colour::Good;
    case Grade::Inferred: return Colour::Dim;
    case Grade::Warning: return Colour::Warn;
    case Grade::Failure: return Colour::Bad;
  }
  return Colour::None;
}

std::string_view word_of(Grade grade) {
  switch (grade) {
    case Grade::Good: return "ok";
    case Grade::Inferred: return "inferred";
    case Grade::Warning: return "warning";
    case Grade::Failure: return "FAILS";
  }
  return "";
}

bool is_machine(const Check& check) { return check.subject.starts_with("i-"); }

enum class Column { Agent, Profile, Endpoints, Tags, Calls, Disks };

Column column_of(const Check& check) {
  if (check.what == "agent") return Column::Agent;
  if (check.what == "profile") return Column::Profile;
  if (check.what == "endpoints") return Column::Endpoints;
  if (check.what == "disks") return Column::Disks;
  if (check.what == "deletion") return Column::Calls;
  return check.what.find(':') == std::string::npos ? Column::Tags : Column::Calls;
}

void print_machines(Output& out, const Checks& checks) {
  std::map<std::string, std::map<Column, Grade>> machines;
  std::map<std::string, std::string> agents;  // version and last ping of those that answer
  for (const auto& check : checks) {
    if (!is_machine(check)) continue;
    auto& grade = machines[check.subject][column_of(check)];
    grade = std::max(grade, check.grade);
    if (check.what == "agent" && check.grade == Grade::Good)
      agents[check.subject] = " " + out.painted(check.detail, Colour::Dim);
  }
  if (machines.empty()) return;
  TextTable table({"INSTANCE", "AGENT", "PROFILE", "ENDPOINTS", "TAGS", "CALLS", "DISKS"});
  for (const auto& [id, columns] : machines) {
    std::vector<std::string> row{id};
    for (const auto column : {Column::Agent, Column::Profile, Column::Endpoints, Column::Tags,
                              Column::Calls, Column::Disks}) {
      const auto found = columns.find(column);
      row.push_back(found == columns.end()
                        ? "-"
                        : out.painted(word_of(found->second), colour_of(found->second)));
    }
    row[1] += agents[id];
    table.add(std::move(row));
  }
  table.print(out);
  out.line();
}

/// Of an ARN its last part.
std::string short_subject(const std::string& subject) {
  return subject.starts_with("arn:") ? subject.substr(subject.rfind(':') + 1) : subject;
}

void print_others(Output& out, const Checks& checks) {
  TextTable table({"CHECK", "OF", "RESULT", "WHAT IS KNOWN"});
  for (const auto& check : checks)
    if (!is_machine(check))
      table.add(
          {check.what,
           check.subject.empty() ? "-" : out.painted(short_subject(check.subject), Colour::None),
           out.painted(word_of(check.grade), colour_of(check.grade)),
           out.painted(check.detail, Colour::None)});
  if (!table.empty()) table.print(out);
}

std::string subjects_text(const std::vector<std::string>& subjects) {
  const auto shown = std::min(subjects.size(), kSubjectsShown);
  auto text = fmt::format(
      "{}",
      fmt::join(subjects.begin(), subjects.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (subjects.size() > shown) text += fmt::format(" and {} more", subjects.size() - shown);
  return text;
}

/// The same finding of many machines is one.
void print_findings(Output& out, const Checks& checks, Grade grade) {
  std::vector<std::pair<Check, std::vector<std::string>>> findings;
  for (const auto& check : checks) {
    if (check.grade != grade) continue;
    const auto same = std::ranges::find_if(findings, [&](const auto& one) {
      return one.first.what == check.what && one.first.detail == check.detail;
    });
    if (same == findings.end())
      findings.push_back({check, {check.subject}});
    else
      same->second.push_back(check.subject);
  }
  for (const auto& [check, subjects] : findings) {
    const auto of = subjects_text(subjects);
    out.line();
    out.line(out.painted(word_of(grade), colour_of(grade)) + "  " +
             out.painted(check.what, Colour::Bold) +
             (of.empty() ? "" : "  " + out.painted(of, Colour::None)));
    out.line("  " + out.painted(check.detail, Colour::None));
    if (!check.advice.empty()) out.line("  do: " + out.painted(check.advice, Colour::None));
  }
}

void print_json(Output& out, const Checks& checks) {
  Array list;
  for (const auto& check : checks) {
    Object one{{"Grade", upkeep::to_string(check.grade)},
               {"Check", check.what},
               {"Subject", check.subject},
               {"Detail", check.detail}};
    if (!check.advice.empty()) one["Advice"] = check.advice;
    list.push_back(std::move(one));
  }
  const auto failures = count_grade(checks, Grade::Failure);
  out.value(Object{{"WillWork", failures == 0},
                   {"Failures", failures},
                   {"Warnings", count_grade(checks, Grade::Warning)},
                   {"Checks", std::move(list)}});
}

}  // namespace

std::size_t count_grade(const Checks& checks, Grade grade) {
  return static_cast<std::size_t>(std::ranges::count(checks, grade, &Check::grade));
}

void print_checks(Output& out, const Checks& checks) {
  if (out.json()) return print_json(out, checks);
  print_machines(out, checks);
  print_others(out, checks);
  print_findings(out, checks, Grade::Failure);
  print_findings(out, checks, Grade::Warning);
  const auto failures = count_grade(checks, Grade::Failure);
  const auto warnings = count_grade(checks, Grade::Warning);
  out.line();
  out.line(failures == 0
               ? out.painted("tonight will work, as far as can be asked now", Colour::Good) +
                     fmt::format(" ({} warnings)", warnings)
               : out.painted("tonight would fail", Colour::Bad) +
                     fmt::format(": {} failures, {} warnings", failures, warnings));
}

}  // namespace hikae::cli
