#include "runbook/rate_driver_test.h"

#include <fmt/format.h>

#include "runbook/events.h"
#include "runbook/rate.h"
#include "text/json.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kRateDocument = R"(
schemaVersion: '0.3'
parameters: {InstanceId: {type: String}}
mainSteps:
  - {name: Rest, action: 'aws:sleep', inputs: {Duration: PT5S}}
)";

std::shared_ptr<const Document> rate_document() {
  text::Diagnostics problems;
  return read_document(kRateDocument, problems).value();
}

/// What was asked for, as text: equal for machines that say the same.
std::string shown_rate_command(const Command& command) {
  if (const auto* c = std::get_if<command::Send>(&command))
    return fmt::format("send {} {}", c->tag, text::to_json(c->call.input));
  if (const auto* c = std::get_if<command::Start>(&command))
    return fmt::format("start {} {}", c->machine.id, text::to_json(c->input));
  if (const auto* c = std::get_if<command::AwaitEnd>(&command))
    return fmt::format("await {} {}", c->tag, c->machine.id);
  if (const auto* c = std::get_if<command::Signal>(&command))
    return fmt::format("signal {} {}", c->machine.id, c->name);
  if (const auto* c = std::get_if<command::Finish>(&command)) return text::to_json(c->outcome);
  return fmt::format("other {}", command.index());
}

}  // namespace

RateDriver::RateDriver()
    : id_{{"123456789012", "ap-northeast-1"}, "run", "11111111-2222-3333-4444-555555555555"},
      kind_(
          make_execution_kind([document = rate_document()](std::string_view) { return document; })),
      machine_(kind_->fresh(id_)) {}

void RateDriver::start(Object more) {
  Object input{{"DocumentName", "patch"},
               {"DocumentVersion", "1"},
               {"DocumentHash", "h"},
               {"Parameters", Object{}},
               {"ExecutedBy", "arn:aws:iam::123456789012:user/operator"},
               {"Depth", 0},
               {"Tags", Object{}}};
  for (const auto& [name, value] : more) input[name] = value;
  deliver(event::Started{std::move(input)});
}

void RateDriver::deliver(const Event& event) {
  now_ += seconds(1);
  // The one that was killed before this event, and the one that was not.
  auto reborn = kind_->load(id_, text::parse_json(text::to_json(machine_->save())).value());
  ASSERT_TRUE(reborn.has_value()) << reborn.error().text();
  const bool is_first = std::holds_alternative<event::Started>(event);
  Commands said, said_again;
  machine_->decide(event, now_, said);
  if (!is_first) {
    ++kills_;
    (*reborn)->decide(event, now_, said_again);
    EXPECT_EQ(text::to_json(machine_->save()), text::to_json((*reborn)->save()));
    ASSERT_EQ(said.list().size(), said_again.list().size());
    for (std::size_t i = 0; i < said.list().size(); ++i)
      EXPECT_EQ(shown_rate_command(said.list()[i]), shown_rate_command(said_again.list()[i]));
    machine_ = *std::move(reborn);
  }
  for (const auto& command : said.list()) apply(command);
}

void RateDriver::apply(const Command& command) {
  if (const auto* c = std::get_if<command::Send>(&command)) {
    looks_.push_back(c->call);
    open_.insert_or_assign(c->tag, command);
  } else if (const auto* paused = std::get_if<command::Pause>(&command)) {
    open_.insert_or_assign(paused->tag, command);
  } else if (const auto* lease = std::get_if<command::Lease>(&command)) {
    open_.insert_or_assign(lease->tag, command);
  } else if (const auto* drop = std::get_if<command::Drop>(&command)) {
    open_.erase(drop->tag);
  } else if (const auto* begun = std::get_if<command::Start>(&command)) {
    if (begun->machine.kind == kEventKind) return events_.push_back(begun->input);
    const auto target = str(text_at(object_at(begun->input, "Tags"), kTargetTag));
    EXPECT_FALSE(inputs_.contains(target)) << target << " was started twice";
    target_of_run_[begun->machine.id] = target;
    inputs_[target] = begun->input;
    started_.push_back(target);
  } else if (const auto* awaited = std::get_if<command::AwaitEnd>(&command)) {
    going_.emplace_back(awaited->tag, target_of_run_.at(awaited->machine.id));
    most_ = std::max(most_, going_.size());
  } else if (const auto* told = std::get_if<command::Signal>(&command)) {
    cancelled_.push_back(target_of_run_.at(told->machine.id));
  } else if (const auto* end = std::get_if<command::Finish>(&command)) {
    EXPECT_TRUE(going_.empty()) << "ended before its children";
    finished_ = true;
    outcome_ = end->outcome;
  }
}

