#include "sim/world.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "plan/compile.h"
#include "sim/rows.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

constexpr std::size_t kTimelineLines = 4000;
constexpr Duration kPatience = minutes(30);
constexpr std::string_view kInstallation = "simulated";

std::string told(const sandbox::Change& change) {
  const auto who = History::who(change);
  return fmt::format("{} {} {}{}", change.what, change.resource,
                     change.instance.empty() || change.instance == change.resource
                         ? ""
                         : "of " + change.instance + " ",
                     who == By::Operator ? "(operator)" : "");
}

}  // namespace

World::World(const WorldOptions& options)
    : seed_(options.seed),
      time_(options.start),
      chaos_(options.seed * 2 + 1),
      cloud_chaos_(options.seed * 2),
      host_(time_),
      weather_(chaos_),
      disk_(chaos_),
      mailbox_(time_, chaos_),
      watching_(options.watching) {}

World::~World() {
  if (timers_) timers_->forget_all();
  gate_.reset();
  house_.reset();
}

Result<std::unique_ptr<World>> World::make(const WorldOptions& options) {
  std::unique_ptr<World> world(new World(options));
  TRY_DO(world->open(options));
  return world;
}

Result<> World::open(const WorldOptions& options) {
  text::Diagnostics problems;
  const auto config = plan::read_config(options.config, problems);
  if (!config) return std::unexpected(text::as_error(problems, "hikae.yaml"));
  config_ = *config;
  scope_ = {config_.account, config_.region};
  sandbox::Options box;
  box.scope_default = scope_;
  cloud_ = TRY(sandbox::Sandbox::open(box, time_, time_, cloud_chaos_));
  TRY_DO(cloud_->load_fleet(scope_, options.fleet));
  gate_ = std::make_unique<Gate>(*cloud_, time_, host_, weather_);
  database_ = TRY(store::Database::open(":memory:", store::Sync::Off));
  TRY_DO(begin_process());
  if (!options.templates.empty()) TRY_DO(apply("templates", options.templates, {}));
  TRY_DO(apply(config_.stack, text::to_json(TRY(plan::compile_template(config_))),
               installation_parameter()));
  history_.begin(*cloud_, scope_);
  if (!cloud_->changes(scope_).empty()) last_change_ = &cloud_->changes(scope_).back();
  gate_->watch(
      [this](const aws::Request& request) {
        if (watcher_) watcher_->leaving(request);
      },
      [this](const aws::Request&) { take_changes(); });
  gate_->on_fault([this](Fault fault, const aws::Request& request) {
    if (watching_ == Watching::All)
      note(fmt::format("{}: {}", to_string(fault), request.operation));
    history_.note_trouble(fault, request.operation, now());
  });
  disk_.attach(*database_);
  disk_.on_commit([this] {
    take_changes();
    if (watcher_) watcher_->committed();
  });
  return {};
}

Array World::installation_parameter() {
  return Array{
      Object{{"ParameterKey", plan::kInstallationParameter}, {"ParameterValue", kInstallation}}};
}

Result<> World::apply(const std::string& stack, std::string body, Array parameters) {
  TRY(ask("cloudformation", "CreateStack",
          Object{{"StackName", stack},
                 {"TemplateBody", std::move(body)},
                 {"Parameters", std::move(parameters)},
                 {"Capabilities", Array{"CAPABILITY_NAMED_IAM"}}}));
  const auto limit = now() + kPatience;
  while (house_->kernel().living("stack") > 0 && now() < limit) pass(seconds(1));
  const auto answer = TRY(ask("cloudformation", "DescribeStacks", Object{{"StackName", stack}}));
  const auto& described = list_at(answer, "Stacks").front();
  if (text_at(described, "StackStatus") == "CREATE_COMPLETE") return {};
  return fail(ErrorKind::Invalid, stack + ": " + str(text_at(described, "StackStatus")) + ": " +
                                      str(text_at(described, "StackStatusReason")));
}

// ---- lives ----

Result<> World::begin_process() {
  ++lives_;
  entropy_ = std::make_unique<SeededEntropy>(seed_ * 1'000'003 + static_cast<unsigned>(lives_));
  secrets_.emplace(SecretKey{}, *entropy_);
  timers_ = std::make_unique<ProcessTimers>(time_, host_);
  log_ = std::make_unique<Log>(
      host_, [this](std::string_view line) { note("log " + str(line)); }, LogLevel::Error);
  disk_.process_begins();
  house::Settings settings;
  settings.scope = scope_;
  house_ = TRY(house::House::assemble(
      {host_, *timers_, *entropy_, *log_, mailbox_, &disk_, nullptr, nullptr, &*secrets_, &blobs_},
      settings, *database_, *gate_));
  return {};
}

