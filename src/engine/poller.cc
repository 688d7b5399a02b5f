#include "engine/poller.h"

#include <algorithm>

#include "engine/limits.h"
#include "engine/poll_shapes.h"
#include "text/json.h"

namespace hikae::engine {

struct Poller::Member {
  Address to;
  std::string id;  // what it looks at; empty where the call cannot be merged
  Duration every;
  WallTime due;
  bool asked = false;  // a call for it is out
};

struct Poller::Group {
  Scope scope;
  Call call;
  std::optional<PollTarget> target;         // how its calls are merged; absent: it stands alone
  std::map<std::uint64_t, Member> members;  // by item: the order of asking is the order of joining
  TimerId timer = 0;
  std::optional<WallTime> armed_for;
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

Poller::Poller(aws::Cloud& cloud, const WallClock& clock, Timers& timers, Decides decides,
               Answered answered)
    : cloud_(cloud),
      clock_(clock),
      timers_(timers),
      decides_(std::move(decides)),
      answered_(std::move(answered)) {}

Poller::~Poller() = default;

void Poller::add(const Address& to, const Scope& scope, const Call& call, PollPace pace) {
  const auto target = poll_target(call);
  auto& group = groups_[group_key(scope, call, target, to.item)];
  if (!group) {
    group = std::make_shared<Group>();
    group->scope = scope;
    group->call = call;
    group->target = target;
  }
  group->members.emplace(to.item, Member{to, target ? target->value : std::string(), pace.every,
                                         clock_.now() + pace.first, false});
  by_item_.emplace(to.item, group);
  arm(group);
}

void Poller::drop(std::uint64_t item) {
  const auto found = by_item_.find(item);
  if (found == by_item_.end()) return;
  const auto group = found->second;
  group->members.erase(item);
  by_item_.erase(found);
  if (!group->members.empty()) return;
  timers_.cancel(group->timer);
  std::erase_if(groups_, [&](const auto& entry) { return entry.second == group; });
}

/// One timer a group, for the member that is due first.
void Poller::arm(const std::shared_ptr<Group>& group) {
  std::optional<WallTime> first;
  for (const auto& [item, member] : group->members)
    if (!member.asked && (!first || member.due < *first)) first = member.due;
  if (first == group->armed_for) return;
  timers_.cancel(group->timer);
  group->armed_for = first;
  if (first) group->timer = timers_.at(*first, [this, group] { poll(group); });
}

void Poller::poll(const std::shared_ptr<Group>& group) {
  group->armed_for.reset();
  const auto due = clock_.now() + limits::kPollSlack;
  std::vector<std::uint64_t> items;
  for (auto& [item, member] : group->members) {
    if (member.asked || member.due > due) continue;
    member.asked = true;
    items.push_back(item);
    if (items.size() == limits::kIdsPerPoll) ask(group, std::exchange(items, {}));
  }
  if (!items.empty()) ask(group, std::move(items));
  arm(group);
}

void Poller::ask(const std::shared_ptr<Group>& group, std::vector<std::uint64_t> items) {
  ++calls_;
  auto call = group->call;
  if (group->target) {
    std::vector<std::string> ids;
    for (const auto item : items) ids.push_back(group->members.at(item).id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    call = merged_call(*group->target, std::move(call), ids);
  }
  cloud_.call({group->scope, call.service, call.operation, call.input, call.caller},
              [this, group, items = std::move(items)](Result<Value> answer) {
                heard(group, items, answer);
              });
}

void Poller::heard(const std::shared_ptr<Group>& group, const std::vector<std::uint64_t>& items,
                   const Result<Value>& answer) {
  // One id that does not exist fails a whole Describe call: each is then asked for alone.
  const bool refused = !answer && answer.error().kind != ErrorKind::Throttled &&
                       answer.error().kind != ErrorKind::Unavailable &&
                       answer.error().kind != ErrorKind::Timeout;
  if (refused && items.size() > 1) {
    for (const auto item : items)
      if (group->members.contains(item)) ask(group, {item});
    return;
  }
  const auto parts = answer && group->target ? split_answer(*group->target, *answer)
                                             : std::map<std::string, Value>{};
  for (const auto item : items) {
    const auto found = group->members.find(item);
    if (found == group->members.end()) continue;
    auto& member = found->second;
    member.asked = false;
    member.due = clock_.now() + member.every;
    if (!answer && !refused) continue;  // asked again at the next poll
    if (!answer || !group->target) {
      judge(*group, item, answer);
      continue;
    }
    const auto part = parts.find(member.id);
    judge(*group, item, part == parts.end() ? empty_answer(*group->target) : part->second);
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
