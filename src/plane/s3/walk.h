// Walking through a bucket's keys in order, those below a delimiter folded into one prefix.
// Internal to this folder.
//
// The example, with Prefix "a/" and Delimiter "/": a/b/1, a/b/2, a/c, b/d are seen as the prefix
// "a/b/", the key "a/c", and nothing of "b/d". A walk that goes on behind a marker sees neither the
// marker nor, where the marker lies in a prefix, that prefix again.
#pragma once

#include <functional>

#include "plane/s3/rows.h"

namespace hikae::plane::s3 {

enum class Edge { Behind, At };  // where a walk begins: behind its marker, or at it

struct Walk {
  std::string bucket;
  std::string prefix;
  std::string delimiter;
  std::string marker;  // empty: from the beginning
  Edge edge = Edge::Behind;
};

/// Each of them says whether to go on.
struct Visitor {
  std::function<bool(const Value& row)> shows;  // rows that it does not are not there
  std::function<bool(std::string_view key, const Value& row)> key;
  std::function<bool(std::string_view prefix)> prefix;
};

void walk_keys(const engine::Tables::Rows& rows, const Walk& walk, const Visitor& visitor);

/// MaxKeys and its like: at most kPageKeys. Error: InvalidArgument where it is negative.
[[nodiscard]] Result<std::size_t> page_size(const Value& input, std::string_view member);

/// Names as they are answered: EncodingType url encodes them. Error: InvalidArgument.
class NameWriter {
 public:
  [[nodiscard]] static Result<NameWriter> of(const Value& input);
  [[nodiscard]] std::string operator()(std::string_view name) const {
    return is_encoded_ ? url_encoded(name) : str(name);
  }
  /// Echoes those members of the input that are there, encoded.
  void echo(const Value& input, std::initializer_list<std::string_view> members,
            Object& answer) const;
  [[nodiscard]] bool is_encoded() const { return is_encoded_; }

 private:
  explicit NameWriter(bool is_encoded) : is_encoded_(is_encoded) {}
  bool is_encoded_;
};

/// [{Prefix}] of the folded prefixes.
[[nodiscard]] Array prefix_list(const std::vector<std::string>& prefixes, const NameWriter& name);

}  // namespace hikae::plane::s3
