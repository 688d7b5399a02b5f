#include "runbook/run_record.h"

#include <algorithm>

#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

void put_text(Object& out, std::string_view key, std::string_view text) {
  if (!text.empty()) out[key] = text;
}

void put_time(Object& out, std::string_view key, WallTime time) {
  if (time != WallTime{}) out[key] = unix_ms(time);
}

template <class Number>
void put_number(Object& out, std::string_view key, Number number) {
  if (number != Number{}) out[key] = static_cast<std::int64_t>(number);
}

WallTime time_from(const Value& saved, std::string_view key) {
  return wall_ms(int_at(saved, key).value_or(0));
}

template <class Enum>
Enum enum_from(const Value& saved, std::string_view key) {
  return static_cast<Enum>(int_at(saved, key).value_or(0));
}

Array names_to(const std::vector<std::string>& names) { return Array(names.begin(), names.end()); }

std::vector<std::string> names_from(const Value& saved, std::string_view key) {
  std::vector<std::string> names;
  for (const auto& name : list_at(saved, key)) names.emplace_back(text_of(name));
  return names;
}

Value save_step(const StepRecord& step) {
  Object out;
  out["i"] = static_cast<std::int64_t>(step.index);
  out["st"] = to_string(step.status);
  put_number(out, "n", step.attempts);
  put_time(out, "b", step.start);
  put_time(out, "e", step.end);
  if (!step.outputs.empty()) out["o"] = step.outputs;
  put_text(out, "f", step.failure.text);
  put_number(out, "fs", static_cast<int>(step.failure.stage));
  put_number(out, "ft", static_cast<int>(step.failure.type));
  put_number(out, "it", step.iteration);
  if (!step.iterators.is_null()) out["over"] = step.iterators;
  if (!step.variables.empty()) out["set"] = step.variables;
  return out;
}

Result<StepRecord> load_step(const Value& saved) {
  StepRecord step;
  step.index = static_cast<std::size_t>(int_at(saved, "i").value_or(0));
  step.status = TRY(read_status(text_at(saved, "st")));
  step.attempts = static_cast<int>(int_at(saved, "n").value_or(0));
  step.start = time_from(saved, "b");
  step.end = time_from(saved, "e");
  step.outputs = object_at(saved, "o");
  step.failure = {str(text_at(saved, "f")), enum_from<FailureStage>(saved, "fs"),
                  enum_from<FailureType>(saved, "ft")};
  step.iteration = static_cast<int>(int_at(saved, "it").value_or(0));
  if (const auto* iterators = find(saved, "over")) step.iterators = *iterators;
  step.variables = object_at(saved, "set");
  return step;
}

Value save_held(const HeldStop& stop) {
  Object out{{"i", stop.item},
             {"sv", stop.call.service},
             {"op", stop.call.operation},
             {"in", stop.call.input},
             {"m", stop.mark}};
  put_text(out, "as", stop.call.caller);
  put_time(out, "b", stop.since);
  return out;
}

HeldStop load_held(const Value& saved) {
  HeldStop stop{str(text_at(saved, "i")), {}, str(text_at(saved, "m")), time_from(saved, "b")};
  stop.call.service = text_at(saved, "sv");
  stop.call.operation = text_at(saved, "op");
  if (const auto* input = find(saved, "in")) stop.call.input = *input;
  stop.call.caller = text_at(saved, "as");
  return stop;
}

Value save_attempt(const AttemptRecord& attempt) {
  Object out;
  if (!attempt.state.is_null()) out["s"] = attempt.state;
  if (!attempt.calls.empty()) out["c"] = names_to(attempt.calls);
  if (!attempt.waits.empty()) out["w"] = names_to(attempt.waits);
  put_number(out, "l", static_cast<int>(attempt.leaving));
  if (attempt.stop) out["stop"] = save_held(*attempt.stop);
  put_number(out, "held", attempt.stop_held.count());
  return out;
}

AttemptRecord load_attempt(const Value& saved) {
  AttemptRecord attempt;
  if (const auto* state = find(saved, "s")) attempt.state = *state;
  attempt.calls = names_from(saved, "c");
  attempt.waits = names_from(saved, "w");
  attempt.leaving = enum_from<Leaving>(saved, "l");
  if (const auto* stop = find(saved, "stop")) attempt.stop = load_held(*stop);
  attempt.stop_held = Duration(int_at(saved, "held").value_or(0));
  return attempt;
}

Value save_loop(const LoopRecord& loop) {
  Object out;
  out["at"] = static_cast<std::int64_t>(loop.at);
  out["from"] = static_cast<std::int64_t>(loop.body_from);
  put_number(out, "it", loop.iteration);
  put_number(out, "most", loop.most);
  if (loop.has_timer) out["timer"] = true;
  if (loop.timed_out) out["out"] = true;
  if (loop.after_cancel) out["workflow"] = true;
  return out;
}

Result<LoopRecord> load_loop(const Value& saved, std::size_t steps) {
  LoopRecord loop;
  loop.at = static_cast<std::size_t>(int_at(saved, "at").value_or(0));
  if (loop.at >= steps) return fail(ErrorKind::Invalid, "a saved run names a loop it never began");
  loop.iteration = static_cast<int>(int_at(saved, "it").value_or(0));
  loop.body_from = static_cast<std::size_t>(int_at(saved, "from").value_or(0));
  loop.most = static_cast<int>(int_at(saved, "most").value_or(0));
  loop.has_timer = is_true_at(saved, "timer");
  loop.timed_out = is_true_at(saved, "out");
  loop.after_cancel = is_true_at(saved, "workflow");
  return loop;
}

