#include "base/log.h"

#include <array>
#include <utility>

#include "base/escape.h"

namespace hikae {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

void add_field(std::string& line, std::string_view name, std::string_view text) {
  line += ",";
  append_json_string(line, name);
  line += ":";
  append_json_string(line, text);
}

}  // namespace

Log::Log(const WallClock& clock, Sink sink, LogLevel least)
    : clock_(clock), sink_(std::move(sink)), least_(least) {}

void Log::write(LogLevel level, std::string_view component, std::string_view message,
                Object fields) {
  if (level < least_ || !sink_) return;
  std::string line = "{\"time\":\"" + iso_ms(clock_.now()) + "\"";
  add_field(line, "level", kLevelNames[static_cast<std::size_t>(level)]);
  add_field(line, "component", component);
  add_field(line, "message", message);
  for (const auto& [name, value] : fields) {
    if (const auto number = int_of(value))
      line += ",", append_json_string(line, name), line += ":" + std::to_string(*number);
    else
      add_field(line, name, value.is_string() ? text_of(value) : kind_of(value));
  }
  line += "}";
  sink_(line);
}

void Log::info(std::string_view component, std::string_view message, Object fields) {
  write(LogLevel::Info, component, message, std::move(fields));
}
void Log::warn(std::string_view component, std::string_view message, Object fields) {
  write(LogLevel::Warn, component, message, std::move(fields));
}
void Log::error(std::string_view component, std::string_view message, Object fields) {
  write(LogLevel::Error, component, message, std::move(fields));
}

}  // namespace hikae
