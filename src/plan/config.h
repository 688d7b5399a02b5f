// `hikae.yaml`: what is to be backed up, when, how many generations are kept, and who is told.
//
// It is read once, checked whole, and never changes afterwards. Everything else is derived from it:
// the CloudFormation template (plan/compile.h) and the settings of this process (account, region,
// mail). docs/configuration.md is the operator's description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "plan/routes.h"
#include "text/diagnostic.h"

namespace hikae::plan {

enum class SmtpTls { StartTls, Tls, Off };

struct Smtp {
  std::string host;
  int port = 587;
  std::string user;           // empty: no login
  std::string password_file;  // at most one of these two
  std::string password_env;
  SmtpTls tls = SmtpTls::StartTls;
  std::string from;
  std::string ca_file;  // empty: the system's
};

/// Where the machines are.
enum class CloudKind {
  Embedded,  // hikae's own model of EC2
  Aws,       // AWS, or whatever speaks its API
};

/// The rest is for AWS: as --profile and --endpoint-url of its own tools; empty: as they find it.
struct Cloud {
  CloudKind kind = CloudKind::Embedded;
  std::string profile;
  std::string endpoint_url;
  std::vector<Route> routes;  // the lines that hikae.yaml changes (plan/routes.h)
};

/// The tags of instances. The defaults are the article's.
struct TagNames {
  std::string group_key = "BackupGroup";
  std::string group_value = "ssm-backup-group";
  std::string generations = "EC2BackupGen";
  std::string stop = "BackupEC2StopStart";
};

/// The user's own document or function at one place of a run.
enum class HookKind { None, Document, Function };
struct Hook {
  HookKind kind = HookKind::None;
  std::string name;
};

/// How many generations are kept where the instance's tag does not say; all 0: nothing is deleted.
struct Keep {
  int last = 0;
  int within_days = 0;
  int daily = 0;
  int weekly = 0;
  int monthly = 0;
  int yearly = 0;
  [[nodiscard]] bool empty() const;
};

enum class DstGap { Skip, Next };

struct Target {
  std::string key;  // a tag's
  std::vector<std::string> values;
};

struct Plan {
  std::string name;      // [A-Za-z0-9_.-], unique
  std::string schedule;  // "cron(30 3 ? * * *)", also where `at` was written
  std::string zone = "UTC";
  std::vector<Target> targets;         // tags, all of them must fit; or
  std::vector<std::string> instances;  // these
  int window_hours = 1;
  int cutoff_hours = 0;
  std::string concurrency = "10";
  std::string error_limit = "100%";
  Keep keep;
  std::vector<std::string> notify;  // the plan's, else the configuration's
  std::optional<int> agent_check_minutes = 10;
  std::string agent_check_schedule;  // derived; empty without a check
  bool require_agent = false;
  Hook before, check, after;
  DstGap dst_gap = DstGap::Skip;
  std::optional<int> catch_up_minutes;
};

/// An address that aws:invokeWebhook may call, by its name. Of url and secret each is given in one
/// of three ways, or not at all (secret).
struct Webhook {
  std::string name;
  std::string url, url_file, url_env;
  std::string secret_file, secret_env;
  std::string ca_file;                 // empty: the system's
  bool has_http = false;               // plain http is allowed
  std::vector<std::string> addresses;  // that are allowed though they are not public
};

enum class Scripts { Deny, Allow };
/// Code runs functions as processes; Own keeps hikae's own work under the article's names.
enum class Functions { Code, Own, Off };
/// Whether IAM's policies bind, in the embedded cloud.
enum class IamRules { Off, Enforce };

struct Config {
  Cloud cloud;
  std::string account = "123456789012";
  std::string region = "ap-northeast-1";
  std::string data;  // empty: the command line's
  std::string stack = "hikae";
  std::optional<Smtp> smtp;
  Scripts scripts = Scripts::Deny;  // aws:executeScript
  Functions functions = Functions::Code;
  IamRules iam = IamRules::Off;
  std::vector<Webhook> webhooks;
  std::vector<std::string> notify;
  TagNames tags;
  std::vector<Plan> plans;
};

/// Reads and checks a configuration. Every problem is put into `problems` with line, column, path
/// and how to fix it; with any error the result is that error (`Invalid`). Time zones are looked up
/// in the system's zone data. Limits: limits::kConfigBytes, 100 plans, 100 addresses a plan.
[[nodiscard]] Result<Config> read_config(std::string_view text, text::Diagnostics& problems);

/// Whether a text looks like a configuration rather than a template or a document: it has one of a
/// configuration's keys (also where `plans` is forgotten) and none of theirs.
[[nodiscard]] bool looks_like_config(const Value& tree);

}  // namespace hikae::plan
