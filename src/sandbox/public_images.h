// Images that the embedded cloud has never seen. Users bring the ids of real public images with
// them: one that nobody here has made counts as somebody's public image from its first use on.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/world.h"

namespace hikae::sandbox {

/// A new id of an image. Its last digits say that it was made here, in any account and region, also
/// after the image has been forgotten.
[[nodiscard]] std::string new_image_id(World& world, const Region& region);
[[nodiscard]] bool was_made_here(std::string_view image);

/// What is assumed of a public image of this id: one disk, /dev/xvda of 8 GiB.
[[nodiscard]] Image assumed_image(const std::string& id, WallTime now);
/// Adds it and the snapshot of its disk.
void add_assumed_image(Region& region, const Image& image, WallTime now);

}  // namespace hikae::sandbox
