#include "delivery/burial.h"

namespace hikae::delivery {
namespace {

constexpr std::string_view kRecordTag = "bury";
constexpr std::string_view kRecordAgainTag = "bury-again";

}  // namespace

void Burial::begin(std::string key, Object row, Object outcome, WallTime now, Commands& commands) {
  key_ = std::move(key);
  row_ = std::move(row);
  row_["Outcome"] = "Dead";
  row_["At"] = iso(now);
  outcome_ = std::move(outcome);
  record(commands);
}

void Burial::record(Commands& commands) {
  ++tries_;
  commands.send(str(kRecordTag),
                {"hikae-ledger", "Record", Object{{"Key", key_}, {"Row", row_}}, {}});
}

bool Burial::take(const Event& event, Commands& commands) {
  if (!has_begun()) return false;
  if (const auto* woke = std::get_if<event::Woke>(&event)) {
    if (woke->tag == kRecordAgainTag) record(commands);
    return true;
  }
  const auto* answered = std::get_if<event::Answered>(&event);
  if (!answered || answered->tag != kRecordTag) return true;
  if (!answered->answer && tries_ < kLedgerTries) {
    commands.pause(str(kRecordAgainTag), minutes(1));
    return true;
  }
  if (!answered->answer) outcome_["LedgerError"] = answered->answer.error().text();
  commands.finish(outcome_);
  return true;
}

Value Burial::save() const {
  if (!has_begun()) return nullptr;
  return Object{{"Key", key_}, {"Row", row_}, {"Outcome", outcome_}, {"Tries", tries_}};
}

void Burial::load(const Value& saved) {
  key_ = text_at(saved, "Key");
  row_ = object_at(saved, "Row");
  outcome_ = object_at(saved, "Outcome");
  tries_ = int_at(saved, "Tries").value_or(0);
}

}  // namespace hikae::delivery
