// Sets the stage, and takes hikae's process down and up again; rehearsal_play.cc plays.
#include "sim/rehearsal_stage.h"

#include <fmt/format.h>

#include "aws/router.h"
#include "plane/iam/iam.h"
#include "plane/lambda/lambda.h"
#include "plane/sns/sns.h"
#include "plane/sts/sts.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr Duration kSetupTakes = hours(1);

/// hikae's own service once more: it has no state of its own but what is in the kernel's tables.
std::unique_ptr<aws::Cloud> own_service(const std::string& service, house::House& house,
                                        const WallClock& clock, Timers& timers,
                                        const SecretBox& box) {
  auto& kernel = house.kernel();
  if (service == "lambda")
    return std::make_unique<plane::Lambda>(kernel, house.cloud(), clock, timers);
  if (service == "sns") return std::make_unique<plane::Sns>(kernel);
  if (service == "sts") return std::make_unique<plane::Sts>(kernel, box);
  if (service == "iam") return std::make_unique<plane::Iam>(kernel, box);
  return nullptr;
}

bool is_of_machines(std::string_view service, std::string_view operation) {
  return service == "ec2" || operation == "DescribeInstanceInformation";
}

}  // namespace

Stage::Stage(const Rehearsal& rehearsal)
    : rehearsal_(rehearsal),
      scope_(sandbox::Options{}.scope_default),
      time_(rehearsal.start),
      limit_(rehearsal.start + kSetupTakes),
      chaos_(rehearsal.seed * 2),
      host_(time_),
      mailbox_(time_, chaos_),
      timeline_(time_),
      callers_(timeline_),
      desk_(rehearsal.answers) {}

Stage::~Stage() { end_process(); }

Result<> Stage::set() {
  machines_ = TRY(sandbox::Sandbox::open({}, time_, time_, chaos_));
  TRY_DO(in_context(machines_->load_fleet(scope_, rehearsal_.fleet), "fleet"));
  wire_ = std::make_unique<Wire>(*machines_, callers_);
  database_ = TRY(store::Database::open(":memory:", store::Sync::Off));
  TRY_DO(begin_process());
  TRY_DO(store(rehearsal_.document));
  for (const auto& document : rehearsal_.also) TRY_DO(store(document));
  for (std::size_t i = 0; i < rehearsal_.setup.size(); ++i) {
    const auto& call = rehearsal_.setup[i];
    TRY_DO(in_context(ask(call.service, call.operation, call.input),
                      fmt::format("setup[{}], {}:{}", i, call.service, call.operation)));
  }
  if (!go_on([this] { return rests(); }))
    return fail(ErrorKind::Timeout, "what `setup` began was not over after " + human(kSetupTakes));
  machines_->set_faults(rehearsal_.faults);
  changes_told_ = machines_->changes(scope_).size();
  return {};
}

Result<> Stage::store(const DocumentText& document) {
  Array tags;
  for (const auto& [key, value] : document.tags)
    tags.push_back(Object{{"Key", key}, {"Value", value}});
  const bool is_json = document.text.starts_with('{');
  Object input{{"Name", document.name},
               {"Content", document.text},
               {"DocumentType", "Automation"},
               {"DocumentFormat", is_json ? "JSON" : "YAML"}};
  if (!tags.empty()) input["Tags"] = std::move(tags);
  TRY(in_context(ask("ssm", "CreateDocument", std::move(input)), "document " + document.name));
  return {};
}

// ---- lives ----

Result<> Stage::begin_process() {
  ++lives_;
  entropy_ = std::make_unique<SeededEntropy>(rehearsal_.seed * 1'000'003 +
                                             static_cast<std::uint64_t>(lives_));
  secrets_.emplace(SecretKey{}, *entropy_);
  timers_ = std::make_unique<ProcessTimers>(time_, host_);
  log_ = std::make_unique<Log>(
      host_, [this](std::string_view line) { timeline_.note("log " + str(line)); },
      LogLevel::Error);
  house::Settings settings;
  settings.scope = scope_;
  house_ = TRY(house::House::assemble(
      {host_, *timers_, *entropy_, *log_, mailbox_, nullptr, nullptr, nullptr, &*secrets_, &blobs_},
      settings, *database_, *wire_));
  house_->observe([this](const aws::Request& request) { timeline_.sees(request); });
  answer_by_file();
  return {};
}

/// What of hikae's own the file answers stands before the service, operation by operation.
void Stage::answer_by_file() {
  // A house gives its door as a cloud; which one it is no document and no caller may see.
  auto& router = dynamic_cast<aws::Router&>(house_->cloud());
  std::map<std::pair<std::string, std::string>, aws::Cloud*> behind;
  std::map<std::string, aws::Cloud*> services;
  for (const auto& canned : rehearsal_.answers) {
    auto& own = services[canned.service];
    if (is_of_machines(canned.service, canned.operation)) {
      behind[{canned.service, canned.operation}] = wire_.get();
      continue;
    }
    if (auto service =
            own ? nullptr : own_service(canned.service, *house_, host_, *timers_, *secrets_)) {
      own = service.get();
      answering_.push_back(std::move(service));
    }
    behind[{canned.service, canned.operation}] = own;
  }
  for (const auto& [call, cloud] : behind) {
    answering_.push_back(std::make_unique<AnsweredByFile>(desk_, cloud, time_, callers_));
    router.add(call.first, call.second, *answering_.back());
  }
}

void Stage::end_process() {
  if (timers_) timers_->forget_all();
  callers_.forget_all();
  mailbox_.forget_all();
  answering_.clear();
  house_.reset();
}

void Stage::restart(Duration down) {
  timeline_.note("hikae ends", "for " + human(down));
  end_process();
  database_->rollback();
  time_.run_until(time_.now() + down);
  tell_changes();
  const auto begun = begin_process();
  if (!begun) broken_ = "hikae cannot begin again: " + begun.error().text();
  timeline_.note(begun ? "hikae begins again" : broken_);
}

/// The test's own calls are not the document's.
void Stage::unnoticed(const std::function<void()>& calls) {
  const bool was_on = timeline_.is_on();
  timeline_.end();
  calls();
  if (was_on) timeline_.begin();
}

Result<Value> Stage::ask(std::string_view service, std::string_view operation, Value input) {
  if (!house_) return fail(ErrorKind::Unavailable, broken_);
  const auto answer = std::make_shared<std::optional<Result<Value>>>();
  unnoticed([&] {
    house_->cloud().call({scope_, str(service), str(operation), std::move(input), {}},
                         [answer](Result<Value> given) { *answer = std::move(given); });
  });
  time_.run_while_busy([&] { return answer->has_value(); }, time_.now() + kSetupTakes);
  if (*answer) return **answer;
  return fail(ErrorKind::Timeout, fmt::format("{}:{} was not answered within {}", service,
                                              operation, human(kSetupTakes)));
}

}  // namespace hikae::sim::rehearsal
