// The pure parts: how fast runs decide, rules match and schedules find their next instant.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/machine.h"
#include "pattern/matcher.h"
#include "pattern/pattern.h"
#include "runbook/run.h"
#include "schedule/upcoming.h"

namespace hikae {
namespace {

const Scope kScope{"123456789012", "eu-west-1"};
constexpr WallTime kBegin = wall_ms(1746124200000);

constexpr std::string_view kHead =
    "schemaVersion: '0.3'\nparameters: {Id: {type: String, default: i-0123456789abcdef0}}\n"
    "mainSteps:\n";
constexpr std::string_view kBranchStep =
    "- {name: s, action: 'aws:branch', inputs: {Choices: [{NextStep: s, Variable: x, "
    "StringEquals: y}], Default: s}}\n";
constexpr std::string_view kSleepStep =
    "- {name: s, action: 'aws:sleep', inputs: {Duration: PT1S}}\n";
constexpr std::string_view kApiStep =
    "- {name: s, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: DescribeInstances, "
    "InstanceIds: [i-0123456789abcdef0]}, outputs: [{Name: State, Selector: "
    "'$.Reservations[0].Instances[0].State.Name', Type: String}]}\n";

/// The same with an input that is resolved anew for each event.
constexpr std::string_view kApiStepOfParameter =
    "- {name: s, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: DescribeInstances, "
    "InstanceIds: ['{{ Id }}']}, outputs: [{Name: State, Selector: "
    "'$.Reservations[0].Instances[0].State.Name', Type: String}]}\n";

/// A document of many such steps: longer than its text may be, so the steps are multiplied here.
std::shared_ptr<const runbook::Document> document_of(std::size_t steps, std::string_view step) {
  text::Diagnostics problems;
  // A branch of one step would go in a circle: the reader is given a second step to go to.
  const bool branches = step == kBranchStep;
  auto one = std::string(kHead) + std::string(step);
  if (branches) one += "- {name: t, action: 'aws:sleep', inputs: {Duration: PT1S}}\n";
  for (std::size_t at = 0; branches && (at = one.find(": s", at)) != std::string::npos; at += 3)
    if (one.compare(at - 4, 4, "name") != 0) one.replace(at, 3, ": t");
  const auto read = runbook::read_document(one, problems);
  if (!read) throw std::runtime_error(read.error().text());
  auto document = std::make_shared<runbook::Document>(**read);
  const auto first = document->steps.front();
  document->steps.assign(steps, first);
  document->main_steps = steps;
  document->step_index_by_name.clear();
  for (std::size_t i = 0; i < steps; ++i) {
    auto& made = document->steps[i];
    made.name = fmt::format("s{}", i);
    document->step_index_by_name[made.name] = i;
    if (branches) {
      const auto next = fmt::format("s{}", std::min(i + 1, steps - 1));
      made.inputs.as_object()["Default"] = next;
      made.inputs.as_object()["Choices"].as_array()[0].as_object()["NextStep"] = next;
      made.is_end = i + 1 == steps;
    }
  }
  return document;
}

/// Plays one run to its end: every call is answered at once, every pause is over at once.
class Player {
 public:
  explicit Player(std::shared_ptr<const runbook::Document> document)
      : document_(std::move(document)) {
    kind_ = runbook::make_run_kind([this](std::string_view) { return document_; });
    answer_ = Object{
        {"Reservations",
         Array{Object{{"Instances", Array{Object{{"InstanceId", "i-0123456789abcdef0"},
                                                 {"State", Object{{"Name", "running"}}}}}}}}}};
  }

  void play() {
    auto machine = kind_->fresh({kScope, "run", "r"});
    Commands commands;
    events_.push_back(event::Started{Object{{"DocumentName", "d"}, {"ExecutedBy", "me"}}});
    while (!events_.empty()) {
      auto event = std::move(events_.back());
      events_.pop_back();
      machine->decide(event, kBegin, commands);
      for (auto& command : commands.take()) answer(command);
    }
    if (!finished_) throw std::runtime_error("the run did not end");
    finished_ = false;
    if (!checked_) check(*machine);
  }

