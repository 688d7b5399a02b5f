// How a stack comes to be, changes and goes.
//
// `order` holds the resources in order of need. `advance` takes the next one, resolves its
// properties with what is made so far, and compares them with the operation before: nothing to do,
// or one call to the provider. Each success is noted in `done`, so that a failure can take it back
// in reverse. What the new template no longer has, and what was replaced, is deleted at the very
// end, when nothing can fail any more that would need it.
//
// What can go wrong: a deletion that fails while rolling back. It is noted and the rest goes on: to
// stop there would leave more behind than the one resource.
#include "stack/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/invariant.h"
#include "stack/evaluate.h"
#include "stack/graph.h"
#include "stack/operation_record.h"
#include "stack/references.h"
#include "stack/resource_state.h"
#include "stack/validate.h"
#include "text/json.h"

namespace hikae::stack {
namespace {

constexpr std::string_view kRead = "ReadResource";
constexpr std::string_view kReferenceTag = "reference:";
constexpr PollPace kSettlePace{seconds(2), seconds(5)};

class StackMachine final : public Machine {
 public:
  StackMachine(MachineId id, const Checkers& checkers) : id_(std::move(id)), checkers_(checkers) {}
  StackMachine(MachineId id, const Checkers& checkers, Record record)
      : id_(std::move(id)), checkers_(checkers), record_(std::move(record)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (record_.phase == Phase::Ended) return;
    if (const auto* started = std::get_if<event::Started>(&event))
      start(started->input, now, commands);
    else if (const auto* answered = std::get_if<event::Answered>(&event))
      take_answer(*answered, now, commands);
    else if (const auto* signal = std::get_if<event::Signalled>(&event))
      if (signal->name == "cancel") record_.cancelled = true;
  }

  [[nodiscard]] bool decides(std::string_view tag, const Result<Value>& answer) const override {
    return tag != settle_tag() || !answer || !is_true_at(*answer, "Settles");
  }

  [[nodiscard]] Value save() const override { return record_.save(); }

 private:
  // Beginning.

  void start(const Value& input, WallTime now, Commands& commands) {
    record_.input = input;
    record_.remember_statuses();
    if (record_.operation() == "delete") return start_deleting(now, commands);
    record_.note_stack(
        now, record_.operation() == "update" ? "UPDATE_IN_PROGRESS" : "CREATE_IN_PROGRESS");
    if (record_.operation() == "update") {
      record_.resources = record_.previous();
      record_.outputs = record_.previous_member("Outputs");
    }
    auto begun = look_up_parameters(commands);
    if (!begun) return roll_back(begun.error().text(), now, commands);
    if (record_.lookups.empty()) begin_working(now, commands);
  }

  Result<> look_up_parameters(Commands& commands) {
    const auto source = TRY(source_template());
    const auto* given = find(record_.input, "Parameters");
    std::vector<std::string> names;
    record_.parameters =
        TRY(bind_template_parameters(source, given ? *given : Value(Object{}), &names));
    record_.lookups = names;
    for (const auto& name : names)
      commands.send(
          "parameter:" + name,
          {"ssm", "GetParameter", Object{{"Name", record_.parameters.at(name)}}, record_.caller()});
    return {};
  }

  void take_parameter(std::string_view name, const Result<Value>& answer, WallTime now,
                      Commands& commands) {
    if (!answer)
      return roll_back(fmt::format("parameter {}: {} cannot be read: {}", name,
                                   text_at(record_.parameters, name), answer.error().text()),
                       now, commands);
    const auto source = source_template();
    INVARIANT(source.has_value(), "the template was read when the operation began");
    record_.parameters[name] = looked_up_value(source->parameters().at(name),
                                               text_at(*find(*answer, "Parameter"), "Value"));
    std::erase(record_.lookups, name);
    if (record_.lookups.empty()) begin_working(now, commands);
  }

  void begin_working(WallTime now, Commands& commands) {
    auto ordered = order_resources();
    if (!ordered) return roll_back(ordered.error().text(), now, commands);
    record_.phase = Phase::Working;
    advance(now, commands);
  }

