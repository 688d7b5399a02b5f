#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class CopyImageStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("CopyImage", {Object{{"ImageId", "ami-9"}}});
    on("DescribeImages", {image("pending"), image("available")});
  }
  static Value image(std::string_view state) {
    return Object{{"Images", Array{Object{{"ImageId", "ami-9"},
                                          {"State", state},
                                          {"StateReason", Object{{"Message", "no key"}}}}}}};
  }
  static constexpr const char* kCopy =
      "SourceRegion: us-east-1, SourceImageId: ami-1, ImageName: n";
};

TEST_F(CopyImageStep, CopiesAndWaitsUntilAvailable) {
  EXPECT_EQ(play("copyImage", str(kCopy) + ", ImageDescription: d, Encrypted: true, KmsKeyId: k, "
                                           "ClientToken: t"),
            "Success");
  EXPECT_EQ(sent("CopyImage"),
            R"({"SourceRegion":"us-east-1","SourceImageId":"ami-1","Name":"n","Description":"d",)"
            R"("Encrypted":true,"KmsKeyId":"k","ClientToken":"t"})");
  EXPECT_EQ(driver.calls("DescribeImages").size(), 2U);
  EXPECT_EQ(outputs(), R"({"ImageId":["ami-9"],"ImageState":["available"]})");
}

TEST_F(CopyImageStep, FillsATokenWhereNoneIsGiven) {
  play("copyImage", kCopy);
  EXPECT_EQ(text_at(driver.calls("CopyImage")[0].input, "ClientToken").size(), 36U);
}

TEST_F(CopyImageStep, ACopyThatEndsFailedFails) {
  on("DescribeImages", {image("failed")});
  EXPECT_EQ(play("copyImage", kCopy), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is copying the image. Image ami-9 entered unexpected "
            "state: failed, no key.");
  EXPECT_EQ(outputs(), R"({"ImageId":["ami-9"],"ImageState":["failed"]})");
}

TEST_F(CopyImageStep, ARefusedCallFails) {
  fails("CopyImage", "InvalidAMIID.NotFound");
  EXPECT_EQ(play("copyImage", kCopy), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is copying the image. An error occurred "
            "(InvalidAMIID.NotFound) when calling the CopyImage operation: as the test "
            "wants it.");
}

TEST_F(CopyImageStep, ALookThatIsRefusedFails) {
  fails("DescribeImages");
  EXPECT_EQ(play("copyImage", kCopy), "Failed");
  EXPECT_NE(failure().find("calling the DescribeImages operation"), std::string::npos);
}

TEST_F(CopyImageStep, AnImageThatIsGoneFails) {
  on("DescribeImages", {Object{{"Images", Array{}}}});
  EXPECT_EQ(play("copyImage", kCopy), "Failed");
  EXPECT_NE(failure().find("Image ami-9 is not there any more"), std::string::npos) << failure();
  EXPECT_GE(driver.took(run), minutes(2));  // it might only not have appeared yet
}

TEST_F(CopyImageStep, TimesOut) {
  on("DescribeImages", {image("pending")});
  EXPECT_EQ(play("copyImage", kCopy, "    timeoutSeconds: 600\n"), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is copying the image.");
  EXPECT_EQ(outputs(), R"({"ImageId":["ami-9"],"ImageState":["pending"]})");
}

TEST_F(CopyImageStep, IsCancelledAtOnce) {
  on("DescribeImages", {image("pending")});
  begin("copyImage", kCopy);
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
}

}  // namespace
}  // namespace hikae::runbook::testing
