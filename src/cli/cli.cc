#include "cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <sstream>

#include "base/time.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/deploying.h"
#include "cli/manual.h"
#include "cli/simulate.h"
#include "cli/test.h"

namespace hikae::cli {
namespace {

constexpr const char* kVersion = "hikae 0.1.0";

/// "A=B", with something before the sign.
CLI::Validator pair_of(const std::string& form) {
  return {[form](std::string& text) {
            const auto at = text.find('=');
            return at == std::string::npos || at == 0 ? "'" + text + "': write " + form
                                                      : std::string();
          },
          ""};
}

CLI::Validator instant() {
  return {[](std::string& text) {
            const auto at = parse_iso(text);
            return at ? std::string() : at.error().message;
          },
          ""};
}

/// What CLI11 knows of an argument only in words: "TEXT:{real,virtual}", "TEXT:FILE", "TEXT:DIR".
std::vector<std::string> choices_of(const std::string& type) {
  const auto from = type.find('{'), to = type.find('}');
  std::vector<std::string> choices;
  if (from == std::string::npos || to == std::string::npos) return choices;
  std::istringstream words(type.substr(from + 1, to - from - 1));
  for (std::string word; std::getline(words, word, ',');) choices.push_back(word);
  return choices;
}

Takes taken_by(const CLI::Option& option, const std::string& type) {
  const auto name = option.get_single_name();
  if (option.get_items_expected_max() == 0) return Takes::Nothing;
  if (type.find(":DIR") != std::string::npos || name == "data") return Takes::Folder;
  // A document may be a name too, and files that `check` cannot open are its finding.
  const bool is_file = type.find(":FILE") != std::string::npos || name.ends_with("FILE") ||
                       name == "DOCUMENT" || name == "junit";
  return is_file ? Takes::File : Takes::Text;
}

Word word_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  Word word;
  word.name = (option.get_positional() ? "" : "--") + option.get_single_name();
  word.text = option.get_description();
  word.takes = taken_by(option, type);
  word.choices = choices_of(type);
  word.needed = option.get_required() ? Needed::Yes : Needed::No;
  return word;
}

CommandWords words_of(const CLI::App& app) {
  CommandWords words;
  words.name = app.get_name();
  words.text = app.get_description();
  words.footer = app.get_footer();
  for (const auto* option : app.get_options())
    (option->get_positional() ? words.operands : words.options).push_back(word_of(*option));
  return words;
}

/// Collects the commands; each binds its options and remembers what to call.
class CommandLine {
 public:
  CommandLine() : app_("EC2 backups at the minute you choose.", "hikae") {
    app_.set_version_flag("--version", kVersion);
    app_.require_subcommand(1);
    app_.fallthrough();
    add_world_commands();
    add_looking_commands();
    add_changing_commands();
    add_account_commands();
    add_pure_commands();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
      const int code = app_.exit(problem);
      return code == 0 ? 0 : static_cast<int>(Exit::Usage);
    }
    return static_cast<int>(chosen_());
  }

 private:
  CLI::App* command(const char* name, const char* description) {
    return app_.add_subcommand(name, description);
  }

  static void common(CLI::App* app, Common& options, const char* data_text = nullptr) {
    app->add_option("--data", options.data,
                    data_text ? data_text
                              : "data folder (default: $HIKAE_DATA, else data of hikae.yaml, else "
                                "./hikae-data)");
    app->add_flag_callback(
        "--json", [&options] { options.format = Format::Json; }, "print one JSON document");
  }

  /// Of cloud: aws.
  static void account_of_aws(CLI::App* app, Common& options) {
    app->add_option("--profile", options.profile,
                    "with cloud: aws, whose keys of ~/.aws are used (default: as hikae.yaml says, "
                    "else as AWS's tools find them)");
    app->add_option("--endpoint-url", options.endpoint_url,
                    "with cloud: aws, the address of every service (default: as hikae.yaml says, "
                    "$AWS_ENDPOINT_URL_EC2 and its like, $AWS_ENDPOINT_URL, AWS's own)");
  }