  Result<> order_resources() {
    const auto source = TRY(source_template());
    const auto facts = TRY(facts_of(source));
    TRY_DO(check_rules(source, facts));
    const auto order = order_of(source, needs_of(source));
    if (!order.cycle.empty())
      return fail(ErrorKind::Invalid,
                  fmt::format("the resource {} depends on itself", order.cycle.front()));
    for (const auto& id : order.ids)
      if (is_wanted(source.resources().at(id), facts)) record_.order.push_back(id);
    return {};
  }

  static bool is_wanted(const Value& resource, const Facts& facts) {
    const auto name = text_at(resource, "Condition");
    if (name.empty()) return true;
    const auto at = facts.conditions.find(name);
    return at != facts.conditions.end() && at->second;
  }

  Result<Template> source_template() const {
    const auto* value = find(record_.input, "Template");
    if (!value) return fail(ErrorKind::Invalid, "the operation has no Template");
    return template_of(*value);
  }

  Result<Facts> facts_of(const Template& source) const {
    Facts facts;
    facts.parameters = record_.parameters;
    facts.pseudo = pseudo_parameters(id_.scope.account, id_.scope.region, record_.stack_name(),
                                     text_at(record_.input, "StackId"));
    for (const auto& resource : record_.resources)
      facts.made[str(resource.key())] = {str(text_at(resource.value(), "PhysicalId")),
                                         object_at(resource.value(), "Attributes")};
    facts.imports = object_at(record_.input, "Imports");
    TRY_DO(decide_conditions(source, facts));
    return facts;
  }

  // One resource after the other.

  void advance(WallTime now, Commands& commands) {
    while (record_.next < record_.order.size()) {
      if (record_.cancelled) return roll_back("the operation was cancelled", now, commands);
      const auto id = record_.order[record_.next];
      auto called = work_on(id, now, commands);
      if (!called) return fail_resource(id, called.error().text(), now, commands);
      if (*called) return;
      ++record_.next;
    }
    complete(now, commands);
  }

  /// True: a call is out for it. False: nothing was to be done.
  Result<bool> work_on(const std::string& id, WallTime now, Commands& commands) {
    const auto source = TRY(source_template());
    const auto& body = source.resources().at(id);
    const auto type = text_at(body, "Type");
    const auto evaluated = TRY(evaluated_properties(body, source));
    if (look_up_references(evaluated, commands)) return true;
    const auto properties =
        TRY(conform_resolved(id, type, with_references(evaluated, record_.references), checkers_));
    const auto* before = find(record_.previous(), id);
    const auto* known = find_resource_type(type);
    if (known && known->any_properties) {
      put(id, resource_of(body, properties, id, Object{}));
      return false;
    }
    if (before && text_at(*before, "Type") == type && is_same(properties_in(*before), properties)) {
      carry_over_policies(id, body);
      return false;
    }
    const bool replaces = before && (text_at(*before, "Type") != type ||
                                     needs_replacement(type, properties_in(*before), properties));
    record_.in_hand_replaces = replaces;
    record_.in_hand_before = before ? *before : Value{};
    call(id, before && !replaces ? kUpdate : kCreate, type, properties, now, commands);
    return true;
  }

  Result<Value> evaluated_properties(const Value& body, const Template& source) const {
    const auto facts = TRY(facts_of(source));
    auto value = TRY(Evaluator(source, facts).evaluate(properties_in(body)));
    return value ? *value : Value(Object{});
  }

  /// True: some references are not known yet, and asked for.
  bool look_up_references(const Value& properties, Commands& commands) {
    for (const auto& name : references_in(properties)) {
      if (record_.references.contains(name)) continue;
      record_.awaited_references.push_back(name);
      commands.send(str(kReferenceTag) + name,
                    {"ssm", "GetParameter", Object{{"Name", name}}, record_.caller()});
    }
    return !record_.awaited_references.empty();
  }

  void take_reference(std::string_view name, const Result<Value>& answer, WallTime now,
                      Commands& commands) {
    if (std::erase(record_.awaited_references, name) == 0) return;
    const auto text = referred_text(name, answer);
    if (!text)
      return fail_resource(record_.order[record_.next], text.error().text(), now, commands);
    record_.references[name] = *text;
    if (record_.awaited_references.empty()) advance(now, commands);
  }

