// Documents got, described and listed; who may use them.
#include <algorithm>

#include "base/hash.h"
#include "plane/ssm/document_rows.h"
#include "plane/ssm/ssm.h"
#include "text/json.h"
#include "text/yaml.h"

namespace hikae::plane {
namespace document {
namespace {

constexpr std::size_t kPageOfDocuments = 50;

Array platforms() { return {"Windows", "Linux", "MacOS"}; }

/// A document that comes with the program, as a row.
Value builtin_row(const BuiltinDocument& builtin) {
  Object version{{"Version", "1"}, {"Hash", sha256_hex(builtin.text)}, {"Format", "YAML"}};
  return Object{{"Name", builtin.name}, {"DefaultVersion", "1"},
                {"LatestVersion", "1"}, {"DocumentType", "Automation"},
                {"Owner", "Amazon"},    {"Versions", Array{std::move(version)}}};
}

Result<Value> any_row(const Ask& ask, const Library& library) {
  const auto name = name_in_arn(text_at(ask.input, "Name"));
  if (const auto* builtin = library.builtin(name)) return builtin_row(*builtin);
  return *TRY(document_row(ask));
}

std::string text_of_version(const Value& row, const Value& version, const Library& library) {
  if (const auto* builtin = library.builtin(text_at(row, "Name"))) return str(builtin->text);
  return library.text_of_hash(text_at(version, "Hash"));
}

Value shown_parameter(const runbook::Parameter& parameter) {
  Object shown{{"Name", parameter.name},
               {"Type", parameter.type == "StringList" ? "StringList" : "String"}};
  if (parameter.default_value)
    shown["DefaultValue"] = parameter.default_value->is_string()
                                ? str(text_of(*parameter.default_value))
                                : text::to_json(*parameter.default_value);
  return shown;
}

void add_if_there(Object& shown, const Value& from,
                  std::initializer_list<std::string_view> members) {
  for (const auto member : members)
    if (const auto text = text_at(from, member); !text.empty()) shown[member] = text;
}

bool is_json(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size())).starts_with('{');
}

/// In the format asked for; JSON is YAML as it is.
std::string in_format(const std::string& content, std::string_view format) {
  if (format != "JSON" || is_json(content)) return content;
  text::Diagnostics problems;
  const auto tree = text::read_tree(content, problems);
  return tree ? text::to_pretty_json(tree->value) : content;
}

Result<Value> get_document(const Ask& ask, Library& library) {
  const auto row = TRY(any_row(ask, library));
  const auto& version = *TRY(wanted_version(row, text_at(ask.input, "DocumentVersion"),
                                            text_at(ask.input, "VersionName")));
  const auto content = text_of_version(row, version, library);
  const auto format = text_at(ask.input, "DocumentFormat", is_json(content) ? "JSON" : "YAML");
  if (format != "JSON" && format != "YAML")
    return aws::aws_error("ValidationException",
                          "DocumentFormat " + str(format) + " is not one of JSON, YAML");
  Object answer{{"Name", text_at(row, "Name")},
                {"DocumentVersion", text_at(version, "Version")},
                {"Status", "Active"},
                {"DocumentType", text_at(row, "DocumentType")},
                {"Content", in_format(content, format)},
                {"DocumentFormat", format}};
  add_if_there(answer, row, {"DisplayName"});
  add_if_there(answer, version, {"VersionName", "CreatedDate"});
  return answer;
}

Result<Value> describe_document(const Ask& ask, Library& library) {
  const auto row = TRY(any_row(ask, library));
  const auto* version = TRY(wanted_version(row, text_at(ask.input, "DocumentVersion"),
                                           text_at(ask.input, "VersionName")));
  return Object{{"Document", description(row, *version, library)}};
}

Object identifier(const Value& row) {
  const auto* version = find_version(row, "$DEFAULT", "");
  Object shown{{"Name", text_at(row, "Name")},
               {"Owner", text_at(row, "Owner")},
               {"DocumentVersion", text_at(row, "DefaultVersion")},
               {"DocumentType", text_at(row, "DocumentType")},
               {"SchemaVersion", "0.3"},
               {"PlatformTypes", platforms()},
               {"Tags", tag_list(object_at(row, "Tags"))}};
  add_if_there(shown, row, {"TargetType", "DisplayName"});
  if (!version) return shown;
  shown["DocumentFormat"] = text_at(*version, "Format");
  add_if_there(shown, *version, {"CreatedDate", "VersionName"});
  return shown;
}

/// Key and values of a filter: {Key, Values}, or the older {key, value}.
struct DocumentFilter {
  std::string key;
  Array values;
  [[nodiscard]] bool any(const std::function<bool(std::string_view)>& fits) const {
    return std::ranges::any_of(values, [&](const Value& v) { return fits(text_of(v)); });
  }
};

bool is_owned_by(const Value& row, std::string_view wanted, const Scope& scope) {
  const bool is_own = text_at(row, "Owner") == scope.account;
  if (wanted == "Self" || wanted == "Private") return is_own;
  if (wanted == "Amazon") return !is_own;
  if (wanted == "Public") return !is_own;
  return wanted == "All";
}

bool has_tag(const Value& row, std::string_view key, const DocumentFilter& filter) {
  const auto* value = find(object_at(row, "Tags"), key);
  return value && filter.any([&](std::string_view wanted) { return wanted == text_of(*value); });
}

Result<bool> document_passes(const Ask& ask, const Value& row, const DocumentFilter& filter) {
  const auto& key = filter.key;
  const auto equals = [&](std::string_view member) {
    return filter.any([&](std::string_view value) { return value == text_at(row, member); });
  };
  if (key == "Name")
    return filter.any([&](std::string_view v) { return text_at(row, "Name").starts_with(v); });
  if (key == "Owner")
    return filter.any([&](std::string_view v) { return is_owned_by(row, v, ask.scope); });
  if (key == "DocumentType" || key == "TargetType") return equals(key);
  if (key == "PlatformTypes")
    return filter.any([](std::string_view value) {
      const auto known = platforms();
      return std::ranges::any_of(known, [&](const Value& v) { return text_of(v) == value; });
    });
  if (key == "SearchKeyword")
    return filter.any([&](std::string_view value) {
      return text_at(row, "Name").find(value) != std::string_view::npos;
    });
  if (key == "tag-key")
    return filter.any([&](std::string_view v) { return object_at(row, "Tags").contains(v); });
  if (key.starts_with("tag:")) return has_tag(row, std::string_view(key).substr(4), filter);
  return aws::aws_error("InvalidFilterKey",
                        "The specified filter key is not valid: " + key +
                            " (Name, Owner, DocumentType, TargetType, PlatformTypes, "
                            "SearchKeyword, tag-key, tag:KEY)");
}

std::vector<DocumentFilter> filters_in(const Value& input) {
  std::vector<DocumentFilter> filters;
  for (const auto& filter : list_at(input, "Filters"))
    filters.push_back({str(text_at(filter, "Key")), list_at(filter, "Values")});
  for (const auto& filter : list_at(input, "DocumentFilterList"))
    filters.push_back({str(text_at(filter, "key")), Array{Value(text_at(filter, "value"))}});
  return filters;
}

Result<bool> passes_all(const Ask& ask, const Value& row,
                        const std::vector<DocumentFilter>& filters) {
  bool passes = true;
  for (const auto& filter : filters) passes = TRY(document_passes(ask, row, filter)) && passes;
  return passes;
}

Result<Value> list_documents(const Ask& ask, Library& library) {
  const auto filters = filters_in(ask.input);
  Array found;
  for (const auto& [name, row] : ask.rows(kDocumentRows))
    if (TRY(passes_all(ask, row, filters))) found.push_back(identifier(row));
  for (const auto& builtin : library.builtins())
    if (const auto row = builtin_row(builtin); TRY(passes_all(ask, row, filters)))
      found.push_back(identifier(row));
  const auto page = TRY(page_of(ask.input, found.size(), kPageOfDocuments));
  const auto first = found.begin() + static_cast<std::ptrdiff_t>(page.first);
  Object answer{
      {"DocumentIdentifiers", Array(first, first + static_cast<std::ptrdiff_t>(page.count))}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> list_versions(const Ask& ask, Library& library) {
  const auto row = TRY(any_row(ask, library));
  const auto& versions = list_at(row, "Versions");
  const auto page = TRY(page_of(ask.input, versions.size(), kPageOfDocuments));
  Array shown;
  for (std::size_t i = page.first; i < page.first + page.count; ++i) {
    const auto number = text_at(versions[i], "Version");
    Object one{{"Name", text_at(row, "Name")},
               {"DocumentVersion", number},
               {"IsDefaultVersion", number == text_at(row, "DefaultVersion")},
               {"DocumentFormat", text_at(versions[i], "Format")},
               {"Status", "Active"}};
    add_if_there(one, row, {"DisplayName"});
    add_if_there(one, versions[i], {"VersionName", "CreatedDate"});
    shown.push_back(std::move(one));
  }
  Object answer{{"DocumentVersions", std::move(shown)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<> check_share(const Ask& ask) {
  const auto type = text_at(ask.input, "PermissionType");
  if (type == "Share") return {};
  return aws::aws_error("InvalidPermissionType",
                        "The permission type isn't supported. Share is the only supported "
                        "permission type.");
}

/// Every document is private: there is nobody else to share it with.
Result<Value> describe_permission(const Ask& ask) {
  TRY_DO(check_share(ask));
  TRY(document_row(ask));
  return Object{{"AccountIds", Array()}, {"AccountSharingInfoList", Array()}};
}

Result<Value> modify_permission(const Ask& ask) {
  TRY_DO(check_share(ask));
  TRY(document_row(ask));
  if (list_at(ask.input, "AccountIdsToAdd").empty()) return Object{};
  return aws::aws_error("DocumentPermissionLimit",
                        "The document cannot be shared with more accounts: hikae's documents are "
                        "private");
}

}  // namespace

const Value* find_version(const Value& row, std::string_view version,
                          std::string_view version_name) {
  const bool is_standard = version_name.empty() && (version.empty() || version == "$DEFAULT");
  const auto wanted = version == "$LATEST" ? text_at(row, "LatestVersion")
                      : is_standard        ? text_at(row, "DefaultVersion")
                                           : version;
  for (const auto& candidate : list_at(row, "Versions")) {
    const bool has_number = wanted.empty() || text_at(candidate, "Version") == wanted;
    const bool has_name = version_name.empty() || text_at(candidate, "VersionName") == version_name;
    if (has_number && has_name) return &candidate;
  }
  return nullptr;
}

Result<const Value*> wanted_version(const Value& row, std::string_view version,
                                    std::string_view version_name) {
  if (const auto* found = find_version(row, version, version_name)) return found;
  return aws::aws_error("InvalidDocumentVersion",
                        "The document version is not valid or does not exist.");
}

Result<const Value*> document_row(const Ask& ask) {
  const auto name = name_in_arn(text_at(ask.input, "Name"));
  if (const auto* row = ask.row(kDocumentRows, name)) return row;
  return aws::aws_error("InvalidDocument", "The specified document does not exist: " + str(name));
}

Value description(const Value& row, const Value& version, Library& library) {
  Object shown{{"Name", text_at(row, "Name")},
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
               {"PlatformTypes", platforms()},
               {"Tags", tag_list(object_at(row, "Tags"))}};
  add_if_there(shown, row, {"TargetType", "DisplayName"});
  add_if_there(shown, version, {"VersionName", "CreatedDate"});
  text::Diagnostics problems;
  const auto document = runbook::read_document(text_of_version(row, version, library), problems);
  if (!document) return shown;
  if (!(*document)->description.empty()) shown["Description"] = (*document)->description;
  Array parameters;
  for (const auto& parameter : (*document)->parameters)
    parameters.push_back(shown_parameter(parameter));
  shown["Parameters"] = std::move(parameters);
  return shown;
}

}  // namespace document

void Ssm::add_document_views() {
  on("GetDocument", [this](const Ask& ask) { return document::get_document(ask, library_); });
  on("DescribeDocument",
     [this](const Ask& ask) { return document::describe_document(ask, library_); });
  on("ListDocuments", [this](const Ask& ask) { return document::list_documents(ask, library_); });
  on("ListDocumentVersions",
     [this](const Ask& ask) { return document::list_versions(ask, library_); });
  on("DescribeDocumentPermission", document::describe_permission);
  on("ModifyDocumentPermission", document::modify_permission);
}

}  // namespace hikae::plane
