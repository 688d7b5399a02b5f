// libyaml's events as values of ours: owned, typed, and with 1-based places.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "text/diagnostic.h"

namespace hikae::text {

struct YamlEvent {
  enum class Kind {
    Scalar,
    ListBegin,
    ListEnd,
    MapBegin,
    MapEnd,
    Alias,
    DocumentBegin,
    DocumentEnd,
    StreamEnd
  };
  Kind kind = Kind::StreamEnd;
  Position position;
  std::string text;    // a scalar's text, or an alias' name
  std::string anchor;  // empty: none
  std::string tag;     // as resolved by libyaml ("tag:yaml.org,2002:str", "!Ref"); empty: none
  bool plain = false;  // a scalar without quotes
};

/// One event after the other; nullopt once the text is broken: error() then says where and why.
class YamlEvents {
 public:
  explicit YamlEvents(std::string_view text);
  ~YamlEvents();
  YamlEvents(const YamlEvents&) = delete;
  YamlEvents& operator=(const YamlEvents&) = delete;

  [[nodiscard]] std::optional<YamlEvent> next();
  [[nodiscard]] const Diagnostic& error() const { return error_; }

 private:
  struct Parser;
  void keep_error();
  std::string_view text_;
  std::unique_ptr<Parser> parser_;
  Diagnostic error_;
};

}  // namespace hikae::text