  /// For who opens a data folder.
  static void installation(CLI::App* app, Common& options) {
    common(app, options);
    app->add_option("--config", options.config,
                    "the hikae.yaml whose data folder is meant (default: $HIKAE_CONFIG, else "
                    "./hikae.yaml where there is one)")
        ->check(CLI::ExistingFile);
    app->add_option("--account", options.account,
                    "account of the embedded cloud (default: as in the applied hikae.yaml)");
    app->add_option("--region", options.region,
                    "region (default: $AWS_REGION, $AWS_DEFAULT_REGION, that of $AWS_PROFILE, as "
                    "in the applied hikae.yaml)");
    // The key's --profile names the one that it writes.
    if (app->get_name() != "key") account_of_aws(app, options);
  }

  /// For who also works on a stack in an AWS account.
  static void deployed(CLI::App* app, Common& options) {
    app->add_option("--stack", options.stack,
                    "the stack of that name that is deployed into your AWS account (hikae deploy)");
  }

  static void world(CLI::App* app, World& options) {
    app->add_option("--clock", options.clock, "real or virtual (default: as the folder was used)")
        ->check(CLI::IsMember({"real", "virtual"}));
    app->add_option("--faults", options.faults, "YAML file of fault rules for the embedded cloud")
        ->check(CLI::ExistingFile);
  }

  static void patience(CLI::App* app, Patience& options) {
    app->add_option("--wait", options.wait_seconds,
                    "seconds to wait, on the real clock, until servers run again and mails have "
                    "left (default: 300)")
        ->check(CLI::Range(0, 86400));
  }

  template <class Options>
  void calls(CLI::App* app, Exit (*what)(const Options&), const Options& options) {
    app->callback([this, what, &options] { chosen_ = [what, &options] { return what(options); }; });
  }

  void add_world_commands() {
    auto* app = command("demo", "play one night of backups on the embedded cloud");
    common(app, demo_.common, "data folder (default: a new one, whose name is printed)");
    app->add_option("--instances", demo_.instances,
                    "servers to play with (default: the demo's cast)")
        ->check(CLI::Range(1, 10000));
    calls(app, demo, demo_);

    app = command("simulate", "play a year of your plans, or many seeds of everything going wrong");
    app->add_flag_callback(
        "--json", [this] { simulate_.format = Format::Json; }, "print one JSON document");
    app->add_option("--config", simulate_.config, "hikae.yaml (default: the demo's plans)")
        ->check(CLI::ExistingFile);
    app->add_option("--days", simulate_.days, "days to play")->check(CLI::Range(1, 3660));
    app->add_option("--instances", simulate_.instances, "servers of the fleet")
        ->check(CLI::Range(1, 5000));
    app->add_option("--faults", simulate_.faults, "none, light or heavy")
        ->check(CLI::IsMember({"none", "light", "heavy"}));
    app->add_option("--seed", simulate_.seed, "what everything is drawn from");
    app->add_option("--seeds", simulate_.seeds,
                    "instead: so many worlds of everything going wrong, judged by the promises")
        ->check(CLI::Range(1, 10'000'000));
    app->add_option("--nights", simulate_.nights, "bad nights of each seed")
        ->check(CLI::Range(1, 365));
    calls(app, simulate, simulate_);

    app = command("up", "run windows and rules in the foreground until stopped");
    installation(app, up_.common);
    world(app, up_.world);
    auto* file = app->add_option("FILE", up_.file, "a hikae.yaml that is applied first")
                     ->check(CLI::ExistingFile);
    app->add_flag_callback(
           "--or-earlier", [this] { up_.refused = WhenRefused::GoOnWithEarlier; },
           "where FILE is refused, go on with what was applied before, and say so")
        ->needs(file);
    app->add_option("--listen", up_.listen,
                    "serve AWS's API at ADDRESS:PORT (as 127.0.0.1:4780; port 0: any free one)");
    app->add_option("--auth", up_.auth,
                    "off: whoever reaches a loopback address may do everything (default: on)")
        ->check(CLI::IsMember({"on", "off"}));
    app->add_option("--tls-certificate", up_.certificate, "PEM file with the chain: serve HTTPS")
        ->check(CLI::ExistingFile);
    app->add_option("--tls-key", up_.key, "PEM file of its key")->check(CLI::ExistingFile);
    app->add_flag_callback(
           "--test-hooks", [this] { up_.world.lives = Lives::Several; },
           "for test suites: POST /_hikae/reset forgets all state but the keys (on a loopback "
           "address, never with cloud: aws)")
        ->needs("--listen");
    calls(app, up, up_);

    app = command("backup", "back up now, by the same path as at night");
    installation(app, backup_.common);
    world(app, backup_.world);
    patience(app, backup_.patience);
    deployed(app, backup_.common);
    app->add_option("INSTANCE", backup_.instances, "instance ids");
    app->add_option("--tag", backup_.tag, "every instance with this tag, KEY=VALUE")
        ->check(pair_of("KEY=VALUE"));
    app->add_flag("--all", backup_.all, "every instance of every plan");
    app->callback([this] {
      if (backup_.instances.empty() && backup_.tag.empty() && !backup_.all)
        throw CLI::ValidationError("backup", "say which: instance ids, --tag KEY=VALUE, or --all");
      chosen_ = [this] { return backup(backup_); };
    });

    app = command("run", "run a document");
    installation(app, run_.common);
    world(app, run_.world);
    patience(app, run_.patience);
    deployed(app, run_.common);
    app->add_option("DOCUMENT", run_.document, "a file, or the name of a document")->required();
    app->add_option("--param", run_.parameters, "NAME=VALUE; again for a list")
        ->check(pair_of("NAME=VALUE"));
    calls(app, cli::run, run_);
  }

