#include "plan/lint.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/model.h"
#include "base/limits.h"
#include "plan/lint_rules.h"
#include "runbook/resolve.h"
#include "text/regex.h"
#include "text/yaml.h"

namespace hikae::plan {
namespace {

using text::Severity;

void report_at(text::Diagnostics& list, const text::Tree& tree, std::string pointer,
               std::string path, text::Diagnostic finding) {
  finding.position = tree.places.at(pointer);
  finding.path = std::move(path);
  text::report(list, std::move(finding));
}

/// Service and Api, as far as they are written out, by the service models.
void check_api(const text::Tree& tree, const std::string& at, const Value& step,
               text::Diagnostics& list) {
  const auto& inputs = object_at(step, "inputs");
  const auto service = text_at(inputs, "Service"), api = text_at(inputs, "Api");
  const bool written = runbook::find_references(service).empty() &&
                       runbook::find_references(api).empty() && !service.empty() && !api.empty();
  if (!written) return;
  auto path = "step " + str(text_at(step, "name"));
  const auto found = aws::Model::get().find(service, api);
  if (!found) {
    const bool known_service = aws::Model::get().knows_service(service);
    return report_at(list, tree, at + (known_service ? "/inputs/Api" : "/inputs/Service"),
                     std::move(path),
                     {.severity = Severity::Error,
                      .code = "unknown-api",
                      .message = found.error().message,
                      .hint = "write the service and the operation as in AWS's API reference"});
  }
  if (found->streams())
    report_at(list, tree, at + "/inputs/Api", std::move(path),
              {.severity = Severity::Error,
               .code = "streaming-api",
               .message = fmt::format("{} sends or answers a stream, which no step can hold", api),
               .hint = "use another operation, or a function"});
}

void check_apis(const text::Tree& tree, const Array& steps, const std::string& at,
                text::Diagnostics& list) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].is_object()) continue;
    const auto pointer = text::pointer_to(at, i);
    check_api(tree, pointer, steps[i], list);
    check_apis(tree, list_at(object_at(steps[i], "inputs"), "Steps"), pointer + "/inputs/Steps",
               list);
  }
}

bool is_allowed(const Value& value, const Array& allowed) {
  if (const auto* values = value.if_array())
    return std::ranges::all_of(*values,
                               [&](const Value& item) { return is_allowed(item, allowed); });
  return std::ranges::any_of(allowed, [&](const Value& item) {
    return runbook::as_text(item) == runbook::as_text(value);
  });
}

/// An empty text is how a parameter is made optional. A pattern that is none is told elsewhere.
bool fits(const Value& value, const text::Regex& pattern) {
  if (const auto* values = value.if_array())
    return std::ranges::all_of(*values, [&](const Value& item) { return fits(item, pattern); });
  const auto text = runbook::as_text(value);
  return text.empty() || pattern.matches(text).value_or(true);
}

/// Which of its own constraints the default breaks; empty: none.
std::string_view broken_by_default(const Value& parameter, const Value& written) {
  const auto& allowed = list_at(parameter, "allowedValues");
  if (!allowed.empty() && !is_allowed(written, allowed)) return "allowedValues";
  const auto pattern = text_at(parameter, "allowedPattern");
  if (pattern.empty() || written.is_object()) return {};
  const auto regex = text::Regex::compile(pattern);
  return regex && !fits(written, *regex) ? "allowedPattern" : "";
}

void check_defaults(const text::Tree& tree, text::Diagnostics& list) {
  for (const auto& member : object_at(tree.value, "parameters")) {
    const auto* written = find(member.value(), "default");
    if (!written || !runbook::find_references(text_of(*written)).empty()) continue;
    const auto broken = broken_by_default(member.value(), *written);
    if (broken.empty()) continue;
    const auto pointer = text::pointer_to("/parameters", std::string_view(member.key()));
    report_at(list, tree, pointer + "/default", "parameter " + str(member.key()),
              {.severity = Severity::Error,
               .code = "default-not-allowed",
               .message = fmt::format("the default '{}' does not fit {}: it holds where nothing is "
                                      "given, but whoever gives the same is refused",
                                      runbook::as_text(*written), broken),
               .hint = fmt::format("let {} take it, or write another default", broken)});
  }
}

void find_hazards(const runbook::Document& document, const text::Tree& tree,
                  std::span<const LintChild> children, text::Diagnostics& list) {
  const auto effects = effects_of(document, children);
  const auto paths = walk(document, effects);
  const LintSubject subject{document, effects, paths};
  LintFindings findings(document, tree.places, list);
  for (const auto& entry : lint_entries()) {
    if (entry.needs_paths && !paths.complete) continue;
    findings.begin(entry.rule);
    entry.check(subject, findings);
  }
  if (paths.complete) return;
  report_at(list, tree, "/mainSteps", {},
            {.severity = Severity::Warning,
             .code = "too-many-paths",
             .message = "the branches make more paths than are followed, so the rules about paths "
                        "were not applied",
             .hint = "split the document, or let fewer branches depend on one another"});
}

}  // namespace

text::Diagnostics lint_document(std::string_view text, std::span<const LintChild> children) {
  text::Diagnostics list;
  const auto document = runbook::read_document(text, list);
  text::Diagnostics unreadable;  // said by read_document already
  const auto tree = text::read_tree(text, unreadable, {.bytes_max = limits::kDocumentBytes});
  if (!tree) return list;
  check_apis(*tree, list_at(tree->value, "mainSteps"), "/mainSteps", list);
  check_defaults(*tree, list);
  if (document) {
    std::erase_if(list, [](const auto& finding) { return finding.code == "timeout-cap"; });  // P32
    find_hazards(**document, *tree, children, list);
  }
  std::ranges::stable_sort(list, {}, [](const text::Diagnostic& finding) {
    return std::pair(finding.position.line, finding.position.column);
  });
  return list;
}

}  // namespace hikae::plan
