// The commands of `hikae`, one file each. Every command gives its exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/place.h"
#include "cli/session.h"

namespace hikae::cli {

/// What all commands share.
struct Common {
  std::string data;                   // --data; empty: place_of() says which (cli/place.h)
  std::string config;                 // --config
  std::string account;                // --account
  std::string region;                 // --region
  std::string profile, endpoint_url;  // --profile and --endpoint-url, of cloud: aws
  std::string stack;                  // --stack: one that is deployed into an AWS account
  Format format = Format::Text;
};

/// What commands share that let the world go on.
struct World {
  std::string clock;   // "", "real", "virtual"
  std::string faults;  // a file of fault rules
  Lives lives = Lives::One;
};

/// How long commands wait, on the real clock, for starts and mails that a run has left behind.
struct Patience {
  std::int64_t wait_seconds = 300;
  [[nodiscard]] Duration limit() const { return seconds(wait_seconds); }
};

struct DemoOptions {
  Common common;
  std::int64_t instances = 0;  // more servers than the cast of the demo: for measuring
};
Exit demo(const DemoOptions& options);

/// What `up` does with a hikae.yaml that cannot be applied.
enum class WhenRefused {
  Fail,
  GoOnWithEarlier,  // where one was applied to the folder before: a crash at night must not meet a
                    // half-edited file and leave a server stopped
};
struct UpOptions {
  Common common;
  World world;
  std::string file;  // hikae.yaml, applied first; empty: none
  WhenRefused refused = WhenRefused::Fail;
  std::string listen;       // ADDRESS:PORT of AWS's API; empty: nobody is served
  std::string auth = "on";  // or "off"
  std::string certificate, key;
};
Exit up(const UpOptions& options);

struct BackupOptions {
  Common common;
  World world;
  Patience patience;
  std::vector<std::string> instances;
  std::string tag;  // KEY=VALUE
  bool all = false;
};
Exit backup(const BackupOptions& options);

struct RunOptions {
  Common common;
  World world;
  Patience patience;
  std::string document;  // a file, or a document's name
  std::vector<std::string> parameters;
};
Exit run(const RunOptions& options);

struct RunsOptions {
  Common common;
  std::string status;
  std::int64_t limit = 50;
};
Exit runs(const RunsOptions& options);

struct ShowOptions {
  Common common;
  std::string run;
};
Exit show(const ShowOptions& options);

struct CancelOptions {
  Common common;
  World world;
  Patience patience;
  std::string run;
};
Exit cancel(const CancelOptions& options);

struct BackupsOptions {
  Common common;
  std::string instance;
};
Exit backups(const BackupsOptions& options);

struct RoutesOptions {
  Common common;
};
Exit routes(const RoutesOptions& options);

enum class LedgerShow { Instants, Dead };
struct LedgerOptions {
  Common common;
  std::string window;    // name or id; empty: all
  std::string instance;  // empty: all
  std::int64_t limit = 100;
  LedgerShow show = LedgerShow::Instants;
};
Exit ledger(const LedgerOptions& options);

enum class DoctorMail { None, Send };
struct DoctorOptions {
  Common common;
  World world;
  DoctorMail mail = DoctorMail::None;
  bool only_policy = false;
};
Exit doctor(const DoctorOptions& options);
/// Prints the smallest policy for `cloud: aws`: by hikae.yaml, without opening a data folder.
Exit print_policy(const Common& common);

enum class KeyAction { Create, List, Delete };
struct KeyOptions {
  Common common;
  KeyAction action = KeyAction::List;
  std::string name;                // of a new key; the id of one to delete
  std::string role = "read-only";  // or operator, admin
  std::string profile;             // empty: none is written
};
Exit key(const KeyOptions& options);

struct FleetOptions {
  Common common;
  World world;
  std::string file;
};
Exit fleet(const FleetOptions& options);

enum class PruneMode { DryRun, ForReal };
struct PruneOptions {
  Common common;
  World world;
  std::vector<std::string> instances;
  PruneMode mode = PruneMode::ForReal;
};
Exit prune(const PruneOptions& options);

enum class RecoverMode { DryRun, ForReal };
struct RecoverOptions {
  Common common;
  World world;
  Patience patience;
  std::string installation;  // of the hikae that is lost; empty: the folder's own
  RecoverMode mode = RecoverMode::ForReal;
};
Exit recover(const RecoverOptions& options);

enum class HoldMode { On, Off };
struct HoldOptions {
  Common common;
  std::string instance;
  HoldMode mode = HoldMode::On;
};
Exit hold(const HoldOptions& options);

enum class WindowAction { Enable, Disable };
struct WindowOptions {
  Common common;
  std::string name;
  WindowAction action = WindowAction::Enable;
};
Exit window_switch(const WindowOptions& options);

struct NextOptions {
  Common common;
  std::optional<std::string> schedule;  // absent: what fires next in this installation
  std::string kind = "window";
  std::string timezone;
  std::string from;
  std::string anchor;
  int offset = 0;
  std::int64_t count = 5;
};
/// Of an installation: windows and rules are asked for at most so many each.
inline constexpr std::int64_t kNextOfInstallationMax = 100;
Exit next(const NextOptions& options);

struct MatchOptions {
  Common common;
  std::string pattern_file;
  std::string event_file;
};
Exit match(const MatchOptions& options);

enum class Strictness { ErrorsOnly, WarningsToo };
enum class CheckForm { Plain, Sarif };
struct CheckOptions {
  Common common;
  std::vector<std::string> files;
  Strictness strictness = Strictness::ErrorsOnly;  // what makes the exit code 1
  CheckForm form = CheckForm::Plain;
  std::string version;  // of this program
};
Exit check(const CheckOptions& options);

struct PolicyOptions {
  Common common;  // account and region; empty: any
  std::vector<std::string> documents;
};
Exit policy(const PolicyOptions& options);

struct ApplyOptions {
  Common common;
  World world;
  std::string file;
  std::string stack;
  std::vector<std::string> parameters;
};
Exit apply(const ApplyOptions& options);

/// What a command does where `hikae up` holds the data folder.
enum class Sharing {
  WithRunning,  // asks the running one through its server, where it serves
  Alone,        // needs the folder for itself
};

/// A mistyped folder must not come into being by being looked at.
enum class Folder {
  MustExist,
  MayBeNew,  // the command begins something
};

/// Opens the installation, or says why not. Where the environment chooses another region than the
/// folder's hikae.yaml, that is said on stderr. Error `NotFound`: the folder must exist, and has no
/// hikae.db; nothing was written.
[[nodiscard]] Result<std::unique_ptr<Session>> open_session(const Common& common,
                                                            const World& world,
                                                            Sharing sharing = Sharing::WithRunning,
                                                            Folder folder = Folder::MustExist);
/// The same, for a command that brings its own hikae.yaml; the folder may be new.
[[nodiscard]] Result<std::unique_ptr<Session>> open_session(const Common& common,
                                                            const World& world, const Place& place,
                                                            Sharing sharing = Sharing::WithRunning);
/// Prints an error as the command's format wants it; gives Exit::Failed.
Exit report(Output& out, const Error& error);

}  // namespace hikae::cli