  void add_looking_commands() {
    auto* app = command("runs", "list runs, newest first");
    installation(app, runs_.common);
    deployed(app, runs_.common);
    app->add_option("--status", runs_.status, "only of this status (Failed, Success, …)");
    app->add_option("--limit", runs_.limit, "at most so many")->check(CLI::Range(1, 5000));
    calls(app, runs, runs_);

    app = command("show", "show one run, step by step");
    installation(app, show_.common);
    deployed(app, show_.common);
    app->add_option("RUN", show_.run, "the run's id, or its beginning")->required();
    calls(app, show, show_);

    app = command("backups", "list the images there are");
    installation(app, backups_.common);
    deployed(app, backups_.common);
    app->add_option("--instance", backups_.instance, "only of this instance");
    calls(app, backups, backups_);

    app = command("ledger", "what became of each scheduled instant, target by target");
    installation(app, ledger_.common);
    app->add_option("--window", ledger_.window, "only of this window (name or id)");
    app->add_option("--instance", ledger_.instance, "only of this instance");
    app->add_option("--limit", ledger_.limit, "at most so many, the newest")
        ->check(CLI::Range(1, 10000));
    app->add_flag_callback(
        "--dead", [this] { ledger_.show = LedgerShow::Dead; },
        "mails and deliveries given up in the last two weeks instead");
    calls(app, ledger, ledger_);

    app = command("routes", "who answers which call: hikae or AWS");
    installation(app, routes_.common);
    calls(app, routes, routes_);

    app = command("doctor", "would tonight work? every machine, call, tag, window and mail");
    installation(app, doctor_.common);
    world(app, doctor_.world);
    app->add_flag_callback(
        "--mail", [this] { doctor_.mail = DoctorMail::Send; },
        "also send a test mail to each address of the plans");
    app->add_flag("--policy", doctor_.only_policy,
                  "instead: print the smallest IAM policy for `cloud: aws`, by hikae.yaml");
    app->footer("Exit codes: 0 tonight will work (warnings or not), 1 it would fail, 64 usage.");
    calls(app, doctor, doctor_);

    app = command("next", "what fires next; or the next instants of any schedule");
    installation(app, next_.common);
    add_next_options(app);
  }

