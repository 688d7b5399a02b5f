#include "cli/session.h"

#include <cstdio>

#include "aws/remote.h"
#include "base/entropy.h"
#include "base/invariant.h"
#include "base/limits.h"
#include "base/virtual_time.h"
#include "cli/aws_machines.h"
#include "cli/function_door.h"
#include "cli/installation.h"
#include "cli/last_use.h"
#include "cli/life_timers.h"
#include "cli/running.h"
#include "cli/serving.h"
#include "engine/effects.h"
#include "engine/forget.h"
#include "os/blob_folder.h"
#include "os/data_folder.h"
#include "os/eml_mailer.h"
#include "os/functions.h"
#include "os/log_file.h"
#include "os/real_loop.h"
#include "os/reserve_file.h"
#include "os/secret_key.h"
#include "os/smtp_mailer.h"
#include "os/spawner.h"
#include "os/webhooks.h"
#include "plane/desk.h"
#include "plane/s3/shelf.h"
#include "plane/settings.h"
#include "sandbox/forget.h"
#include "text/json.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

const Scope kSettings{};  // hikae's own settings belong to no account
constexpr std::string_view kSettingRows = "setting";
constexpr const char* kInstallationFile = "installation";

}  // namespace

/// Sends by whatever is configured at the moment.
class MailSwitch final : public Mailer {
 public:
  void use(std::unique_ptr<Mailer> mailer) { mailer_ = std::move(mailer); }
  void send(Mail mail, Done done) override {
    ++*out_;
    mailer_->send(std::move(mail), [out = out_, done = std::move(done)](Result<> result) mutable {
      --*out;
      done(std::move(result));
    });
  }
  /// Mails that were handed over and not answered.
  [[nodiscard]] int out() const { return *out_; }
  [[nodiscard]] std::string where() const override { return mailer_->where(); }

 private:
  std::unique_ptr<Mailer> mailer_;
  std::shared_ptr<int> out_ = std::make_shared<int>(0);
};

namespace {

Scope scope_of(const SessionOptions& options, const LastUse& last) {
  auto scope = last.scope.value_or(house::Settings{}.scope);
  if (options.account) scope.account = *options.account;
  if (options.region) scope.region = *options.region;
  return scope;
}

/// The same history of a folder draws the same ids, but no two sessions draw from one stream: two
/// commands may stand at one instant, and a token that comes twice is taken for a repetition.
std::uint64_t seed_of_session(std::uint64_t seed, WallTime at, const LastUse& last) {
  for (const auto part : {unix_ms(at), last.boots, last.sandbox_rows})
    seed = SeededEntropy(seed ^ static_cast<std::uint64_t>(part)).next();
  return seed;
}

}  // namespace

struct Session::Parts {
  explicit Parts(os::DataFolder f) : folder(std::move(f)) {}

  os::DataFolder folder;
  std::unique_ptr<VirtualTime> virtual_time;
  std::unique_ptr<os::RealLoop> loop;
  std::unique_ptr<Entropy> entropy;
  std::unique_ptr<AesSecretBox> secrets;
  std::unique_ptr<os::LogFile> log_file;
  std::unique_ptr<Log> log;
  std::unique_ptr<os::ReserveFile> reserve;  // absent in virtual time: its folder may be lost
  std::unique_ptr<MailSwitch> mailer;
  std::unique_ptr<os::ChildSpawner> children;
  std::unique_ptr<os::HttpWebhooks> webhooks;
  std::unique_ptr<os::BlobFolder> blobs;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<LifeTimers> life;  // absent: the session sees one house only
  std::unique_ptr<sandbox::Sandbox> sandbox;
  std::unique_ptr<AwsMachines> aws;                 // in place of the sandbox's machines
  std::unique_ptr<os::ProcessFunctions> functions;  // absent in virtual time
  std::unique_ptr<FunctionDoor> function_door;
  std::unique_ptr<house::House> house;
  std::unique_ptr<Serving> serving;
  Scope scope;
  LastUse last;                 // as the folder was found
  Value cloud_row;              // kCloudSetting as it was found
  bool sends_for_real = false;  // by SMTP: answers come from a worker, not from the virtual clock

  [[nodiscard]] const WallClock& clock() const {
    return virtual_time ? static_cast<const WallClock&>(*virtual_time) : *loop;
  }
  [[nodiscard]] Timers& timers() const {
    return virtual_time ? static_cast<Timers&>(*virtual_time) : *loop;
  }
  /// Those of the house and the sandbox.
  [[nodiscard]] Timers& house_timers() const { return life ? *life : timers(); }
  Result<> open_sandbox();
  Result<> assemble_house();
  /// House and sandbox are gone, and all that they had on disk.
  Result<> wipe();
  /// Where hikae.yaml says so; whose keys these are must be as it says.
  Result<> use_aws(const SessionOptions& options);
  /// What is on its way in the real world: mails by SMTP, scripts, webhooks.
  [[nodiscard]] int out() const {
    return (sends_for_real ? mailer->out() : 0) + children->out() + webhooks->out();
  }
};

