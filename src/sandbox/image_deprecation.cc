// EnableImageDeprecation and DisableImageDeprecation. Past its day an image is shown to its owner
// as before, and to others only where they ask for deprecated ones.
#include <fmt/format.h>

#include "sandbox/images.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

constexpr Duration kDeprecationFarthest = hours(24 * 3653);       // ten years
constexpr Duration kPublicDeprecationFarthest = hours(24 * 731);  // two
constexpr Duration kMinute = minutes(1);

/// EC2 rounds the seconds to the nearest minute.
Result<WallTime> read_deprecation(const Incoming& in, const Image& image) {
  const auto text = TRY(required_text(in, "DeprecateAt"));
  const auto parsed = parse_iso(text);
  if (!parsed)
    return std::unexpected(
        invalid_value(text, "DeprecateAt", "It is an instant like 2027-01-01T00:00:00.000Z."));
  const auto at =
      wall_ms((unix_ms(*parsed) + kMinute.count() / 2) / kMinute.count() * kMinute.count());
  const auto farthest = image.is_public ? kPublicDeprecationFarthest : kDeprecationFarthest;
  if (at > in.now && at <= in.now + farthest) return at;
  return std::unexpected(invalid_value(
      text, "DeprecateAt",
      fmt::format("It must lie ahead, and no later than {}.", iso(in.now + farthest))));
}

}  // namespace

Result<Value> enable_image_deprecation(Incoming& in) {
  const auto& image = *TRY(own_image(in));
  const auto at = TRY(read_deprecation(in, image));
  TRY_DO(end_dry_run(in));
  in.region.images.change(image.id, in.now, [&](Image& i) { i.deprecates = at; });
  return Object{{"Return", true}};
}

Result<Value> disable_image_deprecation(Incoming& in) {
  const auto& image = *TRY(own_image(in));
  TRY_DO(end_dry_run(in));
  in.region.images.change(image.id, in.now, [](Image& i) { i.deprecates = {}; });
  return Object{{"Return", true}};
}

}  // namespace hikae::sandbox
