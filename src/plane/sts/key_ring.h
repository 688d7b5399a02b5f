// The table of access keys (sts/keys.h) as the server's door looks it up.
#pragma once

#include "aws/door.h"
#include "base/secret_box.h"
#include "engine/kernel.h"

namespace hikae::plane {

/// One thread, the engine's. Kernel and box outlive it.
class TableKeyRing final : public aws::KeyRing {
 public:
  TableKeyRing(engine::Kernel& kernel, const SecretBox& box) : kernel_(kernel), box_(box) {}

  /// Inactive keys, and those whose secret cannot be opened, are nobody's.
  [[nodiscard]] std::optional<aws::KnownKey> find_key(std::string_view access_key) const override;

 private:
  engine::Kernel& kernel_;
  const SecretBox& box_;
};

}  // namespace hikae::plane
