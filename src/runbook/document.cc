#include "runbook/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "runbook/actions/action.h"
#include "runbook/check.h"
#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 8> kDocumentKeys{
    "schemaVersion", "description", "assumeRole", "parameters",
    "variables",     "mainSteps",   "outputs",    "files"};

void check_schema_version(const Object& root, Findings& findings) {
  Fields fields(findings, {}, root);
  const auto* version = fields.get("schemaVersion");
  if (!version) return fields.missing("schemaVersion", "add schemaVersion: '0.3'");
  // Without quotes YAML reads a number.
  const bool number = version->is_double() && version->get_double() == 0.3;
  if (number || text_of(*version) == "0.3") return;
  findings.error(
      fields.spot("schemaVersion"), "schema-version",
      fmt::format("schemaVersion is {}; an Automation document has 0.3", as_text(*version)),
      "write schemaVersion: '0.3'; other versions are Command documents");
}

void read_head(const Object& root, Findings& findings, Document& document) {
  Fields fields(findings, {}, root);
  fields.only(kDocumentKeys, "a document");
  check_schema_version(root, findings);
  document.description = fields.text("description").value_or("");
  document.assume_role = fields.text("assumeRole").value_or("");
  const auto& role = document.assume_role;
  if (!role.empty() && references_in(Value(role)).empty() && !role.starts_with("arn:"))
    findings.warning(fields.spot("assumeRole"), "assume-role",
                     "assumeRole is neither an ARN nor a reference; a run will not start",
                     "write arn:aws:iam::…:role/… or '{{ AutomationAssumeRole }}'");
}

void read_outputs(const Object& root, Findings& findings, Document& document) {
  const auto* outputs = Fields(findings, {}, root).list("outputs");
  if (!outputs) return;
  for (std::size_t i = 0; i < outputs->size(); ++i) {
    if (!(*outputs)[i].is_string())
      findings.error(Spot{"/outputs", {}}.below(i), "wrong-type",
                     "an output must be a text like step.Name", {});
    document.outputs.push_back(str(text_of((*outputs)[i])));
  }
}

// Whole answers are kept only where they are used: a record stays small.
void mark_payloads(Document& document) {
  constexpr std::string_view kPayload = ".OutputPayload";
  auto names = document.outputs;
  for (const auto& step : document.steps) {
    const auto used = references_in(step.inputs);
    names.insert(names.end(), used.begin(), used.end());
  }
  for (const std::string_view name : names) {
    if (!name.ends_with(kPayload)) continue;
    const auto index = document.step_index(name.substr(0, name.size() - kPayload.size()));
    if (index) document.steps[*index].shows_payload = true;
  }
}

void note_what_steps_need(Document& document) {
  for (auto& step : document.steps) {
    step.does = find_action(step.action);
    step.refers_to_nothing = step.inputs.is_object() && references_in(step.inputs).empty();
  }
}

void read_root(const Object& root, Findings& findings, Document& document) {
  read_head(root, findings, document);
  check_parameters(root, findings, document);
  check_variables(root, findings, document);
  check_steps(root, findings, document);
  read_outputs(root, findings, document);
  mark_payloads(document);
  note_what_steps_need(document);
  check_flow(document, findings);
  check_references(root, document, findings);
}

std::shared_ptr<const Document> read_tree_as_document(const text::Tree& tree,
                                                      text::Diagnostics& found) {
  auto document = std::make_shared<Document>();
  Findings findings(tree.places, found);
  if (const auto* root = tree.value.if_object())
    read_root(*root, findings, *document);
  else
    findings.error(
        {}, "wrong-type",
        fmt::format("a document must be a map, but this is {}",
                    tree.value.is_null() ? "empty" : fmt::format("a {}", kind_of(tree.value))),
        "begin it with schemaVersion: '0.3'");
  return document;
}

bool by_place(const text::Diagnostic& a, const text::Diagnostic& b) {
  return std::pair(a.position.line, a.position.column) <
         std::pair(b.position.line, b.position.column);
}

}  // namespace

bool Step::critical() const { return is_critical.value_or(on_failure != Jump::Continue); }

const Parameter* Document::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

const Parameter* Document::variable(std::string_view name) const {
  const auto found = std::ranges::find(variables, name, &Parameter::name);
  return found == variables.end() ? nullptr : &*found;
}

std::optional<std::size_t> Document::step_index(std::string_view name) const {
  const auto found = step_index_by_name.find(name);
  return found == step_index_by_name.end() ? std::nullopt : std::optional(found->second);
}

const Step* Document::step(std::string_view name) const {
  const auto index = step_index(name);
  return index ? &steps[*index] : nullptr;
}

Result<std::shared_ptr<const Document>> read_document(std::string_view text,
                                                      text::Diagnostics& problems) {
  text::Diagnostics found;
  std::shared_ptr<const Document> document;
  const auto tree = text::read_tree(
      text, found, {.bytes_max = limits::kDocumentBytes, .tags = text::YamlTags::Refuse});
  if (tree) document = read_tree_as_document(*tree, found);
  std::ranges::stable_sort(found, by_place);
  for (const auto& diagnostic : found) text::report(problems, diagnostic);
  if (text::has_errors(found)) return std::unexpected(text::as_error(found, {}));
  return document;
}

}  // namespace hikae::runbook
