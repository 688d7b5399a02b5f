// For the tests of hikae's own documents: one instance with volumes, images and snapshots whose
// states follow from the clock, and any call made to fail.
#pragma once

#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"

namespace hikae::plan::testing {

inline constexpr const char* kServer = "i-0123456789abcdef0";
inline constexpr const char* kTopic = "arn:aws:sns:ap-northeast-1:123456789012:night";

inline constexpr std::string_view kGoodHook = R"(
schemaVersion: '0.3'
parameters: {InstanceId: {type: String}}
mainSteps:
  - {name: Rest, action: 'aws:sleep', inputs: {Duration: PT5S}}
)";
inline constexpr std::string_view kBadHook = R"(
schemaVersion: '0.3'
parameters: {InstanceId: {type: String}}
mainSteps:
  - name: Refuse
    action: aws:assertAwsResourceProperty
    inputs: {Service: ec2, Api: DescribeInstances, InstanceIds: ['{{ InstanceId }}'],
             PropertySelector: '$.Reservations[0].Instances[0].State.Name', DesiredValues: [never]}
)";

struct BackupWorld {
  BackupWorld();
  /// Plays one run of hikae-backup to its end (and what it leaves behind); gives its status.
  std::string run(Object more = {});
  [[nodiscard]] std::string power();
  [[nodiscard]] std::string subjects() const;  // of all that was published

  runbook::testing::RunDriver driver;
  runbook::testing::ToyEc2 ec2;
  std::string id;
  int volumes = 2;
  Duration snapshot_gap = seconds(15);  // the n-th snapshot begins so much times n after the call
  Duration image_takes = minutes(20);
  std::string image_ends = "available";
  /// What else happens in the world right before a call is carried out.
  std::function<void(const Call&)> before_call;
  Duration stop_answers{10};  // how long StopInstances takes to answer
  int failing_call = 0;       // the number of the one call that fails; 0: none

  int calls_seen = 0;
  int images = 0;
  std::string image_name;
  Array image_tags, snapshot_tags;
  WallTime made_at{}, started_at{};
  std::string power_at_image;

 private:
  runbook::testing::Reply answer(const Call& call, WallTime now);
  runbook::testing::Reply create_image(const Call& call, WallTime now);
  runbook::testing::Reply describe_images(const Call& call, WallTime now);
  runbook::testing::Reply describe_snapshots(const Call& call, WallTime now);
  runbook::testing::Reply describe_instances(const Call& call, WallTime now);
};

[[nodiscard]] std::string tag_in(const Array& tags, std::string_view key);

}  // namespace hikae::plan::testing
