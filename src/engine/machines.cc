// Machines and their events: start, deliver, decide, finish, and how others see them.
#include <algorithm>

#include "base/invariant.h"
#include "engine/kernel.h"
#include "text/json.h"

namespace hikae::engine {
namespace {

const std::string* tag_of(const Event& event) {
  if (const auto* e = std::get_if<event::Answered>(&event)) return &e->tag;
  if (const auto* e = std::get_if<event::Woke>(&event)) return &e->tag;
  if (const auto* e = std::get_if<event::Ended>(&event)) return &e->tag;
  if (const auto* e = std::get_if<event::Leased>(&event)) return &e->tag;
  return nullptr;
}

std::string brief(const Result<Value>& answer) { return answer ? "ok" : answer.error().text(); }

View view_of(const Slot& slot) {
  return {slot.id, slot.started_at, std::nullopt, slot.machine->save(), slot.outcome};
}

/// A row's view; a record that cannot be read shows as null (the row itself is still told).
View view_of(const MachineRow& row) {
  View view{row.id, row.started_at, row.ended_at, Value(), Value()};
  if (auto snapshot = text::parse_json(row.snapshot); snapshot)
    if (const auto* record = find(*snapshot, "rec")) view.record = *record;
  if (auto outcome = text::parse_json(row.outcome); outcome) view.outcome = *std::move(outcome);
  return view;
}

}  // namespace

const MachineKind* Kernel::kind_of(std::string_view name) const {
  for (const auto& kind : kinds_)
    if (kind->name() == name) return kind.get();
  return nullptr;
}

bool Kernel::start_machine(const MachineId& id, Value input) {
  INVARIANT(in_turn_, "machines start inside a turn");
  const auto* kind = kind_of(id.kind);
  INVARIANT(kind != nullptr, "every kind of machine is registered");
  if (roster_.lives(id)) return false;
  if (finished_.contains(id)) return false;
  const auto existing = journal_->find(id);
  INVARIANT(existing.has_value(), "the machines table can be read");
  if (existing->has_value()) return false;
  auto slot = std::make_unique<Slot>();
  slot->no = ++last_no_;
  slot->id = id;
  slot->started_at = now();
  slot->machine = kind->fresh(id);
  journal_->add_machine(*slot);
  internal_.push_back({id, slot->no, 0, event::Started{std::move(input)}});
  roster_.add(std::move(slot));
  return true;
}

bool Kernel::signal_machine(const MachineId& id, std::string name, Value payload) {
  const auto* slot = roster_.find(id);
  if (!slot) return false;
  internal_.push_back({id, slot->no, 0, event::Signalled{std::move(name), std::move(payload)}});
  return true;
}

void Kernel::answered(const Address& to, Result<Value> answer) {
  perform([this, to, answer = std::move(answer)](Turn&) mutable {
    internal_.push_back({{}, to.machine, to.item, event::Answered{to.tag, std::move(answer)}});
  });
}

bool Kernel::decides(const Address& to, const Result<Value>& answer) const {
  const auto* slot = roster_.awake(to.machine);
  return slot && slot->machine->decides(to.tag, answer);
}

void Kernel::deliver(Delivery delivery) {
  auto* slot = roster_.find(delivery.machine);
  if (!slot || slot->finished) return;
  if (delivery.item != 0) {
    // An answer for an item that was dropped or replaced meanwhile is nobody's.
    const auto* tag = tag_of(delivery.event);
    const auto open = slot->open.find(*tag);
    if (open == slot->open.end() || open->second.no != delivery.item) return;
  }
  const auto at = now();
  ++slot->seq;
  journal_->add_event(*slot, at, encode_event(delivery.event));
  if (const auto* e = std::get_if<event::Answered>(&delivery.event))
    if (const auto open = slot->open.find(e->tag); open != slot->open.end() && open->second.effect)
      journal_->settle_effect(slot->no, e->tag, at, brief(e->answer));
  touched_.insert(slot->no);
  decide(*slot, delivery.event, at, Mode::Live);
}

void Kernel::decide(Slot& slot, const Event& event, WallTime at, Mode mode) {
  close_item(slot, event);
  Commands commands;
  try {
    slot.machine->decide(event, at, commands);
  } catch (const std::exception& problem) {
    // An exception ends this machine, never the process; a replay meets it again and ends the same.
    (void)commands.take();
    world_.log.error("engine", "a machine failed",
                     {{"kind", slot.id.kind}, {"id", slot.id.id}, {"why", problem.what()}});
    const auto why = std::string("Internal error: ") + problem.what();
    commands.finish(Object{{"Status", "Failed"}, {"FailureMessage", why}});
    if (mode == Mode::Live && tell_.machine_broken) {
      Turn turn(*this);
      tell_.machine_broken(turn, slot.id, why);
    }
  }
  for (auto& command : commands.take()) {
    if (slot.finished) break;
    apply(slot, std::move(command), at, mode);
  }
}

void Kernel::close_item(Slot& slot, const Event& event) {
  const auto* tag = tag_of(event);
  if (!tag) return;
  const auto found = slot.open.find(*tag);
  if (found == slot.open.end()) return;
  if (std::holds_alternative<event::Leased>(event)) slot.held.push_back(found->second.resource);
  slot.open.erase(found);
}

/// Forgets an open item, wherever it waits.
void Kernel::close(Slot& slot, std::string_view tag) {
  const auto found = slot.open.find(tag);
  if (found == slot.open.end()) return;
  const auto& item = found->second;
  switch (item.type) {
    case OpenItem::Type::Send: effects_.drop(item.no); break;
    case OpenItem::Type::Await: poller_.drop(item.no); break;
    case OpenItem::Type::Wake:
    case OpenItem::Type::Pause: alarms_.drop(item.no); break;
    case OpenItem::Type::AwaitEnd:
      std::erase_if(awaiting_end_[item.machine],
                    [&](const Address& a) { return a.item == item.no; });
      break;
    case OpenItem::Type::Lease:
      leases_.forget_waiter(item.resource, {slot.no, found->first, item.no});
      break;
  }
  slot.open.erase(found);
}

void Kernel::finish(Slot& slot, Value outcome, Mode mode) {
  while (!slot.open.empty()) close(slot, std::string(slot.open.begin()->first));
  slot.finished = true;
  slot.outcome = std::move(outcome);
  if (mode == Mode::Replay) return;  // recovery sees to it: it did not end the first time
  journal_->finish_machine(slot, now());
  for (const auto& resource : slot.held)
    for (const auto& next : leases_.release(resource, slot.no))
      internal_.push_back({{}, next.machine, next.item, event::Leased{next.tag}});
  if (auto waiting = awaiting_end_.extract(slot.id))
    for (const auto& to : waiting.mapped())
      internal_.push_back({{}, to.machine, to.item, event::Ended{to.tag, slot.outcome}});
  auto done = roster_.remove(slot);
  auto id = done->id;
  finished_.emplace(std::move(id), std::move(done));
}

std::optional<View> Kernel::view(const MachineId& id) {
  if (const auto* slot = roster_.awake(id)) return view_of(*slot);
  if (const auto done = finished_.find(id); done != finished_.end()) {
    auto view = view_of(*done->second);
    view.ended_at = now();
    return view;
  }
  const auto row = journal_->find(id);
  if (!row || !row->has_value()) return std::nullopt;
  return view_of(**row);
}

std::vector<View> Kernel::living_views(std::string_view kind) {
  std::vector<View> views;
  for (const auto& [no, slot] : roster_.awake())
    if (slot->id.kind == kind) views.push_back(view_of(*slot));
  roster_.each_asleep([&](const MachineRow& row) {
    if (row.id.kind == kind) views.push_back(view_of(row));
  });
  return views;
}

std::vector<View> Kernel::list(const Scope& scope, std::string_view kind, const Slice& slice) {
  std::vector<View> views;
  const auto read = journal_->each_of_kind(scope, kind, slice, [&](const MachineRow& row) {
    const auto* slot = roster_.awake(row.no);
    views.push_back(slot ? view_of(*slot) : view_of(row));
  });
  if (!read)
    world_.log.error("engine", "machines cannot be listed", {{"why", read.error().message}});
  return views;
}

}  // namespace hikae::engine