Result<> Session::Parts::use_aws(const SessionOptions& options) {
  if (!last.cloud.is_aws) return {};
  if (virtual_time)
    return fail(ErrorKind::Conflict,
                "cloud: aws knows no virtual clock: its machines live by the real one");
  AwsOptions to;
  to.profile = options.profile.empty() ? last.cloud.profile : options.profile;
  to.endpoint_url = options.endpoint_url.empty() ? last.cloud.endpoint_url : options.endpoint_url;
  to.region = scope.region;
  aws = std::make_unique<AwsMachines>(*loop, to);
  const auto account = aws->account();
  // Who cannot ask now may be able to at night.
  if (!account) {
    log->warn("cli", "AWS was not reached at the start", {{"why", account.error().message}});
    return {};
  }
  if (*account == scope.account) return {};
  return fail(ErrorKind::Conflict, "these credentials are of account " + *account +
                                       ", hikae.yaml is about " + scope.account +
                                       "; correct `account` there, or choose another --profile");
}

Result<> Session::Parts::open_sandbox() {
  sandbox::Options box;
  box.path = folder.file("sandbox.db");
  box.scope_default = scope;
  box.delays = virtual_time ? sandbox::Delays::realistic() : sandbox::Delays::quick();
  box.spawner = children.get();
  sandbox = TRY(sandbox::Sandbox::open(box, clock(), house_timers(), *entropy));
  return {};
}

Result<> Session::Parts::assemble_house() {
  house::Settings settings;
  settings.scope = scope;
  if (aws) settings.machines = house::Machines::Aws;
  settings.routes = last.cloud.routes;
  house = TRY(house::House::assemble(
      {clock(), house_timers(), *entropy, *log, *mailer, reserve.get(), children.get(),
       webhooks.get(), secrets.get(), blobs.get(), sandbox.get(),
       [box = sandbox.get()](const Scope& where, std::string_view id) {
         return box->tags_of(where, id);
       },
       functions.get(), [door = function_door.get()] { return door->open(); }},
      settings, *database, aws ? aws->cloud() : static_cast<aws::Cloud&>(*sandbox)));
  function_door->use(*house);
  return {};
}

