#include "plan/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plan/config_reader.h"
#include "plan/overlap.h"
#include "plan/plan_reader.h"
#include "stack/resource_types.h"

namespace hikae::plan {
namespace {

constexpr std::size_t kPlansMax = 100;
constexpr std::size_t kWebhooksMax = 100;
constexpr std::size_t kRoutesMax = 200;

void read_identity(ConfigFields& top, Config& config) {
  if (auto account = top.digits("account")) {
    if (!stack::matches("[0-9]{12}", *account))
      top.error("account", "account", fmt::format("\"{}\" is no AWS account", *account),
                "write its 12 digits in quotes");
    config.account = *account;
  }
  if (auto region = top.text("region")) {
    if (!stack::matches("[a-z]{2,3}-[a-z]{3,9}-[a-z0-9-]*", *region + "-") ||
        !stack::matches("[a-z0-9-]+", *region) || (region->back() < '0' || region->back() > '9'))
      top.error("region", "region", fmt::format("\"{}\" is no AWS region", *region),
                "write one such as ap-northeast-1");
    config.region = *region;
  }
  if (auto data = top.text("data")) config.data = *data;
  if (auto name = top.text("stack")) {
    if (!stack::matches("[A-Za-z][A-Za-z0-9-]*", *name) || name->size() > 30)
      top.error("stack", "stack-name", fmt::format("\"{}\" is no stack name", *name),
                "use letters, digits and -, a letter first, at most 30");
    config.stack = *name;
  }
}

void read_routes(ConfigFields& aws, Config& config) {
  auto lines = aws.map("routes");
  if (!lines) return;
  if (lines->object().size() > kRoutesMax)
    return aws.error("routes", "routes", "has more than 200 lines",
                     "name a service to mean all of its operations");
  for (const auto& [name, answerer] : lines->object()) {
    auto route = read_route(name, text_of(answerer));
    if (route)
      config.cloud.routes.push_back(*std::move(route));
    else
      lines->error(name, "route", route.error().message,
                   "write a line such as `ssm:SendCommand: hikae` or `rds: aws`");
  }
}

void read_cloud(ConfigFields& top, Config& config) {
  const auto kind = top.one_of("cloud", {"embedded", "aws"}).value_or("embedded");
  if (kind == "aws") config.cloud.kind = CloudKind::Aws;
  auto fields = top.map("aws");
  if (!fields) return;
  fields->only({"profile", "endpoint_url", "routes"});
  if (config.cloud.kind != CloudKind::Aws)
    fields->error_here("aws", "stands beside `cloud: embedded`", "write `cloud: aws`, or leave it");
  config.cloud.profile = fields->text("profile").value_or("");
  config.cloud.endpoint_url = fields->text("endpoint_url").value_or("");
  const auto& url = config.cloud.endpoint_url;
  if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
    fields->error("endpoint_url", "url", fmt::format("\"{}\" is no address", url),
                  "write https://host:port");
  read_routes(*fields, config);
}

void read_smtp(ConfigFields& top, Config& config) {
  auto fields = top.map("smtp");
  if (!fields) return;
  fields->only({"host", "port", "user", "password_file", "password_env", "tls", "from", "ca_file"});
  Smtp smtp;
  if (auto host = fields->text("host"))
    smtp.host = *host;
  else if (!fields->has("host"))
    fields->error_here("missing-key", "host is missing", "add the mail server's name as host");
  smtp.user = fields->text("user").value_or("");
  smtp.password_file = fields->text("password_file").value_or("");
  smtp.password_env = fields->text("password_env").value_or("");
  smtp.ca_file = fields->text("ca_file").value_or("");
  const auto tls = fields->one_of("tls", {"starttls", "tls", "off"}).value_or("starttls");
  smtp.tls = tls == "tls" ? SmtpTls::Tls : tls == "off" ? SmtpTls::Off : SmtpTls::StartTls;
  smtp.port = fields->whole("port", 1, 65535).value_or(smtp.tls == SmtpTls::Tls ? 465 : 587);
  if (auto from = fields->text("from")) {
    if (!is_mail_address(*from))
      fields->error("from", "address", fmt::format("\"{}\" is no mail address", *from),
                    "write name@domain");
    smtp.from = *from;
  } else if (!fields->has("from")) {
    fields->error_here("missing-key", "from is missing", "add the sender's address as from");
  }
  if (!smtp.password_file.empty() && !smtp.password_env.empty())
    fields->error("password_env", "two-passwords", "stands beside password_file",
                  "keep one of the two");
  const bool has_password = !smtp.password_file.empty() || !smtp.password_env.empty();
  if (smtp.user.empty() == has_password)
    fields->error(has_password ? "user" : "user", "login",
                  has_password ? "is missing beside a password" : "stands without a password",
                  "give user and one of password_file and password_env");
  if (smtp.tls == SmtpTls::Off && has_password)
    fields->error("tls", "plain-login", "off would send the password in clear",
                  "use starttls or tls");
  config.smtp = std::move(smtp);
}

void read_webhook(ConfigFields& fields, Config& config) {
  fields.only({"name", "url", "url_file", "url_env", "secret_file", "secret_env", "ca_file", "http",
               "addresses"});
  Webhook hook;
  hook.name = fields.text("name").value_or("");
  hook.url = fields.text("url").value_or("");
  hook.url_file = fields.text("url_file").value_or("");
  hook.url_env = fields.text("url_env").value_or("");
  hook.secret_file = fields.text("secret_file").value_or("");
  hook.secret_env = fields.text("secret_env").value_or("");
  hook.ca_file = fields.text("ca_file").value_or("");
  hook.has_http = fields.one_of("http", {"deny", "allow"}).value_or("deny") == "allow";
  hook.addresses = fields.texts("addresses").value_or(std::vector<std::string>{});
  if (!stack::matches("[A-Za-z0-9_.-]+", hook.name) || hook.name.size() > 100)
    fields.error("name", "name", fmt::format("\"{}\" is no name of a webhook", hook.name),
                 "use letters, digits, _, . and -, at most 100");
  const int urls = !hook.url.empty() + !hook.url_file.empty() + !hook.url_env.empty();
  if (urls != 1)
    fields.error_here("url", "needs one of url, url_file and url_env",
                      "write url: https://host/path; use url_file where the address is a secret");
  if (!hook.url.empty() && !hook.url.starts_with("https://") &&
      !(hook.has_http && hook.url.starts_with("http://")))
    fields.error("url", "url", "does not begin with https://",
                 "use https, or write `http: allow` where the network is trusted");
  if (!hook.secret_file.empty() && !hook.secret_env.empty())
    fields.error("secret_env", "two-secrets", "stands beside secret_file", "keep one of the two");
  config.webhooks.push_back(std::move(hook));
}

void read_webhooks(ConfigFields& top, Config& config) {
  const auto* list = top.value("webhooks");
  if (!list) return;
  const auto* hooks = list->if_array();
  if (!hooks || hooks->size() > kWebhooksMax)
    return top.error("webhooks", "webhooks", "must be a list of at most 100 webhooks",
                     "begin each with `- name: …`");
  std::set<std::string> names;
  for (std::size_t i = 0; i < hooks->size(); ++i) {
    static const Object kNoHook;
    const auto* object = (*hooks)[i].if_object();
    ConfigFields fields(top.source(), object ? *object : kNoHook,
                        text::pointer_to(top.pointer("webhooks"), i),
                        fmt::format("webhooks[{}]", i));
    read_webhook(fields, config);
    if (!names.insert(config.webhooks.back().name).second)
      fields.error("name", "duplicate", "is the name of another webhook",
                   "give each webhook a name of its own");
  }
}

void read_scripts(ConfigFields& top, Config& config) {
  const auto word = top.one_of("scripts", {"deny", "allow"}).value_or("deny");
  config.scripts = word == "allow" ? Scripts::Allow : Scripts::Deny;
}

void read_functions(ConfigFields& top, Config& config) {
  const auto word = top.one_of("functions", {"code", "own", "off"}).value_or("code");
  if (word == "own") config.functions = Functions::Own;
  if (word == "off") config.functions = Functions::Off;
}

void read_iam(ConfigFields& top, Config& config) {
  if (top.one_of("iam", {"off", "enforce"}).value_or("off") != "enforce") return;
  config.iam = IamRules::Enforce;
  if (config.cloud.kind == CloudKind::Aws)
    top.error("iam", "iam", "enforce stands beside `cloud: aws`, where AWS itself enforces",
              "leave it out, or write `cloud: embedded`");
}

void read_tags(ConfigFields& top, Config& config) {
  auto fields = top.map("tags");
  if (!fields) return;
  fields->only({"backup_group", "generations", "stop"});
  if (auto group = fields->map("backup_group")) {
    group->only({"key", "value"});
    if (auto key = group->text("key")) config.tags.group_key = *key;
    if (auto value = group->text("value")) config.tags.group_value = *value;
  }
  if (auto tag = fields->text("generations")) config.tags.generations = *tag;
  if (auto tag = fields->text("stop")) config.tags.stop = *tag;
}

void read_plans(ConfigFields& top, Config& config) {
  const auto* list = top.value("plans");
  if (!list) return top.error_here("missing-key", "plans is missing", "add a list of plans");
  const auto* plans = list->if_array();
  if (!plans || plans->empty())
    return top.error("plans", "plans", "must be a list with at least one plan",
                     "begin each plan with `- name: …`");
  if (plans->size() > kPlansMax)
    return top.error("plans", "plans", "has more than 100 plans", "use another stack for the rest");
  std::set<std::string> names;
  for (std::size_t i = 0; i < plans->size(); ++i) {
    const auto pointer = text::pointer_to(top.pointer("plans"), i);
    const auto path = fmt::format("plans[{}]", i);
    const auto* object = (*plans)[i].if_object();
    static const Object kNone;
    ConfigFields fields(top.source(), object ? *object : kNone, pointer, path);
    if (!object) {
      fields.error_here("wrong-type", "is no map", "begin the plan with `- name: …`");
      continue;
    }
    auto plan = read_plan(fields, config);
    if (!plan.name.empty() && !names.insert(plan.name).second)
      fields.error("name", "duplicate",
                   fmt::format("\"{}\" is the name of another plan", plan.name),
                   "give each plan a name of its own");
    for (const auto& earlier : config.plans)
      if (const auto shared = shared_target(earlier, plan); !shared.empty())
        fields.warn("name", "overlap",
                    fmt::format("backs up servers that {} backs up too ({})", earlier.name, shared),
                    "each plan makes and keeps images of its own; if one was meant, remove one");
    config.plans.push_back(std::move(plan));
  }
}

}  // namespace

bool Keep::empty() const {
  return last == 0 && within_days == 0 && daily == 0 && weekly == 0 && monthly == 0 && yearly == 0;
}

bool looks_like_config(const Value& tree) {
  for (const auto* other : {"Resources", "mainSteps", "schemaVersion", "AWSTemplateFormatVersion"})
    if (find(tree, other)) return false;
  for (const auto* own : {"plans", "notify", "smtp", "stack", "tags", "account", "region", "data"})
    if (find(tree, own)) return true;
  return false;
}

Result<Config> read_config(std::string_view text, text::Diagnostics& problems) {
  const auto tree = TRY(text::read_tree(text, problems));
  const auto* object = tree.value.if_object();
  if (!object) {
    text::report(problems,
                 {text::Severity::Error,
                  "wrong-type",
                  {1, 1},
                  "",
                  fmt::format("a configuration is a map, this is a {}", kind_of(tree.value)),
                  "begin with `plans:`"});
    return std::unexpected(text::as_error(problems, "hikae.yaml"));
  }
  Config config;
  ConfigSource source{tree, problems};
  ConfigFields top(source, *object, "", "");
  top.only({"account", "region", "data", "stack", "cloud", "aws", "smtp", "iam", "scripts",
            "functions", "webhooks", "notify", "tags", "plans"});
  read_identity(top, config);
  read_cloud(top, config);
  read_smtp(top, config);
  read_scripts(top, config);
  read_functions(top, config);
  read_iam(top, config);
  read_webhooks(top, config);
  config.notify = read_addresses(top);
  read_tags(top, config);
  read_plans(top, config);
  if (text::has_errors(problems)) return std::unexpected(text::as_error(problems, "hikae.yaml"));
  return config;
}

}  // namespace hikae::plan
