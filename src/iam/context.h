// What is known about a call besides its action and resource: the condition keys with their values.
// Names of keys are the same in either case of letters, also the tag's name behind a '/'.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hikae::iam {

/// ASCII only: names of actions and keys have no other letters.
[[nodiscard]] std::string lower(std::string_view text);

class Context {
 public:
  void set(std::string_view key, std::string value) { set(key, std::vector{std::move(value)}); }
  void set(std::string_view key, std::vector<std::string> values);
  /// Puts one more value behind those of the key.
  void add(std::string_view key, std::string value);
  /// nullptr: the call says nothing of it.
  [[nodiscard]] const std::vector<std::string>* find(std::string_view key) const;
  /// Keys that this one has too are left as they are.
  void join(const Context& other);

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace hikae::iam
