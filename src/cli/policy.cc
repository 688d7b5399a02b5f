// `hikae policy DOCUMENT…`: the smallest policy with which documents can do what they say. The
// policy goes to stdout, ready for `aws iam put-role-policy`; what reading cannot tell to stderr.
#include <filesystem>

#include "base/limits.h"
#include "cli/commands.h"
#include "os/data_folder.h"
#include "plan/document_policy.h"
#include "plan/lint.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

/// A file, or one of the documents that come with hikae.
Result<plan::NamedDocument> document_named(const std::string& given) {
  if (!std::filesystem::is_regular_file(given)) {
    for (const auto& bundled : plan::bundled_children())
      if (bundled.name == given) return plan::NamedDocument{bundled.name, bundled.document};
    return fail(ErrorKind::NotFound,
                given + ": there is no such file, and no document of that name comes with hikae");
  }
  const auto text = TRY(os::read_file(given, limits::kDocumentBytes));
  text::Diagnostics problems;
  auto document = runbook::read_document(text, problems);
  if (!document) return std::unexpected(text::as_error(problems, given));
  return plan::NamedDocument{std::filesystem::path(given).stem().string(), *std::move(document)};
}

}  // namespace

Exit policy(const PolicyOptions& options) {
  Output out(options.common.format);
  std::vector<plan::NamedDocument> documents;
  for (const auto& given : options.documents) {
    auto document = document_named(given);
    if (!document) {
      report(out, document.error());
      return Exit::Invalid;
    }
    documents.push_back(*std::move(document));
  }
  const auto or_any = [](const std::string& text) { return text.empty() ? "*" : text; };
  const auto made = plan::smallest_policy(
      documents, {or_any(options.common.account), or_any(options.common.region)});
  out.line(text::to_pretty_json(made.policy));
  for (const auto& note : made.notes) out.error(note);
  return Exit::Ok;
}

}  // namespace hikae::cli