Session::Session(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Session::Session(std::unique_ptr<RunningHikae> running) : running_(std::move(running)) {}

Result<std::unique_ptr<Session>> Session::connect(const Reach& reach,
                                                  const std::string& data_folder) {
  return std::unique_ptr<Session>(new Session(TRY(RunningHikae::reach(reach, data_folder))));
}

Result<std::unique_ptr<Session>> Session::in_account(const AwsOptions& options, std::string stack) {
  std::unique_ptr<Session> session(new Session(TRY(RunningHikae::in_account(options))));
  session->stack_ = std::move(stack);
  return session;
}

Result<std::string> Session::address_of(std::string_view service) const {
  INVARIANT(running_, "who runs here is not reached by an address");
  return running_->address_of(service);
}

Result<std::unique_ptr<Session>> Session::open(const SessionOptions& options) {
  auto folder = TRY(os::DataFolder::open(options.data));
  auto parts = std::make_unique<Parts>(std::move(folder));
  const auto file = [&](const char* name) { return parts->folder.file(name); };
  for (const auto* name : {"hikae.db", "sandbox.db", "hikae.log"})
    TRY_DO(os::make_private(file(name)));
  const auto& last = parts->last = TRY(last_use(file("hikae.db"), file("sandbox.db")));
  const bool is_virtual = options.clock == ClockKind::Virtual ||
                          (options.clock == ClockKind::AsFolder && last.is_virtual);
  parts->loop = std::make_unique<os::RealLoop>();
  if (is_virtual)
    parts->virtual_time =
        std::make_unique<VirtualTime>(last.at.value_or(options.start.value_or(parts->loop->now())));
  if (parts->virtual_time)
    parts->entropy = std::make_unique<SeededEntropy>(
        seed_of_session(options.seed, parts->virtual_time->now(), parts->last));
  else
    parts->entropy = std::make_unique<os::SystemEntropy>();
  parts->secrets =
      std::make_unique<AesSecretBox>(TRY(os::keep_secret_key(file("secret.key"))), *parts->entropy);
  parts->log_file = TRY(os::LogFile::open(file("hikae.log")));
  parts->log = std::make_unique<Log>(
      parts->clock(), [&log = *parts->log_file](std::string_view line) { log.write(line); });
  parts->mailer = std::make_unique<MailSwitch>();
  parts->mailer->use(TRY(os::EmlMailer::open(file("mail"), parts->timers())));
  if (!parts->virtual_time) {
    parts->reserve = std::make_unique<os::ReserveFile>(file("reserve"));
    if (const auto kept = parts->reserve->keep(); !kept)
      parts->log->warn("cli", "no reserve on the disk", {{"why", kept.error().message}});
  }
  const auto post = [loop = parts->loop.get()](std::move_only_function<void()> work) {
    loop->post(std::move(work));
  };
  parts->children = std::make_unique<os::ChildSpawner>(parts->folder.path(), post);
  parts->webhooks = std::make_unique<os::HttpWebhooks>(post);
  if (!is_virtual)
    parts->functions = std::make_unique<os::ProcessFunctions>(parts->folder.path(), post);
  parts->function_door = std::make_unique<FunctionDoor>(*parts->loop, *parts->entropy, *parts->log);
  parts->blobs = TRY(os::BlobFolder::open(file("s3"), plane::s3::Bounds{}.object_bytes));
  // A virtual night may be lost with the power, a real one may not.
  const auto sync = parts->virtual_time ? store::Sync::Normal : store::Sync::Full;
  parts->database = TRY(store::Database::open(file("hikae.db"), sync));
  parts->scope = scope_of(options, parts->last);
  if (options.lives == Lives::Several) parts->life = std::make_unique<LifeTimers>(parts->timers());
  TRY_DO(parts->open_sandbox());
  TRY_DO(parts->use_aws(options));
  TRY_DO(parts->assemble_house());
  std::unique_ptr<Session> session(new Session(std::move(parts)));
  session->stand_still_for_the_outside();
  session->know_the_outside();
  session->parts_->cloud_row = session->setting(kCloudSetting);
  TRY_DO(session->know_installation(options.seed));
  TRY_DO(session->use_stored_settings());
  if (!options.faults_file.empty()) {
    const auto text = TRY(os::read_file(options.faults_file, limits::kConfigBytes));
    text::Diagnostics problems;
    const auto tree =
        text::read_tree(text, problems, {.flow_text = text::flow_text_of(options.faults_file)});
    if (!tree) return std::unexpected(text::as_error(problems, options.faults_file));
    TRY_DO(in_context(session->use_faults(tree->value), options.faults_file));
  }
  // Now, not only at the end: a night that is killed must not go on by another clock.
  session->store_clock();
  return session;
}

void Session::know_the_outside() {
  house().desk().use({[this] { return mail_goes_to(); }, [this] { use_changed_settings(); }});
}

Result<> Session::Parts::wipe() {
  life->forget_all();
  function_door->leave();
  house.reset();
  sandbox.reset();
  TRY_DO(engine::forget_all(*database, [](auto kind, auto id, auto body) {
    const auto row = text::parse_json(body);
    return row && plane::outlives_reset(kind, id, *row);
  }));
  TRY_DO(sandbox::forget_all(folder.file("sandbox.db")));
  for (const auto& id : TRY(blobs->ids())) TRY_DO(blobs->remove(id));
  return {};
}

Result<> Session::forget_everything() {
  if (running_ || !parts_->life || parts_->aws)
    return fail(ErrorKind::Conflict,
                parts_ && parts_->aws
                    ? "the machines are AWS's: what was begun with them must not be forgotten"
                    : "this hikae was not started with --test-hooks");
  if (parts_->serving) parts_->serving->leave();
  TRY_DO(parts_->wipe());
  parts_->last.cloud = {};
  parts_->cloud_row = nullptr;
  TRY_DO(parts_->open_sandbox());
  TRY_DO(parts_->assemble_house());
  know_the_outside();
  TRY_DO(use_stored_settings());
  if (parts_->serving) parts_->serving->use(house());
  return {};
}

void Session::stand_still_for_the_outside() {
  if (!parts_->virtual_time) return;
  parts_->virtual_time->stand_still_while([parts = parts_.get()] {
    const int out = parts->out();
    if (out == 0 || parts->loop->interrupted()) return false;
    parts->loop->run_until([parts, out] { return parts->out() < out; });
    return true;
  });
}

std::string Session::installation() {
  return str(text_at(setting(plane::kInstallationSetting), "Id"));
}

void Session::find_traces(const std::string& installation,
                          std::move_only_function<void(Result<upkeep::Traces>)> done) {
  upkeep::find_traces(context(), installation, std::move(done));
}

upkeep::Context Session::context() {
  if (running_) return {running_->cloud(), running_->loop(), running_->loop(), scope(), {}};
  return {house().cloud(), parts_->clock(), parts_->timers(), scope(), {}};
}

Result<> Session::become_installation(const std::string& id) {
  TRY_DO(os::write_file(parts_->folder.file(kInstallationFile), id + "\n"));
  return store_setting(plane::kInstallationSetting, Object{{"Id", id}});
}

// A virtual world has an id of its own seed, and its entropy is not touched for it: the same night
// comes every time.
Result<> Session::know_installation(std::uint64_t seed) {
  const auto stored = installation();
  const auto in_file = installation_in_file(parts_->folder.file(kInstallationFile));
  if (!stored.empty() && in_file && *in_file == stored) return {};
  if (!stored.empty()) return become_installation(stored);
  const auto kept = TRY(in_file);
  if (!kept.empty()) return become_installation(kept);
  SeededEntropy of_seed(~seed);
  os::SystemEntropy of_system;
  return become_installation(
      new_installation(is_virtual() ? static_cast<Entropy&>(of_seed) : of_system));
}

Result<Endpoint> Session::serve(const ServingOptions& options) {
  INVARIANT(!running_, "who serves holds the folder");
  if (is_virtual())
    return fail(ErrorKind::Conflict,
                "--listen needs the real clock: clients sign by the time of day; this folder was "
                "used with a virtual clock, take another with --data");
  parts_->serving = TRY(Serving::open(
      {house(), *parts_->loop, *parts_->entropy, *parts_->log, parts_->folder}, options));
  return parts_->serving->endpoint();
}

Session::~Session() {
  if (!parts_) return;
  if (parts_->serving) parts_->serving->stop();
  parts_->serving.reset();
  store_clock();
}

void Session::store_clock() {
  auto& last = parts_->last;
  // Who only looked leaves the folder as it was. A real clock needs no moment: it goes on.
  const bool is_same_kind = last.is_known && last.is_virtual == is_virtual();
  if (is_same_kind && (!is_virtual() || last.at == now())) return;
  last.is_known = true;
  last.is_virtual = is_virtual();
  last.at = now();
  Object clock{{"Kind", is_virtual() ? "virtual" : "real"}};
  if (is_virtual()) clock["At"] = iso_ms(now());
  const auto stored = store_setting("clock", std::move(clock));
  if (!stored) parts_->log->error("cli", stored.error().message);
}

namespace {

constexpr int kReadTries = 6;

/// Runs ask by the engine, which repeats by itself; what a command looks up nobody else would.
bool is_worth_asking_again(std::string_view service, std::string_view operation,
                           const Error& error) {
  const bool may_help = error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout ||
                        error.kind == ErrorKind::Throttled || error.code == aws::kNotSent;
  return may_help && engine::Effects::retry_class({str(service), str(operation), {}, {}}) ==
                         aws::RetryClass::Read;
}

}  // namespace

Result<Value> Session::call(std::string_view service, std::string_view operation, Value input) {
  const bool asks_aws = is_on_aws() || is_deployed();
  auto answer = call_once(service, operation, input);
  for (int tries = 1; tries < kReadTries && asks_aws && !answer && !interrupted(); ++tries) {
    // Who throttles has done nothing.
    const bool is_refused = is_deployed() && answer.error().kind == ErrorKind::Throttled;
    if (!is_refused && !is_worth_asking_again(service, operation, answer.error())) break;
    run_until([] { return false; }, now() + Duration(250 << tries));
    answer = call_once(service, operation, input);
  }
  return answer;
}

Result<Value> Session::call_once(std::string_view service, std::string_view operation,
                                 Value input) {
  if (running_) return running_->call(service, operation, std::move(input));
  auto answer = std::make_shared<std::optional<Result<Value>>>();
  house().cloud().call({scope(), str(service), str(operation), std::move(input), {}},
                       [answer](Result<Value> result) { *answer = std::move(result); });
  run_until([&] { return answer->has_value(); });
  if (answer->has_value()) return std::move(**answer);
  return fail(ErrorKind::Timeout, str(service) + ":" + str(operation) +
                                      (interrupted() ? " was interrupted" : " was never answered"));
}

bool Session::run_until(const std::function<bool()>& done, std::optional<WallTime> limit) {
  if (running_) return running_->run_until(done, limit);
  auto& loop = *parts_->loop;
  if (!parts_->virtual_time) return run_for_real(done, limit);
  // Asking the operating system costs more than most callbacks do.
  constexpr int kLookEvery = 256;
  int callbacks = 0;
  const auto is_over = [&] {
    if (++callbacks % kLookEvery == 0) loop.look();
    return loop.interrupted() || done();
  };
  return parts_->virtual_time->run_while_busy(is_over, limit.value_or(now() + hours(24 * 400)));
}

bool Session::run_for_real(const std::function<bool()>& done, std::optional<WallTime> limit) {
  auto& loop = *parts_->loop;
  if (!limit) return loop.run_until(done);
  // Nothing else may happen before the limit: this wakes the loop to look.
  const auto timer = loop.at(*limit, [] {});
  bool is_done = false;
  loop.run_until([&] { return (is_done = done()) || loop.now() >= *limit; });
  loop.cancel(timer);
  return is_done;
}

bool Session::is_of_another_cloud() {
  return parts_ && setting(kCloudSetting) != parts_->cloud_row;
}

bool Session::is_on_aws() const { return parts_ && parts_->aws; }

house::House& Session::house() {
  INVARIANT(parts_, "a session elsewhere has no house of its own");
  return *parts_->house;
}
sandbox::Sandbox& Session::sandbox() {
  INVARIANT(parts_, "a session elsewhere has no sandbox of its own");
  return *parts_->sandbox;
}
WallTime Session::now() const { return running_ ? running_->loop().now() : parts_->clock().now(); }
Timers& Session::timers() { return running_ ? running_->loop() : parts_->timers(); }
bool Session::is_virtual() const { return parts_ && parts_->virtual_time; }
const Scope& Session::scope() const { return running_ ? running_->scope() : parts_->scope; }
const std::optional<Scope>& Session::configured_scope() const {
  static const std::optional<Scope> kNotAsked;
  return running_ ? kNotAsked : parts_->last.scope;
}
const std::string& Session::data() const {
  return running_ ? running_->data() : parts_->folder.path();
}
std::string Session::mail_goes_to() const { return parts_ ? parts_->mailer->where() : ""; }
bool Session::interrupted() const {
  return (running_ ? running_->loop() : *parts_->loop).interrupted();
}

Value Session::setting(std::string_view name) {
  if (running_) {
    const auto answer = call("hikae-desk", "GetSetting", Object{{"Name", name}});
    const auto* value = answer ? find(*answer, "Value") : nullptr;
    return value ? *value : Value();
  }
  const auto* row = house().kernel().tables().get(kSettings, kSettingRows, name);
  return row ? *row : Value();
}

Result<> Session::store_setting(std::string_view name, Value value) {
  if (running_) {
    TRY(call("hikae-desk", "PutSetting", Object{{"Name", name}, {"Value", std::move(value)}}));
    return {};
  }
  const auto stored = std::make_shared<bool>(false);
  house().kernel().perform([&, stored](engine::Turn& turn) {
    if (value.is_null())
      turn.tables().erase(kSettings, kSettingRows, name);
    else
      turn.tables().put(kSettings, kSettingRows, name, std::move(value));
    turn.after_commit([stored] { *stored = true; });
  });
  const auto is_stored = [&] { return *stored; };
  // Also after an interruption: a virtual clock that forgot its time would begin again in the past.
  parts_->virtual_time ? parts_->virtual_time->run_while_busy(is_stored, now())
                       : parts_->loop->run_until(is_stored);
  return {};
}

Result<> Session::use_stored_settings() {
  if (running_) return {};  // who runs does it at every change
  const auto mail = setting("mail");
  parts_->sends_for_real = mail.is_object();
  if (!mail.is_object()) {
    parts_->mailer->use(TRY(os::EmlMailer::open(parts_->folder.file("mail"), parts_->timers())));
    return {};
  }
  parts_->mailer->use(TRY(
      os::SmtpMailer::open(mail, [loop = parts_->loop.get()](std::move_only_function<void()> work) {
        loop->post(std::move(work));
      })));
  return {};
}

void Session::use_changed_settings() {
  if (const auto used = use_stored_settings(); !used)
    parts_->log->error("cli", "a changed setting cannot be used", {{"why", used.error().message}});
}

Result<> Session::use_faults(const Value& rules) {
  sandbox().set_faults(TRY(sandbox::read_faults(rules)));
  return {};
}

Result<Array> call_pages(Session& session, std::string_view service, std::string_view operation,
                         Object input, std::string_view list) {
  Array all;
  for (;;) {
    const auto answer = TRY(session.call(service, operation, input));
    for (const auto& item : list_at(answer, list)) all.push_back(item);
    const auto token = text_at(answer, "NextToken");
    if (token.empty()) return all;
    input["NextToken"] = token;
  }
}

}  // namespace hikae::cli
