// `hikae check FILE…`: documents, templates and hikae.yaml, told apart by what is in them.
#include <algorithm>

#include "base/limits.h"
#include "cli/commands.h"
#include "house/checkers.h"
#include "os/data_folder.h"
#include "plan/config.h"
#include "runbook/document.h"
#include "stack/template.h"
#include "stack/validate.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

struct Checked {
  std::string kind;  // "document", "template", "configuration"
  text::Diagnostics problems;
};

Checked check_template(std::string_view text) {
  Checked checked{"template", {}};
  const auto source = stack::read_template(text, checked.problems);
  if (!source) return checked;
  for (auto& problem : stack::validate(*source, house::make_checkers()))
    checked.problems.push_back(std::move(problem));
  return checked;
}

Checked check_text(std::string_view text) {
  text::Diagnostics unreadable;
  const text::ReadOptions options{.bytes_max = limits::kTemplateBytes,
                                  .tags = text::YamlTags::Intrinsics};
  const auto tree = text::read_tree(text, unreadable, options);
  if (!tree) return {"file", unreadable};
  if (find(tree->value, "Resources")) return check_template(text);
  Checked checked;
  if (plan::looks_like_config(tree->value)) {
    checked.kind = "configuration";
    (void)plan::read_config(text, checked.problems);
  } else {
    checked.kind = "document";
    (void)runbook::read_document(text, checked.problems);
  }
  return checked;
}

Value to_value(const text::Diagnostic& problem) {
  return Object{{"Severity", problem.severity == text::Severity::Error ? "error" : "warning"},
                {"Code", problem.code},
                {"Line", problem.position.line},
                {"Column", problem.position.column},
                {"Path", problem.path},
                {"Message", problem.message},
                {"Hint", problem.hint}};
}

}  // namespace

Exit check(const CheckOptions& options) {
  Output out(options.common.format);
  bool clean = true;
  Array files;
  for (const auto& file : options.files) {
    const auto text = os::read_file(file, limits::kTemplateBytes);
    if (!text) return report(out, text.error());
    const auto checked = check_text(*text);
    clean &= !text::has_errors(checked.problems);
    Array findings;
    for (const auto& problem : checked.problems) {
      findings.push_back(to_value(problem));
      if (!out.json()) out.line(text::format(problem, file));
    }
    if (!out.json() && checked.problems.empty())
      out.line(file + ": " + checked.kind + ": nothing found");
    files.push_back(
        Object{{"File", file}, {"Kind", checked.kind}, {"Findings", std::move(findings)}});
  }
  if (out.json()) out.value(Object{{"Files", std::move(files)}});
  return clean ? Exit::Ok : Exit::Failed;
}

}  // namespace hikae::cli
