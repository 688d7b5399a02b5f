#include "cli/applying.h"

#include "base/limits.h"
#include "house/checkers.h"
#include "plan/compile.h"
#include "plan/config.h"
#include "plane/settings.h"
#include "stack/template.h"
#include "stack/validate.h"
#include "text/json.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

Value mail_setting(const plan::Smtp& smtp, const std::string& stack) {
  const auto tls = smtp.tls == plan::SmtpTls::Tls   ? "tls"
                   : smtp.tls == plan::SmtpTls::Off ? "off"
                                                    : "starttls";
  return Object{{"Stack", stack},
                {"Host", smtp.host},
                {"Port", smtp.port},
                {"User", smtp.user},
                {"PasswordFile", smtp.password_file},
                {"PasswordEnv", smtp.password_env},
                {"Tls", tls},
                {"From", smtp.from},
                {"CaFile", smtp.ca_file}};
}

/// Two configurations may share a folder: none takes the mail server of the other away.
Result<> store_mail(Session& session, const plan::Config& config, const std::string& stack) {
  if (config.smtp) {
    session.store_setting("mail", mail_setting(*config.smtp, stack));
  } else {
    const auto stored = session.setting("mail");
    if (!stored.is_object() || text_at(stored, "Stack", stack) != stack) return {};
    session.store_setting("mail", nullptr);
  }
  return session.use_stored_settings();
}

/// As with mail: what another configuration of this folder has stored stays.
void store_of_stack(Session& session, std::string_view name, std::optional<Object> value,
                    const std::string& stack) {
  if (value) {
    (*value)["Stack"] = stack;
    return session.store_setting(name, *std::move(value));
  }
  const auto stored = session.setting(name);
  if (stored.is_object() && text_at(stored, "Stack") == stack) session.store_setting(name, nullptr);
}

Object webhook_setting(const plan::Webhook& hook) {
  Object integration;
  const auto put = [&](const char* member, const std::string& text) {
    if (!text.empty()) integration[member] = text;
  };
  put("Url", hook.url);
  put("UrlFile", hook.url_file);
  put("UrlEnv", hook.url_env);
  put("SecretFile", hook.secret_file);
  put("SecretEnv", hook.secret_env);
  put("CaFile", hook.ca_file);
  integration["Http"] = hook.has_http ? "allow" : "deny";
  Array addresses;
  for (const auto& address : hook.addresses) addresses.emplace_back(address);
  integration["Addresses"] = std::move(addresses);
  return integration;
}

void store_outside(Session& session, const plan::Config& config, const std::string& stack) {
  std::optional<Object> scripts, webhooks;
  if (config.scripts == plan::Scripts::Allow) scripts = Object{{"Allowed", true}};
  Object hooks;
  for (const auto& hook : config.webhooks) hooks[hook.name] = webhook_setting(hook);
  if (!hooks.empty()) webhooks = Object{{"Hooks", std::move(hooks)}};
  store_of_stack(session, plane::kScriptSetting, std::move(scripts), stack);
  store_of_stack(session, plane::kWebhookSetting, std::move(webhooks), stack);
}

Result<> store_settings(Session& session, const plan::Config& config, const std::string& stack) {
  session.store_setting("scope", Object{{"Account", config.account}, {"Region", config.region}});
  store_outside(session, config, stack);
  return store_mail(session, config, stack);
}

Result<Prepared> from_config(std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  auto config = plan::read_config(text, problems);
  if (!config) return std::unexpected(text::as_error(problems, file));
  auto body = text::to_json(TRY(plan::compile_template(*config)));
  return Prepared{str(file), config->stack, std::move(body), *std::move(config)};
}

Result<Prepared> from_template(std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  const auto source = stack::read_template(text, problems);
  if (source)
    for (auto& problem : stack::validate(*source, house::make_checkers()))
      problems.push_back(std::move(problem));
  if (text::has_errors(problems)) return std::unexpected(text::as_error(problems, file));
  return Prepared{str(file), "", str(text), std::nullopt};
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

Result<Prepared> prepare_text(std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  const text::ReadOptions options{.bytes_max = limits::kTemplateBytes,
                                  .tags = text::YamlTags::Intrinsics};
  const auto tree = text::read_tree(text, problems, options);
  if (!tree) return std::unexpected(text::as_error(problems, file));
  return plan::looks_like_config(tree->value) ? from_config(text, file) : from_template(text, file);
}

Result<Applied> apply_prepared(Session& session, const Prepared& prepared, const std::string& stack,
                               const Array& parameters) {
  const auto name = stack.empty() ? prepared.stack : stack;
  Object input{{"StackName", name},
               {"TemplateBody", prepared.body},
               {"Capabilities", Array{"CAPABILITY_NAMED_IAM"}}};
  if (!parameters.empty()) input["Parameters"] = parameters;
  const bool there = exists(session, name);
  const auto begun = session.call("cloudformation", there ? "UpdateStack" : "CreateStack", input);
  const bool unchanged =
      !begun && begun.error().message.find("No updates are to be performed") != std::string::npos;
  if (!begun && !unchanged)
    return std::unexpected(Error{begun.error().kind, begun.error().code,
                                 prepared.file + ": " + begun.error().message});
  if (prepared.config) TRY_DO(store_settings(session, *prepared.config, name));
  session.run_until([&] { return session.house().kernel().living("stack") == 0; });
  auto described = TRY(describe(session, name));
  return Applied{name, str(text_at(described, "StackStatus")),
                 str(text_at(described, "StackStatusReason")), std::move(described)};
}

Result<Applied> apply_text(Session& session, std::string_view text, std::string_view file,
                           const std::string& stack, const Array& parameters) {
  return apply_prepared(session, TRY(prepare_text(text, file)), stack, parameters);
}

bool is_good(const Applied& applied) {
  return applied.status.ends_with("_COMPLETE") &&
         applied.status.find("ROLLBACK") == std::string::npos;
}

void print_applied(Output& out, const Applied& applied) {
  out.line("stack " + out.painted(applied.stack, Colour::Bold) + ": " +
           out.painted(applied.status, is_good(applied) ? Colour::Good : Colour::Bad));
  if (!applied.reason.empty()) out.line("  " + out.painted(applied.reason, Colour::Bad));
}

}  // namespace hikae::cli
