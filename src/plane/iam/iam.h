// IAM as hikae keeps it: roles, users, their inline and attached policies, policies of the
// account's own, instance profiles, access keys. Global: rows stand in the scope of the account
// without a region. With `iam: enforce` policies bind (plane/iam/access.h).
//
// Role and policy documents come out percent-encoded, as the API does it.
#pragma once

#include "base/secret_box.h"
#include "plane/service.h"

namespace hikae::plane {

class Iam final : public Service {
 public:
  /// `box` outlives the service.
  Iam(engine::Kernel& kernel, const SecretBox& box);

 private:
  void add_roles();
  void add_role_changes();
  void add_role_policies();
  void add_user_policies();
  void add_attachments();
  void add_policies();
  void add_instance_profiles();
  void add_users();
  void add_access_keys();

  const SecretBox& box_;
};

}  // namespace hikae::plane
