#include "cli/applying.h"

#include <algorithm>

#include "base/limits.h"
#include "cli/assets.h"
#include "cli/last_use.h"
#include "cli/spent_plans.h"
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
    TRY_DO(session.store_setting("mail", mail_setting(*config.smtp, stack)));
  } else {
    const auto stored = session.setting("mail");
    if (!stored.is_object() || text_at(stored, "Stack", stack) != stack) return {};
    TRY_DO(session.store_setting("mail", nullptr));
  }
  return session.use_stored_settings();
}

/// As with mail: what another configuration of this folder has stored stays.
Result<> store_of_stack(Session& session, std::string_view name, std::optional<Object> value,
                        const std::string& stack) {
  if (value) {
    (*value)["Stack"] = stack;
    return session.store_setting(name, *std::move(value));
  }
  const auto stored = session.setting(name);
  if (stored.is_object() && text_at(stored, "Stack") == stack)
    return session.store_setting(name, nullptr);
  return {};
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

Result<> store_outside(Session& session, const plan::Config& config, const std::string& stack) {
  std::optional<Object> scripts, webhooks, iam, functions;
  if (config.functions != plan::Functions::Code)
    functions = Object{{"Run", config.functions == plan::Functions::Own ? "own" : "off"}};
  if (config.iam == plan::IamRules::Enforce) iam = Object{{"Enforce", true}};
  if (config.scripts == plan::Scripts::Allow) scripts = Object{{"Allowed", true}};
  Object hooks;
  for (const auto& hook : config.webhooks) hooks[hook.name] = webhook_setting(hook);
  if (!hooks.empty()) webhooks = Object{{"Hooks", std::move(hooks)}};
  TRY_DO(store_of_stack(session, plane::kScriptSetting, std::move(scripts), stack));
  TRY_DO(store_of_stack(session, plane::kFunctionSetting, std::move(functions), stack));
  TRY_DO(store_of_stack(session, plane::kIamSetting, std::move(iam), stack));
  return store_of_stack(session, plane::kWebhookSetting, std::move(webhooks), stack);
}

Value cloud_setting(const plan::Cloud& cloud) {
  if (cloud.kind == plan::CloudKind::Embedded) return nullptr;
  Object routes;
  for (const auto& route : cloud.routes) routes[route.name()] = plan::to_text(route.answerer);
  return Object{{"Kind", "aws"},
                {"Profile", cloud.profile},
                {"EndpointUrl", cloud.endpoint_url},
                {"Routes", std::move(routes)}};
}

Result<> store_settings(Session& session, const plan::Config& config, const std::string& stack) {
  TRY_DO(session.store_setting("scope",
                               Object{{"Account", config.account}, {"Region", config.region}}));
  TRY_DO(session.store_setting(kCloudSetting, cloud_setting(config.cloud)));
  TRY_DO(store_outside(session, config, stack));
  return store_mail(session, config, stack);
}

Result<Prepared> from_config(std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  auto config = plan::read_config(text, problems);
  if (!config) return std::unexpected(text::as_error(problems, file));
  auto body = text::to_json(TRY(plan::compile_template(*config)));
  return Prepared{str(file), config->stack, std::move(body), *std::move(config), {}};
}

Result<Prepared> from_template(std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  const auto source = stack::read_template(text, problems);
  if (source)
    for (auto& problem : stack::validate(*source, house::make_checkers()))
      problems.push_back(std::move(problem));
  if (text::has_errors(problems)) return std::unexpected(text::as_error(problems, file));
  return Prepared{str(file), "", str(text), std::nullopt, asset_parameters(*source)};
}

Result<Value> describe(Session& session, const std::string& stack) {
  const auto answer =
      TRY(session.call("cloudformation", "DescribeStacks", Object{{"StackName", stack}}));
  return list_at(answer, "Stacks").front();
}

bool is_given(const Array& parameters, std::string_view name) {
  return std::ranges::any_of(
      parameters, [&](const Value& one) { return text_at(one, "ParameterKey") == name; });
}

/// A configuration's own parameter, unless somebody gives it.
Array with_installation(Session& session, const Prepared& prepared, Array parameters) {
  if (prepared.config && !is_given(parameters, plan::kInstallationParameter))
    parameters.push_back(Object{{"ParameterKey", plan::kInstallationParameter},
                                {"ParameterValue", session.installation()}});
  return parameters;
}

/// As CDK's command does for templates of its legacy synthesiser (cli/assets.h).
Array with_assets(const Scope& scope, const Prepared& prepared, Array parameters) {
  for (const auto& asset : prepared.asset_parameters)
    if (!is_given(parameters, asset))
      parameters.push_back(
          Object{{"ParameterKey", asset}, {"ParameterValue", *asset_value(asset, scope)}});
  return parameters;
}

bool is_at_work(const Value& stack) {
  return text_at(stack, "StackStatus").find("IN_PROGRESS") != std::string_view::npos;
}

Result<Value> wait_for_stack(Session& session, const std::string& name) {
  if (!session.is_elsewhere()) {
    session.run_until([&] { return session.house().kernel().living("stack") == 0; });
    return describe(session, name);
  }
  Result<Value> seen = Value();
  session.run_until([&] {
    seen = describe(session, name);
    return !seen || !is_at_work(*seen);
  });
  return seen;
}

bool is_there(const Result<Value>& found) {
  return found && text_at(*found, "StackStatus") != "DELETE_COMPLETE";
}

bool has_resources(Session& session, const std::string& name) {
  const auto answer =
      session.call("cloudformation", "DescribeStackResources", Object{{"StackName", name}});
  if (!answer) return true;
  return std::ranges::any_of(list_at(*answer, "StackResources"), [](const Value& one) {
    return text_at(one, "ResourceStatus") != "DELETE_COMPLETE" &&
           !text_at(one, "PhysicalResourceId").empty();
  });
}

/// A first creation that was rolled back leaves a stack that can only be deleted. True: it held
/// nothing any more, and is gone.
Result<bool> clear_failed_creation(Session& session, const std::string& name, const Value& stack) {
  const auto status = text_at(stack, "StackStatus");
  if (status != "ROLLBACK_COMPLETE" && status != "ROLLBACK_FAILED") return false;
  if (has_resources(session, name)) return false;
  TRY(session.call("cloudformation", "DeleteStack", Object{{"StackName", name}}));
  const auto after = wait_for_stack(session, str(text_at(stack, "StackId")));
  if (!after || text_at(*after, "StackStatus") == "DELETE_COMPLETE") return true;
  return fail(ErrorKind::Conflict,
              "the stack " + name + " of an earlier creation that failed could not be deleted: " +
                  str(text_at(*after, "StackStatusReason")));
}

}  // namespace

