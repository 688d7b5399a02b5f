#include "cli/check_sarif.h"

#include <fmt/format.h>

#include <map>

#include "base/hash.h"
#include "plan/lint.h"

namespace hikae::cli {
namespace {

std::string_view sarif_level(text::Severity severity) {
  return severity == text::Severity::Error ? "error" : "warning";
}

Object sarif_text(std::string_view text) { return {{"text", text}}; }

/// A path as a URI reference: what is no unreserved character or '/' is written as %XX.
std::string sarif_uri(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

/// The rules, and the place of each among them.
class SarifRules {
 public:
  SarifRules() {
    for (const auto& rule : plan::lint_rules())
      add(rule.code,
          Object{{"id", rule.code},
                 {"shortDescription", sarif_text(rule.title)},
                 {"fullDescription", sarif_text(rule.why)},
                 {"help", sarif_text(rule.fix)},
                 {"defaultConfiguration", Object{{"level", sarif_level(rule.severity)}}}});
  }

  std::size_t index_of(std::string_view code) {
    if (const auto it = places_.find(code); it != places_.end()) return it->second;
    return add(code, Object{{"id", code}, {"shortDescription", sarif_text(code)}});
  }
  [[nodiscard]] Array take() { return std::move(rules_); }

 private:
  std::size_t add(std::string_view code, Object rule) {
    const auto place = rules_.size();
    places_.emplace(code, place);
    rules_.push_back(std::move(rule));
    return place;
  }

  Array rules_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

Object sarif_location(std::string_view file, const text::Diagnostic& finding) {
  Object physical{{"artifactLocation", Object{{"uri", sarif_uri(file)}}}};
  if (finding.position.line > 0)
    physical["region"] =
        Object{{"startLine", finding.position.line}, {"startColumn", finding.position.column}};
  Object location{{"physicalLocation", std::move(physical)}};
  if (!finding.path.empty())
    location["logicalLocations"] = Array{Object{{"fullyQualifiedName", finding.path}}};
  return location;
}

Object sarif_result(std::string_view file, const text::Diagnostic& finding, std::size_t rule) {
  auto message = finding.path.empty() ? finding.message : finding.path + ": " + finding.message;
  if (!finding.hint.empty()) message += " (fix: " + finding.hint + ")";
  const auto words =
      fmt::format("{}\n{}\n{}\n{}", file, finding.code, finding.path, finding.message);
  return {{"ruleId", finding.code},
          {"ruleIndex", rule},
          {"level", sarif_level(finding.severity)},
          {"message", sarif_text(message)},
          {"locations", Array{sarif_location(file, finding)}},
          {"partialFingerprints", Object{{"hikaeFinding/v1", hex_of(words, 32)}}}};
}

Object sarif_notification(const CheckedFile& file) {
  return {{"level", "error"},
          {"message", sarif_text(file.error->text())},
          {"locations",
           Array{Object{{"physicalLocation",
                         Object{{"artifactLocation", Object{{"uri", sarif_uri(file.file)}}}}}}}}};
}

}  // namespace

Value to_sarif(const std::vector<CheckedFile>& files, std::string_view version) {
  SarifRules rules;
  Array results, notifications;
  for (const auto& file : files) {
    if (file.error) notifications.push_back(sarif_notification(file));
    for (const auto& finding : file.findings)
      results.push_back(sarif_result(file.file, finding, rules.index_of(finding.code)));
  }
  const bool all_read = notifications.empty();
  const Object driver{{"name", "hikae"}, {"version", version}, {"rules", rules.take()}};
  const Object invocation{{"executionSuccessful", all_read},
                          {"toolExecutionNotifications", std::move(notifications)}};
  return Object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                {"version", "2.1.0"},
                {"runs", Array{Object{{"tool", Object{{"driver", driver}}},
                                      {"invocations", Array{invocation}},
                                      {"columnKind", "unicodeCodePoints"},
                                      {"results", std::move(results)}}}}};
}

}  // namespace hikae::cli
