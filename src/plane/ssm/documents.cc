// Document operations (docs/reference/ssm-automation.md 8.2). A document's row holds its versions;
// the texts are kept by hash.
#include <fmt/format.h>

#include <algorithm>

#include "aws/errors.h"
#include "base/hash.h"
#include "base/limits.h"
#include "plane/ssm/document_rows.h"
#include "plane/ssm/ssm.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

using document::description;
using document::document_row;
using document::kDocumentRows;
using document::wanted_version;

constexpr std::size_t kDocumentVersions = 1000;  // SSM's own
constexpr std::size_t kDocuments = 5000;

bool is_document_name(std::string_view name) {
  const auto legal = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
  };
  return name.size() >= 3 && name.size() <= 128 && std::all_of(name.begin(), name.end(), legal);
}

bool is_reserved(std::string_view name) {
  std::string lower(name.substr(0, 6));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.starts_with("aws") || lower.starts_with("amazon") || lower.starts_with("amzn");
}

/// YAML's flow style looks like JSON, and is none. Where no format is said, either is taken.
Result<> check_format(const Ask& ask, std::string_view content) {
  const auto format = text_at(ask.input, "DocumentFormat");
  if (!format.empty() && format != "JSON" && format != "YAML")
    return aws::aws_error("InvalidDocumentContent",
                          "DocumentFormat " + str(format) + " is not one of JSON, YAML");
  if (format != "JSON") return {};
  const auto parsed = text::parse_json(content);
  if (parsed) return {};
  return aws::aws_error("InvalidDocumentContent",
                        "DocumentFormat is JSON, and the content is not: " +
                            parsed.error().message + "; correct it, or write DocumentFormat YAML");
}

/// The text is read and checked before anything is stored: a broken document never gets in.
Result<> check_content(const Ask& ask, std::string_view content) {
  if (content.size() > limits::kDocumentBytes)
    return aws::aws_error("MaxDocumentSizeExceeded",
                          fmt::format("the document has {} bytes; at most {} are allowed",
                                      content.size(), limits::kDocumentBytes));
  TRY_DO(check_format(ask, content));
  text::Diagnostics problems;
  if (runbook::read_document(content, problems)) return {};
  return aws::aws_error("InvalidDocumentContent", text::as_error(problems, "document").message);
}

Value new_version(std::int64_t number, std::string_view hash, const Value& input, WallTime now) {
  return Object{{"Version", std::to_string(number)},
                {"Hash", hash},
                {"Format", text_at(input, "DocumentFormat", "JSON")},
                {"VersionName", text_at(input, "VersionName")},
                {"CreatedDate", iso_ms(now)}};
}

Result<> check_kind(const Ask& ask) {
  const auto type = text_at(ask.input, "DocumentType", "Automation");
  if (type != "Automation")
    return aws::aws_error(
        "InvalidDocumentSchemaVersion",
        "hikae keeps documents of type Automation; " + str(type) + " documents are not run here");
  if (ask.rows(kDocumentRows).size() < kDocuments) return {};
  return aws::aws_error("DocumentLimitExceeded", "There are 5,000 documents already.");
}

Result<Value> create_document(const Ask& ask, Library& library) {
  const auto name = text_at(ask.input, "Name");
  if (!is_document_name(name) || is_reserved(name))
    return aws::aws_error("ValidationException",
                          "Document name '" + str(name) +
                              "' must be 3-128 of letters, digits, '_', '-', '.', and not begin "
                              "with aws, amazon or amzn");
  if (ask.row(kDocumentRows, name))
    return aws::aws_error("DocumentAlreadyExists",
                          "Document with same name " + str(name) + " already exists");
  TRY_DO(check_kind(ask));
  const auto content = text_at(ask.input, "Content");
  TRY_DO(check_content(ask, content));
  const auto version = new_version(1, library.keep(content), ask.input, ask.turn.now());
  const auto* tags = find(ask.input, "Tags");
  Value row = Object{{"Name", name},
                     {"DefaultVersion", "1"},
                     {"LatestVersion", "1"},
                     {"DocumentType", text_at(ask.input, "DocumentType", "Automation")},
                     {"TargetType", text_at(ask.input, "TargetType")},
                     {"DisplayName", text_at(ask.input, "DisplayName")},
                     {"Owner", ask.scope.account},
                     {"Tags", tags ? tags_of(*tags) : Object()},
                     {"Versions", Array{version}}};
  auto answer = Object{{"DocumentDescription", description(row, version, library)}};
  ask.put(kDocumentRows, name, std::move(row));
  return answer;
}

/// Numbers are never given a second time.
std::int64_t last_number(const Value& row) {
  std::int64_t last = int_at(row, "LastNumber").value_or(0);
  for (const auto& version : list_at(row, "Versions"))
    last = std::max<std::int64_t>(last, std::atoll(str(text_at(version, "Version")).c_str()));
  return last;
}