 private:
  void check(const Machine& machine) {
    checked_ = true;
    const auto steps = list_at(machine.save(), "steps").size();
    if (steps != document_->steps.size())
      throw std::runtime_error(fmt::format("{} steps were played", steps));
  }
  // Only what is last open is answered: a step's timer is beside its call.
  void answer(Command& command) {
    if (auto* send = std::get_if<command::Send>(&command))
      events_.assign(1, event::Answered{std::move(send->tag), answer_});
    else if (auto* pause = std::get_if<command::Pause>(&command))
      events_.assign(1, event::Woke{std::move(pause->tag)});
    else if (auto* wake = std::get_if<command::Wake>(&command))
      events_.assign(1, event::Woke{std::move(wake->tag)});
    else if (std::holds_alternative<command::Finish>(command))
      finished_ = true;
  }

  std::shared_ptr<const runbook::Document> document_;
  std::unique_ptr<MachineKind> kind_;
  Value answer_;
  std::vector<Event> events_;
  bool finished_ = false;
  bool checked_ = false;
};

void play_all(benchmark::State& state, std::string_view step) {
  Player player(document_of(static_cast<std::size_t>(state.range(0)), step));
  for (auto _ : state) player.play();
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_DecideBranch(benchmark::State& state) { play_all(state, kBranchStep); }
BENCHMARK(BM_DecideBranch)->Arg(1000);

void BM_DecideSleep(benchmark::State& state) { play_all(state, kSleepStep); }
BENCHMARK(BM_DecideSleep)->Arg(1000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void BM_DecideApiWithOutput(benchmark::State& state) { play_all(state, kApiStep); }
BENCHMARK(BM_DecideApiWithOutput)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);

void BM_DecideApiOfParameter(benchmark::State& state) { play_all(state, kApiStepOfParameter); }
BENCHMARK(BM_DecideApiOfParameter)->Arg(1000)->Unit(benchmark::kMillisecond);

void BM_NextInstant(benchmark::State& state) {
  schedule::ScheduleQuery query;
  query.expression = "cron(30 3 ? * MON-FRI *)";
  query.timezone = "Asia/Tokyo";
  query.from = kBegin;
  const auto table = schedule::make_timetable(query).value();
  auto at = kBegin;
  for (auto _ : state) at = schedule::next(table, at).value_or(kBegin);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_NextInstant);

std::string rule_of(int i) {
  switch (i % 5) {
    case 0: return fmt::format(R"({{"source":["app{}"],"detail":{{"state":["up","down"]}}}})", i);
    case 1: return fmt::format(R"({{"detail":{{"name":[{{"prefix":"web-{}-"}}]}}}})", i);
    case 2:
      return fmt::format(R"({{"detail":{{"size":[{{"numeric":[">",{},"<=",{}]}}]}}}})", i * 10,
                         i * 10 + 10);
    case 3: return fmt::format(R"({{"detail":{{"name":[{{"suffix":"-{}.example"}}]}}}})", i);
    default: return fmt::format(R"({{"detail":{{"id":["x{}"],"kind":[{{"exists":true}}]}}}})", i);
  }
}

void match_all(benchmark::State& state, const std::function<std::string(int)>& rule) {
  pattern::Matcher matcher;
  const auto rules = static_cast<int>(state.range(0));
  for (int i = 0; i < rules; ++i)
    matcher.add(fmt::format("{:07}", i), pattern::Pattern::parse(rule(i)).value());
  std::vector<std::string> events;
  for (int i = 0; i < 64; ++i)
    events.push_back(fmt::format(
        R"({{"source":"app{}","detail":{{"state":"up","name":"web-{}-a-{}.example","size":{},"id":"x{}","kind":1}}}})",
        i * 5, i * 5 + 1, i * 5 + 3, i * 50 + 25, i * 5 + 4));
  std::size_t next = 0;
  std::size_t matches = 0;
  for (auto _ : state) matches += matcher.match_text(events[next++ % events.size()])->size();
  state.SetItemsProcessed(state.iterations());
  state.counters["matches/event"] =
      static_cast<double>(matches) / static_cast<double>(state.iterations());
}

void BM_MatchMixed(benchmark::State& state) { match_all(state, rule_of); }
BENCHMARK(BM_MatchMixed)->Arg(1)->Arg(1000)->Arg(10000);

void BM_MatchAnythingBut(benchmark::State& state) {
  match_all(state, [](int i) {
    return fmt::format(
        R"({{"detail":{{"state":[{{"anything-but":["s{}"]}}]}},"source":["app{}"]}})", i, i);
  });
}
BENCHMARK(BM_MatchAnythingBut)->Arg(1)->Arg(10000);

}  // namespace
}  // namespace hikae

BENCHMARK_MAIN();