void save_identity(const RunRecord& record, Object& out) {
  out["DocumentName"] = record.document_name;
  put_text(out, "DocumentVersion", record.document_version);
  out["DocumentHash"] = record.document_hash;
  if (!record.parameters.empty()) out["par"] = record.parameters;
  put_text(out, "by", record.executed_by);
  put_text(out, "as", record.caller);
  put_text(out, "up", record.parent);
  put_text(out, "root", record.root);
  put_number(out, "depth", record.depth);
  put_text(out, "lease", record.lease);
  if (record.restores_power) out["power"] = true;
  put_text(out, "hikae", record.installation);
  put_time(out, "stop", record.last_stop.asked);
  put_time(out, "stop-told", record.last_stop.answered);
  if (record.tells_steps) out["tell"] = true;
  put_text(out, "role", record.role);
  if (record.interactive) out["steps-by-hand"] = true;
  if (!record.tags.is_null()) out["tags"] = record.tags;
}

void load_identity(const Value& saved, RunRecord& record) {
  record.document_name = text_at(saved, "DocumentName");
  record.document_version = text_at(saved, "DocumentVersion");
  record.document_hash = text_at(saved, "DocumentHash");
  record.parameters = object_at(saved, "par");
  record.executed_by = text_at(saved, "by");
  record.caller = text_at(saved, "as");
  record.parent = text_at(saved, "up");
  record.root = text_at(saved, "root");
  record.depth = static_cast<int>(int_at(saved, "depth").value_or(0));
  record.lease = text_at(saved, "lease");
  record.restores_power = is_true_at(saved, "power");
  record.installation = text_at(saved, "hikae");
  record.last_stop = {time_from(saved, "stop"), time_from(saved, "stop-told")};
  record.tells_steps = is_true_at(saved, "tell");
  record.role = text_at(saved, "role");
  record.interactive = is_true_at(saved, "steps-by-hand");
  if (const auto* tags = find(saved, "tags")) record.tags = *tags;
}

// The step under way is the last one, but for a loop that has just ended: it stands further up.
Result<> load_place(const Value& saved, RunRecord& record) {
  const auto count = record.steps.size();
  record.at = count == 0 ? 0 : count - 1;
  if (const auto at = int_at(saved, "at")) record.at = static_cast<std::size_t>(*at);
  if (record.at >= std::max<std::size_t>(count, 1))
    return fail(ErrorKind::Invalid, "a saved run is at a step that it never visited");
  if (const auto* loop = find(saved, "loop")) record.loop = TRY(load_loop(*loop, count));
  if (const auto held = int_at(saved, "held")) record.held = static_cast<std::size_t>(*held);
  for (std::size_t i = 0; i < count; ++i)
    if (is_terminal(record.steps[i].status)) record.visits.note(record.steps[i], i);
  return {};
}

}  // namespace

void Visits::note(const StepRecord& step, std::size_t position) {
  if (last_.size() <= step.index) last_.resize(step.index + 1);
  last_[step.index] = static_cast<std::uint32_t>(position + 1);
  for (const auto& [name, value] : step.variables) variables_[name] = value;
}

std::optional<std::size_t> Visits::last(std::size_t index) const {
  if (index >= last_.size() || last_[index] == 0) return std::nullopt;
  return last_[index] - 1;
}

const StepRecord* RunRecord::visited(std::size_t index) const {
  const auto place = visits.last(index);
  return place ? &steps[*place] : nullptr;
}

std::string_view RunRecord::failure_message() const {
  return failed ? std::string_view(steps[*failed].failure.text) : std::string_view(trouble);
}

Value save_record(const RunRecord& record) {
  Object out;
  save_identity(record, out);
  out["st"] = to_string(record.status);
  put_time(out, "b", record.start);
  put_time(out, "e", record.end);
  if (record.verdict != Status::Success) out["v"] = to_string(record.verdict);
  if (record.failed) out["x"] = static_cast<std::int64_t>(*record.failed);
  put_text(out, "t", record.trouble);
  if (!record.steps.empty()) {
    Array steps;
    for (const auto& step : record.steps) steps.push_back(save_step(step));
    out["steps"] = std::move(steps);
  }
  if (record.at + 1 < record.steps.size()) out["at"] = static_cast<std::int64_t>(record.at);
  if (record.attempt) out["try"] = save_attempt(*record.attempt);
  if (record.loop) out["loop"] = save_loop(*record.loop);
  if (record.held) out["held"] = static_cast<std::int64_t>(*record.held);
  put_number(out, "cancel", static_cast<int>(record.cancel));
  if (record.completes) out["completes"] = true;
  return out;
}

Result<RunRecord> load_record(const Value& saved) {
  RunRecord record;
  load_identity(saved, record);
  record.status = TRY(read_status(text_at(saved, "st")));
  record.start = time_from(saved, "b");
  record.end = time_from(saved, "e");
  record.verdict = TRY(read_status(text_at(saved, "v", "Success")));
  record.trouble = text_at(saved, "t");
  for (const auto& step : list_at(saved, "steps")) record.steps.push_back(TRY(load_step(step)));
  if (const auto failed = int_at(saved, "x")) record.failed = static_cast<std::size_t>(*failed);
  if (record.failed && *record.failed >= record.steps.size())
    return fail(ErrorKind::Invalid, "a saved run names a failed step that it never visited");
  TRY_DO(load_place(saved, record));
  if (const auto* attempt = find(saved, "try")) record.attempt = load_attempt(*attempt);
  record.cancel = enum_from<Cancel>(saved, "cancel");
  record.completes = is_true_at(saved, "completes");
  return record;
}

Array as_texts(const Value& value) {
  Array texts;
  if (value.is_null()) return texts;
  if (const auto* list = value.if_array())
    for (const auto& item : *list) texts.emplace_back(as_text(item));
  else
    texts.emplace_back(as_text(value));
  return texts;
}

}  // namespace hikae::runbook
