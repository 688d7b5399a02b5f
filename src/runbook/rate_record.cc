#include "runbook/rate_record.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

/// [value, status, start, end, message], cut behind what is the same for all that were not begun.
Value save_child(const RateChild& child) {
  Array out{Value(child.value)};
  if (child.status == Status::Pending) return out;
  out.emplace_back(to_string(child.status));
  out.emplace_back(unix_ms(child.start));
  if (child.end == WallTime{}) return out;
  out.emplace_back(unix_ms(child.end));
  if (!child.message.empty()) out.emplace_back(child.message);
  return out;
}

Result<RateChild> load_child(const Value& saved) {
  const auto* parts = saved.if_array();
  if (!parts || parts->empty())
    return fail(ErrorKind::Invalid, "a saved rate-controlled execution has a target without value");
  RateChild child{.value = str(text_of(parts->front()))};
  if (parts->size() > 1) child.status = TRY(read_status(text_of((*parts)[1])));
  if (parts->size() > 2) child.start = wall_ms(int_of((*parts)[2]).value_or(0));
  if (parts->size() > 3) child.end = wall_ms(int_of((*parts)[3]).value_or(0));
  if (parts->size() > 4) child.message = text_of((*parts)[4]);
  return child;
}

void count_children(RateRecord& record) {
  for (const auto& child : record.children) {
    if (child.status == Status::Pending) continue;
    if (!is_terminal(child.status)) {
      ++record.running;
      continue;
    }
    if (child.start == WallTime{}) continue;  // closed without having been started
    ++record.ended;
    if (child.status != Status::Success) ++record.errors;
  }
}

}  // namespace

Value save_rate(const RateRecord& record) {
  Object out{{"rate", true},
             {"DocumentName", text_at(record.input, "DocumentName")},
             {"DocumentHash", text_at(record.input, "DocumentHash")},
             {"in", record.input},
             {"st", to_string(record.status)}};
  if (record.start != WallTime{}) out["b"] = unix_ms(record.start);
  if (record.end != WallTime{}) out["e"] = unix_ms(record.end);
  if (record.stop != RateStop::No) out["stop"] = static_cast<std::int64_t>(record.stop);
  if (record.is_looking) out["looking"] = true;
  if (!record.page.empty()) out["page"] = record.page;
  if (record.looks > 0) out["looks"] = static_cast<std::int64_t>(record.looks);
  if (record.next > 0) out["next"] = static_cast<std::int64_t>(record.next);
  if (!record.trouble.empty()) out["t"] = record.trouble;
  Array children;
  for (const auto& child : record.children) children.push_back(save_child(child));
  out["to"] = std::move(children);
  return out;
}

Result<RateRecord> load_rate(const Value& saved) {
  RateRecord record;
  record.input = object_at(saved, "in");
  record.status = TRY(read_status(text_at(saved, "st")));
  record.start = wall_ms(int_at(saved, "b").value_or(0));
  record.end = wall_ms(int_at(saved, "e").value_or(0));
  record.stop = static_cast<RateStop>(int_at(saved, "stop").value_or(0));
  record.is_looking = is_true_at(saved, "looking");
  record.page = text_at(saved, "page");
  record.looks = static_cast<std::size_t>(int_at(saved, "looks").value_or(0));
  record.next = static_cast<std::size_t>(int_at(saved, "next").value_or(0));
  record.trouble = text_at(saved, "t");
  for (const auto& child : list_at(saved, "to")) record.children.push_back(TRY(load_child(child)));
  if (record.next > record.children.size())
    return fail(ErrorKind::Invalid,
                "a saved rate-controlled execution has started more children than it has targets");
  count_children(record);
  return record;
}

std::string rate_child_id(const MachineId& parent, std::size_t number) {
  return uuid_of(fmt::format("rate/{}/{}/{}/{}", parent.scope.account, parent.scope.region,
                             parent.id, number));
}

Object parameters_of_target(const Value& asked, std::string_view value) {
  const auto name = text_at(asked, "TargetParameterName");
  if (list_at(asked, "TargetMaps").empty()) return {{name, Array{Value(value)}}};
  const auto map = text::parse_json(value);
  return map && map->is_object() ? map->get_object() : Object{};
}

Object rate_child_parameters(const Value& asked, std::string_view value) {
  auto parameters = object_at(asked, "Parameters");
  for (auto& [name, texts] : parameters_of_target(asked, value)) parameters[name] = texts;
  return parameters;
}

}  // namespace hikae::runbook
