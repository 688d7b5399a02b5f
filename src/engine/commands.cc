// What machines ask for: open items, and how each kind of them is set going.
#include <algorithm>

#include "base/invariant.h"
#include "base/seeded_bugs.h"
#include "engine/kernel.h"
#include "engine/limits.h"

namespace hikae::engine {
namespace {

bool is_effect(const Call& call) {
  const auto retry = Effects::retry_class(call);
  const bool is_ours = call.service.starts_with("hikae") && retry != aws::RetryClass::Never;
  return !is_ours && retry != aws::RetryClass::Read;
}

/// Of a pause that an earlier process began, as the wall clock has it: never more than all of it.
Duration left_of(const OpenItem& item, Origin origin, WallTime now) {
  if (origin == Origin::Fresh) return item.wait;
  return std::clamp<Duration>(item.wait - (now - item.at), Duration{0}, item.wait);
}

/// For the simulator (base/seeded_bugs.h); never otherwise.
bool is_lost(const MachineId& machine) {
  if (SeededBugs::has(SeededBug::ObligationForgotten) && machine.kind == "power") return true;
  return SeededBugs::has(SeededBug::EventsLost) && machine.kind == "event" &&
         machine.id.back() % 4 == 0;
}

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

void Kernel::apply(Slot& slot, Command command, WallTime at, Mode mode) {
  using Type = OpenItem::Type;
  const auto open = [&](Type type, WallTime when, const std::string& tag, auto fill) {
    OpenItem item;
    item.type = type;
    item.at = when;
    fill(item);
    open_item(slot, tag, std::move(item), mode);
  };
  std::visit(
      Overloaded{
          [&](command::Send& c) {
            open(Type::Send, at, c.tag, [&](OpenItem& item) {
              item.effect = is_effect(c.call);
              item.call = std::move(c.call);
            });
          },
          [&](command::Await& c) {
            open(Type::Await, at, c.tag, [&](OpenItem& item) {
              item.call = std::move(c.call);
              item.pace = c.pace;
            });
          },
          [&](command::Wake& c) { open(Type::Wake, c.at, c.tag, [](OpenItem&) {}); },
          [&](command::Pause& c) {
            open(Type::Pause, at, c.tag, [&](OpenItem& item) { item.wait = c.wait; });
          },
          [&](command::AwaitEnd& c) {
            open(Type::AwaitEnd, at, c.tag,
                 [&](OpenItem& item) { item.machine = std::move(c.machine); });
          },
          [&](command::Lease& c) {
            open(Type::Lease, at, c.tag,
                 [&](OpenItem& item) { item.resource = std::move(c.resource); });
          },
          [&](command::Drop& c) { close(slot, c.tag); },
          // What others were told stands in their own journal already: not told again on replay.
          [&](command::Start& c) {
            if (mode == Mode::Live && !is_lost(c.machine))
              start_machine(c.machine, std::move(c.input));
          },
          [&](command::Signal& c) {
            if (mode == Mode::Live)
              signal_machine(c.machine, std::move(c.name), std::move(c.payload));
          },
          [&](command::Finish& c) { finish(slot, std::move(c.outcome), mode); },
      },
      command);
}

OpenItem& Kernel::open_item(Slot& slot, const std::string& tag, OpenItem item, Mode mode) {
  close(slot, tag);
  item.no = ++last_item_;
  auto& open = slot.open.emplace(tag, std::move(item)).first->second;
  if (mode == Mode::Replay) return open;
  if (open.effect) journal_->add_effect(slot, tag, open.call, now());
  arm({slot.no, tag, open.no}, slot.id.scope, open, Origin::Fresh);
  return open;
}

/// Sets an open item going. A call leaves only after the commit.
void Kernel::arm(const Address& to, const Scope& scope, const OpenItem& item, Origin origin) {
  switch (item.type) {
    case OpenItem::Type::Send:
      if (SeededBugs::has(SeededBug::EffectBeforeCommit) && item.effect) return send(to, origin);
      after_commit_.push_back([this, to, origin] { send(to, origin); });
      return;
    case OpenItem::Type::Await: return await(to, scope, item);
    case OpenItem::Type::Wake: return alarms_.at(item.at, to);
    case OpenItem::Type::Pause: return alarms_.after(left_of(item, origin, now()), to);
    case OpenItem::Type::AwaitEnd: return await_end(to, item);
    case OpenItem::Type::Lease:
      if (leases_.ask(item.resource, to))
        internal_.push_back({{}, to.machine, to.item, event::Leased{to.tag}});
      return;
  }
}

void Kernel::await_end(const Address& to, const OpenItem& item) {
  if (roster_.lives(item.machine)) {
    awaiting_end_[item.machine].push_back(to);
    return;
  }
  const auto view = this->view(item.machine);
  Result<Value> outcome = view ? Result<Value>(view->outcome)
                               : fail(ErrorKind::NotFound, "there is no " + item.machine.kind +
                                                               " '" + item.machine.id + "'");
  internal_.push_back({{}, to.machine, to.item, event::Ended{to.tag, std::move(outcome)}});
}

/// What repeats until somebody is content must change nothing.
void Kernel::await(const Address& to, const Scope& scope, const OpenItem& item) {
  if (!is_effect(item.call)) return poller_.add(to, scope, item.call, item.pace);
  answered(to, fail(ErrorKind::Invalid, "ValidationException",
                    item.call.service + ":" + item.call.operation +
                        " changes something, so it cannot be asked again and again; await an "
                        "operation that only reads (Describe…, Get…, List…)"));
}

void Kernel::send(const Address& to, Origin origin) {
  const auto* slot = roster_.awake(to.machine);
  if (!slot) return;
  const auto open = slot->open.find(to.tag);
  if (open == slot->open.end() || open->second.no != to.item) return;
  const auto& call = open->second.call;
  // Whoever is stopped now may have to be started with no room left to write it down.
  const bool is_refused = disk_space_ == DiskSpace::Short && origin == Origin::Fresh &&
                          call.service == "ec2" && call.operation == "StopInstances";
  if (is_refused)
    return answered(to, fail(ErrorKind::Unavailable, "InsufficientDiskSpace",
                             "the disk of hikae's data folder is full: nothing is stopped until "
                             "there is space"));
  effects_.send(to, slot->id.scope, call, open->second.at, origin);
}

void Kernel::ring(const Address& to) {
  perform([this, to](Turn&) {
    internal_.push_back({{}, to.machine, to.item, event::Woke{to.tag}});
  });
}

}  // namespace hikae::engine
