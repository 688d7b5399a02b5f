// References `{{ … }}` in step inputs (docs/reference/ssm-automation.md 3): a whole-value reference
// inserts the typed value, one inside longer text its text, and a list inside a list is spliced in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "text/selector.h"

namespace hikae::runbook {

/// What a reference may name. Values live as long as the context.
class References {
 public:
  virtual ~References() = default;
  /// nullopt: declared but without a value (an output that is absent); an error: never declared.
  [[nodiscard]] virtual Result<std::optional<Value>> value_of(std::string_view reference) const = 0;
};

/// Resolves every string of `input`, at any depth, in one pass. Text in braces that is no valid
/// reference stays as it is, and so does what looks like one in a value that was put in. Keys are
/// never resolved. An absent value is an error that names the reference and its place; `Limit`
/// where the result passes limits::kSplicedItems or kResolvedBytes.
[[nodiscard]] Result<Value> resolve(const Value& input, const References& references);

/// One reference in a text: `{{ step.Out }}` at [begin, begin + size) names "step.Out".
struct FoundReference {
  std::size_t begin = 0;
  std::size_t size = 0;
  std::string name;
};
/// Every valid reference of one text, by the grammar of 3.1, from left to right.
[[nodiscard]] std::vector<FoundReference> find_references(std::string_view text);
/// The one reference that `text` consists of ("{{ step.Out }}" -> "step.Out"), if it is exactly
/// one.
[[nodiscard]] std::optional<std::string> whole_reference(std::string_view text);
/// Every valid reference in every string of `input`, in order, with repetition.
[[nodiscard]] std::vector<std::string> references_in(const Value& input);

/// Converts a selected value to an output's declared type (section 4): String, StringList, Integer,
/// Boolean, StringMap, MapList (and IntegerList, BooleanList). `Invalid` where it cannot be.
[[nodiscard]] Result<Value> convert(const Value& value, std::string_view type);
/// The same for what a selector has found. The matches of a deep scan (or another selector of many)
/// that are no maps are left out of a MapList, unless none is one (docs/differences.md).
[[nodiscard]] Result<Value> convert_found(const Value& found, const text::Selector& selector,
                                          std::string_view type);
/// A value as the text that stands for it inside longer text: strings bare, the rest as JSON.
[[nodiscard]] std::string as_text(const Value& value);

/// `{{ global:DATE }}` and DATE_TIME, in UTC.
[[nodiscard]] std::string global_date(WallTime now);
[[nodiscard]] std::string global_date_time(WallTime now);

}  // namespace hikae::runbook
