// The kind "run": a single run, or the parent of many, behind a place in line.
//
// An execution that has to wait for its place keeps the event that began it; when the place comes,
// the event is played as if it came now. So neither kind knows of places, and what counts from its
// begin (a run's latest moment for a stop, step time-outs) counts from when it really begins.
#include "runbook/events.h"
#include "runbook/rate.h"
#include "runbook/rate_queue.h"
#include "runbook/rate_turn.h"

namespace hikae::runbook {
namespace {

constexpr std::string_view kPlaceTag = "place";

class RateMachine final : public Machine {
 public:
  explicit RateMachine(MachineId id, RateRecord record = {})
      : id_(std::move(id)), record_(std::move(record)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    RateTurn turn(id_, record_, now, commands);
    if (const auto* started = std::get_if<event::Started>(&event)) {
      record_.input = started->input;
      return turn.start();
    }
    turn.on(event);
  }

  [[nodiscard]] Value save() const override { return save_rate(record_); }

 private:
  MachineId id_;
  RateRecord record_;
};

/// Becomes the run or the parent when it has its place.
class ExecutionMachine final : public Machine {
 public:
  ExecutionMachine(MachineId id, const MachineKind& runs) : id_(std::move(id)), runs_(runs) {}
  ExecutionMachine(MachineId id, const MachineKind& runs, QueuedRecord queued)
      : id_(std::move(id)), runs_(runs), queued_(std::move(queued)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (inner_) return inner_->decide(event, now, commands);
    if (const auto* started = std::get_if<event::Started>(&event))
      return begin_or_wait(*started, now, commands);
    if (const auto* signal = std::get_if<event::Signalled>(&event))
      return take_signal(*signal, now, commands);
    const auto* leased = std::get_if<event::Leased>(&event);
    if (leased && leased->tag == kPlaceTag) begin(event::Started{queued_.input}, now, commands);
  }

  [[nodiscard]] bool decides(std::string_view tag, const Result<Value>& answer) const override {
    return !inner_ || inner_->decides(tag, answer);
  }

  [[nodiscard]] Value save() const override {
    return inner_ ? inner_->save() : save_queued(queued_);
  }

 private:
  void begin_or_wait(const event::Started& started, WallTime now, Commands& commands) {
    const auto place = text_at(started.input, "Place");
    if (place.empty()) return begin(started, now, commands);
    queued_ = {.input = started.input, .since = now};
    commands.lease(str(kPlaceTag), str(place));
  }

  void begin(const event::Started& started, WallTime now, Commands& commands) {
    if (asks_for_rate_control(started.input))
      inner_ = std::make_unique<RateMachine>(id_);
    else
      inner_ = runs_.fresh(id_);
    inner_->decide(started, now, commands);
    queued_ = {};
  }

  /// Nothing was begun: it ends at once. Asked to complete, it would not begin either.
  void take_signal(const event::Signalled& signal, WallTime now, Commands& commands) {
    if (signal.name != "cancel" && signal.name != "complete") return;
    queued_.cancelled = now;
    RunRecord told;
    told.document_name = text_at(queued_.input, "DocumentName");
    told.document_version = text_at(queued_.input, "DocumentVersion");
    told.executed_by = text_at(queued_.input, "ExecutedBy");
    told.status = Status::Cancelled;
    told.start = told.end = now;
    emit_event(commands, id_.scope, execution_event(id_, told, now));
    commands.finish(Object{{"Status", to_string(Status::Cancelled)},
                           {"FailureMessage", "cancelled before it began"},
                           {"Outputs", Object{}}});
  }

  MachineId id_;
  const MachineKind& runs_;
  QueuedRecord queued_;
  std::unique_ptr<Machine> inner_;
};

class ExecutionMachineKind final : public MachineKind {
 public:
  explicit ExecutionMachineKind(DocumentSource source) : runs_(make_run_kind(std::move(source))) {}

  [[nodiscard]] std::string_view name() const override { return kRunKind; }

  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<ExecutionMachine>(id, *runs_);
  }

  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    switch (execution_of(saved)) {
      case Execution::Queued:
        return std::make_unique<ExecutionMachine>(id, *runs_, load_queued(saved));
      case Execution::Parent: return std::make_unique<RateMachine>(id, TRY(load_rate(saved)));
      case Execution::Single: break;
    }
    return runs_->load(id, saved);
  }

 private:
  std::unique_ptr<MachineKind> runs_;
};

}  // namespace

std::unique_ptr<MachineKind> make_execution_kind(DocumentSource source) {
  return std::make_unique<ExecutionMachineKind>(std::move(source));
}

bool asks_for_rate_control(const Value& asked) {
  return !list_at(asked, "Targets").empty() || !list_at(asked, "TargetMaps").empty();
}

Execution execution_of(const Value& saved) {
  if (is_true_at(saved, "queued")) return Execution::Queued;
  return is_true_at(saved, "rate") ? Execution::Parent : Execution::Single;
}

std::string_view parent_of_execution(const Value& saved) {
  if (execution_of(saved) == Execution::Single) return text_at(saved, "up");
  return text_at(object_at(saved, "in"), "ParentId");
}

std::string_view awaited_lease(const Value& saved) {
  if (execution_of(saved) == Execution::Queued) return text_at(object_at(saved, "in"), "Place");
  return text_at(saved, "st") == "Pending" ? text_at(saved, "lease") : std::string_view();
}

Value save_queued(const QueuedRecord& record) {
  Object out{{"queued", true},
             {"DocumentName", text_at(record.input, "DocumentName")},
             {"DocumentHash", text_at(record.input, "DocumentHash")},
             {"in", record.input},
             {"since", unix_ms(record.since)}};
  if (record.was_cancelled()) out["cancelled"] = unix_ms(record.cancelled);
  return out;
}

QueuedRecord load_queued(const Value& saved) {
  return {.input = object_at(saved, "in"),
          .since = wall_ms(int_at(saved, "since").value_or(0)),
          .cancelled = wall_ms(int_at(saved, "cancelled").value_or(0))};
}

}  // namespace hikae::runbook
