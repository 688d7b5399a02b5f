#include "runbook/run.h"

#include <fmt/format.h>

#include "runbook/events.h"
#include "runbook/power_stop.h"
#include "runbook/run_record.h"
#include "runbook/run_turn.h"

namespace hikae::runbook {
namespace {

RunRecord identity_from(const MachineId& id, const Value& input) {
  RunRecord record;
  record.document_name = text_at(input, "DocumentName");
  record.document_version = text_at(input, "DocumentVersion");
  record.document_hash = text_at(input, "DocumentHash");
  record.executed_by = text_at(input, "ExecutedBy");
  record.caller = text_at(input, "Caller");
  record.parent = text_at(input, "ParentId");
  record.root = text_at(input, "RootId");
  if (record.root.empty()) record.root = id.id;
  record.depth = static_cast<int>(int_at(input, "Depth").value_or(0));
  record.lease = text_at(input, "Lease");
  record.restores_power = text_at(input, "Power") == "restore";
  record.installation = text_at(input, "Installation");
  record.tells_steps = is_true_at(input, "TellSteps");
  record.interactive = text_at(input, "Mode") == "Interactive";
  if (const auto* tags = find(input, "Tags")) record.tags = *tags;
  if (record.restores_power && record.tags.is_object())
    record.last_stop = last_stop_in(text_at(record.tags, kLastStopTag));
  return record;
}

class RunMachine final : public Machine {
 public:
  RunMachine(MachineId id, const DocumentSource& source) : id_(std::move(id)), source_(source) {}
  RunMachine(MachineId id, const DocumentSource& source, RunRecord record,
             std::shared_ptr<const Document> document)
      : id_(std::move(id)),
        source_(source),
        record_(std::move(record)),
        document_(std::move(document)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    inputs_awaited_with_.reset();
    if (const auto* started = std::get_if<event::Started>(&event))
      return start(started->input, now, commands);
    if (document_) RunTurn(id_, *document_, record_, now, commands).on(event);
  }

  [[nodiscard]] bool decides(std::string_view tag, const Result<Value>& answer) const override {
    return !document_ ||
           RunTurn::decides(id_, *document_, record_, tag, answer, inputs_awaited_with_);
  }

  [[nodiscard]] Value save() const override { return save_record(record_); }

 private:
  void start(const Value& input, WallTime now, Commands& commands) {
    record_ = identity_from(id_, input);
    document_ = source_(record_.document_hash);
    if (!document_)
      return refuse(
          fmt::format("The document {} version {} (hash {}) is not there any more",
                      record_.document_name, record_.document_version, record_.document_hash),
          now, commands);
    const auto* given = find(input, "Parameters");
    auto bound = bind_parameters(*document_, given ? *given : Value(Object{}));
    if (!bound) return refuse(bound.error().text(), now, commands);
    record_.role = role_of(*document_, *bound).value_or("");
    record_.parameters = *std::move(bound);
    limit_stops(record_, now);
    RunTurn(id_, *document_, record_, now, commands).start();
  }

  // Ends before its first step: nothing was done, but the failure is told like any other.
  void refuse(std::string why, WallTime now, Commands& commands) {
    record_.status = Status::Failed;
    record_.start = now;
    record_.end = now;
    record_.trouble = why;
    emit_event(commands, id_.scope, execution_event(id_, record_, now));
    commands.finish(Object{{"Status", "Failed"}, {"FailureMessage", why}, {"Outputs", Object{}}});
  }

  MachineId id_;
  const DocumentSource& source_;
  RunRecord record_;
  std::shared_ptr<const Document> document_;
  // A wait looks every few seconds, always with the same inputs: kept until the next event.
  mutable std::optional<Object> inputs_awaited_with_;
};

class RunKind final : public MachineKind {
 public:
  explicit RunKind(DocumentSource source) : source_(std::move(source)) {}

  [[nodiscard]] std::string_view name() const override { return kRunKind; }

  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<RunMachine>(id, source_);
  }

  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    auto record = TRY(load_record(saved));
    auto document = source_(record.document_hash);
    if (!document && !is_terminal(record.status))
      return fail(
          ErrorKind::NotFound,
          fmt::format("run {} cannot go on: its document {} version {} (hash {}) is not "
                      "in the store; restore it and start again",
                      id.id, record.document_name, record.document_version, record.document_hash));
    if (document && !fits(record, *document))
      return fail(ErrorKind::Invalid,
                  fmt::format("run {} has visited a step that its document {} does not have", id.id,
                              record.document_name));
    return std::make_unique<RunMachine>(id, source_, std::move(record), std::move(document));
  }

 private:
  DocumentSource source_;
};

}  // namespace

std::unique_ptr<MachineKind> make_run_kind(DocumentSource source) {
  return std::make_unique<RunKind>(std::move(source));
}

}  // namespace hikae::runbook
