// Document operations (docs/reference/ssm-automation.md 8.2). A document's row holds its versions;
// the texts are kept by hash.
#include <fmt/format.h>

#include <algorithm>

#include "aws/errors.h"
#include "base/hash.h"
#include "base/limits.h"
#include "plane/ssm/ssm.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kDocumentRows = "document";

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

/// The text is read and checked before anything is stored: a broken document never gets in.
Result<> check_content(std::string_view content) {
  if (content.size() > limits::kDocumentBytes)
    return aws::aws_error("MaxDocumentSizeExceeded",
                          fmt::format("the document has {} bytes; at most {} are allowed",
                                      content.size(), limits::kDocumentBytes));
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

const Value* find_version(const Value& row, std::string_view version) {
  const bool latest = version == "$LATEST";
  const bool standard = version.empty() || version == "$DEFAULT";
  const auto wanted = latest     ? text_at(row, "LatestVersion")
                      : standard ? text_at(row, "DefaultVersion")
                                 : version;
  for (const auto& candidate : list_at(row, "Versions"))
    if (text_at(candidate, "Version") == wanted) return &candidate;
  return nullptr;
}

Value description(const Value& row, const Value& version) {
  return Object{{"Name", text_at(row, "Name")},
                {"DocumentVersion", text_at(version, "Version")},
                {"DefaultVersion", text_at(row, "DefaultVersion")},
                {"LatestVersion", text_at(row, "LatestVersion")},
                {"Status", "Active"},
                {"DocumentType", text_at(row, "DocumentType")},
                {"DocumentFormat", text_at(version, "Format")},
                {"SchemaVersion", "0.3"},
                {"Hash", text_at(version, "Hash")},
                {"HashType", "Sha256"},
                {"Owner", text_at(row, "Owner")},
                {"CreatedDate", text_at(version, "CreatedDate")},
                {"PlatformTypes", Array{"Windows", "Linux", "MacOS"}},
                {"Tags", tag_list(object_at(row, "Tags"))}};
}

Result<const Value*> document_row(const Ask& ask) {
  const auto name = name_in_arn(text_at(ask.input, "Name"));
  if (const auto* row = ask.row(kDocumentRows, name)) return row;
  return aws::aws_error("InvalidDocument", "The specified document does not exist: " + str(name));
}

Result<const Value*> wanted_version(const Value& row, std::string_view version) {
  if (const auto* found = find_version(row, version)) return found;
  return aws::aws_error("InvalidDocumentVersion",
                        "The document version is not valid or does not exist.");
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
  const auto content = text_at(ask.input, "Content");
  TRY_DO(check_content(content));
  const auto version = new_version(1, library.keep(content), ask.input, ask.turn.now());
  const auto* tags = find(ask.input, "Tags");
  Value row = Object{{"Name", name},
                     {"DefaultVersion", "1"},
                     {"LatestVersion", "1"},
                     {"DocumentType", text_at(ask.input, "DocumentType", "Automation")},
                     {"TargetType", text_at(ask.input, "TargetType")},
                     {"Owner", ask.scope.account},
                     {"Tags", tags ? tags_of(*tags) : Object()},
                     {"Versions", Array{version}}};
  auto answer = Object{{"DocumentDescription", description(row, version)}};
  ask.put(kDocumentRows, name, std::move(row));
  return answer;
}

Result<Value> update_document(const Ask& ask, Library& library) {
  auto row = *TRY(document_row(ask));
  const auto content = text_at(ask.input, "Content");
  TRY_DO(check_content(content));
  const auto hash = sha256_hex(content);
  for (const auto& version : list_at(row, "Versions"))
    if (text_at(version, "Hash") == hash)
      return aws::aws_error("DuplicateDocumentContent",
                            "The content of the association document matches another document.");
  const auto number = static_cast<std::int64_t>(list_at(row, "Versions").size()) + 1;
  const auto version = new_version(number, library.keep(content), ask.input, ask.turn.now());
  auto& object = row.as_object();
  object["Versions"].as_array().push_back(version);
  object["LatestVersion"] = std::to_string(number);
  if (const auto* tags = find(ask.input, "Tags")) object["Tags"] = tags_of(*tags);
  auto answer = Object{{"DocumentDescription", description(row, version)}};
  ask.put(kDocumentRows, text_at(row, "Name"), row);
  return answer;
}

Result<Value> update_default_version(const Ask& ask) {
  auto row = *TRY(document_row(ask));
  const auto version = str(text_at(ask.input, "DocumentVersion"));
  TRY(wanted_version(row, version));
  row.as_object()["DefaultVersion"] = version;
  ask.put(kDocumentRows, text_at(row, "Name"), row);
  return Object{
      {"Description", Object{{"Name", text_at(row, "Name")}, {"DefaultVersion", version}}}};
}

Result<Value> get_document(const Ask& ask, Library& library) {
  const auto found = TRY(find_document(ask, library, text_at(ask.input, "Name"),
                                       text_at(ask.input, "DocumentVersion"), "InvalidDocument"));
  return Object{
      {"Name", found.name},
      {"DocumentVersion", found.version},
      {"Status", "Active"},
      {"DocumentType", "Automation"},
      {"Content", library.text_of_hash(found.hash)},
      {"DocumentFormat", library.text_of_hash(found.hash).starts_with("{") ? "JSON" : "YAML"}};
}

Result<Value> describe_document(const Ask& ask) {
  const auto* row = TRY(document_row(ask));
  const auto* version = TRY(wanted_version(*row, text_at(ask.input, "DocumentVersion")));
  return Object{{"Document", description(*row, *version)}};
}

Result<Value> list_documents(const Ask& ask, Library& library) {
  Array all;
  for (const auto& [name, row] : ask.rows(kDocumentRows))
    all.push_back(description(row, *find_version(row, "$DEFAULT")));
  for (const auto& builtin : library.builtins())
    all.push_back(Object{{"Name", builtin.name},
                         {"DocumentType", "Automation"},
                         {"DocumentVersion", "1"},
                         {"Owner", "Amazon"},
                         {"SchemaVersion", "0.3"}});
  const auto page = TRY(page_of(ask.input, all.size(), 50));
  Array items(all.begin() + static_cast<std::ptrdiff_t>(page.first),
              all.begin() + static_cast<std::ptrdiff_t>(page.first + page.count));
  Object answer{{"DocumentIdentifiers", std::move(items)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> list_versions(const Ask& ask) {
  const auto* row = TRY(document_row(ask));
  Array versions;
  for (const auto& version : list_at(*row, "Versions"))
    versions.push_back(
        Object{{"Name", text_at(*row, "Name")},
               {"DocumentVersion", text_at(version, "Version")},
               {"IsDefaultVersion", text_at(version, "Version") == text_at(*row, "DefaultVersion")},
               {"DocumentFormat", text_at(version, "Format")},
               {"CreatedDate", text_at(version, "CreatedDate")},
               {"Status", "Active"}});
  return Object{{"DocumentVersions", std::move(versions)}};
}

Result<Value> delete_document(const Ask& ask) {
  const auto* row = TRY(document_row(ask));
  ask.erase(kDocumentRows, str(text_at(*row, "Name")));
  return Object{};
}

}  // namespace

Result<FoundDocument> find_document(const Ask& ask, Library& library, std::string_view name_or_arn,
                                    std::string_view version, std::string_view not_found_code) {
  const auto name = name_in_arn(name_or_arn);
  if (const auto* builtin = library.builtin(name))
    return FoundDocument{builtin->name, "1", library.keep(builtin->text), {}};
  const auto* row = ask.row(kDocumentRows, name);
  if (!row)
    return aws::aws_error(str(not_found_code),
                          "Document with name " + str(name) +
                              " does not exist; "
                              "create it, or list what is there with ListDocuments");
  const auto* found = find_version(*row, version);
  if (!found)
    return aws::aws_error("AutomationDefinitionVersionNotFoundException",
                          "Document " + str(name) + " has no version " + str(version));
  return FoundDocument{str(name), str(text_at(*found, "Version")), str(text_at(*found, "Hash")),
                       object_at(*row, "Tags")};
}

void Ssm::add_documents() {
  on("CreateDocument", [this](const Ask& ask) { return create_document(ask, library_); });
  on("UpdateDocument", [this](const Ask& ask) { return update_document(ask, library_); });
  on("UpdateDocumentDefaultVersion", update_default_version);
  on("GetDocument", [this](const Ask& ask) { return get_document(ask, library_); });
  on("DescribeDocument", describe_document);
  on("ListDocuments", [this](const Ask& ask) { return list_documents(ask, library_); });
  on("ListDocumentVersions", list_versions);
  on("DeleteDocument", delete_document);
}

}  // namespace hikae::plane