void World::begin_again() {
  const auto begun = begin_process();
  last_down_ = now();
  if (!begun) {
    broken_ = begun.error().text();
    house_.reset();
    return note("hikae cannot begin again: " + broken_);
  }
  note("hikae begins again");
  if (watcher_) watcher_->revived();
}

void World::die() {
  last_down_ = now();
  note("hikae is killed");
  if (watcher_ && house_) watcher_->died(!disk_.is_commit_open());
  timers_->forget_all();
  gate_->forget_all();
  mailbox_.forget_all();
  house_.reset();
  database_->rollback();
  time_.after(draw_down_time(), [this] { begin_again(); });
}

Duration World::draw_down_time() {
  if (down_for_) return *down_for_;
  const auto die = below(chaos_, 100);
  const auto draw = [&](Duration most) {
    return Duration{
        static_cast<std::int64_t>(below(chaos_, static_cast<std::uint64_t>(most.count())))};
  };
  if (die < 80) return seconds(1) + draw(seconds(30));
  return die < 97 ? draw(minutes(20)) : draw(hours(4));
}

/// The process may end anywhere in `work`; the world goes on.
void World::survive(const std::function<void()>& work) {
  try {
    work();
  } catch (const Killed&) {
    die();
  }
}

void World::run_until(WallTime until) {
  while (now() < until) survive([&] { time_.run_until(until); });
  take_changes();
}

bool World::rests() const {
  if (!house_) return false;
  auto& kernel = house_->kernel();
  return kernel.quiet() && gate_->in_flight() == 0 &&
         kernel.living() == kernel.living("window") + kernel.living("rule") &&
         cloud_->running_transitions() == 0;
}

bool World::run_until_rest(Duration limit) {
  const auto until = now() + limit;
  while (now() < until) {
    if (rests()) return true;
    pass(minutes(1));
  }
  return rests();
}

void World::at(WallTime when, std::move_only_function<void()> what) {
  time_.at(when, std::move(what));
}

// ---- what is done to it ----

Result<Value> World::ask(std::string_view service, std::string_view operation, Value input) {
  if (!house_) return fail(ErrorKind::Unavailable, "hikae is down");
  const auto answer = std::make_shared<std::optional<Result<Value>>>();
  house_->cloud().call({scope_, str(service), str(operation), std::move(input), {}},
                       [answer](Result<Value> given) { *answer = std::move(given); });
  survive([&] { time_.run_while_busy([&] { return answer->has_value(); }, now() + kPatience); });
  if (*answer) return **answer;
  return fail(ErrorKind::Timeout, str(operation) + " was not answered");
}

void World::tell(std::string_view service, std::string_view operation, Value input) {
  if (!house_) return;
  note(fmt::format("operator: {} {}", operation, text::to_json(input).substr(0, 200)));
  house_->cloud().call({scope_, str(service), str(operation), std::move(input), {}},
                       [](const Result<Value>&) {});
}

void World::meddle(std::string_view operation, Value input, std::string_view caller) {
  note(fmt::format("operator: ec2 {} {}", operation, text::to_json(input).substr(0, 200)));
  if (operation == "CreateTags") history_.note_edit(input, *cloud_, scope_, now());
  cloud_->call({scope_, "ec2", str(operation), std::move(input), str(caller)},
               [](const Result<Value>&) {});
  take_changes();
}

void World::set_host_clock_by(Duration difference) {
  host_.set_by(difference);
  note(fmt::format("the host's clock is set by {} s", to_seconds(difference)));
  if (timers_) timers_->clock_was_set();
}

void World::set_weather(const FaultMix& mix) {
  weather_.set(mix);
  cloud_->set_faults(weather_.rules());
}

void World::heal() {
  note("all is well from now on");
  healed_at_ = now();
  weather_.clear();
  cloud_->set_faults({});
  disk_.make_space();
  disk_.kill_per_million(0, {});
  disk_.kill_at(0);
  mailbox_.refuse_per_mille(0, 0);
  if (host_.error() != Duration{0}) set_host_clock_by(-host_.error());
}

// ---- what is seen of it ----

void World::take_changes() {
  const auto& changes = cloud_->changes(scope_);
  auto at = changes.end();
  while (at != changes.begin() && &*std::prev(at) != last_change_) --at;
  for (; at != changes.end(); ++at) {
    last_change_ = &*at;
    history_.take(*at, *cloud_, scope_, watching_);
    if (watching_ == Watching::All) note(told(*at));
    if (watcher_) watcher_->changed(*at);
  }
}

void World::note(std::string line) {
  if (timeline_.size() >= kTimelineLines)
    timeline_.erase(timeline_.begin(), timeline_.begin() + 1000);
  timeline_.push_back(iso(now()) + "  " + std::move(line));
}

std::string World::journal_hash() const { return sha256_hex(dump_rows(*database_)); }

}  // namespace hikae::sim
