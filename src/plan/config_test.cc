#include "plan/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hikae::plan {
namespace {

std::string config_file(const std::string& name) {
  std::ifstream in(HIKAE_TEST_DATA "/bad-configs/" + name + ".yaml", std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

struct BadConfig {
  const char* file;
  int line;
  int column;
  const char* path;
  const char* said;
  const char* fix;
};

TEST(ConfigProblems, HaveTheirPlaceTheirReasonAndTheirFix) {
  const BadConfig table[] = {
      {"unknown-key", 6, 5, "plans[0].kepp", "there is no setting kepp; did you mean keep?",
       "use one of: name, at"},
      {"bad-zone", 4, 11, "plans[0].zone", "Asia/Tokio", "such as Asia/Tokyo"},
      {"bad-time", 3, 9, "plans[0].at", "\"3.30\" is no time of day", "\"03:30\", in quotes"},
      {"two-schedules", 4, 15, "plans[0].schedule", "stands beside at", "keep one"},
      {"bad-cron", 3, 15, "plans[0].schedule", "25", "cron(30 3 ? * * *)"},
      {"lead-too-long", 5, 26, "plans[0].agent_check_minutes", "10 min",
       "choose a shorter agent_check_minutes"},
      {"keep-zero", 5, 11, "plans[0].keep", "is 0, but must be a whole number from 1", "write"},
      {"keep-text", 5, 19, "plans[0].keep.daily", "\"seven\"", "without quotes"},
      {"bad-address", 3, 5, "notify[1]", "\"ops.example.com\" is no mail address", "name@domain"},
      {"no-plans", 1, 1, "", "plans is missing", "add a list of plans"},
      {"same-name", 4, 12, "plans[1].name", "the name of another plan", "a name of its own"},
      {"two-hooks", 7, 13, "plans[0].before", "names a document and a function",
       "{document: NAME}"},
      {"bad-account", 1, 10, "account", "\"12345\" is no AWS account", "12 digits"},
      {"cutoff", 8, 19, "plans[0].cutoff_hours", "leaves nothing of window_hours (2)",
       "less than window_hours"},
      {"smtp-login", 3, 9, "smtp.user", "stands without a password", "password_file"},
      {"smtp-plain", 5, 8, "smtp.tls", "would send the password in clear", "starttls or tls"},
      {"bad-instance", 7, 17, "plans[0].instances[0]", "\"web-1\" is no instance id", "i-0123"},
      {"duplicate-key", 5, 5, "", "at", ""},
      {"gap-word", 7, 14, "plans[0].dst_gap", "did you mean next?", "skip, next"},
      {"concurrency", 7, 18, "plans[0].concurrency", "is \"0\"", "whole number from 1"},
  };
  for (const auto& bad : table) {
    text::Diagnostics problems;
    EXPECT_FALSE(read_config(config_file(bad.file), problems).has_value()) << bad.file;
    ASSERT_FALSE(problems.empty()) << bad.file;
    const auto& first = problems.front();
    const auto shown = text::format(first, bad.file);
    EXPECT_EQ(first.position, (text::Position{bad.line, bad.column})) << shown;
    EXPECT_EQ(first.path, bad.path) << shown;
    EXPECT_NE(first.message.find(bad.said), std::string::npos) << shown;
    EXPECT_NE(first.hint.find(bad.fix), std::string::npos) << shown;
  }
}

Config config_from(std::string_view text) {
  text::Diagnostics problems;
  auto config = read_config(text, problems);
  EXPECT_TRUE(config.has_value()) << (config ? "" : config.error().message);
  return config ? std::move(*config) : Config{};
}

TEST(Config, HasTheArticlesTagsAndTimesByDefault) {
  const auto config = config_from("plans: [{name: nightly, at: '03:30', zone: Asia/Tokyo}]");
  ASSERT_EQ(config.plans.size(), 1U);
  const auto& plan = config.plans[0];
  EXPECT_EQ(plan.schedule, "cron(30 3 ? * * *)");
  EXPECT_EQ(plan.agent_check_schedule, "cron(20 3 ? * * *)");
  EXPECT_EQ(plan.targets.at(0).key, "BackupGroup");
  EXPECT_EQ(plan.targets.at(0).values, std::vector<std::string>{"ssm-backup-group"});
  EXPECT_EQ(config.tags.generations, "EC2BackupGen");
  EXPECT_EQ(config.tags.stop, "BackupEC2StopStart");
  EXPECT_FALSE(plan.require_agent);
  EXPECT_TRUE(plan.keep.empty());
}

TEST(Config, ReadsEverySetting) {
  const auto config = config_from(R"(
account: 123456789012
region: eu-west-1
data: /var/lib/hikae
stack: night
smtp: {host: mail.example.com, port: 2525, user: u, password_file: /run/pw, tls: starttls,
       from: hikae@example.com, ca_file: /etc/ca.pem}
notify: [ops@example.com]
tags: {backup_group: {key: Group, value: g}, generations: Gen, stop: Stop}
plans:
  - name: weekly
    schedule: cron(0 4 ? * SUN *)
    zone: Europe/London
    targets: {tag: {Role: [db, web]}}
    window_hours: 3
    cutoff_hours: 1
    concurrency: 25%
    error_limit: 5
    keep: {last: 3, within_days: 7, daily: 1, weekly: 4, monthly: 12, yearly: 2}
    notify: dba@example.com
    agent_check_minutes: 30
    require_agent: true
    before: {document: freeze}
    check: {function: is-healthy}
    after: {document: thaw}
    dst_gap: next
    catch_up_minutes: 45
)");
  EXPECT_EQ(config.account, "123456789012");
  EXPECT_EQ(config.smtp->port, 2525);
  const auto& plan = config.plans.at(0);
  EXPECT_EQ(plan.agent_check_schedule, "cron(30 3 ? * SUN *)");
  EXPECT_EQ(plan.targets.at(0).values.size(), 2U);
  EXPECT_EQ(plan.keep.monthly, 12);
  EXPECT_EQ(plan.check.kind, HookKind::Function);
  EXPECT_EQ(plan.concurrency, "25%");
  EXPECT_EQ(plan.error_limit, "5");
  EXPECT_EQ(plan.dst_gap, DstGap::Next);
  EXPECT_EQ(plan.notify, std::vector<std::string>{"dba@example.com"});
}

TEST(Config, TheExamplesOfTheDescriptionAreGood) {
  std::ifstream in(HIKAE_SOURCE_DIR "/docs/configuration.md", std::ios::binary);
  std::stringstream page;
  page << in.rdbuf();
  std::string text = page.str();
  int examples = 0;
  for (auto from = text.find("```yaml\n"); from != std::string::npos;
       from = text.find("```yaml\n", from + 1), ++examples) {
    const auto begin = from + 8;
    const auto config = config_from(text.substr(begin, text.find("```", begin) - begin));
    EXPECT_EQ(config.plans.size(), 1U);
  }
  EXPECT_EQ(examples, 2);
}

constexpr const char* kNightly =
    "notify: [a@b.example]\nplans: [{name: n, at: '03:30', keep: 7}]\n";

TEST(Config, FunctionsRunUnlessItSaysOtherwise) {
  for (const auto& [text, wanted] : {std::pair{"", Functions::Code},
                                     {"functions: code\n", Functions::Code},
                                     {"functions: own\n", Functions::Own},
                                     {"functions: off\n", Functions::Off}}) {
    text::Diagnostics problems;
    const auto config = read_config(std::string(text) + kNightly, problems);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->functions, wanted) << text;
  }
}

TEST(Config, ScriptsAreOffUnlessAllowedAndWebhooksAreReadWhole) {
  text::Diagnostics problems;
  const auto plain = read_config(kNightly, problems);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->scripts, Scripts::Deny);
  const auto full = read_config(
      std::string("scripts: allow\nwebhooks:\n  - {name: chat, url: 'https://c.example/x', "
                  "secret_env: KEY, addresses: [10.0.0.0/8]}\n") +
          kNightly,
      problems);
  ASSERT_TRUE(full) << full.error().message;
  EXPECT_EQ(full->scripts, Scripts::Allow);
  ASSERT_EQ(full->webhooks.size(), 1U);
  EXPECT_EQ(full->webhooks[0].addresses, std::vector<std::string>{"10.0.0.0/8"});
  EXPECT_FALSE(full->webhooks[0].has_http);
}

TEST(Config, AWebhookWithoutOneSafeAddressIsRefused) {
  for (const auto* hook :
       {"{name: a}", "{name: a, url: 'http://c.example/'}", "{name: 'a b', url: 'https://c/'}",
        "{name: a, url: 'https://c/', url_env: X}", "{name: a, url: 'https://c/', other: 1}"}) {
    text::Diagnostics problems;
    EXPECT_FALSE(read_config("webhooks: [" + std::string(hook) + "]\n" + kNightly, problems))
        << hook;
  }
}

TEST(Config, WarnsWhereNothingWouldBeDeletedOrNobodyTold) {
  text::Diagnostics problems;
  EXPECT_TRUE(read_config("plans: [{name: n, at: '03:30'}]", problems).has_value());
  std::string all;
  for (const auto& problem : problems) all += problem.code + " ";
  EXPECT_EQ(all, "zone no-keep no-notify ");
}

/// What is said of overlapping plans.
text::Diagnostics overlaps_of(const std::string& values_of_other) {
  const std::string plans =
      "notify: [a@example.com]\nplans:\n"
      "  - {name: a, at: '03:30', zone: UTC, keep: 3, targets: {tag: {Backup: [x, y]}}}\n"
      "  - {name: b, at: '05:30', zone: UTC, keep: 9, targets: {tag: {Backup: " +
      values_of_other + "}}}\n";
  text::Diagnostics problems;
  EXPECT_TRUE(read_config(plans, problems).has_value());
  return problems;
}

TEST(ConfigProblems, PlansThatNameTheSameServersAreWarnedOf) {
  const auto problems = overlaps_of("[y, z]");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].severity, text::Severity::Warning);
  EXPECT_EQ(problems[0].path, "plans[1].name");
  EXPECT_NE(problems[0].message.find("that a backs up too (Backup=y)"), std::string::npos);
  EXPECT_TRUE(overlaps_of("[z]").empty());
}

/// What is said of a plan with that schedule in Europe/Berlin.
std::string said_of_schedule(const std::string& schedule, const std::string& more = "") {
  text::Diagnostics problems;
  (void)read_config(
      "notify: [a@example.com]\nplans:\n  - {name: a, keep: 3, zone: Europe/Berlin, "
      "agent_check_minutes: false, schedule: '" +
          schedule + "'" + more + "}\n",
      problems);
  return problems.empty() ? "" : problems[0].code;
}

TEST(ConfigProblems, AScheduleThatNeverFiresIsAnError) {
  EXPECT_EQ(said_of_schedule("cron(0 3 30 2 ? *)"), "never");
  EXPECT_EQ(said_of_schedule("at(2027-03-28T02:30:00)"), "never") << "clocks jump over it";
  EXPECT_EQ(said_of_schedule("at(2027-03-28T02:30:00)", ", dst_gap: next"), "");
  EXPECT_EQ(said_of_schedule("cron(0 3 29 2 ? *)"), "");
}

}  // namespace
}  // namespace hikae::plan