  void add_next_options(CLI::App* app) {
    // Not an option of an optional: an empty expression is an expression, if a wrong one.
    auto* schedule = app->add_option_function<std::string>(
        "--schedule", [this](const std::string& text) { next_.schedule = text; },
        "cron(…), rate(…) or at(…)");
    app->add_option("--kind", next_.kind, "whose rules: window, rule or scheduler")
        ->check(CLI::IsMember({"window", "rule", "scheduler"}))
        ->needs(schedule);
    app->add_option("--timezone", next_.timezone, "IANA name; default UTC")->needs(schedule);
    app->add_option("--from", next_.from, "instants after this one (default: now)")
        ->check(instant())
        ->needs(schedule);
    app->add_option("--anchor", next_.anchor, "what a rate counts from")
        ->check(instant())
        ->needs(schedule);
    app->add_option("--offset", next_.offset, "days after the cron time")
        ->check(CLI::Range(0, 6))
        ->needs(schedule);
    app->add_option("--count", next_.count, "how many")->check(CLI::Range(1, 10000));
    app->callback([this] {
      if (!next_.schedule && next_.count > kNextOfInstallationMax)
        throw CLI::ValidationError(
            "--count", fmt::format("at most {} without --schedule", kNextOfInstallationMax));
      chosen_ = [this] { return next(next_); };
    });
  }

  void add_changing_commands() {
    auto* app = command("cancel", "cancel a run");
    installation(app, cancel_.common);
    deployed(app, cancel_.common);
    world(app, cancel_.world);
    patience(app, cancel_.patience);
    app->add_option("RUN", cancel_.run, "the run's id, or its beginning")->required();
    calls(app, cancel, cancel_);

    app = command("prune", "delete generations that are over the rule");
    installation(app, prune_.common);
    world(app, prune_.world);
    app->add_option("INSTANCE", prune_.instances, "instance ids (default: all of every plan)");
    app->add_flag_callback(
        "--dry-run", [this] { prune_.mode = PruneMode::DryRun; },
        "only say what would go, and why");
    calls(app, prune, prune_);

    app = command("recover", "start what a lost hikae left stopped, and fill the ledger, by tags");
    installation(app, recover_.common);
    world(app, recover_.world);
    patience(app, recover_.patience);
    app->add_option("--installation", recover_.installation,
                    "the id of the hikae that is lost for good, where the data folder is lost too");
    app->add_flag_callback(
        "--dry-run", [this] { recover_.mode = RecoverMode::DryRun; },
        "only say what was found and would be done");
    app->footer(
        "Exit codes: 0 nothing is owed any more, 1 a server is not known to run or nothing "
        "could be done, 3 partly, 64 usage. Nothing is ever deleted.");
    calls(app, recover, recover_);

    app = command("key", "create, list or delete the access keys that clients sign with");
    installation(app, key_.common);
    app->add_option_function<std::string>(
           "ACTION",
           [this](const std::string& word) {
             key_.action = word == "create"   ? KeyAction::Create
                           : word == "delete" ? KeyAction::Delete
                                              : KeyAction::List;
           },
           "what to do")
        ->required()
        ->check(CLI::IsMember({"create", "list", "delete"}));
    app->add_option("NAME", key_.name, "the new key's name; of delete: the key's id");
    app->add_option("--role", key_.role, "what the new key may do (default: read-only)")
        ->check(CLI::IsMember({"read-only", "operator", "admin"}));
    app->add_option("--profile", key_.profile,
                    "also write a profile of this name for AWS's tools, below DATA/aws");
    app->callback([this] {
      if (key_.action != KeyAction::List && key_.name.empty())
        throw CLI::ValidationError("key", "create needs a name, delete the key's id");
      chosen_ = [this] { return key(key_); };
    });

    app = command("hold", "leave an instance's power alone");
    installation(app, hold_.common);
    app->add_option("INSTANCE", hold_.instance, "instance id")->required();
    app->add_flag_callback(
        "--off", [this] { hold_.mode = HoldMode::Off; }, "no longer");
    calls(app, hold, hold_);

    app = command("window", "enable or disable a maintenance window");
    installation(app, window_.common);
    app->add_option_function<std::string>(
           "ACTION",
           [this](const std::string& word) {
             window_.action = word == "enable" ? WindowAction::Enable : WindowAction::Disable;
           },
           "what to do with it")
        ->required()
        ->check(CLI::IsMember({"enable", "disable"}));
    app->add_option("NAME", window_.name, "the window's name or id")->required();
    calls(app, window_switch, window_);

    app = command("fleet", "put servers into the embedded cloud");
    installation(app, fleet_.common);
    world(app, fleet_.world);
    app->add_option("FILE", fleet_.file, "a fleet in YAML (docs/faults.md, Fleets)")
        ->required()
        ->check(CLI::ExistingFile);
    calls(app, fleet, fleet_);

    app = command("apply", "apply a template or hikae.yaml");
    installation(app, apply_.common);
    world(app, apply_.world);
    app->add_option("FILE", apply_.file, "a CloudFormation template, or hikae.yaml")
        ->required()
        ->check(CLI::ExistingFile);
    app->add_option("--stack", apply_.stack, "the stack's name (default: from the file)");
    app->add_option("--param", apply_.parameters, "NAME=VALUE, of a template")
        ->check(pair_of("NAME=VALUE"));
    calls(app, apply, apply_);
  }