  static Value resource_of(const Value& body, const Value& properties, std::string_view physical_id,
                           const Object& attributes) {
    Object resource{{"Type", text_at(body, "Type")},
                    {"PhysicalId", physical_id},
                    {"Attributes", attributes},
                    {"Properties", properties}};
    for (std::string_view policy : {"DeletionPolicy", "UpdateReplacePolicy"})
      if (const auto* value = find(body, policy)) resource[policy] = *value;
    return resource;
  }

  void carry_over_policies(const std::string& id, const Value& body) {
    auto& resource = record_.resources.at(id).as_object();
    for (std::string_view policy : {"DeletionPolicy", "UpdateReplacePolicy"}) {
      resource.stable_erase(policy);
      if (const auto* value = find(body, policy)) resource[policy] = *value;
    }
  }

  /// Puts a resource last, so that the order of `resources` is the order of making.
  void put(std::string_view id, Value resource) {
    if (!record_.resources.contains(id) || record_.in_hand_replaces)
      record_.resources.stable_erase(id);
    record_.resources[id] = std::move(resource);
  }

  void call(const std::string& id, std::string_view operation, std::string_view type,
            const Value& properties, WallTime now, Commands& commands) {
    ++record_.calls;
    record_.in_hand = id;
    record_.in_hand_operation = operation;
    record_.in_hand_properties = properties;
    const bool makes = operation == kCreate;
    const auto physical_id = makes ? "" : str(text_at(record_.in_hand_before, "PhysicalId"));
    Object input{{"StackName", record_.stack_name()},
                 {"StackId", text_at(record_.input, "StackId")},
                 {"LogicalId", id},
                 {"Type", type},
                 {"Properties", properties},
                 {"Token", token()}};
    if (!makes) input["PhysicalId"] = physical_id;
    if (operation == kUpdate) input["PreviousProperties"] = properties_in(record_.in_hand_before);
    record_.note(now, id, type, physical_id, fmt::format("{}_IN_PROGRESS", status_word(operation)));
    commands.send(call_tag(),
                  {str(kProviderService), str(operation), std::move(input), record_.caller()});
  }

  [[nodiscard]] std::string call_tag() const { return fmt::format("call:{}", record_.calls); }
  [[nodiscard]] std::string settle_tag() const { return fmt::format("settle:{}", record_.calls); }
  [[nodiscard]] std::string token() const {
    return uuid_of(
        fmt::format("{}/{}/{}/{}", id_.scope.account, id_.scope.region, id_.id, record_.calls));
  }

  // Answers.

  void take_answer(const event::Answered& answered, WallTime now, Commands& commands) {
    constexpr std::string_view kParameter = "parameter:";
    if (answered.tag.starts_with(kParameter))
      return take_parameter(std::string_view(answered.tag).substr(kParameter.size()),
                            answered.answer, now, commands);
    if (answered.tag.starts_with(kReferenceTag))
      return take_reference(std::string_view(answered.tag).substr(kReferenceTag.size()),
                            answered.answer, now, commands);
    if (record_.in_hand.empty()) return;
    if (answered.tag == settle_tag()) return take_result(settled(answered.answer), now, commands);
    if (answered.tag != call_tag()) return;
    if (answered.answer && is_true_at(*answered.answer, "Settles"))
      return wait_until_settled(*answered.answer, commands);
    take_result(answered.answer, now, commands);
  }

  /// Made, changed or on its way out, and not there yet.
  void wait_until_settled(const Value& answer, Commands& commands) {
    record_.settling = answer;
    const auto id = text_at(answer, "PhysicalId", text_at(record_.in_hand_before, "PhysicalId"));
    const auto* body = find(record_.in_hand_before, "Type");
    const auto source = source_template();
    const auto type = body ? text_of(*body) : source ? source->type_of(record_.in_hand) : "";
    commands.await(settle_tag(),
                   {str(kProviderService), str(kRead),
                    Object{{"StackName", record_.stack_name()},
                           {"StackId", text_at(record_.input, "StackId")},
                           {"LogicalId", record_.in_hand},
                           {"Type", type},
                           {"PhysicalId", id}},
                    record_.caller()},
                   kSettlePace);
  }

