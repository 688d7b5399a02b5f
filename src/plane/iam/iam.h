// IAM as hikae keeps it: roles, their inline and attached policies, policies of the account's own.
// Global: rows stand in the scope of the account without a region. Policies are stored and their
// form is checked; what they allow is not evaluated by this version.
//
// Role and policy documents come out percent-encoded, as the API does it.
#pragma once

#include "plane/service.h"

namespace hikae::plane {

class Iam final : public Service {
 public:
  explicit Iam(engine::Kernel& kernel);

 private:
  void add_roles();
  void add_role_policies();
  void add_attachments();
  void add_policies();
};

}  // namespace hikae::plane
