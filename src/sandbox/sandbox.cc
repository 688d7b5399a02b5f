#include "sandbox/sandbox.h"

#include <fmt/format.h>

#include <array>

#include "sandbox/fleet.h"
#include "sandbox/machines.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/request_subjects.h"

namespace hikae::sandbox {
namespace {

/// What is handed back, and how much later than usual.
struct Reply {
  Result<Value> result;
  Duration extra{};
};

/// DryRun asks for permission only: an error that is not about permissions is not seen by it.
bool is_seen_by(const FaultRule& rule, bool is_dry_run) {
  if (!is_dry_run || rule.action != FaultAction::Error) return true;
  return ec2_error(rule.code, {}).kind == ErrorKind::Denied;
}

Error refusal_of(const FaultRule& rule, std::string_view operation) {
  std::string code = rule.code.empty() ? "InternalError" : rule.code;
  if (rule.action == FaultAction::Throttle) code = "RequestLimitExceeded";
  if (rule.action == FaultAction::Unavailable) code = "Unavailable";
  auto message = rule.message.empty() ? usual_message(code, operation) : rule.message;
  return ec2_error(std::move(code), std::move(message));
}

/// Transitions of these take a `slow` rule's time; of all others the answer does.
bool slows_itself(std::string_view operation) {
  constexpr std::array<std::string_view, 3> kSlowed{"StopInstances", "StartInstances",
                                                    "CreateImage"};
  return std::ranges::find(kSlowed, operation) != kSlowed.end();
}

std::string unknown_operation(const aws::Request& request) {
  return fmt::format("The action {}:{} is not one the embedded cloud has; it has: {}",
                     request.service, request.operation, fmt::join(operation_names(), ", "));
}

}  // namespace

struct Sandbox::Impl {
  Impl(Options options, const WallClock& clock, Timers& timers, Entropy& entropy)
      : world(std::move(options), clock, timers, entropy) {}

  World world;
  Counters counters;

