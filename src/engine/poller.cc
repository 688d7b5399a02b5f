#include "engine/poller.h"

#include <algorithm>
#include <set>

#include "engine/limits.h"
#include "engine/poll_shapes.h"
#include "text/json.h"

namespace hikae::engine {

struct Poller::Member {
  Address to;
  std::string id;  // what it looks at; empty where the call cannot be merged
  Duration every;
  SteadyTime due;
  bool asked = false;  // a call for it is out; it then stands in no line
};

struct Poller::Group {
  std::string key;
  Scope scope;
  Call call;
  std::optional<PollTarget> target;         // how its calls are merged; absent: it stands alone
  std::map<std::uint64_t, Member> members;  // by item
  std::set<std::pair<SteadyTime, std::uint64_t>> line;  // who is asked for next
  TimerId timer = 0;
  std::optional<SteadyTime> armed_for;
};

/// One look on its way.
struct Poller::Asked {
  std::vector<std::uint64_t> items;
  TimerId timer = 0;
  bool heard = false;
};

namespace {

/// What makes two awaits ask the same: everything but the id or the filter's value.
std::string group_key(const Scope& scope, const Call& call, const std::optional<PollTarget>& target,
                      std::uint64_t item) {
  const auto shared = target ? merged_call(*target, call, {}).input : call.input;
  Value key = Array{scope.account, scope.region, call.service, call.operation, call.caller, shared};
  if (!target) key.as_array().emplace_back(item);
  return text::to_canonical_json(key);
}

}  // namespace

Poller::Poller(aws::Cloud& cloud, Budget& budget, Timers& timers, Decides decides,
               Answered answered)
    : cloud_(cloud),
      budget_(budget),
      timers_(timers),
      decides_(std::move(decides)),
      answered_(std::move(answered)) {}

Poller::~Poller() = default;

void Poller::add(const Address& to, const Scope& scope, const Call& call, PollPace pace) {
  const auto target = poll_target(call);
  auto key = group_key(scope, call, target, to.item);
  auto& group = groups_[key];
  if (!group) {
    group = std::make_shared<Group>();
    group->key = std::move(key);
    group->scope = scope;
    group->call = call;
    group->target = target;
  }
  group->members.emplace(to.item,
                         Member{to, target ? target->value : std::string(), pace.every, {}, false});
  expect(*group, to.item, timers_.steady_now() + pace.first);
  by_item_.emplace(to.item, group);
  arm(group);
}

void Poller::expect(Group& group, std::uint64_t item, SteadyTime due) {
  auto& member = group.members.at(item);
  member.due = due;
  member.asked = false;
  group.line.emplace(due, item);
}

void Poller::drop(std::uint64_t item) {
  const auto found = by_item_.find(item);
  if (found == by_item_.end()) return;
  const auto group = found->second;
  by_item_.erase(found);
  const auto member = group->members.extract(item);
  group->line.erase({member.mapped().due, item});
  if (!group->members.empty()) return;
  timers_.cancel(group->timer);
  groups_.erase(group->key);
}

/// One timer a group, for the member that is due first.
void Poller::arm(const std::shared_ptr<Group>& group) {
  std::optional<SteadyTime> first;
  if (!group->line.empty()) first = group->line.begin()->first;
  if (first == group->armed_for) return;
  timers_.cancel(group->timer);
  group->armed_for = first;
  if (first)
    group->timer = timers_.after(*first - timers_.steady_now(), [this, group] { poll(group); });
}

/// Who is due, and who would be soon, is asked for in one call: so all of a group fall into step.
void Poller::poll(const std::shared_ptr<Group>& group) {
  group->armed_for.reset();
  const auto now = timers_.steady_now();
  std::vector<std::uint64_t> items;
  for (auto at = group->line.begin(); at != group->line.end(); at = group->line.erase(at)) {
    auto& member = group->members.at(at->second);
    if (at->first > now + std::max<Duration>(limits::kPollSlack, member.every / 2)) break;
    member.asked = true;
    items.push_back(at->second);
  }
  std::sort(items.begin(), items.end());
  for (std::size_t i = 0; i < items.size(); i += limits::kIdsPerPoll) {
    const auto end = std::min(items.size(), i + limits::kIdsPerPoll);
    ask(group, {items.begin() + static_cast<std::ptrdiff_t>(i),
                items.begin() + static_cast<std::ptrdiff_t>(end)});
  }
  arm(group);
}

void Poller::ask(const std::shared_ptr<Group>& group, std::vector<std::uint64_t> items) {
  auto call = std::make_shared<Call>(group->call);
  if (group->target) {
    std::vector<std::string> ids;
    for (const auto item : items) ids.push_back(group->members.at(item).id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    *call = merged_call(*group->target, std::move(*call), ids);
  }
  budget_.pass(group->scope, *call, Urgency::Poll,
               [this, group, call, items = std::move(items)]() mutable {
                 send(group, std::move(*call), std::move(items));
               });
}

void Poller::send(const std::shared_ptr<Group>& group, Call call,
                  std::vector<std::uint64_t> items) {
  ++calls_;
  // Whichever comes first, the answer or the time-out, is heard; the other finds nobody.
  auto out = std::make_shared<Asked>(Asked{std::move(items), 0, false});
  const auto hear = [this, group, out](Result<Value> answer) {
    if (std::exchange(out->heard, true)) return;
    timers_.cancel(out->timer);
    heard(group, out->items, std::move(answer));
  };
  out->timer = timers_.after(limits::kCallTimeout, [hear] {
    hear(fail(ErrorKind::Timeout, "RequestTimeout", "a look was not answered in time"));
  });
  cloud_.call({group->scope, std::move(call.service), std::move(call.operation),
               std::move(call.input), std::move(call.caller)},
              hear);
}

void Poller::heard(const std::shared_ptr<Group>& group, const std::vector<std::uint64_t>& items,
                   Result<Value> answer) {
  if (!answer && answer.error().kind == ErrorKind::Throttled)
    budget_.throttled(group->scope, group->call, Urgency::Poll);
  // One id that does not exist fails a whole Describe call: each is then asked for alone.
  const bool refused = !answer && answer.error().kind != ErrorKind::Throttled &&
                       answer.error().kind != ErrorKind::Unavailable &&
                       answer.error().kind != ErrorKind::Timeout;
  if (refused && items.size() > 1) {
    for (const auto item : items)
      if (group->members.contains(item)) ask(group, {item});
    return;
  }
  auto parts = answer && group->target ? split_answer(*group->target, std::move(*answer))
                                       : std::map<std::string, Value>{};
  for (const auto item : items) {
    const auto found = group->members.find(item);
    if (found == group->members.end()) continue;
    const auto& member = found->second;
    expect(*group, item, timers_.steady_now() + member.every);
    if (!answer && !refused) continue;  // asked again at the next poll
    if (!answer || !group->target) {
      judge(*group, item, answer);
      continue;
    }
    const auto part = parts.find(member.id);
    if (part == parts.end()) {
      judge(*group, item, empty_answer(*group->target));
      continue;
    }
    Result<Value> own(std::move(part->second));
    judge(*group, item, own);
    part->second = *std::move(own);  // several may look at the same
  }
  arm(group);
}

void Poller::judge(Group& group, std::uint64_t item, const Result<Value>& answer) {
  const auto to = group.members.at(item).to;
  if (!decides_(to, answer)) return;
  drop(item);
  answered_(to, answer);
}

}  // namespace hikae::engine
