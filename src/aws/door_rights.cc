#include "aws/door_rights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/escape.h"

namespace hikae::aws {
namespace {

/// Services whose changes make and break what a night stands on.
constexpr std::array<std::string_view, 4> kFoundations{"cloudformation", "iam", "lambda", "sts"};
/// Changes of those that an operator needs all the same.
constexpr std::array<std::string_view, 1> kOperatorsToo{"Invoke"};
/// Of sts, what only says who is asking.
constexpr std::array<std::string_view, 2> kAboutTheCaller{"GetCallerIdentity", "GetAccessKeyInfo"};
/// What hikae's own services answer without changing anything.
constexpr std::array<std::string_view, 4> kReadingWords{"Get", "List", "Describe", "Plan"};

bool is_in(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What hands out credentials reads as far as retries go; in `cloud: aws` they are the server's
/// own.
bool is_about_credentials(const Operation& operation) {
  return operation.service() == "sts" && !is_in(kAboutTheCaller, operation.name());
}

KeyRole needed_for(const Operation& operation) {
  if (is_about_credentials(operation)) return KeyRole::Admin;
  if (operation.retry_class() == RetryClass::Read) return KeyRole::ReadOnly;
  if (!is_in(kFoundations, operation.service())) return KeyRole::Operator;
  return is_in(kOperatorsToo, operation.name()) ? KeyRole::Operator : KeyRole::Admin;
}

Result<> check_role(KeyRole has, KeyRole needs, std::string_view service, std::string_view name) {
  if (has >= needs) return {};
  return fail(ErrorKind::Denied, "AccessDenied",
              fmt::format("this access key is {}, and {}:{} needs {}; use another profile",
                          to_text(has), printable(service), printable(name), to_text(needs)));
}

}  // namespace

std::string_view to_text(KeyRole role) {
  switch (role) {
    case KeyRole::ReadOnly: return "read-only";
    case KeyRole::Operator: return "operator";
    case KeyRole::Admin: return "admin";
  }
  return "";
}

Result<> check_rights(KeyRole role, const Operation& operation) {
  return check_role(role, needed_for(operation), operation.service(), operation.name());
}

Result<> check_rights_inside(KeyRole role, std::string_view service, std::string_view operation) {
  const bool reads =
      std::any_of(kReadingWords.begin(), kReadingWords.end(),
                  [&](std::string_view word) { return operation.starts_with(word); });
  return check_role(role, reads ? KeyRole::ReadOnly : KeyRole::Admin, service, operation);
}

}  // namespace hikae::aws
