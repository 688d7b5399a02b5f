#include "runbook/run_driver_test.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "runbook/power.h"
#include "runbook/run.h"
#include "text/json.h"

namespace hikae::runbook::testing {

const Scope RunDriver::kScope{"123456789012", "ap-northeast-1"};

struct RunDriver::Item {
  std::int64_t no = 0;
  Call call = {};
  PollPace pace = {};
  std::optional<MachineId> awaited = {};
};

struct RunDriver::Slot {
  MachineId id;
  std::unique_ptr<Machine> machine;
  std::map<std::string, Item> open;
  std::vector<std::pair<Event, WallTime>> journal;
  std::vector<std::string> commands;  // as text, all of them
  bool finished = false;
  Value outcome;
};

namespace {

std::string shown_call(const Call& call) {
  return fmt::format("{}:{} {} as '{}'", call.service, call.operation, text::to_json(call.input),
                     call.caller);
}

std::string shown_machine(const MachineId& id) { return id.kind + "/" + id.id; }

struct CommandText {
  std::string operator()(const command::Send& c) const {
    return fmt::format("send {} {}", c.tag, shown_call(c.call));
  }
  std::string operator()(const command::Await& c) const {
    return fmt::format("await {} {} every {}", c.tag, shown_call(c.call), c.pace.every.count());
  }
  std::string operator()(const command::Wake& c) const {
    return fmt::format("wake {} {}", c.tag, iso_ms(c.at));
  }
  std::string operator()(const command::Pause& c) const {
    return fmt::format("pause {} {}", c.tag, c.wait.count());
  }
  std::string operator()(const command::AwaitEnd& c) const {
    return fmt::format("await end {} {}", c.tag, shown_machine(c.machine));
  }
  std::string operator()(const command::Lease& c) const {
    return fmt::format("lease {} {}", c.tag, c.resource);
  }
  std::string operator()(const command::Drop& c) const { return "drop " + c.tag; }
  std::string operator()(const command::Start& c) const {
    return fmt::format("start {} {}", shown_machine(c.machine), text::to_json(c.input));
  }
  std::string operator()(const command::Signal& c) const {
    return fmt::format("signal {} {} {}", shown_machine(c.machine), c.name,
                       text::to_json(c.payload));
  }
  std::string operator()(const command::Finish& c) const {
    return "finish " + text::to_json(c.outcome);
  }
};

std::vector<std::string> shown_commands(const Commands& commands) {
  std::vector<std::string> shown;
  for (const auto& command : commands.list()) shown.push_back(std::visit(CommandText{}, command));
  return shown;
}

std::string read_driver_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string tag_value(const Value& tags, std::string_view key) {
  for (const auto& tag : tags.is_array() ? tags.get_array() : Array{})
    if (text_at(tag, "Key") == key) return str(text_at(tag, "Value"));
  return {};
}

Object tags_as_object(const Value& tags) {
  Object out;
  for (const auto& tag : tags.is_array() ? tags.get_array() : Array{})
    out[text_at(tag, "Key")] = text_at(tag, "Value");
  return out;
}

}  // namespace

Reply answers(Value value) { return {.answer = std::move(value)}; }

Reply refuses(std::string code, std::string message, ErrorKind kind) {
  return {.answer = fail(kind, std::move(code), std::move(message))};
}

Reply never() { return {.answer = std::nullopt}; }

RunDriver::RunDriver()
    : cloud([](const Call&, WallTime) { return answers(Object{}); }),
      runs_(make_run_kind([this](std::string_view hash) -> std::shared_ptr<const Document> {
        const auto found = documents_.find(std::string(hash));
        return found == documents_.end() ? nullptr : found->second;
      })),
      powers_(make_power_kind()) {}

RunDriver::~RunDriver() = default;

void RunDriver::add_document(const std::string& name, std::string_view text) {
  text::Diagnostics problems;
  auto document = read_document(text, problems);
  ASSERT_TRUE(document.has_value()) << name << ": " << document.error().text();
  documents_[name] = *document;
}

void RunDriver::add_aws_documents() {
  const std::string folder = HIKAE_SOURCE_DIR "/runbooks/aws-";
  add_document("AWS-StopEC2Instance", read_driver_file(folder + "stop-ec2-instance.yaml"));
  add_document("AWS-StartEC2Instance", read_driver_file(folder + "start-ec2-instance.yaml"));
  add_document("AWS-RestartEC2Instance", read_driver_file(folder + "restart-ec2-instance.yaml"));
}

std::string RunDriver::start(const std::string& document, Object parameters, Object more) {
  Object input{{"DocumentName", document},
               {"DocumentVersion", "1"},
               {"DocumentHash", document},
               {"Parameters", std::move(parameters)},
               {"ExecutedBy", "arn:aws:iam::123456789012:user/operator"},
               {"Caller", "arn:aws:iam::123456789012:role/backup"}};
  for (const auto& [key, value] : more) input[key] = value;
  const auto id = uuid_of(fmt::format("test run {}", ++runs_started_));
  start_machine({kScope, "run", id}, input);
  return id;
}

void RunDriver::start_machine(const MachineId& id, const Value& input) {
  if (id.kind == "event") {
    events_.push_back(input);
    return;
  }
  if (slots_.contains(id)) return;
  auto& slot = *(slots_[id] = std::make_unique<Slot>());
  slot.id = id;
  slot.machine = kind_of_machine(id.kind).fresh(id);
  deliver(slot, event::Started{input});
}

const MachineKind& RunDriver::kind_of_machine(const std::string& kind) const {
  return kind == "power" ? *powers_ : *runs_;
}

void RunDriver::signal(const std::string& run, const std::string& name, Value payload) {
  if (auto* slot = find_slot({kScope, "run", run}); slot && !slot->finished)
    deliver(*slot, event::Signalled{name, std::move(payload)});
}

Value RunDriver::saved(const std::string& run) const { return run_slot(run).machine->save(); }

void RunDriver::return_lease() {
  leased_elsewhere = false;
  for (const auto& [id, slot] : slots_)
    if (id.kind == "power" && !slot->finished) grant_lease(*slot);
}

std::vector<std::string> RunDriver::leases(const MachineId& id) const {
  constexpr std::string_view kShown = "lease lease ";
  std::vector<std::string> asked;
  for (const auto& command : slots_.at(id)->commands)
    if (command.starts_with(kShown)) asked.push_back(command.substr(kShown.size()));
  return asked;
}

void RunDriver::grant_lease(Slot& slot) {
  at(now_, [this, id = slot.id] {
    auto* waiting = find_slot(id);
    if (!waiting->finished && waiting->open.erase("lease") > 0)
      deliver(*waiting, event::Leased{"lease"});
  });
}

void RunDriver::lease_granted(const std::string& run) {
  auto* slot = find_slot({kScope, "run", run});
  if (slot && slot->open.erase("lease") > 0) deliver(*slot, event::Leased{"lease"});
}

RunDriver::Slot* RunDriver::find_slot(const MachineId& id) {
  const auto found = slots_.find(id);
  return found == slots_.end() ? nullptr : found->second.get();
}

// ---- playing ----

void RunDriver::at(WallTime when, std::function<void()> what) {
  queue_.emplace(std::pair(std::max(when, now_), ++last_), std::move(what));
}

bool RunDriver::play_one(WallTime until) {
  if (queue_.empty() || queue_.begin()->first.first > until) return false;
  auto node = queue_.extract(queue_.begin());
  now_ = node.key().first;
  node.mapped()();
  return true;
}

void RunDriver::play() {
  for (int i = 0; i < 1'000'000; ++i)
    if (!play_one(now_ + hours(24 * 30))) return;
  ADD_FAILURE() << "the play does not come to an end";
}

void RunDriver::play_for(Duration duration) {
  const auto until = now_ + duration;
  while (play_one(until)) continue;
  now_ = until;
}

void RunDriver::deliver(Slot& slot, const Event& event) {
  const auto& kind = kind_of_machine(slot.id.kind);
  auto twin = slot.journal.empty() ? kind.fresh(slot.id) : resumed(slot);
  slot.journal.emplace_back(event, now_);
  Commands commands;
  Commands twin_commands;
  slot.machine->decide(event, now_, commands);
  twin->decide(event, now_, twin_commands);
  const auto shown = shown_commands(commands);
  EXPECT_EQ(shown, shown_commands(twin_commands));
  EXPECT_EQ(text::to_json(slot.machine->save()), text::to_json(twin->save()));
  // The process dies here, at every event of every test: what goes on was read back from the disk.
  slot.machine = std::move(twin);
  ++kills_;
  slot.commands.insert(slot.commands.end(), shown.begin(), shown.end());
  for (const auto& command : commands.take()) apply(slot, command);
}

std::unique_ptr<Machine> RunDriver::resumed(const Slot& slot) const {
  const auto on_disk = text::to_json(slot.machine->save());
  auto machine = kind_of_machine(slot.id.kind).load(slot.id, *text::parse_json(on_disk));
  EXPECT_TRUE(machine.has_value()) << (machine ? "" : machine.error().text());
  return *std::move(machine);
}

void RunDriver::apply(Slot& slot, const Command& command) {
  if (const auto* c = std::get_if<command::Send>(&command)) {
    open_send(slot, c->tag, c->call);
  } else if (const auto* w = std::get_if<command::Await>(&command)) {
    open_await(slot, w->tag, w->call, w->pace);
  } else if (const auto* k = std::get_if<command::Wake>(&command)) {
    open_wake(slot, k->tag, k->at);
  } else if (const auto* p = std::get_if<command::Pause>(&command)) {
    open_wake(slot, p->tag, now_ + p->wait);
  } else if (const auto* e = std::get_if<command::AwaitEnd>(&command)) {
    slot.open[e->tag] = {.no = ++last_, .awaited = e->machine};
    const auto* awaited = find_slot(e->machine);
    if (!awaited || awaited->finished)
      at(now_, [this, id = slot.id, tag = e->tag, no = slot.open[e->tag].no,
                end = awaited ? Result<Value>(awaited->outcome)
                              : fail(ErrorKind::NotFound, "there is no such machine")] {
        answer(id, tag, no, end);
      });
  } else if (const auto* l = std::get_if<command::Lease>(&command)) {
    slot.open[l->tag] = {.no = ++last_};
    if (slot.id.kind == "power" && !leased_elsewhere) grant_lease(slot);
  } else if (const auto* d = std::get_if<command::Drop>(&command)) {
    slot.open.erase(d->tag);
  } else if (const auto* s = std::get_if<command::Start>(&command)) {
    start_machine(s->machine, s->input);
  } else if (const auto* g = std::get_if<command::Signal>(&command)) {
    if (auto* told = find_slot(g->machine); told && !told->finished)
      deliver(*told, event::Signalled{g->name, g->payload});
  } else if (const auto* f = std::get_if<command::Finish>(&command)) {
    finish(slot, f->outcome);
  }
}

void RunDriver::open_wake(Slot& slot, const std::string& tag, WallTime when) {
  const auto no = (slot.open[tag] = {.no = ++last_}).no;
  at(when, [this, id = slot.id, tag, no] {
    auto* woken = find_slot(id);
    const auto open = woken->open.find(tag);
    if (open == woken->open.end() || open->second.no != no) return;
    woken->open.erase(open);
    deliver(*woken, event::Woke{tag});
  });
}

void RunDriver::open_send(Slot& slot, const std::string& tag, const Call& call) {
  slot.open[tag] = {.no = ++last_, .call = call};
  auto reply = call_cloud(call);
  if (!reply.answer) return;
  at(now_ + reply.after, [this, id = slot.id, tag, no = slot.open[tag].no,
                          reply = std::move(*reply.answer)] { answer(id, tag, no, reply); });
}

void RunDriver::open_await(Slot& slot, const std::string& tag, const Call& call,
                           const PollPace& pace) {
  slot.open[tag] = {.no = ++last_, .call = call, .pace = pace};
  at(now_ + pace.first, [this, id = slot.id, tag, no = last_] { poll(id, tag, no); });
}

void RunDriver::poll(const MachineId& id, const std::string& tag, std::int64_t item) {
  auto* slot = find_slot(id);
  const auto open = slot->open.find(tag);
  if (open == slot->open.end() || open->second.no != item) return;
  const auto reply = call_cloud(open->second.call);
  const bool decides = reply.answer && slot->machine->decides(tag, *reply.answer);
  if (decides) return answer(id, tag, item, *reply.answer);
  at(now_ + open->second.pace.every, [this, id, tag, item] { poll(id, tag, item); });
}

void RunDriver::answer(const MachineId& id, const std::string& tag, std::int64_t item,
                       Result<Value> answer) {
  auto* slot = find_slot(id);
  const auto open = slot->open.find(tag);
  if (open == slot->open.end() || open->second.no != item) return;
  const bool is_end = open->second.awaited.has_value();
  slot->open.erase(open);
  if (is_end)
    deliver(*slot, event::Ended{tag, std::move(answer)});
  else
    deliver(*slot, event::Answered{tag, std::move(answer)});
}

void RunDriver::finish(Slot& slot, const Value& outcome) {
  ASSERT_FALSE(slot.finished);
  slot.finished = true;
  slot.outcome = outcome;
  slot.open.clear();
  check_replay(slot);
  for (const auto& [id, other] : slots_)
    for (const auto& [tag, item] : other->open)
      if (item.awaited == slot.id)
        at(now_, [this, to = id, tag, no = item.no, outcome] { answer(to, tag, no, outcome); });
}

void RunDriver::check_replay(const Slot& slot) const {
  const auto replayed = kind_of_machine(slot.id.kind).fresh(slot.id);
  std::vector<std::string> commands;
  for (const auto& [event, when] : slot.journal) {
    Commands again;
    replayed->decide(event, when, again);
    const auto shown = shown_commands(again);
    commands.insert(commands.end(), shown.begin(), shown.end());
  }
  EXPECT_EQ(commands, slot.commands);
  EXPECT_EQ(text::to_json(replayed->save()), text::to_json(slot.machine->save()));
}

// ---- the cloud ----

Reply RunDriver::call_cloud(const Call& call) {
  calls_.push_back(call);
  if (call.operation == "StartAutomationExecution")
    return answers_starts ? start_automation(call) : never();
  if (call.operation == "StopAutomationExecution") return stop_automation(call);
  return cloud(call, now_);
}

Reply RunDriver::start_automation(const Call& call) {
  const auto name = str(text_at(call.input, "DocumentName"));
  if (!documents_.contains(name))
    return refuses("AutomationDefinitionNotFoundException", "no document " + name);
  const auto* tags = find(call.input, "Tags");
  const Value tag_list = tags ? *tags : Value(Array{});
  const auto id = uuid_of("run of " + str(text_at(call.input, "ClientToken")));
  Object input{{"DocumentName", name},
               {"DocumentVersion", "1"},
               {"DocumentHash", name},
               {"Parameters", object_at(call.input, "Parameters")},
               {"ExecutedBy", call.caller},
               {"Caller", call.caller},
               {"ParentId", tag_value(tag_list, "hikae:parent-run")},
               {"RootId", tag_value(tag_list, "hikae:root-run")},
               {"Depth", std::atoi(tag_value(tag_list, "hikae:depth").c_str())},
               {"Power", tag_value(tag_list, "hikae:power")},
               {"Tags", tags_as_object(tag_list)}};
  children_.push_back(id);
  at(now_, [this, id, input] { start_machine({kScope, "run", id}, input); });
  return answers(Object{{"AutomationExecutionId", id}});
}

Reply RunDriver::stop_automation(const Call& call) {
  const auto id = str(text_at(call.input, "AutomationExecutionId"));
  at(now_, [this, id] { signal(id, "cancel"); });
  return answers(Object{});
}

// ---- looking ----

const RunDriver::Slot& RunDriver::run_slot(const std::string& run) const {
  return *slots_.at({kScope, "run", run});
}

bool RunDriver::ended(const std::string& run) const { return run_slot(run).finished; }

Value RunDriver::outcome(const std::string& run) const { return run_slot(run).outcome; }

std::string RunDriver::status(const std::string& run) const {
  return str(text_at(describe(run), "AutomationExecutionStatus"));
}

Duration RunDriver::took(const std::string& run) const {
  return parse_iso(text_at(describe(run), "ExecutionEndTime")).value_or(WallTime{}) - kStart;
}

Value RunDriver::describe(const std::string& run) const {
  const auto& slot = run_slot(run);
  const auto saved = slot.machine->save();
  const auto name = str(text_at(saved, "DocumentName"));
  static const Document kNoDocument;
  const auto found = documents_.find(name);
  return describe_run(slot.id, saved, found == documents_.end() ? kNoDocument : *found->second);
}

std::string RunDriver::visited(const std::string& run) const {
  static const std::map<std::string_view, std::string_view> kLetters{
      {"Success", "S"}, {"Failed", "F"}, {"TimedOut", "T"}, {"Cancelled", "C"}};
  std::string line;
  const auto description = describe(run);
  for (const auto& step : list_at(description, "StepExecutions")) {
    const auto status = text_at(step, "StepStatus");
    if (status == "Pending") continue;
    const auto letter = kLetters.find(status);
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", text_at(step, "StepName"),
                        letter == kLetters.end() ? "?" : letter->second);
  }
  return line;
}

