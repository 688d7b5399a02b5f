#include "engine/codec.h"

#include <array>
#include <utility>

#include "base/escape.h"
#include "text/json.h"

namespace hikae::engine {
namespace {

/// One row's text, written member by member: a row is mostly one large value, and to put that into
/// a map first would copy it.
class RowWriter {
 public:
  RowWriter& begin() { return open('{'); }
  RowWriter& end() { return close('}'); }
  RowWriter& begin_list() { return open('['); }
  RowWriter& end_list() { return close(']'); }
  RowWriter& key(std::string_view name) {
    comma();
    append_json_string(text_, name);
    text_ += ':';
    is_first_ = true;  // its value has no comma
    return *this;
  }
  RowWriter& text(std::string_view text) {
    comma();
    append_json_string(text_, text);
    return *this;
  }
  RowWriter& value(const Value& value) {
    comma();
    text::append_json(text_, value);
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void comma() {
    if (!std::exchange(is_first_, false)) text_ += ',';
  }
  RowWriter& open(char bracket) {
    comma();
    text_ += bracket;
    is_first_ = true;
    return *this;
  }
  RowWriter& close(char bracket) {
    text_ += bracket;
    is_first_ = false;
    return *this;
  }

  std::string text_;
  bool is_first_ = true;
};

void write_answer(RowWriter& row, const Result<Value>& answer) {
  row.key("a").begin();
  if (answer)
    row.key("ok").value(*answer);
  else
    row.key("err").value(error_to_value(answer.error()));
  row.end();
}

Result<Value> answer_from_value(const Value& value) {
  if (const auto* ok = find(value, "ok")) return *ok;
  const auto* error = find(value, "err");
  return std::unexpected(error_from_value(error ? *error : Value()));
}

void write_machine_id(RowWriter& row, const MachineId& id) {
  row.begin_list().text(id.scope.account).text(id.scope.region).text(id.kind).text(id.id);
  row.end_list();
}

MachineId machine_id_from_value(const Value& value) {
  const auto* parts = value.if_array();
  if (!parts || parts->size() != 4) return {};
  return {{str(text_of((*parts)[0])), str(text_of((*parts)[1]))},
          str(text_of((*parts)[2])),
          str(text_of((*parts)[3]))};
}

struct EventWriter {
  RowWriter& row;

  void head(std::string_view type, std::string_view tag) const {
    row.key("e").text(type).key("tag").text(tag);
  }
  void operator()(const event::Started& e) const {
    row.key("e").text("started").key("in").value(e.input);
  }
  void operator()(const event::Answered& e) const {
    head("answered", e.tag);
    write_answer(row, e.answer);
  }
  void operator()(const event::Woke& e) const { head("woke", e.tag); }
  void operator()(const event::Ended& e) const {
    head("ended", e.tag);
    write_answer(row, e.outcome);
  }
  void operator()(const event::Leased& e) const { head("leased", e.tag); }
  void operator()(const event::Signalled& e) const {
    row.key("e").text("signal").key("name").text(e.name).key("p").value(e.payload);
  }
};

constexpr std::array<std::string_view, 6> kItemTypes{"send", "await", "wake",
                                                     "end",  "lease", "pause"};

void write_call(RowWriter& row, const Call& call) {
  row.key("call").begin();
  row.key("s").text(call.service).key("o").text(call.operation).key("in").value(call.input);
  if (!call.caller.empty()) row.key("by").text(call.caller);
  row.end();
}

Call call_from_value(const Value& value) {
  const auto* input = find(value, "in");
  return {str(text_at(value, "s")), str(text_at(value, "o")), input ? *input : Value(),
          str(text_at(value, "by"))};
}

void write_item(RowWriter& row, const OpenItem& item) {
  row.begin().key("t").text(kItemTypes[static_cast<std::size_t>(item.type)]);
  row.key("at").value(unix_ms(item.at)).key("no").value(item.no);
  if (item.effect) row.key("x").value(true);
  switch (item.type) {
    case OpenItem::Type::Await:
      row.key("first").value(item.pace.first.count()).key("every").value(item.pace.every.count());
      [[fallthrough]];
    case OpenItem::Type::Send: write_call(row, item.call); break;
    case OpenItem::Type::Wake: break;
    case OpenItem::Type::Pause: row.key("wait").value(item.wait.count()); break;
    case OpenItem::Type::AwaitEnd: write_machine_id(row.key("m"), item.machine); break;
    case OpenItem::Type::Lease: row.key("r").text(item.resource); break;
  }
  row.end();
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
  RowWriter row;
  row.begin();
  std::visit(EventWriter{row}, event);
  return row.end().take();
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
  RowWriter row;
  row.begin().key("open").begin();
  for (const auto& [tag, item] : slot.open) write_item(row.key(tag), item);
  row.end().key("rec").value(slot.machine->save());
  if (!slot.held.empty()) {
    row.key("held").begin_list();
    for (const auto& resource : slot.held) row.text(resource);
    row.end_list();
  }
  return row.end().take();
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