  /// `hikae.yaml` and the account that it goes into.
  void deployment(CLI::App* app, DeploymentOptions& options, const char* file_text) {
    app->add_flag_callback(
        "--json", [&options] { options.common.format = Format::Json; }, "print one JSON document");
    app->add_option("FILE", options.file, file_text)->check(CLI::ExistingFile);
    deployed(app, options.common);
  }
  static void account(CLI::App* app, Common& options) {
    app->add_option("--region", options.region,
                    "region (default: $AWS_REGION, $AWS_DEFAULT_REGION, the profile's, as in "
                    "hikae.yaml)");
    app->add_option("--profile", options.profile,
                    "whose keys of ~/.aws are used (default: as AWS's tools find them)");
    app->add_option("--endpoint-url", options.endpoint_url,
                    "the address of every service (default: $AWS_ENDPOINT_URL_S3 and its like, "
                    "$AWS_ENDPOINT_URL, AWS's own)");
  }
  static void functions(CLI::App* app, DeploymentOptions& options) {
    app->add_option("--functions", options.functions,
                    "folder with hikae-retention.zip and its like (default: beside the program)")
        ->check(CLI::ExistingDirectory);
  }

  void add_account_commands() {
    constexpr auto kConfig = "hikae.yaml (default: $HIKAE_CONFIG, else ./hikae.yaml)";
    auto* app = command("synth", "write what deploy would bring: template and functions' zips");
    deployment(app, synth_.what, kConfig);
    functions(app, synth_.what);
    app->add_option("--out", synth_.out, "folder to write to (default: hikae.out)");
    calls(app, synth, synth_);

    app = command("diff", "what deploy would change in your AWS account; exit 2 if anything");
    deployment(app, diff_, kConfig);
    account(app, diff_.common);
    functions(app, diff_);
    app->footer("Exit codes: 0 nothing would change, 1 it is not known, 2 something would.");
    calls(app, diff, diff_);

    app = command("deploy", "put hikae's stack into your AWS account, or bring it up to date");
    deployment(app, deploy_.what, kConfig);
    account(app, deploy_.what.common);
    functions(app, deploy_.what);
    app->add_flag_callback(
        "--no-execute", [this] { deploy_.use = ChangeSetUse::Keep; },
        "only make the change set and show it");
    calls(app, deploy, deploy_);

    app = command("destroy", "delete the stack from your AWS account; images stay");
    deployment(app, destroy_.what, kConfig);
    account(app, destroy_.what.common);
    app->add_flag_callback(
        "--yes", [this] { destroy_.asking = Asking::No; }, "do not ask");
    calls(app, destroy, destroy_);
  }

  void add_pure_commands() {
    auto* app = command("match", "does an event match a pattern? exit 0 yes, 1 no, 2 refused");
    common(app, match_.common);
    app->add_option("PATTERN-FILE", match_.pattern_file)->required()->check(CLI::ExistingFile);
    app->add_option("EVENT-FILE", match_.event_file)->required()->check(CLI::ExistingFile);
    calls(app, match, match_);

    add_telling_commands();

    app = command("check", "find hazards and mistakes; exit 0 none, 1 found, 2 a file unreadable");
    common(app, check_.common);
    check_.version = std::string(kVersion).substr(std::string_view("hikae ").size());
    app->add_option("FILE", check_.files, "documents, templates, hikae.yaml")->required();
    app->add_flag_callback(
        "--strict", [this] { check_.strictness = Strictness::WarningsToo; },
        "exit 1 for warnings too");
    app->add_flag_callback(
        "--sarif", [this] { check_.form = CheckForm::Sarif; }, "print SARIF 2.1.0, for CI");
    calls(app, check, check_);

    app = command("policy", "print the smallest IAM policy of documents and their children");
    common(app, policy_.common);
    app->add_option("--account", policy_.common.account, "of the policy's ARNs (default: any)");
    app->add_option("--region", policy_.common.region, "likewise");
    app->add_option("DOCUMENT", policy_.documents, "files, or names of hikae's own")->required();
    calls(app, policy, policy_);
    add_test_command();
  }

