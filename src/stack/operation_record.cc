#include "stack/operation_record.h"

#include <algorithm>
#include <array>

namespace hikae::stack {
namespace {

constexpr std::array<std::string_view, 6> kPhases{"LookingUp",   "Working",  "CleaningUp",
                                                  "RollingBack", "Deleting", "Ended"};
constexpr std::array<std::string_view, 3> kDeeds{"Created", "Updated", "Replaced"};

template <std::size_t N>
Result<std::size_t> index_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at == names.end())
    return fail(ErrorKind::Invalid, "the saved stack operation has the unknown word " + str(name));
  return static_cast<std::size_t>(at - names.begin());
}

Array texts_of(const std::vector<std::string>& list) {
  Array out;
  for (const auto& text : list) out.push_back(Value(text));
  return out;
}

std::vector<std::string> texts_at(const Value& value, std::string_view key) {
  std::vector<std::string> out;
  for (const auto& text : list_at(value, key)) out.push_back(str(text_of(text)));
  return out;
}

Value value_at(const Value& value, std::string_view key) {
  const auto* member = find(value, key);
  return member ? *member : Value{};
}

Array saved_done(const std::vector<Done>& list) {
  Array out;
  for (const auto& done : list)
    out.push_back(Object{{"Deed", kDeeds[static_cast<std::size_t>(done.deed)]},
                         {"Id", done.id},
                         {"Before", done.before}});
  return out;
}

Array saved_deletions(const std::vector<Deletion>& list) {
  Array out;
  for (const auto& one : list) out.push_back(Object{{"Id", one.id}, {"Resource", one.resource}});
  return out;
}

}  // namespace

Value Record::save() const {
  return Object{{"Input", input},
                {"Phase", kPhases[static_cast<std::size_t>(phase)]},
                {"Parameters", parameters},
                {"Lookups", texts_of(lookups)},
                {"References", references},
                {"AwaitedReferences", texts_of(awaited_references)},
                {"Order", texts_of(order)},
                {"Next", static_cast<std::int64_t>(next)},
                {"Done", saved_done(done)},
                {"Deletions", saved_deletions(deletions)},
                {"Resources", resources},
                {"Statuses", statuses},
                {"Calls", calls},
                {"InHand", in_hand},
                {"InHandOperation", in_hand_operation},
                {"InHandProperties", in_hand_properties},
                {"InHandBefore", in_hand_before},
                {"InHandReplaces", in_hand_replaces},
                {"Settling", settling},
                {"Cancelled", cancelled},
                {"Reason", reason},
                {"UndoProblem", undo_problem},
                {"Outputs", outputs},
                {"Events", events},
                {"Status", status}};
}

Result<Record> Record::load(const Value& saved) {
  Record record;
  record.input = value_at(saved, "Input");
  record.phase = static_cast<Phase>(TRY(index_in(kPhases, text_at(saved, "Phase"))));
  record.parameters = object_at(saved, "Parameters");
  record.lookups = texts_at(saved, "Lookups");
  record.references = object_at(saved, "References");
  record.awaited_references = texts_at(saved, "AwaitedReferences");
  record.order = texts_at(saved, "Order");
  record.next = static_cast<std::size_t>(int_at(saved, "Next").value_or(0));
  for (const auto& one : list_at(saved, "Done")) {
    const auto deed = TRY(index_in(kDeeds, text_at(one, "Deed")));
    record.done.push_back(
        {static_cast<Deed>(deed), str(text_at(one, "Id")), value_at(one, "Before")});
  }
  for (const auto& one : list_at(saved, "Deletions"))
    record.deletions.push_back({str(text_at(one, "Id")), value_at(one, "Resource")});
  record.resources = object_at(saved, "Resources");
  record.statuses = object_at(saved, "Statuses");
  record.calls = int_at(saved, "Calls").value_or(0);
  record.in_hand = text_at(saved, "InHand");
  record.in_hand_operation = text_at(saved, "InHandOperation");
  record.in_hand_properties = value_at(saved, "InHandProperties");
  record.in_hand_before = value_at(saved, "InHandBefore");
  record.in_hand_replaces = is_true_at(saved, "InHandReplaces");
  record.settling = value_at(saved, "Settling");
  record.cancelled = is_true_at(saved, "Cancelled");
  record.reason = text_at(saved, "Reason");
  record.undo_problem = text_at(saved, "UndoProblem");
  record.outputs = object_at(saved, "Outputs");
  record.events = list_at(saved, "Events");
  record.status = text_at(saved, "Status");
  if (record.next > record.order.size())
    return fail(ErrorKind::Invalid, "the saved stack operation points behind its own order");
  return record;
}

Value Record::outcome() const {
  return Object{
      {"StackName", stack_name()}, {"StackId", text_at(input, "StackId")},
      {"Status", status},          {"StatusReason", reason.empty() ? undo_problem : reason},
      {"Resources", resources},    {"Statuses", statuses},
      {"Outputs", outputs},        {"Parameters", parameters},
      {"Events", events}};
}

const Object& Record::previous() const { return previous_member("Resources"); }

const Object& Record::previous_member(std::string_view name) const {
  const auto* before = find(input, "Previous");
  static const Object kNone;
  return before ? object_at(*before, name) : kNone;
}

void Record::note(WallTime now, std::string_view id, std::string_view type,
                  std::string_view physical_id, std::string_view resource_status,
                  std::string_view why) {
  Object entry{{"Timestamp", iso_ms(now)},
               {"LogicalResourceId", id},
               {"PhysicalResourceId", physical_id},
               {"ResourceType", type},
               {"ResourceStatus", resource_status}};
  if (!why.empty()) entry["ResourceStatusReason"] = why;
  keep_status(entry);
  events.push_back(std::move(entry));
}

/// Where a resource was replaced, what becomes of the other of the two is no status of this one.
void Record::keep_status(const Object& event) {
  const auto id = text_at(event, "LogicalResourceId");
  const bool is_of_other = phase != Phase::Deleting && resources.contains(id) &&
                           text_at(event, "ResourceStatus").starts_with("DELETE_");
  if (!is_of_other) statuses[id] = event;
}

void Record::note_stack(WallTime now, std::string_view new_status, std::string_view why) {
  status = new_status;
  Object entry{{"Timestamp", iso_ms(now)},
               {"LogicalResourceId", stack_name()},
               {"PhysicalResourceId", text_at(input, "StackId")},
               {"ResourceType", "AWS::CloudFormation::Stack"},
               {"ResourceStatus", new_status}};
  if (!why.empty()) entry["ResourceStatusReason"] = why;
  events.push_back(std::move(entry));
}

void Record::remember_statuses() {
  const auto* before = find(input, "Previous");
  if (!before) return;
  for (const auto& [id, event] : object_at(*before, "Statuses"))
    if (text_at(event, "ResourceStatus") != "DELETE_COMPLETE") statuses[id] = event;
}

}  // namespace hikae::stack
