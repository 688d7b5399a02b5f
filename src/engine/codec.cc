#include "engine/codec.h"

#include <array>

#include "text/json.h"

namespace hikae::engine {
namespace {

Value answer_to_value(const Result<Value>& answer) {
  if (answer) return Object{{"ok", *answer}};
  return Object{{"err", error_to_value(answer.error())}};
}

Result<Value> answer_from_value(const Value& value) {
  if (const auto* ok = find(value, "ok")) return *ok;
  const auto* error = find(value, "err");
  return std::unexpected(error_from_value(error ? *error : Value()));
}

Value machine_id_to_value(const MachineId& id) {
  return Array{id.scope.account, id.scope.region, id.kind, id.id};
}

MachineId machine_id_from_value(const Value& value) {
  const auto* parts = value.if_array();
  if (!parts || parts->size() != 4) return {};
  return {{str(text_of((*parts)[0])), str(text_of((*parts)[1]))},
          str(text_of((*parts)[2])),
          str(text_of((*parts)[3]))};
}

struct EventToValue {
  Value operator()(const event::Started& e) const {
    return Object{{"e", "started"}, {"in", e.input}};
  }
  Value operator()(const event::Answered& e) const {
    return Object{{"e", "answered"}, {"tag", e.tag}, {"a", answer_to_value(e.answer)}};
  }
  Value operator()(const event::Woke& e) const { return Object{{"e", "woke"}, {"tag", e.tag}}; }
  Value operator()(const event::Ended& e) const {
    return Object{{"e", "ended"}, {"tag", e.tag}, {"a", answer_to_value(e.outcome)}};
  }
  Value operator()(const event::Leased& e) const { return Object{{"e", "leased"}, {"tag", e.tag}}; }
  Value operator()(const event::Signalled& e) const {
    return Object{{"e", "signal"}, {"name", e.name}, {"p", e.payload}};
  }
};

constexpr std::array<std::string_view, 6> kItemTypes{"send", "await", "wake",
                                                     "end",  "lease", "pause"};

Value call_to_value(const Call& call) {
  Object value{{"s", call.service}, {"o", call.operation}, {"in", call.input}};
  if (!call.caller.empty()) value["by"] = call.caller;
  return value;
}

Call call_from_value(const Value& value) {
  const auto* input = find(value, "in");
  return {str(text_at(value, "s")), str(text_at(value, "o")), input ? *input : Value(),
          str(text_at(value, "by"))};
}

Value item_to_value(const OpenItem& item) {
  Object value{{"t", kItemTypes[static_cast<std::size_t>(item.type)]},
               {"at", unix_ms(item.at)},
               {"no", item.no}};
  if (item.effect) value["x"] = true;
  switch (item.type) {
    case OpenItem::Type::Await:
      value["first"] = item.pace.first.count();
      value["every"] = item.pace.every.count();
      [[fallthrough]];
    case OpenItem::Type::Send: value["call"] = call_to_value(item.call); break;
    case OpenItem::Type::Wake: break;
    case OpenItem::Type::Pause: value["wait"] = item.wait.count(); break;
    case OpenItem::Type::AwaitEnd: value["m"] = machine_id_to_value(item.machine); break;
    case OpenItem::Type::Lease: value["r"] = item.resource; break;
  }
  return value;
}

OpenItem item_from_value(const Value& value) {
  OpenItem item;
  const auto type = text_at(value, "t");
  for (std::size_t i = 0; i < kItemTypes.size(); ++i)
    if (kItemTypes[i] == type) item.type = static_cast<OpenItem::Type>(i);
  item.at = wall_ms(int_at(value, "at").value_or(0));
  item.no = static_cast<std::uint64_t>(int_at(value, "no").value_or(0));
  if (const auto* call = find(value, "call")) item.call = call_from_value(*call);
  item.pace = {Duration{int_at(value, "first").value_or(2000)},
               Duration{int_at(value, "every").value_or(10000)}};
  if (const auto* machine = find(value, "m")) item.machine = machine_id_from_value(*machine);
  item.wait = Duration{int_at(value, "wait").value_or(0)};
  item.resource = str(text_at(value, "r"));
  item.effect = is_true_at(value, "x");
  return item;
}

}  // namespace

Value error_to_value(const Error& error) {
  return Object{{"k", to_string(error.kind)}, {"c", error.code}, {"m", error.message}};
}

Error error_from_value(const Value& value) {
  return {error_kind(text_at(value, "k")), str(text_at(value, "c")), str(text_at(value, "m"))};
}

std::string encode_event(const Event& event) {
  return text::to_json(std::visit(EventToValue{}, event));
}

Result<Event> decode_event(std::string_view text) {
  const auto value = TRY(text::parse_json(text));
  const auto type = text_at(value, "e");
  const auto tag = str(text_at(value, "tag"));
  const auto member = [&](std::string_view name) {
    const auto* found = find(value, name);
    return found ? *found : Value();
  };
  if (type == "started") return event::Started{member("in")};
  if (type == "answered") return event::Answered{tag, answer_from_value(member("a"))};
  if (type == "woke") return event::Woke{tag};
  if (type == "ended") return event::Ended{tag, answer_from_value(member("a"))};
  if (type == "leased") return event::Leased{tag};
  if (type == "signal") return event::Signalled{str(text_at(value, "name")), member("p")};
  return fail(ErrorKind::Io, "journal: an event of the unknown type '" + str(type) +
                                 "': this data folder was written by a newer hikae");
}

std::string encode_slot(const Slot& slot) {
  Object open;
  for (const auto& [tag, item] : slot.open) open[tag] = item_to_value(item);
  Array held;
  for (const auto& resource : slot.held) held.emplace_back(resource);
  Object value{{"open", std::move(open)}, {"rec", slot.machine->save()}};
  if (!held.empty()) value["held"] = std::move(held);
  return text::to_json(value);
}

Result<> decode_slot(std::string_view text, const MachineKind& kind, Slot& slot) {
  const auto value = TRY(text::parse_json(text));
  const auto* record = find(value, "rec");
  slot.machine = TRY(kind.load(slot.id, record ? *record : Value()));
  for (const auto& [tag, item] : object_at(value, "open"))
    slot.open.emplace(str(tag), item_from_value(item));
  for (const auto& resource : list_at(value, "held")) slot.held.emplace_back(text_of(resource));
  return {};
}

}  // namespace hikae::engine
