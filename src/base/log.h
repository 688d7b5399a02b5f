// The structured log: one JSON line an entry, time from the clock port. Control characters never
// reach the line.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/ports.h"
#include "base/value.h"

namespace hikae {

enum class LogLevel { Debug, Info, Warn, Error };

class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;
  /// `sink` gets each line without its line break. `clock` must outlive the log.
  Log(const WallClock& clock, Sink sink, LogLevel least = LogLevel::Info);

  /// `component` is the folder that speaks ("engine"); `fields` are added to the line.
  void write(LogLevel level, std::string_view component, std::string_view message,
             Object fields = {});
  void info(std::string_view component, std::string_view message, Object fields = {});
  void warn(std::string_view component, std::string_view message, Object fields = {});
  void error(std::string_view component, std::string_view message, Object fields = {});

 private:
  const WallClock& clock_;
  Sink sink_;
  LogLevel least_;
};

}  // namespace hikae
