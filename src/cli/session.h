// One command's hold on an installation: the data folder, a clock, the machines, the house. What a
// command wants it asks through `call`, as any AWS client would.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/ports.h"
#include "base/result.h"
#include "base/value.h"
#include "house/house.h"
#include "sandbox/sandbox.h"
#include "upkeep/traces.h"

namespace hikae::cli {

struct AwsOptions;
class RunningHikae;
class Serving;
struct Endpoint;
struct Reach;
struct ServingOptions;

enum class ClockKind {
  AsFolder,  // as the folder was last used; a new one: the real clock
  Real,
  Virtual,
};

/// How many houses the session may see.
enum class Lives {
  One,
  Several,  // forget_everything() may be called
};

struct SessionOptions {
  std::string data;  // the data folder
  ClockKind clock = ClockKind::AsFolder;
  std::optional<WallTime> start;  // of a virtual clock in a new folder
  std::uint64_t seed = 1;         // of a virtual world's entropy
  std::string faults_file;        // empty: none
  // Absent: as the hikae.yaml says that was applied to the folder; else the defaults.
  std::optional<std::string> account;
  std::optional<std::string> region;
  std::string profile;       // of cloud: aws; empty: as hikae.yaml says
  std::string endpoint_url;  // likewise
  Lives lives = Lives::One;
};

class Session {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(const SessionOptions& options);
  /// The installation is a running hikae's: what is asked is asked of it through its server. Such a
  /// session has no house and no sandbox of its own (`is_elsewhere`).
  [[nodiscard]] static Result<std::unique_ptr<Session>> connect(const Reach& reach,
                                                                const std::string& data_folder);
  /// hikae's own stack of that name in an AWS account, whose SSM runs it: AWS is asked, and nobody
  /// else (`is_deployed`, and `is_elsewhere` too). Errors: those of asking STS whose keys these
  /// are.
  [[nodiscard]] static Result<std::unique_ptr<Session>> in_account(const AwsOptions& options,
                                                                   std::string stack);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Asks and waits for the answer; the world goes on meanwhile.
  [[nodiscard]] Result<Value> call(std::string_view service, std::string_view operation,
                                   Value input);
  /// Lets the world go on until `done` says so (true); false: interrupted, or `limit` is reached,
  /// or, under the virtual clock, nothing more can happen.
  bool run_until(const std::function<bool()>& done, std::optional<WallTime> limit = std::nullopt);

  /// AWS's API at an address, as long as the session lives; the clock must be the real one.
  /// Errors: as Serving::open (cli/serving.h).
  [[nodiscard]] Result<Endpoint> serve(const ServingOptions& options);

  /// hikae.yaml has changed since this session was opened, as to where the machines are or who
  /// answers: it holds from the next session on.
  [[nodiscard]] bool is_of_another_cloud();

  /// For test suites: all state is gone when it returns, and the session works on as in a new
  /// folder. What stays: which hikae this is, its region, the keys of `hikae key`, mails that were
  /// written to the folder, and the log. Of an interruption in between one database may be empty
  /// and the other not. Errors: `Conflict` where the machines are AWS's or the session has but one
  /// life; `Io`: the session is of no use any more.
  [[nodiscard]] Result<> forget_everything();

  /// The machines are AWS's: nobody here knows their fleet but by asking.
  [[nodiscard]] bool is_on_aws() const;
  /// Another process holds the folder and answers for it.
  [[nodiscard]] bool is_elsewhere() const { return running_ != nullptr; }
  /// It is a stack in an AWS account: no hikae runs it.
  [[nodiscard]] bool is_deployed() const { return !stack_.empty(); }
  [[nodiscard]] const std::string& stack() const { return stack_; }
  /// Of a deployed one: where a service of AWS is reached.
  [[nodiscard]] Result<std::string> address_of(std::string_view service) const;
  [[nodiscard]] house::House& house();
  [[nodiscard]] sandbox::Sandbox& sandbox();
  [[nodiscard]] WallTime now() const;
  /// Of the clock that the session lives by: what they run is run by run_until().
  [[nodiscard]] Timers& timers();
  [[nodiscard]] bool is_virtual() const;
  [[nodiscard]] const Scope& scope() const;
  [[nodiscard]] const std::string& data() const;
  [[nodiscard]] std::string mail_goes_to() const;
  /// Which hikae this folder is (cli/installation.h).
  [[nodiscard]] std::string installation();
  /// What the cloud tells of the hikae of that id (upkeep/traces.h); `done` is called later.
  void find_traces(const std::string& installation,
                   std::move_only_function<void(Result<upkeep::Traces>)> done);
  /// For upkeep's own looks, also at a hikae elsewhere; lives as long as the session.
  [[nodiscard]] upkeep::Context context();
  /// From now on, in hikae.db and in the file beside it.
  [[nodiscard]] Result<> become_installation(const std::string& id);
  /// What the hikae.yaml says that was applied to this folder; absent where none was.
  [[nodiscard]] const std::optional<Scope>& configured_scope() const;
  /// Reads what `apply` has stored about mail, and uses it from now on; without, .eml files.
  [[nodiscard]] Result<> use_stored_settings();
  [[nodiscard]] Result<> use_faults(const Value& rules);
  [[nodiscard]] bool interrupted() const;

  /// A row of hikae's own settings ("mail", "clock"); null where there is none.
  [[nodiscard]] Value setting(std::string_view name);
  /// A null value takes the row away.
  [[nodiscard]] Result<> store_setting(std::string_view name, Value value);

 private:
  struct Parts;
  [[nodiscard]] Result<Value> call_once(std::string_view service, std::string_view operation,
                                        Value input);
  explicit Session(std::unique_ptr<Parts> parts);
  explicit Session(std::unique_ptr<RunningHikae> running);
  bool run_for_real(const std::function<bool()>& done, std::optional<WallTime> limit);
  void stand_still_for_the_outside();
  void know_the_outside();
  [[nodiscard]] Result<> know_installation(std::uint64_t seed);
  void store_clock();
  void use_changed_settings();
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<RunningHikae> running_;  // in place of parts_
  std::string stack_;                      // of running_, where that is AWS itself
};

/// Every page of a list operation, joined: the members of `list`.
[[nodiscard]] Result<Array> call_pages(Session& session, std::string_view service,
                                       std::string_view operation, Object input,
                                       std::string_view list);

}  // namespace hikae::cli
