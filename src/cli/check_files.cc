#include "cli/check_files.h"

#include <algorithm>
#include <filesystem>

#include "base/limits.h"
#include "cli/test.h"
#include "house/checkers.h"
#include "os/data_folder.h"
#include "plan/config.h"
#include "plan/lint.h"
#include "stack/template.h"
#include "stack/validate.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

struct ReadFile {
  CheckedFile checked;
  std::string text;
};

bool has_any(const Value& tree, std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(keys, [&](auto key) { return find(tree, key) != nullptr; });
}

std::string kind_of_file(const Value& tree, const std::string& file) {
  if (has_any(tree, {"Resources"})) return "template";
  if (has_any(tree, {"mainSteps", "schemaVersion"})) return "document";
  if (has_any(tree, {"tests"}) && !has_any(tree, {"plans"})) return "tests";
  if (plan::looks_like_config(tree) || std::filesystem::path(file).stem() == "hikae")
    return "configuration";
  if (has_any(tree, {"AWSTemplateFormatVersion", "Parameters", "Outputs", "Conditions", "Mappings",
                     "Transform", "Metadata"}))
    return "template";
  const bool is_of_a_document = has_any(tree, {"assumeRole", "parameters", "outputs", "variables"});
  return is_of_a_document || !tree.is_object() ? "document" : "file";
}

text::Diagnostic unknown_file() {
  return {.code = "unknown-file",
          .position = {1, 1},
          .message = "nothing in it says what it is",
          .hint =
              "a document needs schemaVersion and mainSteps, a template Resources, a "
              "hikae.yaml plans, a file of tests needs tests"};
}

ReadFile read_to_check(const std::string& file) {
  ReadFile read{{file, "file", std::nullopt, {}}, {}};
  auto text = os::read_file(file, limits::kTemplateBytes);
  if (!text) {
    read.checked.error = text.error();
    return read;
  }
  read.text = *std::move(text);
  text::Diagnostics unreadable;
  const auto tree = text::read_tree(read.text, unreadable,
                                    {.bytes_max = limits::kTemplateBytes,
                                     .tags = text::YamlTags::Intrinsics,
                                     .flow_text = text::flow_text_of(file)});
  if (tree)
    read.checked.kind = kind_of_file(tree->value, file);
  else
    read.checked.findings = std::move(unreadable);
  if (tree && read.checked.kind == "file") read.checked.findings.push_back(unknown_file());
  return read;
}

void check_as_template(ReadFile& read) {
  auto& findings = read.checked.findings;
  const auto source = stack::read_template(read.text, findings);
  if (!source) return;
  for (auto& problem : stack::validate(*source, house::make_checkers()))
    findings.push_back(std::move(problem));
}

std::vector<plan::LintChild> children_among(const std::vector<ReadFile>& files) {
  std::vector<plan::LintChild> children;
  for (const auto& read : files) {
    if (read.checked.kind != "document") continue;
    text::Diagnostics said_later;
    const auto document = runbook::read_document(read.text, said_later);
    if (!document) continue;
    const auto name = std::filesystem::path(read.checked.file).stem().string();
    children.push_back({name, *document});
    children.push_back({"file-" + name, *document});
  }
  return children;
}

constexpr std::size_t kFilesOfFolder = 10'000;

/// The YAML and JSON files in a folder and below, by name; a file, or what cannot be walked, stays
/// as it is.
std::vector<std::string> files_at(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  auto at = std::filesystem::recursive_directory_iterator(path, error);
  for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    const auto ending = at->path().extension();
    const bool is_meant = ending == ".yaml" || ending == ".yml" || ending == ".json";
    if (is_meant && at->is_regular_file(error)) files.push_back(at->path().string());
    if (files.size() >= kFilesOfFolder) break;
  }
  if (error || files.empty()) return {path};
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::vector<CheckedFile> check_files(const std::vector<std::string>& files) {
  std::vector<ReadFile> all;
  for (const auto& path : files)
    for (const auto& file : files_at(path)) all.push_back(read_to_check(file));
  const auto children = children_among(all);
  std::vector<CheckedFile> checked;
  for (auto& read : all) {
    if (read.checked.kind == "template") check_as_template(read);
    if (read.checked.kind == "configuration")
      std::ignore = plan::read_config(read.text, read.checked.findings);
    if (read.checked.kind == "tests") {
      const auto folder = std::filesystem::path(read.checked.file).parent_path().string();
      std::ignore =
          sim::rehearsal::read_rehearsals(read.text, sources_beside(folder), read.checked.findings);
    }
    if (read.checked.kind == "document")
      read.checked.findings = plan::lint_document(read.text, children);
    checked.push_back(std::move(read.checked));
  }
  return checked;
}

}  // namespace hikae::cli