void RateDriver::signal(const std::string& name) { deliver(event::Signalled{name, Object{}}); }

void RateDriver::lease_granted() {
  ASSERT_EQ(open_.erase("place"), 1U);
  deliver(event::Leased{"place"});
}

void RateDriver::answer_look(Result<Value> answer) {
  ASSERT_EQ(open_.erase("look"), 1U);
  deliver(event::Answered{"look", std::move(answer)});
}

void RateDriver::wake_look() {
  ASSERT_EQ(open_.erase("look"), 1U);
  deliver(event::Woke{"look"});
}

std::string RateDriver::tag_of_target(const std::string& target) const {
  for (const auto& [tag, going] : going_)
    if (going == target) return tag;
  ADD_FAILURE() << target << " does not go on";
  return {};
}

void RateDriver::end_child(const std::string& target, const std::string& status,
                           const std::string& text) {
  const auto tag = tag_of_target(target);
  std::erase_if(going_, [&](const auto& one) { return one.second == target; });
  deliver(event::Ended{tag, Value(Object{{"Status", status}, {"FailureMessage", text}})});
}

void RateDriver::lose_child(const std::string& target) {
  const auto tag = tag_of_target(target);
  std::erase_if(going_, [&](const auto& one) { return one.second == target; });
  deliver(event::Ended{tag, fail(ErrorKind::NotFound, "there is no run")});
}

void RateDriver::end_all(const std::string& status) {
  while (!going_.empty()) {
    const auto target = going_.front().second;
    end_child(target, status);
  }
}

std::string RateDriver::running() const {
  std::string text;
  for (const auto& [tag, target] : going_) text += (text.empty() ? "" : " ") + target;
  return text;
}

std::string RateDriver::lease_asked() const {
  const auto found = open_.find("place");
  return found == open_.end() ? "" : std::get<command::Lease>(found->second).resource;
}

std::vector<std::string> RateDriver::told(std::string_view detail_type) const {
  std::vector<std::string> list;
  for (const auto& event : events_) {
    if (text_at(event, "detail-type") != detail_type) continue;
    const auto& detail = object_at(event, "detail");
    list.push_back(str(text_at(detail, "Status", text_at(detail, "Message"))));
  }
  return list;
}

Value RateDriver::describe() const {
  return describe_execution(id_, machine_->save(), *rate_document());
}

Array targets_of(std::string_view key, std::vector<std::string> values) {
  Array list;
  for (auto& value : values) list.emplace_back(std::move(value));
  return Array{Object{{"Key", key}, {"Values", std::move(list)}}};
}

Object numbered_targets(int count) {
  std::vector<std::string> ids;
  for (int i = 1; i <= count; ++i) ids.push_back(fmt::format("i-{}", i));
  return {{"TargetParameterName", "InstanceId"}, {"Targets", targets_of("ParameterValues", ids)}};
}

Value instances_page(std::vector<std::string> ids, std::string_view next) {
  Array instances;
  for (auto& id : ids)
    instances.push_back(Object{{"InstanceId", std::move(id)},
                               {"Tags", Array{Object{{"Key", "Group"}, {"Value", "g"}}}}});
  Object answer{{"Reservations", Array{Object{{"Instances", std::move(instances)}}}}};
  if (!next.empty()) answer["NextToken"] = next;
  return answer;
}

}  // namespace hikae::runbook::testing