  void add_test_command() {
    auto* app =
        command("test", "play a document's tests in virtual time; exit 0 good, 1 failed, 2 unread");
    app->add_flag_callback(
        "--json", [this] { test_.format = Format::Json; }, "print one JSON document");
    app->add_option("FILE", test_.files, "files of tests (docs/testing-runbooks.md)")->required();
    app->add_option("--filter", test_.filter, "only tests of this name; * and ? are wildcards");
    app->add_option("--root", test_.root,
                    "folder that paths in the files are relative to (default: each file's own)")
        ->check(CLI::ExistingDirectory);
    app->add_option("--junit", test_.junit, "also write a JUnit report to this file");
    app->add_flag_callback(
        "--timeline", [this] { test_.timelines = Shown::Everything; },
        "show the timeline of good tests too");
    calls(app, test, test_);
  }

  void add_telling_commands() {
    auto* app = command("completion", "print a completion script (source <(hikae completion))");
    app->add_option("SHELL", shell_, "for which shell (default: bash)")
        ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
    says(app, [this](const AllWords& words) {
      if (shell_ == "zsh") return zsh_completion(words);
      return shell_ == "fish" ? fish_completion(words) : bash_completion(words);
    });

    app = command("manual", "print a man page (hikae manual up | man -l -)");
    app->add_option("COMMAND", manual_of_, "of which command (default: of hikae)");
    says(app, [this](const AllWords& words) { return manual(words); });
  }

  /// What is printed is made from the commands themselves, so that it cannot fall behind them.
  void says(CLI::App* app, std::function<std::string(const AllWords&)> what) {
    app->callback([this, what = std::move(what)] {
      chosen_ = [this, what] {
        const auto text = what(all_words());
        if (text.empty()) return Exit::Usage;
        Output(Format::Text).line(text);
        return Exit::Ok;
      };
    });
  }

  [[nodiscard]] std::string manual(const AllWords& words) const {
    if (manual_of_.empty()) return manual_of_program(words);
    for (const auto& command : words.commands)
      if (command.name == manual_of_) return manual_of_command(command, words);
    Output(Format::Text).error("'" + manual_of_ + "' is no command; hikae --help lists them");
    return {};
  }

  [[nodiscard]] AllWords all_words() const {
    AllWords words{kVersion, app_.get_description(), {}};
    for (const auto* app : app_.get_subcommands([](const CLI::App*) { return true; }))
      words.commands.push_back(words_of(*app));
    return words;
  }

  CLI::App app_;
  std::function<Exit()> chosen_;
  DemoOptions demo_;
  UpOptions up_;
  BackupOptions backup_;
  RunOptions run_;
  RunsOptions runs_;
  ShowOptions show_;
  CancelOptions cancel_;
  BackupsOptions backups_;
  PruneOptions prune_;
  RecoverOptions recover_;
  HoldOptions hold_;
  DoctorOptions doctor_;
  RoutesOptions routes_;
  KeyOptions key_;
  WindowOptions window_;
  LedgerOptions ledger_;
  FleetOptions fleet_;
  NextOptions next_;
  MatchOptions match_;
  CheckOptions check_;
  PolicyOptions policy_;
  ApplyOptions apply_;
  SynthOptions synth_;
  DeploymentOptions diff_;
  DeployOptions deploy_;
  DestroyOptions destroy_;
  SimulateOptions simulate_;
  TestOptions test_;
  std::string shell_;
  std::string manual_of_;
};

}  // namespace

int run_cli(int argc, char** argv) { return CommandLine().run(argc, argv); }

}  // namespace hikae::cli
