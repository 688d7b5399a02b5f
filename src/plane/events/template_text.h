// An input template cut into what is written and what is filled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hikae::plane::events {

struct TemplatePart {
  enum class Kind {
    Text,      // goes out as it is
    Value,     // <name> where a JSON value is expected
    InString,  // <name> inside of a quoted string
  };
  Kind kind = Kind::Text;
  std::string text;  // or the name, without its brackets
};

/// A '<' that begins no name (letters, digits, '.', '-', '_', then '>') is text.
[[nodiscard]] std::vector<TemplatePart> parts_of_template(std::string_view text);

}  // namespace hikae::plane::events