Result<> check_new_version(const Ask& ask, const Value& row, std::string_view hash) {
  const auto based_on = text_at(ask.input, "DocumentVersion");
  if (!based_on.empty() && based_on != "$LATEST" && based_on != text_at(row, "LatestVersion"))
    return aws::aws_error("InvalidDocumentVersion", "Only the latest version can be updated: " +
                                                        str(text_at(row, "LatestVersion")) +
                                                        ", not " + str(based_on));
  if (list_at(row, "Versions").size() >= kDocumentVersions)
    return aws::aws_error("DocumentVersionLimitExceeded",
                          "A document has at most 1,000 versions: delete one that is not needed.");
  const auto name = text_at(ask.input, "VersionName");
  for (const auto& version : list_at(row, "Versions")) {
    if (text_at(version, "Hash") == hash)
      return aws::aws_error("DuplicateDocumentContent",
                            "The content of the document is that of version " +
                                str(text_at(version, "Version")) +
                                " already. Change it and try again.");
    if (!name.empty() && text_at(version, "VersionName") == name)
      return aws::aws_error("DuplicateDocumentVersionName",
                            "The version name " + str(name) + " is the one of version " +
                                str(text_at(version, "Version")) + " already.");
  }
  return {};
}

Result<Value> update_document(const Ask& ask, Library& library) {
  auto row = *TRY(document_row(ask));
  const auto content = text_at(ask.input, "Content");
  TRY_DO(check_content(ask, content));
  const auto hash = sha256_hex(content);
  TRY_DO(check_new_version(ask, row, hash));
  const auto number = last_number(row) + 1;
  const auto version = new_version(number, library.keep(content), ask.input, ask.turn.now());
  auto& object = row.as_object();
  object["Versions"].as_array().push_back(version);
  object["LatestVersion"] = std::to_string(number);
  object["LastNumber"] = number;
  for (const auto* member : {"TargetType", "DisplayName"})
    if (const auto* value = find(ask.input, member)) object[member] = *value;
  auto answer = Object{{"DocumentDescription", description(row, version, library)}};
  ask.put(kDocumentRows, text_at(row, "Name"), row);
  return answer;
}

Result<Value> update_default_version(const Ask& ask) {
  auto row = *TRY(document_row(ask));
  const auto version = str(text_at(ask.input, "DocumentVersion"));
  const auto* found = TRY(wanted_version(row, version, ""));
  const auto number = str(text_at(*found, "Version"));
  Object shown{{"Name", text_at(row, "Name")}, {"DefaultVersion", number}};
  if (const auto name = text_at(*found, "VersionName"); !name.empty())
    shown["DefaultVersionName"] = name;
  row.as_object()["DefaultVersion"] = number;
  ask.put(kDocumentRows, text_at(row, "Name"), row);
  return Object{{"Description", std::move(shown)}};
}

/// Of the whole document, or of one version.
Result<Value> delete_version(const Ask& ask, const Value& old, std::string_view version) {
  const auto* found = TRY(wanted_version(old, version, text_at(ask.input, "VersionName")));
  const auto number = str(text_at(*found, "Version"));
  if (number == text_at(old, "DefaultVersion"))
    return aws::aws_error("InvalidDocumentOperation",
                          "Default version of the document can't be deleted.");
  auto row = old;
  auto& versions = row.as_object()["Versions"].as_array();
  const auto at = std::find_if(versions.begin(), versions.end(),
                               [&](const Value& one) { return text_at(one, "Version") == number; });
  versions.erase(at);
  row.as_object()["LatestVersion"] = text_at(versions.back(), "Version");
  const auto name = str(text_at(row, "Name"));
  ask.put(kDocumentRows, name, std::move(row));
  return Object{};
}

Result<Value> delete_document(const Ask& ask, Library& library) {
  const auto name = str(name_in_arn(text_at(ask.input, "Name")));
  if (library.builtin(name))
    return aws::aws_error("InvalidDocumentOperation",
                          "Document " + name + " comes with hikae and cannot be deleted");
  const auto* row = TRY(document_row(ask));
  const auto version = text_at(ask.input, "DocumentVersion");
  if (!version.empty() || !text_at(ask.input, "VersionName").empty())
    return delete_version(ask, *row, version);
  ask.erase(kDocumentRows, name);
  return Object{};
}

}  // namespace

Result<FoundDocument> find_document(const Ask& ask, Library& library, std::string_view name_or_arn,
                                    std::string_view version, std::string_view not_found_code) {
  const auto name = name_in_arn(name_or_arn);
  const auto no_version = [&] {
    return aws::aws_error("AutomationDefinitionVersionNotFoundException",
                          "Document " + str(name) + " has no version " + str(version));
  };
  if (const auto* builtin = library.builtin(name)) {
    if (!version.empty() && version != "$DEFAULT" && version != "$LATEST" && version != "1")
      return no_version();
    return FoundDocument{builtin->name, "1", library.keep(builtin->text), {}};
  }
  const auto* row = ask.row(kDocumentRows, name);
  if (!row)
    return aws::aws_error(str(not_found_code),
                          "Document with name " + str(name) +
                              " does not exist; "
                              "create it, or list what is there with ListDocuments");
  const auto* found = document::find_version(*row, version, "");
  if (!found) return no_version();
  return FoundDocument{str(name), str(text_at(*found, "Version")), str(text_at(*found, "Hash")),
                       object_at(*row, "Tags")};
}

void Ssm::add_documents() {
  on("CreateDocument", [this](const Ask& ask) { return create_document(ask, library_); });
  on("UpdateDocument", [this](const Ask& ask) { return update_document(ask, library_); });
  on("UpdateDocumentDefaultVersion", update_default_version);
  on("DeleteDocument", [this](const Ask& ask) { return delete_document(ask, library_); });
  add_document_views();
}

}  // namespace hikae::plane
