// The rows of documents and what is shown of them; private to SSM's documents.
#pragma once

#include "plane/checks.h"
#include "plane/ssm/library.h"

namespace hikae::plane::document {

/// By name: {Name, DefaultVersion, LatestVersion, DocumentType, TargetType, DisplayName, Owner,
/// Tags, Versions [{Version, Hash, Format, VersionName, CreatedDate}]}; the texts are kept by hash.
inline constexpr std::string_view kDocumentRows = "document";

/// "$LATEST", "$DEFAULT", a number, or (with `version_name`) the version of that name; both empty:
/// the default one. nullptr where there is none.
[[nodiscard]] const Value* find_version(const Value& row, std::string_view version,
                                        std::string_view version_name);
/// Error: InvalidDocumentVersion.
[[nodiscard]] Result<const Value*> wanted_version(const Value& row, std::string_view version,
                                                  std::string_view version_name);
/// Of the input's Name. Error: InvalidDocument.
[[nodiscard]] Result<const Value*> document_row(const Ask& ask);
/// "Document", "DocumentDescription".
[[nodiscard]] Value description(const Value& row, const Value& version, Library& library);

}  // namespace hikae::plane::document
