// Reads the members of one map of a configuration; private to src/plan.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "text/diagnostic.h"
#include "text/yaml.h"

namespace hikae::plan {

/// The configuration's tree and where its problems go; outlives all its fields.
struct ConfigSource {
  const text::Tree& tree;
  text::Diagnostics& problems;
};

/// One map. A member of the wrong kind is reported and counts as absent, so that a person sees all
/// mistakes in one pass.
class ConfigFields {
 public:
  ConfigFields(ConfigSource& source, const Object& object, std::string pointer, std::string path)
      : source_(source), object_(object), pointer_(std::move(pointer)), path_(std::move(path)) {}

  /// Reports every member that is not among `known`, with the nearest of them.
  void only(std::initializer_list<std::string_view> known);
  [[nodiscard]] bool has(std::string_view key) const { return find(object_, key) != nullptr; }
  [[nodiscard]] const Value* value(std::string_view key) const { return find(object_, key); }
  /// A text that is not empty.
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  /// Digits that YAML may have read as a number ("123456789012").
  [[nodiscard]] std::optional<std::string> digits(std::string_view key);
  [[nodiscard]] std::optional<int> whole(std::string_view key, int least, int most);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  /// One text, or a list of texts.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key);
  /// The map's fields; nothing where it is absent or no map.
  [[nodiscard]] std::optional<ConfigFields> map(std::string_view key);
  [[nodiscard]] std::optional<std::string> one_of(std::string_view key,
                                                  std::initializer_list<std::string_view> words);

  void error(std::string_view key, std::string_view code, std::string message, std::string hint);
  void warn(std::string_view key, std::string_view code, std::string message, std::string hint);
  /// A problem of one item of a list; of the member itself where it is one text.
  void error_item(std::string_view key, std::size_t index, std::string_view code,
                  std::string message, std::string hint);
  /// A problem of the map itself.
  void error_here(std::string_view code, std::string message, std::string hint);
  [[nodiscard]] const Object& object() const { return object_; }
  [[nodiscard]] ConfigSource& source() const { return source_; }
  [[nodiscard]] std::string pointer(std::string_view key) const;
  [[nodiscard]] std::string path(std::string_view key) const;

 private:
  void wrong_kind(std::string_view key, std::string_view wanted, std::string hint);
  ConfigSource& source_;
  const Object& object_;
  std::string pointer_;
  std::string path_;
};

}  // namespace hikae::plan
