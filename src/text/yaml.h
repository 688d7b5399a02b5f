// YAML (or JSON) text to a value, with the place of every node.
//
// Scalars: true/false (three spellings) are booleans; null, ~ and nothing are null; decimal
// integers without a leading zero and decimal fractions are numbers; everything else, everything
// quoted, and yes/no/on/off stay strings (docs/reference/stack.md 3). Aliases are expanded under a
// node limit; duplicate keys, merge keys and unknown tags are refused; one document a text.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "text/diagnostic.h"

namespace hikae::text {

/// The places of a value's nodes: by JSON pointer ("/mainSteps/0/name"; keys escaped as ~0, ~1).
/// Memory is bounded (limits::kPlacesBytes): of what comes after, only a parent's place is known.
class Places {
 public:
  void set(std::string_view pointer, Position position);
  void set_key(std::string_view pointer, Position position);
  /// The node's place; where it is unknown, the place of the nearest known parent.
  [[nodiscard]] Position at(std::string_view pointer) const;
  /// The place of a member's key; where it is unknown, at(pointer).
  [[nodiscard]] Position key_at(std::string_view pointer) const;

 private:
  struct Place {
    Position node;
    Position key;
  };
  Place* room_for(std::string_view pointer);
  std::map<std::string, Place, std::less<>> by_pointer_;
  std::size_t bytes_ = 0;
  bool full_ = false;
};

struct Tree {
  Value value;
  Places places;
};

/// What tags mean. `Refuse` for documents and configurations; `Intrinsics` turns CloudFormation's
/// short forms into their long ones (`!Ref x` -> {"Ref": x}, `!GetAtt a.b` -> {"Fn::GetAtt":
/// ["a","b"]}, `!Sub` and the rest -> {"Fn::Sub": …}).
enum class YamlTags { Refuse, Intrinsics };

/// What a text that begins with '{' or '[' may be.
enum class FlowText {
  JsonOrYaml,  // YAML's flow style looks like JSON, and is read where the text is none
  Json,        // nothing else, as in a file of that name
};
/// By the file's name: `Json` where it ends in .json.
[[nodiscard]] FlowText flow_text_of(std::string_view file);

struct ReadOptions {
  std::size_t bytes_max = 0;  // 0: limits::kConfigBytes
  YamlTags tags = YamlTags::Refuse;
  FlowText flow_text = FlowText::JsonOrYaml;
};

/// Reads JSON where the text begins with '{' or '[' and is JSON (tabs are then fine), else YAML
/// (docs/reference/ssm-automation.md 1.2). Where it is neither, the error is YAML's.
/// On failure at least one error diagnostic stands in `problems`.
[[nodiscard]] Result<Tree> read_tree(std::string_view text, Diagnostics& problems,
                                     const ReadOptions& options = {});

/// `parent` with one more key, escaped, or one more index: "/a" and "b/c" -> "/a/b~1c".
[[nodiscard]] std::string pointer_to(std::string_view parent, std::string_view key);
void append_key(std::string& pointer, std::string_view key);
[[nodiscard]] std::string pointer_to(std::string_view parent, std::size_t index);

}  // namespace hikae::text
