#include "window/occurrence_state.h"

#include <fmt/format.h>

#include <array>

#include "base/hash.h"
#include "window/occurrence.h"

namespace hikae::window {
namespace {

constexpr std::array<std::string_view, 8> kStatusNames{
    "PENDING",   "IN_PROGRESS", "SUCCESS",   "FAILED",
    "TIMED_OUT", "CANCELLING",  "CANCELLED", "SKIPPED_OVERLAPPING"};

WallTime instant_in(const Value& saved, std::string_view key) {
  return wall_ms(int_at(saved, key).value_or(0));
}

std::size_t size_in(const Value& saved, std::string_view key) {
  return static_cast<std::size_t>(int_at(saved, key).value_or(0));
}

Value saved_invocation(const Invocation& one) {
  return Object{{"Target", one.target},    {"Group", one.group}, {"Status", to_string(one.status)},
                {"Details", one.details},  {"Run", one.run},     {"Start", unix_ms(one.start)},
                {"End", unix_ms(one.end)}, {"Cut", one.was_cut}, {"Note", one.note}};
}

Invocation loaded_invocation(const Value& saved) {
  return {.target = str(text_at(saved, "Target")),
          .group = str(text_at(saved, "Group")),
          .status = status_named(text_at(saved, "Status")),
          .details = str(text_at(saved, "Details")),
          .run = str(text_at(saved, "Run")),
          .start = instant_in(saved, "Start"),
          .end = instant_in(saved, "End"),
          .was_cut = is_true_at(saved, "Cut"),
          .note = str(text_at(saved, "Note"))};
}

Value saved_task(const TaskRun& task) {
  Array invocations;
  for (const auto& one : task.invocations) invocations.push_back(saved_invocation(one));
  return Object{{"Status", to_string(task.status)},
                {"Details", task.details},
                {"Start", unix_ms(task.start)},
                {"End", unix_ms(task.end)},
                {"Next", task.next},
                {"Running", task.running},
                {"Errors", task.errors},
                {"Invocations", std::move(invocations)}};
}

TaskRun loaded_task(const Value& saved) {
  TaskRun task{.status = status_named(text_at(saved, "Status")),
               .details = str(text_at(saved, "Details")),
               .start = instant_in(saved, "Start"),
               .end = instant_in(saved, "End"),
               .invocations = {},
               .next = size_in(saved, "Next"),
               .running = size_in(saved, "Running"),
               .errors = size_in(saved, "Errors")};
  for (const auto& one : list_at(saved, "Invocations"))
    task.invocations.push_back(loaded_invocation(one));
  return task;
}

template <class List>
Array texts_of(const List& list) {
  Array out;
  for (const auto& text : list) out.emplace_back(text);
  return out;
}

Value saved_lookup(const Lookup& lookup) {
  return Object{
      {"Key", lookup.key}, {"Criteria", lookup.criteria}, {"Found", texts_of(lookup.found)}};
}

Lookup loaded_lookup(const Value& saved) {
  Lookup lookup{str(text_at(saved, "Key")), list_at(saved, "Criteria"), {}};
  for (const auto& id : list_at(saved, "Found")) lookup.found.push_back(str(text_of(id)));
  return lookup;
}

Value saved_busy(const std::map<std::string, Busy>& busy) {
  Object out;
  for (const auto& [target, one] : busy)
    out[target] = Array{one.occurrence, one.run, unix_ms(one.since), one.is_command};
  return out;
}

void load_busy(const Object& saved, std::map<std::string, Busy>& busy) {
  for (const auto& [target, value] : saved) {
    const auto* parts = value.if_array();
    if (!parts || parts->size() != 4) continue;
    busy[str(target)] = {str(text_of((*parts)[0])), str(text_of((*parts)[1])),
                         wall_ms(int_of((*parts)[2]).value_or(0)), (*parts)[3] == true};
  }
}

}  // namespace

std::string_view to_string(Status status) { return kStatusNames[static_cast<std::size_t>(status)]; }

Status status_named(std::string_view text) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i)
    if (kStatusNames[i] == text) return static_cast<Status>(i);
  return Status::Pending;
}

bool is_final(Status status) {
  return status != Status::Pending && status != Status::InProgress && status != Status::Cancelling;
}

std::string Occurrence::execution_id() const {
  return hikae::window::execution_id(definition.id, instant);
}

std::string Occurrence::task_execution_id(std::size_t task) const {
  return uuid_of(fmt::format("task/{}/{}", execution_id(), definition.tasks[task].id));
}

std::string Occurrence::invocation_id(std::size_t task, const Invocation& invocation) const {
  return uuid_of(fmt::format("invocation/{}/{}", task_execution_id(task), invocation.target));
}

Result<> read_occurrence_input(Occurrence& occurrence, const Value& input) {
  occurrence.input = input;
  occurrence.instant = TRY(parse_iso(text_at(input, "Instant")));
  const auto* window = find(input, "Window");
  if (!window) return fail(ErrorKind::Invalid, "occurrence: Window is missing");
  occurrence.definition = TRY(read_definition(*window));
  return {};
}

Value save_occurrence(const Occurrence& o) {
  Array lookups;
  for (const auto& lookup : o.lookups) lookups.push_back(saved_lookup(lookup));
  Array tasks;
  for (const auto& task : o.tasks) tasks.push_back(saved_task(task));
  return Object{{"Input", o.input},
                {"Phase", static_cast<int>(o.phase)},
                {"Status", to_string(o.status)},
                {"Details", o.details},
                {"Start", unix_ms(o.start)},
                {"End", unix_ms(o.end)},
                {"Closed", static_cast<int>(o.closed)},
                {"Unanswered", texts_of(o.unanswered)},
                {"Busy", saved_busy(o.busy)},
                {"Lookups", std::move(lookups)},
                {"LookupAt", o.lookup_at},
                {"Page", o.page},
                {"Pages", o.pages},
                {"Agents", texts_of(o.agents)},
                {"Tasks", std::move(tasks)},
                {"ToldNotStarted", o.told_not_started},
                {"Ledger", o.ledger.save()}};
}

Result<Occurrence> load_occurrence(const Value& saved) {
  Occurrence o;
  const auto* input = find(saved, "Input");
  // A record of before its `Started` has no input yet.
  if (input && !input->is_null()) TRY_DO(read_occurrence_input(o, *input));
  o.phase = static_cast<Phase>(int_at(saved, "Phase").value_or(0));
  o.status = status_named(text_at(saved, "Status"));
  o.details = str(text_at(saved, "Details"));
  o.start = instant_in(saved, "Start");
  o.end = instant_in(saved, "End");
  o.closed = static_cast<Closed>(int_at(saved, "Closed").value_or(0));
  for (const auto& id : list_at(saved, "Unanswered")) o.unanswered.push_back(str(text_of(id)));
  load_busy(object_at(saved, "Busy"), o.busy);
  for (const auto& lookup : list_at(saved, "Lookups")) o.lookups.push_back(loaded_lookup(lookup));
  o.lookup_at = size_in(saved, "LookupAt");
  o.page = str(text_at(saved, "Page"));
  o.pages = size_in(saved, "Pages");
  for (const auto& id : list_at(saved, "Agents")) o.agents.insert(str(text_of(id)));
  for (const auto& task : list_at(saved, "Tasks")) o.tasks.push_back(loaded_task(task));
  o.told_not_started = is_true_at(saved, "ToldNotStarted");
  if (const auto* ledger = find(saved, "Ledger")) o.ledger.load(*ledger);
  return o;
}

}  // namespace hikae::window
