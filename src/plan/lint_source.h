// Where a reference's value comes from, as far as the document says so. Private to the linter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runbook/document.h"

namespace hikae::plan {

enum class SourceKind {
  Given,       // {{ automation:… }}, {{ global:… }}
  Parameter,   // of the document
  TagText,     // a tag's value: whoever may tag an instance writes it
  ImageId,     // of an image that a step makes
  PowerState,  // an instance's state, looked up
  StopAnswer,  // an instance's state before a StopInstances, as its answer has it
  Output,      // of another step
};

struct Source {
  SourceKind kind = SourceKind::Given;
  std::size_t step = 0;  // of TagText, ImageId, PowerState, Output
  std::string machine;   // of PowerState, StopAnswer
};

[[nodiscard]] Source source_of(const runbook::Document& document, std::string_view reference);

/// Whether a step calls that operation, in any of the spellings of documents ("CreateImage",
/// "create_image"); also waits and asserts do.
[[nodiscard]] bool calls(const runbook::Step& step, std::string_view service,
                         std::string_view operation);
/// The name of the function, document or image that an input holds: a reference to a parameter
/// gives the parameter's default.
[[nodiscard]] std::string named_by(const runbook::Document& document, const Value* input);
/// Which instances an input names: equal texts for equal inputs; empty where it is absent.
[[nodiscard]] std::string machine_of(const Value* input);
/// The values of the filter with that name; nullptr where there is none.
[[nodiscard]] const Value* filter_values(const Value& inputs, std::string_view name);
/// A text's references, each written as {{name}}.
[[nodiscard]] std::string plain_references(std::string_view text);
/// `text` in small letters, without '_' and '-'.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace hikae::plan
