// Schedules, event patterns, rows of the journal.
#include <algorithm>

#include "delivery/delivery.h"
#include "engine/codec.h"
#include "pattern/matcher.h"
#include "pattern/pattern.h"
#include "pattern/plain_matcher_test.h"
#include "runbook/power.h"
#include "runbook/run.h"
#include "schedule/upcoming.h"
#include "targets.h"
#include "text/json.h"
#include "window/occurrence.h"
#include "window/rule.h"
#include "window/window.h"

namespace hikae::fuzz {

void fuzz_schedule(std::string_view input) {
  const auto [expression, zone] = halves(input);
  for (const auto kind :
       {schedule::Kind::Window, schedule::Kind::Rule, schedule::Kind::Scheduler}) {
    schedule::ScheduleQuery query;
    query.expression = expression;
    query.kind = kind;
    query.timezone = zone;
    query.from = wall_ms(1'767'225'600'000);
    const auto instants = schedule::upcoming(query);
    if (!instants) continue;
    auto before = query.from;
    for (const auto instant : *instants) {
      expect(instant > before, "instants come one after the other");
      before = instant;
    }
  }
}

namespace {

/// Whether any text in it may be an IPv6 address: the plain matcher knows IPv4 only.
bool may_hold_ipv6(const Value& value) {
  if (value.is_string()) return std::ranges::count(text_of(value), ':') >= 2;
  if (const auto* list = value.if_array()) return std::ranges::any_of(*list, may_hold_ipv6);
  if (const auto* object = value.if_object())
    return std::ranges::any_of(*object,
                               [](const auto& member) { return may_hold_ipv6(member.value()); });
  return false;
}

}  // namespace

void fuzz_pattern(std::string_view input) {
  const auto [pattern_text, event_text] = halves(input);
  const auto rule = pattern::Pattern::parse(pattern_text);
  const auto pattern_value = text::parse_json(pattern_text);
  const auto event = text::parse_json(event_text);
  if (!rule || !pattern_value || !event || !event->is_object()) return;
  // The plain one folds the case of ASCII letters only.
  const auto is_ascii = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  if (!is_ascii(pattern_text) || !is_ascii(event_text)) return;
  if (may_hold_ipv6(*pattern_value) || may_hold_ipv6(*event)) return;
  // The plain one tries every choice of elements: only small events are its match.
  if (event_text.size() > 256 || pattern_text.size() > 512) return;
  pattern::Matcher matcher;
  matcher.add("r", *rule);
  const auto matched = matcher.match(*event);
  if (!matched) return;
  expect(!matched->empty() == pattern::plain::matches(*pattern_value, *event),
         "the matcher says what the plain one says");
}

namespace {

const MachineId kId{{"123456789012", "eu-west-1"}, "x", "x"};

std::vector<std::unique_ptr<MachineKind>> machine_kinds() {
  std::vector<std::unique_ptr<MachineKind>> kinds;
  kinds.push_back(runbook::make_run_kind(
      [](std::string_view) -> std::shared_ptr<const runbook::Document> { return nullptr; }));
  kinds.push_back(runbook::make_power_kind());
  kinds.push_back(window::make_window_kind());
  kinds.push_back(window::make_occurrence_kind());
  kinds.push_back(window::make_rule_kind());
  kinds.push_back(delivery::make_event_kind());
  kinds.push_back(delivery::make_delivery_kind());
  kinds.push_back(delivery::make_mail_kind());
  return kinds;
}

}  // namespace

void fuzz_journal(std::string_view input) {
  if (const auto event = engine::decode_event(input)) {
    const auto text = engine::encode_event(*event);
    const auto again = engine::decode_event(text);
    expect(again && engine::encode_event(*again) == text, "an event's text means that event");
  }
  for (const auto& kind : machine_kinds()) {
    engine::Slot slot;
    slot.id = kId;
    (void)engine::decode_slot(input, *kind, slot);
  }
}

}  // namespace hikae::fuzz
