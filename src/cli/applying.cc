#include "cli/applying.h"

#include "plan/compile.h"
#include "plan/config.h"
#include "text/json.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

struct Source {
  std::string stack;
  std::string body;
};

Value mail_setting(const plan::Smtp& smtp) {
  const auto tls = smtp.tls == plan::SmtpTls::Tls   ? "tls"
                   : smtp.tls == plan::SmtpTls::Off ? "off"
                                                    : "starttls";
  return Object{{"Host", smtp.host},
                {"Port", smtp.port},
                {"User", smtp.user},
                {"PasswordFile", smtp.password_file},
                {"PasswordEnv", smtp.password_env},
                {"Tls", tls},
                {"From", smtp.from},
                {"CaFile", smtp.ca_file}};
}

/// hikae.yaml: its template, and what it says about this process (mail).
Result<Source> from_config(Session& session, std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  const auto config = plan::read_config(text, problems);
  if (!config) return std::unexpected(text::as_error(problems, file));
  const auto compiled = TRY(plan::compile_template(*config));
  if (config->smtp) {
    session.store_setting("mail", mail_setting(*config->smtp));
    TRY_DO(session.use_stored_settings());
  }
  return Source{config->stack, text::to_json(compiled)};
}

Result<Source> source_of(Session& session, std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  const text::ReadOptions options{.bytes_max = 0, .tags = text::YamlTags::Intrinsics};
  const auto tree = text::read_tree(text, problems, options);
  if (!tree) return std::unexpected(text::as_error(problems, file));
  if (plan::looks_like_config(tree->value)) return from_config(session, text, file);
  return Source{"stack", str(text)};
}

Result<Value> describe(Session& session, const std::string& stack) {
  const auto answer =
      TRY(session.call("cloudformation", "DescribeStacks", Object{{"StackName", stack}}));
  return list_at(answer, "Stacks").front();
}

bool exists(Session& session, const std::string& stack) {
  const auto found = describe(session, stack);
  return found && text_at(*found, "StackStatus") != "DELETE_COMPLETE";
}

}  // namespace

Result<Applied> apply_text(Session& session, std::string_view text, std::string_view file,
                           const std::string& stack, const Array& parameters) {
  const auto source = TRY(source_of(session, text, file));
  const auto name = stack.empty() ? source.stack : stack;
  Object input{{"StackName", name},
               {"TemplateBody", source.body},
               {"Capabilities", Array{"CAPABILITY_NAMED_IAM"}}};
  if (!parameters.empty()) input["Parameters"] = parameters;
  const bool there = exists(session, name);
  const auto begun = session.call("cloudformation", there ? "UpdateStack" : "CreateStack", input);
  const bool unchanged =
      !begun && begun.error().message.find("No updates are to be performed") != std::string::npos;
  if (!begun && !unchanged)
    return std::unexpected(
        Error{begun.error().kind, begun.error().code, str(file) + ": " + begun.error().message});
  session.run_until([&] { return session.house().kernel().living("stack") == 0; });
  auto described = TRY(describe(session, name));
  return Applied{name, str(text_at(described, "StackStatus")),
                 str(text_at(described, "StackStatusReason")), std::move(described)};
}

}  // namespace hikae::cli
