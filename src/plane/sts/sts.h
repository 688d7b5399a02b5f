// STS: who asks, and the shape of temporary credentials.
#pragma once

#include "plane/service.h"

namespace hikae::plane {

/// AssumeRole answers credentials for a role that exists. They are shaped like AWS's and recorded
/// nowhere: inside of hikae a caller is an ARN, nothing is signed with them.
class Sts final : public Service {
 public:
  explicit Sts(engine::Kernel& kernel);
};

}  // namespace hikae::plane
