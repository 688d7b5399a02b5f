#include "sandbox/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/entropy.h"
#include "base/invariant.h"
#include "base/limits.h"
#include "sandbox/catalogue.h"
#include "sandbox/change_rows.h"

namespace hikae::sandbox {
namespace {

/// Numbers as text that sorts like the numbers.
std::string row_number(std::int64_t number) { return fmt::format("{:016}", number); }

template <class T>
Result<> load_into(Table<T>& table, std::string_view body) {
  T row;
  TRY_DO(load(body, row));
  table.add(std::move(row), {});
  return {};
}

template <class T>
void collect_rows(const Table<T>& table, const Scope& scope, std::string_view kind,
                  std::vector<RowChange>& rows) {
  for (const auto& id : table.dirty()) {
    const auto* row = table.find(id);
    rows.push_back({scope, std::string(kind), id,
                    row ? std::optional<std::string>(save(*row)) : std::nullopt});
  }
}

void mark_clean(Region& region) {
  region.instances.clean();
  region.volumes.clean();
  region.images.clean();
  region.snapshots.clean();
  region.commands.clean();
  region.groups.clean();
  region.keys.clean();
}

void keep_history(Region& region, Duration span) {
  region.instances.keep_history(span);
  region.volumes.keep_history(span);
  region.images.keep_history(span);
  region.snapshots.keep_history(span);
  region.commands.keep_history(span);
  region.groups.keep_history(span);
  region.keys.keep_history(span);
}

}  // namespace

World::World(Options options, const WallClock& clock, Timers& timers, Entropy& entropy)
    : options_(std::move(options)),
      clock_(clock),
      timers_(timers),
      entropy_(entropy),
      faults_(entropy) {}

World::~World() {
  for (const auto& [id, armed] : transitions_) timers_.cancel(armed.timer);
}

Result<> World::open() {
  if (options_.path == ":memory:") return {};
  store_ = TRY(Store::open(options_.path));
  TRY_DO(in_context(
      store_->load([this](const Scope& scope, std::string_view kind, std::string_view id,
                          std::string_view body) { return load_row(scope, kind, id, body); }),
      "reading " + options_.path));
  for (auto& [scope, region] : regions_) mark_clean(region);
  for (auto& [scope, region] : regions_) add_default_group(region, now());
  for (auto& [scope, region] : regions_) settle_lost_commands(*this, region);
  arm_loaded();
  return {};
}

Result<> World::load_row(const Scope& scope, std::string_view kind, std::string_view id,
                         std::string_view body) {
  auto& region = regions_[scope];
  region.scope = scope;
  if (kind == "instance") return load_into(region.instances, body);
  if (kind == "volume") return load_into(region.volumes, body);
  if (kind == "image") return load_into(region.images, body);
  if (kind == "snapshot") return load_into(region.snapshots, body);
  if (kind == "command") return load_into(region.commands, body);
  if (kind == "security-group") return load_into(region.groups, body);
  if (kind == "key-pair") return load_into(region.keys, body);
  if (kind == "change") return load_change(region, id, body);
  if (kind != "transition")
    return fail(ErrorKind::Io,
                fmt::format("row of an unknown kind \"{}\"; the file is damaged", kind));
  Transition transition;
  TRY_DO(load(body, transition));
  last_transition_ = std::max(last_transition_, transition.id);
  transitions_of_.emplace(transition.subject, transition.id);
  const auto number = transition.id;
  transitions_[number] = {scope, std::move(transition), 0};
  return {};
}

/// In the order in which they are due: those of one past instant then run in that order.
void World::arm_loaded() {
  std::vector<std::pair<WallTime, std::int64_t>> order;
  for (const auto& [id, armed] : transitions_) order.emplace_back(armed.transition.due, id);
  std::ranges::sort(order);
  for (const auto& [due, id] : order) arm(id, transitions_.at(id));
}

Region* World::region(const Scope& scope) {
  const auto found = regions_.find(scope);
  if (found != regions_.end()) return &found->second;
  if (regions_.size() >= limits::kSandboxScopes) return nullptr;
  auto& region = regions_[scope];
  region.scope = scope;
  keep_history(region, faults_.longest_stale());
  add_public_catalogue(region, now());
  add_default_group(region, now());
  return &region;
}

const Region* World::find_region(const Scope& scope) const {
  const auto found = regions_.find(scope);
  return found == regions_.end() ? nullptr : &found->second;
}

void World::set_faults(std::vector<FaultRule> rules) {
  faults_.set(std::move(rules));
  const auto span = faults_.longest_stale();
  for (auto& [scope, region] : regions_) keep_history(region, span);
}

Duration World::draw(const Span& span) {
  const auto width = std::max<std::int64_t>((span.max - span.min).count(), 0);
  return span.min + Duration{static_cast<std::int64_t>(
                        below(entropy_, static_cast<std::uint64_t>(width) + 1))};
}

std::string World::new_id(std::string_view prefix) {
  constexpr std::size_t kIdDigits = 17;
  return std::string(prefix) + random_hex(entropy_, kIdDigits);
}

std::string World::new_address(std::string_view zone) {
  const auto block = below(entropy_, 256) % kSubnetBlocks;
  const auto host = 4 + below(entropy_, 250);
  return fmt::format("172.31.{}.{}", subnet_block(zone) + block, host);
}

void World::schedule(Region& region, Transition transition) {
  transition.id = ++last_transition_;
  const auto id = transition.id;
  if (store_) unwritten_.push_back({region.scope, "transition", row_number(id), save(transition)});
  transitions_of_.emplace(transition.subject, id);
  auto& armed = transitions_[id] = {region.scope, std::move(transition), 0};
  arm(id, armed);
}

void World::arm(std::int64_t id, Armed& armed) {
  armed.timer = timers_.at(armed.transition.due, [this, id] { wake(id); });
}

/// A wake-up is a hint: the wall clock decides. One that comes early is asked for again.
void World::wake(std::int64_t id) {
  const auto found = transitions_.find(id);
  if (found == transitions_.end()) return;
  if (now() < found->second.transition.due) return arm(id, found->second);
  const auto armed = std::move(found->second);
  transitions_.erase(found);
  forget_row(armed.scope, "transition", row_number(id));
  const auto [first, last] = transitions_of_.equal_range(armed.transition.subject);
  transitions_of_.erase(
      std::find_if(first, last, [id](const auto& entry) { return entry.second == id; }));
  auto* region = this->region(armed.scope);
  INVARIANT(region, "a transition's scope has a region since it was scheduled");
  perform(*this, *region, armed.transition);
  // A failed write keeps its rows; the next call answers with the reason.
  (void)flush();
}

const Transition* World::running(const Region& region, std::string_view subject, Step step) const {
  const auto [first, last] = transitions_of_.equal_range(subject);
  for (auto at = first; at != last; ++at) {
    const auto& armed = transitions_.at(at->second);
    if (armed.transition.step == step && armed.scope == region.scope) return &armed.transition;
  }
  return nullptr;
}

template <class Fits>
void World::unschedule_if(Region& region, std::string_view subject, Fits fits) {
  const auto [first, last] = transitions_of_.equal_range(subject);
  for (auto at = first; at != last;) {
    const auto armed = transitions_.find(at->second);
    if (!fits(armed->second.transition)) {
      ++at;
      continue;
    }
    timers_.cancel(armed->second.timer);
    forget_row(region.scope, "transition", row_number(at->second));
    transitions_.erase(armed);
    at = transitions_of_.erase(at);
  }
}

void World::unschedule(Region& region, std::string_view subject) {
  unschedule_if(region, subject, [](const Transition&) { return true; });
}

void World::unschedule(Region& region, std::string_view subject, Step step) {
  unschedule_if(region, subject, [step](const Transition& t) { return t.step == step; });
}

void World::forget_row(const Scope& scope, std::string_view kind, std::string id) {
  if (store_) unwritten_.push_back({scope, std::string(kind), std::move(id), std::nullopt});
}

void World::log(Region& region, WallTime at, std::string_view what, std::string_view resource,
                std::string_view instance, const Cause& cause) {
  const auto number = region.first_change + static_cast<std::int64_t>(region.changes.size());
  region.changes.push_back({at, std::string(what), std::string(resource), std::string(instance),
                            cause.caller, cause.operation});
  if (store_)
    unwritten_.push_back(
        {region.scope, "change", row_number(number), save_change(region.changes.back())});
  if (region.changes.size() <= limits::kSandboxChanges) return;
  forget_row(region.scope, "change", row_number(region.first_change++));
  region.changes.pop_front();
}

void World::collect(Region& region, std::vector<RowChange>& rows) const {
  collect_rows(region.instances, region.scope, "instance", rows);
  collect_rows(region.volumes, region.scope, "volume", rows);
  collect_rows(region.images, region.scope, "image", rows);
  collect_rows(region.snapshots, region.scope, "snapshot", rows);
  collect_rows(region.commands, region.scope, "command", rows);
  collect_rows(region.groups, region.scope, "security-group", rows);
  collect_rows(region.keys, region.scope, "key-pair", rows);
}

Result<> World::flush() {
  if (store_) {
    auto rows = unwritten_;
    for (auto& [scope, region] : regions_) collect(region, rows);
    if (rows.empty()) return {};
    TRY_DO(in_context(store_->write(rows), "writing " + options_.path));
  }
  unwritten_.clear();
  for (auto& [scope, region] : regions_) mark_clean(region);
  return {};
}

}  // namespace hikae::sandbox
