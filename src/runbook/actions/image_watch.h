// Waiting for a new image (createImage, copyImage; docs/reference/ssm-automation.md 5.6, 5.7).
//
// EC2 may not know a new image for a moment after it has named it. Within the first two minutes
// "there is no such image" therefore means "not yet", afterwards that it is gone.
#pragma once

#include <string_view>

#include "runbook/actions/action.h"

namespace hikae::runbook {

/// To be called with the answer of the call that made the image: {ImageId}. The action's `resume`
/// hands everything further to resume_image_watch, its `decides` to image_watch_decides.
void watch_new_image(Play& play, const Value& answer);
/// Ends the attempt once the image is available or never will be. `doing` is the action's.
void resume_image_watch(Play& play, std::string_view item, const Event& event,
                        std::string_view doing);
[[nodiscard]] bool image_watch_decides(std::string_view item, const Result<Value>& answer);

}  // namespace hikae::runbook