  /// The answer of the call, with what was seen of the resource since.
  Result<Value> settled(const Result<Value>& seen) {
    auto answer = std::exchange(record_.settling, {});
    if (!seen) {
      if (record_.in_hand_operation == kCreate) keep_unsettled(answer);
      return seen;
    }
    const bool should_go = record_.in_hand_operation == kDelete;
    if (!should_go && is_true_at(*seen, "Gone"))
      return fail(ErrorKind::NotFound, "NotStabilized", "the resource went away again");
    if (const auto* attributes = find(*seen, "Attributes"))
      answer.as_object()["Attributes"] = *attributes;
    return answer;
  }

  /// It is there and nobody could see how it does: a rollback takes it away.
  void keep_unsettled(const Value& answer) {
    const auto source = source_template();
    INVARIANT(source.has_value(), "the template was read when the operation began");
    record_.done.push_back({record_.in_hand_replaces ? Deed::Replaced : Deed::Created,
                            record_.in_hand, record_.in_hand_before});
    put(record_.in_hand,
        resource_of(source->resources().at(record_.in_hand), record_.in_hand_properties,
                    text_at(answer, "PhysicalId"), object_at(answer, "Attributes")));
  }

  void take_result(const Result<Value>& answer, WallTime now, Commands& commands) {
    switch (record_.phase) {
      case Phase::Working: return worked(answer, now, commands);
      case Phase::RollingBack: return undone(answer, now, commands);
      case Phase::CleaningUp:
      case Phase::Deleting: return deleted(answer, now, commands);
      case Phase::LookingUp:
      case Phase::Ended: INVARIANT(false, "no call is out in this phase");
    }
  }

  void worked(const Result<Value>& answer, WallTime now, Commands& commands) {
    const auto id = std::exchange(record_.in_hand, {});
    if (!answer) return fail_resource(id, answer.error().text(), now, commands);
    const auto source = source_template();
    INVARIANT(source.has_value(), "the template was read when the operation began");
    const bool updated = record_.in_hand_operation == kUpdate;
    const auto& before = record_.in_hand_before;
    const auto physical_id =
        str(text_at(*answer, "PhysicalId", updated ? text_at(before, "PhysicalId") : ""));
    const auto& attributes = find(*answer, "Attributes") || !updated
                                 ? object_at(*answer, "Attributes")
                                 : object_at(before, "Attributes");
    record_.done.push_back({updated                    ? Deed::Updated
                            : record_.in_hand_replaces ? Deed::Replaced
                                                       : Deed::Created,
                            id, before});
    const auto& body = source->resources().at(id);
    put(id, resource_of(body, record_.in_hand_properties, physical_id, attributes));
    record_.note(now, id, text_at(body, "Type"), physical_id,
                 fmt::format("{}_COMPLETE", status_word(record_.in_hand_operation)));
    ++record_.next;
    advance(now, commands);
  }

  void fail_resource(const std::string& id, std::string_view why, WallTime now,
                     Commands& commands) {
    const bool updates = find(record_.previous(), id);
    const auto source = source_template();
    record_.note(now, id, source ? source->type_of(id) : "", "",
                 updates ? "UPDATE_FAILED" : "CREATE_FAILED", why);
    roll_back(fmt::format("{}: {}", id, why), now, commands);
  }

  // The end of an operation that went well.

