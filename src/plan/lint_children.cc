#include "base/invariant.h"
#include "plan/lint.h"
#include "plan/runbooks.h"

extern "C" {
extern const char hikae_runbook_aws_stop_ec2_instance[];
extern const char hikae_runbook_aws_stop_ec2_instance_end[];
extern const char hikae_runbook_aws_start_ec2_instance[];
extern const char hikae_runbook_aws_start_ec2_instance_end[];
extern const char hikae_runbook_aws_restart_ec2_instance[];
extern const char hikae_runbook_aws_restart_ec2_instance_end[];
}

namespace hikae::plan {
namespace {

LintChild bundled_child(std::string name, std::string_view text) {
  text::Diagnostics problems;
  auto document = runbook::read_document(text, problems);
  INVARIANT(document.has_value(), "a document of our own does not read");
  return {std::move(name), *std::move(document)};
}

}  // namespace

const std::vector<LintChild>& bundled_children() {
  static const std::vector<LintChild> kChildren{
      bundled_child("AWS-StopEC2Instance",
                    {hikae_runbook_aws_stop_ec2_instance, hikae_runbook_aws_stop_ec2_instance_end}),
      bundled_child("AWS-StartEC2Instance", {hikae_runbook_aws_start_ec2_instance,
                                             hikae_runbook_aws_start_ec2_instance_end}),
      bundled_child("AWS-RestartEC2Instance", {hikae_runbook_aws_restart_ec2_instance,
                                               hikae_runbook_aws_restart_ec2_instance_end}),
      bundled_child("hikae-backup", backup_runbook()),
      bundled_child("hikae-start", start_runbook())};
  return kChildren;
}

}  // namespace hikae::plan
