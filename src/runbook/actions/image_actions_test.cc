#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class CreateImageStep : public OneStep {};
class DeleteImageStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    ec2.images["ami-7"] = {.name = "old"};
  }
};

TEST_F(CreateImageStep, WaitsUntilTheImageIsAvailable) {
  EXPECT_EQ(play("createImage",
                 "InstanceId: i-1, ImageName: n, ImageDescription: d, "
                 "NoReboot: 'true'"),
            "Success");
  EXPECT_EQ(sent("CreateImage"),
            R"({"InstanceId":"i-1","Name":"n","Description":"d","NoReboot":true})");
  EXPECT_EQ(sent("DescribeImages"), R"({"ImageIds":["ami-1"]})");
  EXPECT_EQ(outputs(), R"({"ImageId":["ami-1"],"ImageState":["available"]})");
  EXPECT_GE(driver.took(run), ec2.image_takes);
}

TEST_F(CreateImageStep, AFailedImageFailsWithItsReason) {
  ec2.image_fails = true;
  EXPECT_EQ(play("createImage", "InstanceId: i-1, ImageName: n"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is creating the image. Image ami-1 entered unexpected state: "
            "failed, as the test wants it.");
  EXPECT_EQ(outputs(), R"({"ImageId":["ami-1"],"ImageState":["failed"]})");
}

TEST_F(CreateImageStep, ARefusedCallFails) {
  fails("CreateImage", "InvalidAMIName.Malformed");
  EXPECT_EQ(play("createImage", "InstanceId: i-1, ImageName: n"), "Failed");
  EXPECT_NE(failure().find("(InvalidAMIName.Malformed) when calling the CreateImage operation"),
            std::string::npos);
}

TEST_F(CreateImageStep, AnImageThatIsNotVisibleYetIsWaitedFor) {
  driver.cloud = [this](const Call& call, WallTime now) {
    if (call.operation == "DescribeImages" && now < RunDriver::kStart + seconds(60))
      return refuses("InvalidAMIID.NotFound", "not yet", ErrorKind::NotFound);
    return ec2(call, now);
  };
  EXPECT_EQ(play("createImage", "InstanceId: i-1, ImageName: n"), "Success");
}

TEST_F(CreateImageStep, AnImageThatVanishesFails) {
  begin("createImage", "InstanceId: i-1, ImageName: n");
  driver.play_for(minutes(5));
  ec2.images.clear();
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_LT(driver.took(run), minutes(6));
  EXPECT_NE(failure().find("(InvalidAMIID.NotFound)"), std::string::npos) << failure();
}

TEST_F(CreateImageStep, TimesOut) {
  EXPECT_EQ(play("createImage", "InstanceId: i-1, ImageName: n", "    timeoutSeconds: 60\n"),
            "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is creating the image.");
}

TEST_F(CreateImageStep, IsCancelledAtOnceWhileItWaits) {
  begin("createImage", "InstanceId: i-1, ImageName: n");
  EXPECT_EQ(cancel_after(minutes(3)), "Cancelled");
  EXPECT_EQ(driver.took(run), minutes(3));
}

TEST_F(DeleteImageStep, DeregistersAndDeletesTheSnapshotsBehindIt) {
  EXPECT_EQ(play("deleteImage", "ImageId: ami-7"), "Success");
  EXPECT_EQ(sent("DeregisterImage"), R"({"ImageId":"ami-7"})");
  EXPECT_EQ(sent("DeleteSnapshot", 0), R"({"SnapshotId":"snap-1"})");
  EXPECT_EQ(sent("DeleteSnapshot", 1), R"({"SnapshotId":"snap-2"})");
  EXPECT_EQ(driver.calls("DeleteSnapshot").size(), 2);
}

TEST_F(DeleteImageStep, ASnapshotInUseDoesNotKeepTheOthers) {
  fails("DeleteSnapshot", "InvalidSnapshot.InUse", 1);
  EXPECT_EQ(play("deleteImage", "ImageId: ami-7"), "Failed");
  EXPECT_EQ(driver.calls("DeleteSnapshot").size(), 2);
  EXPECT_EQ(failure(),
            "Step fails when it is deleting the image. Image ami-7 is deregistered, but these "
            "snapshots of it are left: snap-1 (InvalidSnapshot.InUse: as the test wants it). "
            "Delete them by hand.");
}

TEST_F(DeleteImageStep, ASnapshotThatIsGoneAlreadyIsFine) {
  fails("DeleteSnapshot", "InvalidSnapshot.NotFound");
  EXPECT_EQ(play("deleteImage", "ImageId: ami-7"), "Success");
}

TEST_F(DeleteImageStep, AnUnknownImageFails) {
  EXPECT_EQ(play("deleteImage", "ImageId: ami-9"), "Failed");
  EXPECT_TRUE(driver.calls("DeregisterImage").empty());
}

TEST_F(DeleteImageStep, ARefusedDeregisterKeepsTheSnapshots) {
  fails("DeregisterImage");
  EXPECT_EQ(play("deleteImage", "ImageId: ami-7"), "Failed");
  EXPECT_TRUE(driver.calls("DeleteSnapshot").empty());
}

TEST_F(DeleteImageStep, TimesOut) {
  ec2.silent["DeregisterImage"] = true;
  EXPECT_EQ(play("deleteImage", "ImageId: ami-7", "    timeoutSeconds: 60\n"), "TimedOut");
}

TEST_F(DeleteImageStep, IsCancelledBetweenTwoCalls) {
  begin("deleteImage", "ImageId: ami-7");
  EXPECT_EQ(cancel_after(Duration{15}), "Cancelled");
  EXPECT_EQ(driver.calls("DeregisterImage").size(), 1);
  EXPECT_TRUE(driver.calls("DeleteSnapshot").empty());
}

}  // namespace
}  // namespace hikae::runbook::testing
