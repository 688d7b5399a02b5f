// Reads one map of a file that a person wrote (fault rules, fleets). Every complaint says where,
// what is there, and what to write instead.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "sandbox/records.h"

namespace hikae::sandbox {

class Described {
 public:
  /// `place` is how a person finds it: "faults[2]", "fleet: instances[0].images[1]". Both
  /// arguments' texts must outlive the reader only as far as `value` is concerned.
  Described(const Value& value, std::string place) : value_(value), place_(std::move(place)) {}

  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] const Value* member(std::string_view key) const { return find(value_, key); }
  [[nodiscard]] bool has(std::string_view key) const { return member(key) != nullptr; }
  /// "PLACE.KEY: WHY"
  [[nodiscard]] std::unexpected<Error> wrong(std::string_view key, std::string_view why) const;

  /// It is a map and has no other keys.
  [[nodiscard]] Result<> only(std::span<const std::string_view> keys) const;
  /// Numbers and booleans count as their text; absent is empty.
  [[nodiscard]] Result<std::string> text(std::string_view key) const;
  [[nodiscard]] Result<std::vector<std::string>> text_or_list(std::string_view key) const;
  [[nodiscard]] Result<std::int64_t> whole(std::string_view key, std::int64_t otherwise) const;
  [[nodiscard]] Result<bool> flag(std::string_view key, bool otherwise) const;
  /// Seconds as a number, "PT15M", or "90s", "15m", "36h", "30d"; absent is zero.
  [[nodiscard]] Result<Duration> duration(std::string_view key, Duration most) const;
  /// A map of texts.
  [[nodiscard]] Result<Tags> tags(std::string_view key) const;
  /// A list of maps; absent is empty.
  [[nodiscard]] Result<std::vector<Described>> items(std::string_view key, std::size_t most) const;
  /// One of the words.
  [[nodiscard]] Result<std::string> word(std::string_view key,
                                         std::span<const std::string_view> words,
                                         std::string_view otherwise) const;

 private:
  const Value& value_;
  std::string place_;
};

/// Every fault's name, for messages and help.
[[nodiscard]] std::string action_names();

}  // namespace hikae::sandbox
