// Ids that cannot be swapped by mistake: each kind is a type of its own.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace hikae {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  explicit Id(std::string_view text) : text_(text) {}
  explicit Id(const char* text) : text_(text) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

using InstanceId = Id<struct InstanceTag>;
using ImageId = Id<struct ImageTag>;
using SnapshotId = Id<struct SnapshotTag>;
using VolumeId = Id<struct VolumeTag>;
using RunId = Id<struct RunTag>;

/// Everything durable is keyed by it. IAM and S3 buckets are global: their region is empty.
struct Scope {
  std::string account;
  std::string region;
  friend auto operator<=>(const Scope&, const Scope&) = default;
};

}  // namespace hikae