Result<Prepared> prepare_text(std::string_view text, std::string_view file) {
  text::Diagnostics problems;
  const text::ReadOptions options{.bytes_max = limits::kTemplateBytes,
                                  .tags = text::YamlTags::Intrinsics,
                                  .flow_text = text::flow_text_of(file)};
  const auto tree = text::read_tree(text, problems, options);
  if (!tree) return std::unexpected(text::as_error(problems, file));
  return plan::looks_like_config(tree->value) ? from_config(text, file) : from_template(text, file);
}

Result<Applied> apply_prepared(Session& session, const Prepared& prepared, const std::string& stack,
                               const Array& parameters) {
  const auto name = stack.empty() ? prepared.stack : stack;
  if (prepared.config)
    TRY_DO(in_context(refuse_spent_plans(session, *prepared.config), prepared.file));
  Object input{{"StackName", name},
               {"TemplateBody", prepared.body},
               {"Capabilities", Array{"CAPABILITY_NAMED_IAM"}}};
  auto given =
      with_assets(session.scope(), prepared, with_installation(session, prepared, parameters));
  if (!given.empty()) input["Parameters"] = std::move(given);
  const auto found = describe(session, name);
  const bool cleared = is_there(found) && TRY(clear_failed_creation(session, name, *found));
  const bool there = is_there(found) && !cleared;
  const auto begun = session.call("cloudformation", there ? "UpdateStack" : "CreateStack", input);
  const bool unchanged =
      !begun && begun.error().message.find("No updates are to be performed") != std::string::npos;
  if (!begun && !unchanged)
    return std::unexpected(Error{begun.error().kind, begun.error().code,
                                 prepared.file + ": " + begun.error().message});
  if (prepared.config) TRY_DO(store_settings(session, *prepared.config, name));
  auto described = TRY(wait_for_stack(session, name));
  return Applied{name, str(text_at(described, "StackStatus")),
                 str(text_at(described, "StackStatusReason")), std::move(described),
                 cleared ? Earlier::Deleted : Earlier::Kept};
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
  if (applied.earlier == Earlier::Deleted)
    out.line("stack " + applied.stack +
             ": its first creation had been rolled back; the empty stack was deleted first");
  out.line("stack " + out.painted(applied.stack, Colour::Bold) + ": " +
           out.painted(applied.status, is_good(applied) ? Colour::Good : Colour::Bad));
  if (!applied.reason.empty()) out.block("  ", applied.reason, Colour::Bad);
}

}  // namespace hikae::cli
