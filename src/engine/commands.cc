// What machines ask for: open items, and how each kind of them is set going.
#include <algorithm>

#include "base/invariant.h"
#include "engine/kernel.h"
#include "engine/limits.h"

namespace hikae::engine {
namespace {

bool is_effect(const Call& call) {
  return !call.service.starts_with("hikae") && Effects::retry_class(call) != aws::RetryClass::Read;
}

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

void Kernel::apply(Slot& slot, Command command, Mode mode) {
  using Type = OpenItem::Type;
  const auto open = [&](Type type, WallTime at, const std::string& tag, auto fill) {
    OpenItem item;
    item.type = type;
    item.at = at;
    fill(item);
    open_item(slot, tag, std::move(item), mode);
  };
  std::visit(
      Overloaded{
          [&](command::Send& c) {
            open(Type::Send, now(), c.tag, [&](OpenItem& item) {
              item.effect = is_effect(c.call);
              item.call = std::move(c.call);
            });
          },
          [&](command::Await& c) {
            open(Type::Await, now(), c.tag, [&](OpenItem& item) {
              item.call = std::move(c.call);
              item.pace = c.pace;
            });
          },
          [&](command::Wake& c) { open(Type::Wake, c.at, c.tag, [](OpenItem&) {}); },
          [&](command::AwaitEnd& c) {
            open(Type::AwaitEnd, now(), c.tag,
                 [&](OpenItem& item) { item.machine = std::move(c.machine); });
          },
          [&](command::Lease& c) {
            open(Type::Lease, now(), c.tag,
                 [&](OpenItem& item) { item.resource = std::move(c.resource); });
          },
          [&](command::Drop& c) { close(slot, c.tag); },
          // What others were told stands in their own journal already: not told again on replay.
          [&](command::Start& c) {
            if (mode == Mode::Live) start_machine(c.machine, std::move(c.input));
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
  if (open.effect) (void)journal_->add_effect(slot, tag, open.call, now());
  arm(slot, tag, open, Origin::Fresh);
  return open;
}

/// Sets an open item going. A call leaves only after the commit.
void Kernel::arm(Slot& slot, const std::string& tag, OpenItem& item, Origin origin) {
  const Address to{slot.no, tag, item.no};
  switch (item.type) {
    case OpenItem::Type::Send:
      after_commit_.push_back([this, to, origin] {
        auto* target = living_slot(to.machine);
        if (!target) return;
        const auto open = target->open.find(to.tag);
        if (open == target->open.end() || open->second.no != to.item) return;
        effects_.send(to, target->id.scope, open->second.call, origin);
      });
      return;
    case OpenItem::Type::Await: poller_.add(to, slot.id.scope, item.call, item.pace); return;
    case OpenItem::Type::Wake: wakes_.insert({item.at, to}); return arm_wakes();
    case OpenItem::Type::AwaitEnd: return await_end(slot, tag, item);
    case OpenItem::Type::Lease:
      if (leases_.ask(item.resource, to))
        internal_.push_back({{}, to.machine, to.item, event::Leased{tag}});
      return;
  }
}

void Kernel::await_end(Slot& slot, const std::string& tag, const OpenItem& item) {
  const Address to{slot.no, tag, item.no};
  if (living_.contains(item.machine)) {
    awaiting_end_[item.machine].push_back(to);
    return;
  }
  const auto view = this->view(item.machine);
  Result<Value> outcome = view ? Result<Value>(view->outcome)
                               : fail(ErrorKind::NotFound, "there is no " + item.machine.kind +
                                                               " '" + item.machine.id + "'");
  internal_.push_back({{}, to.machine, to.item, event::Ended{tag, std::move(outcome)}});
}

/// One timer for all waits. The wall clock may have jumped when it wakes, so it is asked again.
void Kernel::arm_wakes() {
  if (wakes_.empty()) return;
  const auto first = wakes_.begin()->at;
  if (wake_armed_for_ && *wake_armed_for_ <= first) return;
  world_.timers.cancel(wake_timer_);
  wake_armed_for_ = first;
  wake_timer_ = world_.timers.at(first, [this] { wake_due(); });
}

void Kernel::wake_due() {
  wake_armed_for_.reset();
  const auto now = world_.clock.now();
  while (!wakes_.empty() && wakes_.begin()->at <= now) {
    const auto to = wakes_.begin()->to;
    wakes_.erase(wakes_.begin());
    perform([this, to](Turn&) {
      internal_.push_back({{}, to.machine, to.item, event::Woke{to.tag}});
    });
  }
  arm_wakes();
}

}  // namespace hikae::engine
