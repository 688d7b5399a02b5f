// One look at all images and tags of one instance, and the decision that follows from it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "retention/retention.h"
#include "retention/rule.h"
#include "upkeep/images.h"
#include "upkeep/prune.h"

namespace hikae::upkeep {

struct Look {
  std::vector<FoundImage> images;
  retention::Choice choice;
  bool is_held = false;                            // the instance: nothing of it is deleted
  retention::Plans plans = retention::Plans::One;  // that images of this instance are of
  retention::Plan plan;                            // one decision for each image

  [[nodiscard]] const FoundImage* find(const ImageId& id) const;
  /// The oldest image that may go; none of `except`.
  [[nodiscard]] const FoundImage* oldest_to_go(
      const std::function<bool(const ImageId&)>& except) const;
};

/// Lists and decides. Images of `gone` are left out even where EC2 still shows them. Errors: where
/// images or tags could not be read.
void look(const Context& context, const PruneRequest& request, std::vector<ImageId> gone,
          std::move_only_function<void(Result<Look>)> done);

/// Whether an image of ours that was made at `began` and is good would go by this look.
[[nodiscard]] bool would_go(const Look& look, const InstanceId& instance, const ImageId& image,
                            WallTime began, WallTime now);

}  // namespace hikae::upkeep
