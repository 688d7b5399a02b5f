// The cloud of the article's two functions, whose work hikae does by its own code: it looks at more
// than their roles may see (who uses an image, whom it is shared with), and what it finds never
// leaves it. So looks are hikae's own; what changes something, or tells somebody, is the role's.
#pragma once

#include "aws/cloud.h"

namespace hikae::plane::lambda {

class StandIn final : public aws::Cloud {
 public:
  /// `cloud` outlives it.
  explicit StandIn(aws::Cloud& cloud) : cloud_(cloud) {}
  void call(aws::Request request, aws::Done done) override;

 private:
  aws::Cloud& cloud_;
};

}  // namespace hikae::plane::lambda
