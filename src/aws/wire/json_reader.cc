#include <fmt/format.h>

#include "aws/base64.h"
#include "aws/wire/json_body.h"
#include "aws/wire/limits.h"
#include "aws/wire/scalar.h"
#include "text/json.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

class JsonBodyReader {
 public:
  JsonBodyReader(Reading& reading, JsonNames names) : reading_(reading), names_(names) {}

  Value read(Value raw, const Shape& shape, std::string_view name, int depth);

 private:
  Value structure(Object raw, const Shape& shape, int depth);
  Value list(Array raw, const Shape& shape, std::string_view name, int depth);
  Value map(Object raw, const Shape& shape, int depth);
  Value scalar(Value raw, const Shape& shape, std::string_view name);
  Value timestamp(Value raw, std::string_view name);
  Value number(Value raw, Type type, std::string_view name);
  Value mistaken(Value raw, Type type, std::string_view name);

  const table::Table& table_ = table::Table::linked();
  Reading& reading_;
  JsonNames names_;
};

// The words that AWS's services use.
std::string_view token_word(const Value& value) {
  if (value.is_object()) return "Start of structure or map found where not expected";
  if (value.is_array()) return "Start of list found where not expected";
  if (value.is_string()) return "STRING_VALUE";
  if (value.is_bool()) return value.get_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
  return "NUMBER_VALUE";
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::Structure: return "structure";
    case Type::List: return "list";
    case Type::Map: return "map";
    case Type::Boolean: return "Boolean";
    case Type::Integer: return "Integer";
    case Type::Long: return "Long";
    case Type::Float: return "Float";
    case Type::Double: return "Double";
    case Type::Blob: return "Blob";
    case Type::Timestamp: return "Timestamp";
    case Type::String: break;
  }
  return "String";
}

Value JsonBodyReader::read(Value raw, const Shape& shape, std::string_view name, int depth) {
  if (!reading_.ok() || (shape.flags & table::kDocument)) return raw;
  if (depth > kDepth) {
    reading_.fault(Fault::TooMuch, fmt::format("nested deeper than {} levels", kDepth));
    return nullptr;
  }
  if (shape.type == Type::Structure && raw.is_object())
    return structure(std::move(raw.get_object()), shape, depth + 1);
  if (shape.type == Type::List && raw.is_array())
    return list(std::move(raw.get_array()), shape, name, depth + 1);
  if (shape.type == Type::Map && raw.is_object())
    return map(std::move(raw.get_object()), shape, depth + 1);
  return scalar(std::move(raw), shape, name);
}

Value JsonBodyReader::structure(Object raw, const Shape& shape, int depth) {
  MemberCursor cursor(table_, shape);
  Object out;
  out.reserve(raw.size());
  for (auto& entry : raw) {
    if (entry.value().is_null()) continue;
    const std::string_view key = entry.key();
    const auto* member = cursor.next([&](const Member& candidate) {
      const bool here = depth > 1 || candidate.location == table::Location::Body;
      return here && key == (names_ == JsonNames::OnTheWire ? wire_name(table_, candidate)
                                                            : table_.text(candidate.name));
    });
    if (member) {
      const auto name = table_.text(member->name);
      out[name] = read(std::move(entry.value()), table_.shape(member->shape), name, depth);
    } else if (reading_.side() == Side::Response) {
      out[key] = std::move(entry.value());
    } else {
      reading_.ignore(key);
    }
  }
  return out;
}

Value JsonBodyReader::list(Array raw, const Shape& shape, std::string_view name, int depth) {
  const auto& element = table_.shape(table_.members(shape)[0].shape);
  for (auto& item : raw)
    if (!item.is_null()) item = read(std::move(item), element, name, depth);
  return raw;
}

Value JsonBodyReader::map(Object raw, const Shape& shape, int depth) {
  const auto& element = table_.shape(table_.members(shape)[1].shape);
  for (auto& entry : raw)
    if (!entry.value().is_null())
      entry.value() = read(std::move(entry.value()), element, entry.key(), depth);
  return raw;
}

Value JsonBodyReader::scalar(Value raw, const Shape& shape, std::string_view name) {
  switch (shape.type) {
    case Type::String:
      if (raw.is_string()) return raw;
      break;
    case Type::Boolean:
      if (raw.is_bool()) return raw;
      break;
    case Type::Blob:
      if (raw.is_string() && is_base64(raw.get_string())) return raw;
      break;
    case Type::Timestamp: return timestamp(std::move(raw), name);
    case Type::Integer:
    case Type::Long:
    case Type::Float:
    case Type::Double: return number(std::move(raw), shape.type, name);
    default: break;
  }
  return mistaken(std::move(raw), shape.type, name);
}

Value JsonBodyReader::timestamp(Value raw, std::string_view name) {
  if (const auto* text = raw.if_string())
    if (auto instant = read_time(std::string_view(*text))) return Value(*instant);
  if (raw.is_number())
    if (auto instant = read_time(raw.to_number<double>())) return Value(*instant);
  return mistaken(std::move(raw), Type::Timestamp, name);
}

Value JsonBodyReader::number(Value raw, Type type, std::string_view name) {
  const bool whole = type == Type::Integer || type == Type::Long;
  if (whole && (raw.is_int64() || raw.is_uint64())) return raw;
  if (whole && raw.is_double())
    if (const auto integer = int_of(raw)) return *integer;
  if (!whole && raw.is_number()) return raw.to_number<double>();
  if (!whole && raw.is_string()) {
    const std::string_view text = raw.get_string();
    if (text == "NaN" || text == "Infinity" || text == "-Infinity") return raw;
  }
  return mistaken(std::move(raw), type, name);
}

Value JsonBodyReader::mistaken(Value raw, Type type, std::string_view name) {
  if (reading_.side() == Side::Response) return raw;
  const auto word = token_word(raw);
  if (raw.is_object() || raw.is_array())
    reading_.fault(Fault::Malformed, fmt::format("{}: {}", word, name));
  else
    reading_.fault(Fault::Malformed,
                   fmt::format("{} can not be converted to {} {}: {}", word,
                               type == Type::Integer ? "an" : "a", type_name(type), name));
  return nullptr;
}

}  // namespace

Value read_json_body(Value body, const Shape& shape, Reading& reading, JsonNames names) {
  return JsonBodyReader(reading, names).read(std::move(body), shape, "input", 0);
}

Value parse_json_body(std::string_view body, Reading& reading) {
  if (body.empty()) return Object{};
  auto value = text::parse_json(body);
  if (value) return *std::move(value);
  reading.fault(value.error().kind == ErrorKind::Limit ? Fault::TooMuch : Fault::Malformed,
                value.error().message);
  return nullptr;
}

}  // namespace hikae::aws::wire
