#include "iam/principal.h"

#include <algorithm>

namespace hikae::iam {
namespace {

/// "123456789012" or "arn:aws:iam::123456789012:root".
bool is_account_of(std::string_view name, std::string_view account) {
  if (account.empty()) return false;
  if (name == account) return true;
  return name.starts_with("arn:") && name.ends_with(":iam::" + str(account) + ":root");
}

Naming naming_by(const PrincipalName& name, const Principal& principal) {
  if (name.kind == "*") return Naming::Itself;
  if (name.kind == "Service")
    return !principal.service.empty() && name.name == principal.service ? Naming::Itself
                                                                        : Naming::None;
  if (name.kind != "AWS" || !principal.service.empty()) return Naming::None;
  if (name.name == "*") return Naming::Itself;
  if (name.name == principal.role_arn) return Naming::Itself;
  if (name.name == principal.arn)
    return principal.role_arn.empty() ? Naming::Itself : Naming::Session;
  return is_account_of(name.name, principal.account) ? Naming::Account : Naming::None;
}

}  // namespace

Naming naming_of(const Principals& principals, const Principal& principal) {
  auto best = Naming::None;
  for (const auto& name : principals.names) best = std::max(best, naming_by(name, principal));
  if (principals.polarity == Polarity::Is) return best;
  return best == Naming::None ? Naming::Itself : Naming::None;
}

}  // namespace hikae::iam