  void complete(WallTime now, Commands& commands) {
    auto outputs = evaluate_outputs();
    if (!outputs) return roll_back(outputs.error().text(), now, commands);
    record_.outputs = std::move(*outputs);
    reorder(record_.order);
    if (record_.operation() != "update") return finish("CREATE_COMPLETE", now, commands);
    plan_clean_up();
    record_.phase = Phase::CleaningUp;
    if (!record_.deletions.empty()) record_.note_stack(now, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    delete_next(now, commands);
  }

  /// A later deletion goes from the end: what needs another must stand behind it.
  void reorder(const std::vector<std::string>& ids) {
    Object ordered;
    for (const auto& id : ids)
      if (const auto* resource = find(record_.resources, id)) ordered[id] = *resource;
    for (const auto& resource : record_.resources)
      if (!ordered.contains(resource.key())) ordered[resource.key()] = resource.value();
    record_.resources = std::move(ordered);
  }

  Result<Object> evaluate_outputs() const {
    const auto source = TRY(source_template());
    const auto facts = TRY(facts_of(source));
    Object outputs;
    for (const auto& output : source.outputs()) {
      const auto* value = find(output.value(), "Value");
      if (!value || !is_wanted(output.value(), facts)) continue;
      auto known =
          TRY(in_context(Evaluator(source, facts).evaluate(*value), "output " + str(output.key())));
      if (known) outputs[output.key()] = scalar_text(*known).value_or(text::to_json(*known));
    }
    return outputs;
  }

  /// What was replaced, and what the new template no longer has; the last made goes first.
  void plan_clean_up() {
    const std::set<std::string> kept(record_.order.begin(), record_.order.end());
    std::set<std::string> replaced;
    for (const auto& done : record_.done)
      if (done.deed == Deed::Replaced) replaced.insert(done.id);
    for (const auto& old : record_.previous()) {
      const auto id = str(old.key());
      if (kept.contains(id) && !replaced.contains(id)) continue;
      const bool gone = !kept.contains(id);
      if (gone) record_.resources.stable_erase(id);
      const auto policy = gone ? "DeletionPolicy" : "UpdateReplacePolicy";
      if (!is_retained(old.value(), policy)) record_.deletions.push_back({id, old.value()});
    }
  }

  // Deleting: a whole stack, or what an update leaves behind.

  void start_deleting(WallTime now, Commands& commands) {
    record_.phase = Phase::Deleting;
    record_.note_stack(now, "DELETE_IN_PROGRESS");
    record_.resources = record_.previous();
    for (const auto& resource : record_.previous())
      record_.deletions.push_back({str(resource.key()), resource.value()});
    delete_next(now, commands);
  }

  void delete_next(WallTime now, Commands& commands) {
    while (!record_.deletions.empty()) {
      const auto next = std::move(record_.deletions.back());
      record_.deletions.pop_back();
      const auto type = str(text_at(next.resource, "Type"));
      const auto* known = find_resource_type(type);
      const bool kept =
          record_.phase == Phase::Deleting && is_retained(next.resource, "DeletionPolicy");
      if (kept)
        record_.note(now, next.id, type, text_at(next.resource, "PhysicalId"), "DELETE_SKIPPED",
                     fmt::format("DeletionPolicy is {}", text_at(next.resource, "DeletionPolicy")));
      if (kept || (known && known->any_properties)) {
        if (record_.phase == Phase::Deleting) record_.resources.stable_erase(next.id);
        continue;
      }
      record_.in_hand_before = next.resource;
      return call(next.id, kDelete, type, properties_in(next.resource), now, commands);
    }
    finish_deleting(now, commands);
  }

  void deleted(const Result<Value>& answer, WallTime now, Commands& commands) {
    const auto id = std::exchange(record_.in_hand, {});
    note_undo(id, answer, now);
    if (record_.phase == Phase::Deleting && answer) record_.resources.stable_erase(id);
    delete_next(now, commands);
  }

  void note_undo(const std::string& id, const Result<Value>& answer, WallTime now) {
    const auto why = answer ? std::string{} : answer.error().text();
    record_.note(now, id, text_at(record_.in_hand_before, "Type"),
                 text_at(record_.in_hand_before, "PhysicalId"),
                 fmt::format("{}_{}", status_word(record_.in_hand_operation),
                             answer ? "COMPLETE" : "FAILED"),
                 why);
    if (!answer && record_.undo_problem.empty())
      record_.undo_problem = fmt::format("{}: {}", id, why);
  }

  void finish_deleting(WallTime now, Commands& commands) {
    if (record_.phase == Phase::CleaningUp) return finish("UPDATE_COMPLETE", now, commands);
    finish(record_.undo_problem.empty() ? "DELETE_COMPLETE" : "DELETE_FAILED", now, commands);
  }

  // Rolling back.

  [[nodiscard]] std::string_view on_failure() const {
    return text_at(record_.input, "OnFailure", "ROLLBACK");
  }

  void roll_back(std::string why, WallTime now, Commands& commands) {
    for (const auto& name : record_.lookups) commands.drop("parameter:" + name);
    record_.lookups.clear();
    for (const auto& name : record_.awaited_references) commands.drop(str(kReferenceTag) + name);
    record_.awaited_references.clear();
    record_.reason = std::move(why);
    if (on_failure() == "DO_NOTHING")
      return finish(record_.operation() == "update" ? "UPDATE_FAILED" : "CREATE_FAILED", now,
                    commands);
    record_.phase = Phase::RollingBack;
    record_.note_stack(
        now,
        record_.operation() == "update" ? "UPDATE_ROLLBACK_IN_PROGRESS" : "ROLLBACK_IN_PROGRESS",
        record_.reason);
    undo_next(now, commands);
  }

  void undo_next(WallTime now, Commands& commands) {
    while (!record_.done.empty()) {
      const auto done = std::move(record_.done.back());
      record_.done.pop_back();
      const auto made = record_.resources.at(done.id);
      if (done.deed == Deed::Created && text_at(made, "DeletionPolicy") == "Retain") {
        record_.note(now, done.id, text_at(made, "Type"), text_at(made, "PhysicalId"),
                     "DELETE_SKIPPED", "DeletionPolicy is Retain");
        continue;
      }
      record_.in_hand_replaces = false;
      record_.in_hand_before = made;
      if (done.deed == Deed::Created)
        record_.resources.stable_erase(done.id);
      else
        record_.resources[done.id] = done.before;
      const bool updates = done.deed == Deed::Updated;
      return call(done.id, updates ? kUpdate : kDelete, text_at(made, "Type"),
                  properties_in(updates ? done.before : made), now, commands);
    }
    finish_rolling_back(now, commands);
  }

  void undone(const Result<Value>& answer, WallTime now, Commands& commands) {
    const auto id = std::exchange(record_.in_hand, {});
    note_undo(id, answer, now);
    // A resource that could not be deleted stays in the list, so that a deletion can try again.
    if (!answer && !record_.resources.contains(id)) record_.resources[id] = record_.in_hand_before;
    undo_next(now, commands);
  }

  void finish_rolling_back(WallTime now, Commands& commands) {
    std::vector<std::string> before;
    for (const auto& resource : record_.previous()) before.push_back(str(resource.key()));
    reorder(before);
    const bool updates = record_.operation() == "update";
    if (updates) record_.parameters = record_.previous_member("Parameters");
    if (!updates && on_failure() == "DELETE" && record_.undo_problem.empty())
      return finish("DELETE_COMPLETE", now, commands);
    const std::string_view prefix = updates ? "UPDATE_ROLLBACK" : "ROLLBACK";
    finish(fmt::format("{}_{}", prefix, record_.undo_problem.empty() ? "COMPLETE" : "FAILED"), now,
           commands);
  }

  void finish(std::string_view status, WallTime now, Commands& commands) {
    record_.phase = Phase::Ended;
    record_.note_stack(now, status, record_.reason);
    commands.finish(record_.outcome());
  }

  MachineId id_;
  const Checkers& checkers_;
  Record record_;
};

class StackKind final : public MachineKind {
 public:
  explicit StackKind(Checkers checkers) : checkers_(std::move(checkers)) {}
  [[nodiscard]] std::string_view name() const override { return kStackKind; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<StackMachine>(id, checkers_);
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    auto record = TRY(Record::load(saved));
    return std::make_unique<StackMachine>(id, checkers_, std::move(record));
  }

 private:
  Checkers checkers_;
};

}  // namespace

std::unique_ptr<MachineKind> make_stack_kind(Checkers checkers) {
  return std::make_unique<StackKind>(std::move(checkers));
}

Value describe_stack(const Value& saved) {
  auto record = Record::load(saved);
  return record ? record->outcome() : Value(Object{});
}

}  // namespace hikae::stack
