#include "window/tell.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace hikae::window {
namespace {

constexpr std::string_view kRowTag = "ledger:";
constexpr std::string_view kAgainTag = "ledger-again";
constexpr Duration kAgainAfter = minutes(1);

}  // namespace

std::string window_arn(const Scope& scope, std::string_view window_id) {
  return fmt::format("arn:aws:ssm:{}:{}:maintenancewindow/{}", scope.region, scope.account,
                     window_id);
}

Object event_of(const Scope& scope, const Telling& telling) {
  const auto seed = fmt::format("event/{}/{}/{}", scope.account, scope.region, telling.key);
  return {{"version", "0"},
          {"id", uuid_of(seed)},
          {"detail-type", telling.detail_type},
          {"source", telling.source},
          {"account", scope.account},
          {"time", iso(telling.time)},
          {"region", scope.region},
          {"resources", Array{Value(telling.resource)}},
          {"detail", telling.detail}};
}

void tell(Commands& commands, const Scope& scope, const Telling& telling) {
  auto event = event_of(scope, telling);
  auto id = str(text_at(event, "id"));
  commands.start({scope, "event", std::move(id)}, std::move(event));
}

void Ledger::write(Commands& commands, const std::string& key, Object row) {
  pending_[key] = std::move(row);
  send(commands, key);
}

void Ledger::send(Commands& commands, const std::string& key) const {
  Object input{{"Key", key}, {"Row", pending_.at(key)}};
  commands.send(str(kRowTag) + key, {"hikae-ledger", "Record", std::move(input), {}});
}

bool Ledger::take(const Event& event, Commands& commands) {
  if (const auto* woke = std::get_if<event::Woke>(&event); woke && woke->tag == kAgainTag) {
    for (const auto& [key, row] : pending_) send(commands, key);
    return true;
  }
  const auto* answered = std::get_if<event::Answered>(&event);
  if (!answered || !answered->tag.starts_with(kRowTag)) return false;
  if (answered->answer)
    pending_.erase(answered->tag.substr(kRowTag.size()));
  else
    commands.pause(str(kAgainTag), kAgainAfter);
  return true;
}

Value Ledger::save() const {
  Object rows;
  for (const auto& [key, row] : pending_) rows[key] = row;
  return rows;
}

void Ledger::load(const Value& saved) {
  pending_.clear();
  if (const auto* rows = saved.if_object())
    for (const auto& [key, row] : *rows)
      if (row.is_object()) pending_[str(key)] = row.get_object();
}

}  // namespace hikae::window