Value RunDriver::step(const std::string& run, std::string_view name) const {
  const auto description = describe(run);
  for (const auto& step : list_at(description, "StepExecutions"))
    if (text_at(step, "StepName") == name) return step;
  ADD_FAILURE() << "no step " << name;
  return {};
}

std::string RunDriver::failure_of(const std::string& run, std::string_view name) const {
  return str(text_at(step(run, name), "FailureMessage"));
}

std::string RunDriver::input_of(const std::string& run, std::string_view step_name,
                                std::string_view input) const {
  return str(text_at(object_at(step(run, step_name), "Inputs"), input));
}

Value RunDriver::power_outcome(const std::string& instance, const std::string& run) const {
  return slots_.at(power_machine(kScope, instance, run))->outcome;
}

bool RunDriver::has_power_machine(const std::string& instance, const std::string& run) const {
  return slots_.contains(power_machine(kScope, instance, run));
}

std::vector<Value> RunDriver::events(std::string_view detail_type) const {
  std::vector<Value> found;
  for (const auto& event : events_)
    if (text_at(event, "detail-type") == detail_type) found.push_back(event);
  return found;
}

std::vector<Call> RunDriver::calls(std::string_view operation) const {
  std::vector<Call> found;
  for (const auto& call : calls_)
    if (call.operation == operation) found.push_back(call);
  return found;
}

}  // namespace hikae::runbook::testing
