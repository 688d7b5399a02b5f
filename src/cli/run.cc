// `hikae run DOCUMENT`: runs a document, from a file or by name, and shows what became of it.
#include <filesystem>

#include "base/hash.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/open_work.h"
#include "cli/run_text.h"
#include "cli/stack_parts.h"
#include "os/data_folder.h"
#include "text/json.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

/// "JSON" or "YAML". What is neither is refused here, where the file still has a name.
Result<std::string> format_of(const std::string& text, const std::string& file) {
  text::Diagnostics problems;
  const auto flow_text = text::flow_text_of(file);
  if (!text::read_tree(text, problems,
                       {.bytes_max = limits::kDocumentBytes, .flow_text = flow_text}))
    return std::unexpected(text::as_error(problems, file));
  return text::parse_json(text) ? "JSON" : "YAML";
}

/// A file's document gets a name made of the file's; the same content is not stored twice.
Result<std::string> store_document(Session& session, const std::string& file) {
  const auto text = TRY(os::read_file(file, limits::kDocumentBytes));
  std::string name = "file-";
  for (const char c : std::filesystem::path(file).stem().string())
    name +=
        std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ? c : '-';
  Object input{{"Name", name}, {"Content", text}, {"DocumentFormat", TRY(format_of(text, file))}};
  auto creation = input;
  creation["DocumentType"] = "Automation";
  auto made = session.call("ssm", "CreateDocument", std::move(creation));
  if (made) return name;
  if (made.error().code != "DocumentAlreadyExists")
    return std::unexpected(
        Error{made.error().kind, made.error().code, file + ": " + made.error().message});
  input["DocumentVersion"] = "$LATEST";
  const auto updated = session.call("ssm", "UpdateDocument", std::move(input));
  if (!updated && updated.error().code != "DuplicateDocumentContent")
    return std::unexpected(updated.error());
  return name;
}

Result<std::string> version_of(Session& session, const std::string& name, const std::string& file) {
  const auto hash = sha256_hex(TRY(os::read_file(file, limits::kDocumentBytes)));
  const auto versions = TRY(session.call("ssm", "ListDocumentVersions", Object{{"Name", name}}));
  for (const auto& version : list_at(versions, "DocumentVersions")) {
    const auto number = text_at(version, "DocumentVersion");
    const auto described = TRY(session.call("ssm", "DescribeDocument",
                                            Object{{"Name", name}, {"DocumentVersion", number}}));
    const auto* found = find_path(described, {"Document", "Hash"});
    if (found && text_of(*found) == hash) return str(number);
  }
  return fail(ErrorKind::NotFound, "document " + name + " has no version with this content");
}

Result<Object> parameters_of(const std::vector<std::string>& given) {
  Object parameters;
  for (const auto& one : given) {
    const auto at = one.find('=');
    if (at == std::string::npos || at == 0)
      return fail(ErrorKind::Invalid, "--param '" + one + "': write NAME=VALUE");
    auto& values = parameters[one.substr(0, at)];
    if (!values.is_array()) values = Array{};
    values.get_array().emplace_back(one.substr(at + 1));
  }
  return parameters;
}

Result<Value> run_document(const RunOptions& options, Session& session, Output& out) {
  Object input{{"DocumentName", options.document},
               {"Parameters", TRY(parameters_of(options.parameters))}};
  if (std::filesystem::is_regular_file(options.document)) {
    const auto name = TRY(store_document(session, options.document));
    input["DocumentName"] = name;
    input["DocumentVersion"] = TRY(version_of(session, name, options.document));
  } else if (session.is_deployed()) {
    input["DocumentName"] = TRY(document_of_stack(session, options.document));
  }
  const auto started = TRY(session.call("ssm", "StartAutomationExecution", std::move(input)));
  return wait_for_run(session, out, str(text_at(started, "AutomationExecutionId")));
}

}  // namespace

Exit run(const RunOptions& options) {
  Output out(options.common.format);
  auto session =
      open_session(options.common, options.world, Sharing::WithRunning, Folder::MayBeNew);
  if (!session) return report(out, session.error());
  const auto execution = run_document(options, **session, out);
  if (!execution) return report_with_open_work(**session, out, execution.error());
  const bool is_good = text_at(*execution, "AutomationExecutionStatus") == "Success";
  return tell_of_run(**session, out, *execution, options.patience.limit(),
                     is_good ? Exit::Ok : Exit::Failed);
}

}  // namespace hikae::cli