  Reply answer(aws::Request& request);
  Reply answer_known(const OperationEntry& entry, Region& region, const aws::Request& request);
  Reply execute(const OperationEntry& entry, Incoming& in, std::span<const Subject> subjects);
  void reply_later(Reply reply, aws::Done done);
  Scope effective(const Scope& scope) const;
};

/// A request that names no account or region is about the usual ones.
Scope Sandbox::Impl::effective(const Scope& scope) const {
  const auto& usual = world.options().scope_default;
  return {scope.account.empty() ? usual.account : scope.account,
          scope.region.empty() ? usual.region : scope.region};
}

Reply Sandbox::Impl::answer(aws::Request& request) {
  const auto* entry = find_operation(request.service, request.operation);
  if (!entry) return {std::unexpected(ec2_error("InvalidAction", unknown_operation(request)))};
  if (request.input.is_null()) request.input = Object{};
  if (!request.input.is_object())
    return {std::unexpected(
        ec2_error("InvalidParameterValue", fmt::format("The input of {} must be a map, it is a {}",
                                                       entry->name, kind_of(request.input))))};
  auto* region = world.region(effective(request.scope));
  if (!region)
    return {fail(ErrorKind::Limit, "InvalidParameterValue",
                 "The embedded cloud holds no further accounts and regions; use one it has")};
  return answer_known(*entry, *region, request);
}

Reply Sandbox::Impl::answer_known(const OperationEntry& entry, Region& region,
                                  const aws::Request& request) {
  auto& faults = world.faults();
  const auto now = world.now();
  Incoming in{world, region, request, now, now};
  if (faults.is_empty()) return execute(entry, in, {});
  const auto subjects = subjects_of(region, request.input);
  constexpr std::array kRefusals{FaultAction::Throttle, FaultAction::Error,
                                 FaultAction::Unavailable};
  const bool is_dry_run = is_true_at(request.input, "DryRun");
  const auto* refusal =
      faults.fire_any(kRefusals, entry.name, subjects, now,
                      [&](const FaultRule& rule) { return is_seen_by(rule, is_dry_run); });
  if (refusal) return {std::unexpected(refusal_of(*refusal, entry.name)), refusal->delay};
  if (const auto* stale = faults.fire(FaultAction::StaleReads, entry.name, subjects, now))
    in.seen = now - stale->delay;
  return execute(entry, in, subjects);
}

Reply Sandbox::Impl::execute(const OperationEntry& entry, Incoming& in,
                             std::span<const Subject> subjects) {
  Reply reply{entry.handler(in)};
  const auto written = world.flush();
  if (!written && entry.effect == Effect::Changes)
    return {std::unexpected(ec2_error("InternalError", written.error().message))};
  auto& faults = world.faults();
  if (faults.is_empty()) return reply;
  if (!slows_itself(entry.name))
    if (const auto* slow = faults.fire(FaultAction::Slow, entry.name, subjects, in.now))
      reply.extra = slow->delay;
  if (!reply.result) return reply;
  const auto* lost = faults.fire(FaultAction::LostReply, entry.name, subjects, in.now);
  if (!lost) return reply;
  const auto patience = lost->delay.count() > 0 ? lost->delay : world.delays().lost_reply;
  return {std::unexpected(ec2_error(
              "RequestTimeout",
              fmt::format("{}: no answer came within {}; whether it was executed is not known",
                          entry.name, human(patience)))),
          patience};
}

/// Holds nothing of the sandbox: an answer under way outlives it.
void Sandbox::Impl::reply_later(Reply reply, aws::Done done) {
  const auto at = world.now() + world.draw(world.delays().latency) + reply.extra;
  world.timers().at(at, [done = std::move(done), result = std::move(reply.result)]() mutable {
    done(std::move(result));
  });
}

Sandbox::Sandbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::open(Options options, const WallClock& clock,
                                               Timers& timers, Entropy& entropy) {
  auto impl = std::make_unique<Impl>(std::move(options), clock, timers, entropy);
  TRY_DO(impl->world.open());
  return std::unique_ptr<Sandbox>(new Sandbox(std::move(impl)));
}

void Sandbox::call(aws::Request request, aws::Done done) {
  const bool is_known = find_operation(request.service, request.operation) != nullptr;
  ++impl_->counters[is_known ? request.service + ":" + request.operation : "unknown"];
  impl_->reply_later(impl_->answer(request), std::move(done));
}

void Sandbox::set_faults(std::vector<FaultRule> rules) {
  impl_->world.set_faults(std::move(rules));
}

Result<> Sandbox::load_fleet(const Scope& scope, const Value& fleet) {
  auto* region = impl_->world.region(impl_->effective(scope));
  if (!region)
    return fail(ErrorKind::Limit,
                "fleet: the embedded cloud holds no further accounts and regions");
  auto draft = TRY(read_fleet(impl_->world, *region, fleet));
  return add_fleet(impl_->world, *region, std::move(draft));
}

bool Sandbox::has_instances(const Scope& scope) const {
  const auto* region = impl_->world.find_region(impl_->effective(scope));
  return region && !region->instances.rows().empty();
}

const Counters& Sandbox::counters() const { return impl_->counters; }

std::size_t Sandbox::running_transitions() const { return impl_->world.running_count(); }

Array Sandbox::instances(const Scope& scope) const {
  Array list;
  const auto* region = impl_->world.find_region(impl_->effective(scope));
  if (!region) return list;
  for (const auto& [id, row] : region->instances.rows()) {
    auto out = render(row, region->scope);
    out["Agent"] = to_string(row.agent);
    list.push_back(std::move(out));
  }
  return list;
}

Array Sandbox::images(const Scope& scope) const {
  Array list;
  const auto* region = impl_->world.find_region(impl_->effective(scope));
  if (!region) return list;
  for (const auto& [id, row] : region->images.rows())
    if (row.owner == region->scope.account && row.state != ImageState::Deregistered)
      list.push_back(render(row));
  return list;
}

Array Sandbox::snapshots(const Scope& scope) const {
  Array list;
  const auto* region = impl_->world.find_region(impl_->effective(scope));
  if (!region) return list;
  for (const auto& [id, row] : region->snapshots.rows()) {
    if (row.owner != region->scope.account) continue;
    auto out = render(row, impl_->world.now());
    out["ImageId"] = row.image;
    list.push_back(std::move(out));
  }
  return list;
}

Array Sandbox::volumes(const Scope& scope) const {
  Array list;
  const auto* region = impl_->world.find_region(impl_->effective(scope));
  if (!region) return list;
  for (const auto& [id, row] : region->volumes.rows()) list.push_back(render(row));
  return list;
}

Object Sandbox::tags_of(const Scope& scope, std::string_view id) const {
  Object out;
  const auto* region = impl_->world.find_region(impl_->effective(scope));
  if (!region) return out;
  const auto add = [&](const auto& table) {
    const auto* row = table.find(id);
    if (!row) return;
    for (const auto& [key, value] : row->tags) out[key] = value;
  };
  add(region->instances);
  add(region->images);
  add(region->snapshots);
  add(region->volumes);
  add(region->groups);
  add(region->keys);
  return out;
}

const std::deque<Change>& Sandbox::changes(const Scope& scope) const {
  static const std::deque<Change> kNone;
  const auto* region = impl_->world.find_region(impl_->effective(scope));
  return region ? region->changes : kNone;
}

}  // namespace hikae::sandbox
