// A file of tests while it is read: its tree, the place of each node, and what is wrong with it.
// A key may stand in a test's row, in the test, or at the file's top; the nearest one counts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/described.h"
#include "sim/rehearsal.h"
#include "text/yaml.h"

namespace hikae::sim::rehearsal {

/// A node and where it stands.
struct Node {
  const Value* value = nullptr;
  std::string pointer;
  [[nodiscard]] explicit operator bool() const { return value != nullptr; }
  [[nodiscard]] Node at(std::string_view key) const;
  [[nodiscard]] Node at(std::size_t index) const;
  [[nodiscard]] sandbox::Described described() const { return {*value, "here"}; }
};

class Notes {
 public:
  Notes(const text::Tree& tree, text::Diagnostics& problems) : tree_(tree), problems_(problems) {}

  [[nodiscard]] Node root() const { return {&tree_.value, ""}; }
  [[nodiscard]] text::Position place(const Node& node) const;
  void wrong(const Node& node, std::string message, std::string hint);
  /// An error whose text begins with a path below `base` ("here.key: …", "faults[2].action: …").
  void wrong(const Node& base, const Error& error);

  template <class T>
  T take(Result<T> result, const Node& base) {
    if (result) return *std::move(result);
    wrong(base, result.error());
    return T{};
  }
  bool is_map(const Node& node, std::span<const std::string_view> keys);
  /// Its items; none, and a finding, where it is no list.
  [[nodiscard]] std::vector<Node> items(const Node& node, std::string_view what);
  /// Text, number or boolean as text.
  [[nodiscard]] std::string scalar(const Node& node);
  [[nodiscard]] Duration duration(const Node& map, std::string_view key);

 private:
  const text::Tree& tree_;
  text::Diagnostics& problems_;
};

/// Row, test, file: the nearest first.
class Layers {
 public:
  explicit Layers(std::vector<Node> layers) : layers_(std::move(layers)) {}

  /// The nearest; empty where nobody has it, or the nearest says null.
  [[nodiscard]] Node find(std::string_view key) const;
  /// The maps under a key, the nearest first.
  [[nodiscard]] Layers below(std::string_view key) const;
  /// The members of all, each from the nearest that has it; null takes a member away.
  [[nodiscard]] std::vector<std::pair<std::string, Node>> members() const;
  [[nodiscard]] const Node& nearest() const { return layers_.front(); }
  [[nodiscard]] bool empty() const { return layers_.empty(); }
  [[nodiscard]] const std::vector<Node>& all() const { return layers_; }

 private:
  std::vector<Node> layers_;
};

/// "3", ">=2", "<=5", "1..3"; of durations "15m", "<=15m", "30m..40m".
[[nodiscard]] std::optional<Bound> count_bound(const Value& value);
[[nodiscard]] std::optional<Bound> duration_bound(const Value& value);

/// "ec2:StopInstances" or "StopInstances" (of ec2), in the model's spelling; also what answers
/// aws:executeScript ("hikae-script:Run") and aws:invokeWebhook ("hikae-webhook:Invoke").
[[nodiscard]] Result<std::pair<std::string, std::string>> call_named(std::string_view written);

/// `expect`, of all layers.
[[nodiscard]] Expected read_expected(Notes& notes, const Layers& layers);

}  // namespace hikae::sim::rehearsal
