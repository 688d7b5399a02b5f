#include "text/yaml_events.h"

#include <yaml.h>

#include "base/invariant.h"
#include "text/line_counter.h"

namespace hikae::text {
namespace {

Position position_of(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

std::string owned_text(const yaml_char_t* text) {
  return text ? std::string(reinterpret_cast<const char*>(text)) : std::string();
}

YamlEvent scalar_event(const yaml_event_t& raw) {
  const auto& scalar = raw.data.scalar;
  return {.kind = YamlEvent::Kind::Scalar,
          .position = position_of(raw.start_mark),
          .text = std::string(reinterpret_cast<const char*>(scalar.value), scalar.length),
          .anchor = owned_text(scalar.anchor),
          .tag = owned_text(scalar.tag),
          .plain = scalar.style == YAML_PLAIN_SCALAR_STYLE};
}

YamlEvent event_of(const yaml_event_t& raw) {
  using Kind = YamlEvent::Kind;
  const auto position = position_of(raw.start_mark);
  switch (raw.type) {
    case YAML_SCALAR_EVENT: return scalar_event(raw);
    case YAML_SEQUENCE_START_EVENT:
      return {Kind::ListBegin,
              position,
              {},
              owned_text(raw.data.sequence_start.anchor),
              owned_text(raw.data.sequence_start.tag)};
    case YAML_MAPPING_START_EVENT:
      return {Kind::MapBegin,
              position,
              {},
              owned_text(raw.data.mapping_start.anchor),
              owned_text(raw.data.mapping_start.tag)};
    case YAML_SEQUENCE_END_EVENT: return {Kind::ListEnd, position, {}, {}, {}};
    case YAML_MAPPING_END_EVENT: return {Kind::MapEnd, position, {}, {}, {}};
    case YAML_ALIAS_EVENT:
      return {Kind::Alias, position, owned_text(raw.data.alias.anchor), {}, {}};
    case YAML_DOCUMENT_START_EVENT: return {Kind::DocumentBegin, position, {}, {}, {}};
    case YAML_DOCUMENT_END_EVENT: return {Kind::DocumentEnd, position, {}, {}, {}};
    default: return {Kind::StreamEnd, position, {}, {}, {}};
  }
}

/// The text of one line (1-based), without its end.
std::string_view line_of(std::string_view text, int line) {
  for (; line > 1; --line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

std::string hint_for(std::string_view line, std::string_view problem) {
  if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos)
    return "indent with spaces: YAML knows no tabs";
  if (line.find("{{") != std::string_view::npos)
    return "put quotes around a value that contains {{ … }}";
  if (problem.find("cannot start any token") != std::string_view::npos)
    return "put quotes around the value";
  if (problem.find("mapping values are not allowed") != std::string_view::npos)
    return "check the indentation, or put quotes around a value that contains ': '";
  return "check the indentation and the quotes of this line and the one above";
}

}  // namespace

struct YamlEvents::Parser {
  yaml_parser_t raw;
};

YamlEvents::YamlEvents(std::string_view text) : text_(text), parser_(std::make_unique<Parser>()) {
  INVARIANT(yaml_parser_initialize(&parser_->raw) == 1, "libyaml has no memory");
  // libyaml asserts that there is an address, also of an empty text.
  const auto* begin = text.data() ? text.data() : "";
  yaml_parser_set_input_string(&parser_->raw, reinterpret_cast<const unsigned char*>(begin),
                               text.size());
  yaml_parser_set_encoding(&parser_->raw, YAML_UTF8_ENCODING);
}

YamlEvents::~YamlEvents() { yaml_parser_delete(&parser_->raw); }

std::optional<YamlEvent> YamlEvents::next() {
  yaml_event_t raw;
  do {
    if (yaml_parser_parse(&parser_->raw, &raw) != 1) return keep_error(), std::nullopt;
    if (raw.type == YAML_NO_EVENT) return YamlEvent{};
    if (raw.type != YAML_STREAM_START_EVENT) break;
    yaml_event_delete(&raw);
  } while (true);
  auto event = event_of(raw);
  yaml_event_delete(&raw);
  return event;
}

void YamlEvents::keep_error() {
  const auto& raw = parser_->raw;
  const std::string problem = raw.problem ? raw.problem : "the text is no YAML";
  // The reader (bytes, encoding) knows an offset but no mark.
  const auto position = raw.error == YAML_READER_ERROR ? LineCounter(text_).at(raw.problem_offset)
                                                       : position_of(raw.problem_mark);
  error_ = {.severity = Severity::Error,
            .code = "yaml-syntax",
            .position = position,
            .path = {},
            .message = raw.context ? std::string(raw.context) + ": " + problem : problem,
            .hint = hint_for(line_of(text_, position.line), problem)};
}

}  // namespace hikae::text
