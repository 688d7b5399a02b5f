#include "aws/wire/reading.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "aws/base64.h"
#include "aws/wire/limits.h"
#include "aws/wire/time_form.h"
#include "base/escape.h"

namespace hikae::aws::wire {
namespace {

using table::Type;

constexpr std::size_t kScalarShown = 60;

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || at != end) return std::nullopt;
  return number;
}

std::optional<Value> whole_from(std::string_view text) {
  if (const auto number = number_from<std::int64_t>(text)) return Value(*number);
  if (const auto number = number_from<std::uint64_t>(text)) return Value(*number);
  return std::nullopt;
}

std::optional<Value> real_from(std::string_view text) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") return Value(text);
  const auto number = number_from<double>(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return Value(*number);
}

bool same_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] | 0x20) != lower[i]) return false;
  return true;
}

std::optional<Value> truth_from(std::string_view text) {
  if (same_word(text, "true")) return Value(true);
  if (same_word(text, "false")) return Value(false);
  return std::nullopt;
}

std::optional<Value> meant_by(std::string_view text, Type type) {
  switch (type) {
    case Type::Boolean: return truth_from(text);
    case Type::Integer:
    case Type::Long: return whole_from(text);
    case Type::Float:
    case Type::Double: return real_from(text);
    case Type::Timestamp:
      if (auto instant = read_time(text)) return Value(*instant);
      return std::nullopt;
    case Type::Blob:
      if (is_base64(text)) return Value(text);
      return std::nullopt;
    default: return Value(text);
  }
}

std::string_view word_of(Type type) {
  switch (type) {
    case Type::Boolean: return "boolean";
    case Type::Integer:
    case Type::Long: return "integer";
    case Type::Float:
    case Type::Double: return "number";
    case Type::Timestamp: return "timestamp";
    case Type::Blob: return "base64";
    default: return "value";
  }
}

}  // namespace

void Reading::fault(Fault fault, std::string message) {
  if (fault_) return;
  fault_ = fault;
  message_ = std::move(message);
}

void Reading::ignore(std::string_view name) {
  if (side_ == Side::Request && ignored_.size() < kIgnoredNames)
    ignored_.push_back(printable(name.substr(0, kShownBytes)));
}

Value scalar_from(std::string_view text, const table::Shape& shape, std::string_view name,
                  Reading& reading) {
  if (auto value = meant_by(text, shape.type)) return *std::move(value);
  if (reading.side() == Side::Request)
    reading.fault(Fault::WrongValue,
                  fmt::format("Value ({}) for parameter {} is invalid. It is no {}.",
                              printable(text.substr(0, kScalarShown)), name, word_of(shape.type)));
  return Value(text);
}

}  // namespace hikae::aws::wire
