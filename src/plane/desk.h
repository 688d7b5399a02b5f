// The operator's desk: what `hikae`'s own commands must know of an installation and no AWS service
// says. They ask it in their own process, or of a running hikae through its server.
//
// On disk if the process dies: every setting and key whose call was answered.
#pragma once

#include <functional>

#include "base/secret_box.h"
#include "plane/service.h"

namespace hikae::plane {

/// The internal service "hikae-desk":
/// - DescribePlace {}: {Now, MailGoesTo, Living: {kind: count, "": all}}: the moment by hikae's
/// clock,
///   where mails go, and the machines that have not finished;
/// - ListMachines {Kind}: {Machines: [{Id, Record}]}: those that have not finished;
/// - ListScheduledRules {}: {Rules: [{Name, ScheduleExpression, CreatedAt, Enabled}]};
/// - GetSetting {Name}: {Value}, null where there is none; PutSetting {Name, Value}: null takes it
///   away; whoever uses it does so from now on;
/// - CreateKey {Name, Level}: {AccessKeyId, SecretAccessKey}: an access key of this installation
///   ("read-only", "operator", "admin"); ListKeys {}: {Keys: [{AccessKeyId, Name, Level, Status,
///   CreateDate}]}; DeleteKey {AccessKeyId}.
class Desk final : public Service {
 public:
  struct Outside {
    std::function<std::string()> mail_goes_to;
    std::function<void()> settings_changed;  // after the commit
  };
  /// `box` outlives the service.
  Desk(engine::Kernel& kernel, const SecretBox& box);
  /// Whoever runs the installation says how the outside is reached; absent: nobody knows.
  void use(Outside outside) { outside_ = std::move(outside); }

 private:
  Outside outside_;
};

/// Whether a row outlives POST /_hikae/reset: which hikae this is, its clock, its region, and the
/// keys of CreateKey.
[[nodiscard]] bool outlives_reset(std::string_view kind, std::string_view id, const Value& row);

}  // namespace hikae::plane
