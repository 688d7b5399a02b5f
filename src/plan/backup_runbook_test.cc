#include <fmt/format.h>

#include <algorithm>

#include "plan/backup_world_test.h"
#include "plan/runbooks.h"
#include "text/json.h"

namespace hikae::plan {
namespace {

using testing::BackupWorld;
using testing::kServer;
using testing::tag_in;

std::size_t count_of(const BackupWorld& world, std::string_view operation) {
  return world.driver.calls(operation).size();
}

TEST(BackupRunbook, ReadsWithoutErrorsOrWarningsAndFitsIntoADocument) {
  for (const auto text : {backup_runbook(), start_runbook()}) {
    text::Diagnostics problems;
    EXPECT_TRUE(runbook::read_document(text, problems).has_value());
    for (const auto& problem : problems) ADD_FAILURE() << text::format(problem, "runbook");
    EXPECT_LT(text.size(), 64U * 1024);
    EXPECT_LT(text::to_json(runbook_value(text)).size(), 64U * 1024);
  }
}

TEST(BackupRunbook, StopsImagesStartsWaitsAndPrunesInThatOrder) {
  BackupWorld world;
  EXPECT_EQ(world.run(), "Success");
  EXPECT_EQ(world.power(), "running");
  EXPECT_EQ(world.power_at_image, "stopped");
  EXPECT_EQ(world.driver.visited(world.id),
            "CheckInstance S, ReadNameTag S, ReadStopTag S, IsStopTagClear S, WhichBefore S, "
            "WhichCheck S, SettleBefore S, ReadHoldTag S, RecordPower S, IsStopWanted S, "
            "StopInstance S, "
            "IsStopOurs S, WaitUntilStopped S, HasStoppedName S, "
            "ImageStoppedNamed S, HowManyVolumes S, WaitFor2Snapshots S, RestorePower S, "
            "SettlePower S, StartInstance S, IsItTheirs S, VerifyRunning S, WaitForChecks S, "
            "WhichAfter S, IsThereAnImage S, WaitForImage S, RefuseFailedImage S, Prune S");
}

TEST(BackupRunbook, StartsOnlyWhenEverySnapshotHasBegunAndLongBeforeTheImageIsDone) {
  for (const int volumes : {1, 3, 16}) {
    BackupWorld world;
    world.volumes = volumes;
    EXPECT_EQ(world.run(), "Success");
    const auto begun = world.made_at + world.snapshot_gap * volumes;
    EXPECT_GE(world.started_at, begun) << volumes;
    EXPECT_LE(world.started_at, begun + seconds(15)) << volumes;
  }
}

TEST(BackupRunbook, WithMoreVolumesThanItCanCountItWaitsForTheImage) {
  BackupWorld world;
  world.volumes = 17;
  EXPECT_EQ(world.run(), "Success");
  EXPECT_GE(world.started_at, world.made_at + world.image_takes);
  EXPECT_EQ(world.power(), "running");
}

TEST(BackupRunbook, TagsImageAndSnapshotsInTheSameCall) {
  BackupWorld world;
  world.run(Object{{"Plan", Array{"nightly"}}, {"Installation", Array{"tokyo"}}});
  for (const auto* tags : {&world.image_tags, &world.snapshot_tags}) {
    EXPECT_EQ(tag_in(*tags, "Name"), "web");
    EXPECT_EQ(tag_in(*tags, "AutoBackup"), "true");
    EXPECT_EQ(tag_in(*tags, "hikae:source-instance"), kServer);
    EXPECT_EQ(tag_in(*tags, "hikae:run"), world.id);
    EXPECT_EQ(tag_in(*tags, "hikae:plan"), "nightly");
    EXPECT_EQ(tag_in(*tags, "hikae:installation"), "tokyo");
    EXPECT_EQ(tag_in(*tags, "hikae:consistency"), "stopped");
  }
  EXPECT_EQ(world.image_name, fmt::format("hikae/{}/{}", kServer, world.id));
  EXPECT_EQ(count_of(world, "CreateTags"), 0U);
}

TEST(BackupRunbook, AMissingNameTagGivesWayToTheInstancesId) {
  for (const auto* stop : {"true", "false"}) {
    BackupWorld world;
    world.ec2.instances[kServer].tags = {{"BackupEC2StopStart", stop}};
    EXPECT_EQ(world.run(), "Success");
    EXPECT_EQ(tag_in(world.image_tags, "Name"), kServer);
  }
}

TEST(BackupRunbook, NeverTouchesThePowerOfAMachineThatIsNotToBeStopped) {
  for (const auto* trouble : {"", "CreateImage", "DescribeSnapshots", "Invoke"}) {
    BackupWorld world;
    world.ec2.instances[kServer].tags["BackupEC2StopStart"] = "false";
    if (*trouble) world.ec2.troubles[trouble] = {"Refused"};
    EXPECT_EQ(world.run(), *trouble ? "Failed" : "Success") << trouble;
    EXPECT_EQ(count_of(world, "StopInstances") + count_of(world, "StartInstances"), 0U) << trouble;
    EXPECT_EQ(tag_in(world.image_tags, "hikae:consistency"),
              trouble == std::string_view("CreateImage")         ? "(none)"
              : trouble == std::string_view("DescribeSnapshots") ? "unknown"
                                                                 : "running");
    EXPECT_EQ(world.subjects().find("DOWN"), std::string::npos);
  }
}

TEST(BackupRunbook, AnOddOrMissingStopTagMeansNoStopAndAWarning) {
  for (const auto* value : {"True", "yes", ""}) {
    BackupWorld world;
    auto& tags = world.ec2.instances[kServer].tags;
    if (*value)
      tags["BackupEC2StopStart"] = value;
    else
      tags.erase("BackupEC2StopStart");
    EXPECT_EQ(world.run(), "Success");
    EXPECT_EQ(count_of(world, "StopInstances"), 0U);
    EXPECT_NE(world.subjects().find("without being stopped"), std::string::npos);
  }
}

TEST(BackupRunbook, ThePowerOfAMachineOnHoldIsLeftAloneAndThatIsTold) {
  for (const auto* trouble : {"", "CreateImage", "DescribeSnapshots", "Publish", "Invoke"})
    for (const auto* value : {"true", "audit", ""}) {
      BackupWorld world;
      world.ec2.instances[kServer].tags["hikae:hold"] = value;
      if (*trouble) world.ec2.troubles[trouble] = {"Refused"};
      world.run();
      EXPECT_EQ(world.power(), "running") << trouble;
      EXPECT_EQ(count_of(world, "StopInstances") + count_of(world, "StartInstances"), 0U)
          << trouble << " " << value;
      EXPECT_NE(world.subjects().find("is on hold"), std::string::npos) << trouble;
    }
}

TEST(BackupRunbook, AnImageMadeOnHoldSaysThatItWasMadeWhileRunning) {
  BackupWorld world;
  world.ec2.instances[kServer].tags["hikae:hold"] = "true";
  EXPECT_EQ(world.run(), "Success");
  EXPECT_EQ(tag_in(world.image_tags, "hikae:consistency"), "running");
}

TEST(BackupRunbook, AHoldThatSaysFalseIsNone) {
  for (const auto* value : {"false", "False"}) {
    BackupWorld world;
    world.ec2.instances[kServer].tags["hikae:hold"] = value;
    EXPECT_EQ(world.run(), "Success");
    EXPECT_EQ(world.power_at_image, "stopped") << value;
    EXPECT_EQ(world.subjects().find("is on hold"), std::string::npos);
  }
}

TEST(BackupRunbook, WhatWasStoppedOnPurposeStaysStopped) {
  for (const auto* trouble : {"", "CreateImage", "DescribeImages", "Invoke"}) {
    BackupWorld world;
    world.ec2.instances[kServer].state = "stopped";
    if (*trouble) world.ec2.troubles[trouble] = {"Refused"};
    world.run();
    EXPECT_EQ(world.power(), "stopped") << trouble;
    EXPECT_EQ(count_of(world, "StartInstances"), 0U) << trouble;
    EXPECT_EQ(count_of(world, "StopInstances"), 0U) << trouble;
  }
}

TEST(BackupRunbook, ARefusedImageEndsFailedWithTheMachineRunningAndNothingPruned) {
  BackupWorld world;
  world.ec2.troubles["CreateImage"] = {"ResourceLimitExceeded"};
  EXPECT_EQ(world.run(), "Failed");
  EXPECT_EQ(world.power(), "running");
  EXPECT_EQ(count_of(world, "Invoke"), 0U);
}

TEST(BackupRunbook, AFailedImageIsNoticedAtOnceAndNothingIsPruned) {
  BackupWorld world;
  world.image_ends = "failed";
  EXPECT_EQ(world.run(), "Failed");
  EXPECT_EQ(world.power(), "running");
  EXPECT_EQ(count_of(world, "Invoke"), 0U);
  EXPECT_LT(world.driver.took(world.id), minutes(30));
}

TEST(BackupRunbook, AnImageThatNeverEndsIsTimedOut) {
  BackupWorld world;
  world.image_takes = hours(24);
  EXPECT_EQ(world.run(), "TimedOut");
  EXPECT_EQ(world.power(), "running");
  EXPECT_EQ(count_of(world, "Invoke"), 0U);
}

TEST(BackupRunbook, AStartThatIsRefusedIsToldAtOnceAndTriedAgain) {
  BackupWorld world;
  world.ec2.troubles["StartInstances"] = {"InsufficientInstanceCapacity", 2};
  EXPECT_EQ(world.run(), "Success");
  EXPECT_EQ(world.power(), "running");
  EXPECT_EQ(world.subjects(), fmt::format("hikae: {0} IS DOWN after its stop for the backup\n"
                                          "hikae: {0} runs again\n",
                                          kServer));
}

TEST(BackupRunbook, AStartThatIsRefusedForSixHoursIsToldAgainAndFails) {
  BackupWorld world;
  world.ec2.troubles["StartInstances"] = {"InsufficientInstanceCapacity", -1};
  EXPECT_EQ(world.run(), "Failed");
  EXPECT_GE(world.driver.took(world.id), hours(6));
  EXPECT_NE(world.subjects().find("gave up starting it"), std::string::npos);
}

TEST(BackupRunbook, SnapshotsThatDoNotBeginInTimeDoNotKeepTheMachineDown) {
  BackupWorld world;
  world.snapshot_gap = hours(3);
  EXPECT_EQ(world.run(), "TimedOut");
  EXPECT_EQ(world.power(), "running");
  EXPECT_LT(world.started_at - world.made_at, minutes(25));
  EXPECT_EQ(tag_in(world.image_tags, "hikae:consistency"), "unknown");
  EXPECT_NE(world.subjects().find("did not begin in time"), std::string::npos);
  EXPECT_EQ(count_of(world, "Invoke"), 0U);
}

TEST(BackupRunbook, AGuestThatStopsTooLateIsStartedAgain) {
  BackupWorld world;
  world.ec2.stop_takes = minutes(20);
  EXPECT_EQ(world.run(), "TimedOut");
  EXPECT_EQ(world.power(), "running");
  EXPECT_EQ(world.images, 0);
}

TEST(BackupRunbook, HooksRunInOrderAndTheirRefusalTouchesNothing) {
  struct Case {
    Object hooks;
    const char* status;
    std::size_t stops;
    bool after;
  };
  const auto hook = [](const char* name) { return Array{name}; };
  const Case cases[] = {
      {{{"BeforeDocument", hook("hook-good")},
        {"CheckDocument", hook("hook-good")},
        {"AfterDocument", hook("hook-good")}},
       "Success",
       1,
       true},
      {{{"BeforeDocument", hook("hook-bad")}, {"AfterDocument", hook("hook-good")}},
       "Failed",
       0,
       true},
      {{{"CheckDocument", hook("hook-bad")}, {"AfterDocument", hook("hook-good")}},
       "Failed",
       0,
       true},
      {{{"BeforeFunction", hook("mine")}, {"AfterFunction", hook("mine")}}, "Success", 1, true},
      {{{"AfterDocument", hook("hook-bad")}}, "Failed", 1, true},
  };
  for (const auto& one : cases) {
    BackupWorld world;
    EXPECT_EQ(world.run(one.hooks), one.status);
    EXPECT_EQ(count_of(world, "StopInstances"), one.stops);
    EXPECT_EQ(world.images, static_cast<int>(one.stops));
    EXPECT_EQ(world.driver.visited(world.id).find("RunAfter") != std::string::npos, one.after);
    EXPECT_EQ(world.power(), "running");
  }
}

TEST(BackupRunbook, AfterRunsEvenWhereTheImageWasRefused) {
  BackupWorld world;
  world.ec2.troubles["CreateImage"] = {"Refused"};
  EXPECT_EQ(world.run(Object{{"AfterDocument", Array{"hook-good"}}}), "Failed");
  EXPECT_NE(world.driver.visited(world.id).find("RunAfterDocument S"), std::string::npos);
}

TEST(BackupRunbook, PrunesByIdWithAStructuredPayload) {
  BackupWorld world;
  world.ec2.instances[kServer].tags["Name"] = R"(x","ServerName":")";
  world.run(Object{{"KeepLast", Array{"5"}},
                   {"Installation", Array{"tokyo"}},
                   {"KeepUtcOffsetMinutes", Array{"540"}}});
  const auto calls = world.driver.calls("Invoke");
  ASSERT_EQ(calls.size(), 1U);
  const auto payload = *text::parse_json(text_at(calls[0].input, "Payload"));
  EXPECT_EQ(text_at(payload, "InstanceId"), kServer);
  EXPECT_EQ(text_at(payload, "Installation"), "tokyo");
  EXPECT_EQ(text_at(payload, "Plan"), "manual");
  EXPECT_EQ(find(payload, "ServerName"), nullptr);
  EXPECT_EQ(text_at(object_at(payload, "Keep"), "Last"), "5");
  EXPECT_EQ(int_at(*find(payload, "Keep"), "UtcOffsetMinutes"), 540);
}

TEST(BackupRunbook, WhicheverCallFailsOnceTheMachineRunsInTheEnd) {
  BackupWorld good;
  good.run();
  const int calls = good.calls_seen;
  ASSERT_GT(calls, 12);
  for (int failing = 1; failing <= calls; ++failing) {
    BackupWorld world;
    world.failing_call = failing;
    const auto status = world.run();
    EXPECT_EQ(world.power(), "running") << failing << " " << world.driver.visited(world.id);
    EXPECT_LE(world.images, 1) << failing;
    const bool pruned = count_of(world, "Invoke") > 0;
    EXPECT_TRUE(!pruned || world.images == 1) << failing;
    EXPECT_TRUE(status == "Success" || status == "Failed" || status == "TimedOut") << status;
  }
}

TEST(BackupRunbook, WheneverItIsCancelledTheMachineRunsInTheEnd) {
  BackupWorld good;
  good.run();
  const auto length = good.driver.took(good.id);
  for (Duration at{}; at < std::min<Duration>(length, minutes(6)); at += seconds(11)) {
    BackupWorld world;
    world.id = world.driver.start("hikae-backup", Object{{"InstanceId", Array{kServer}}});
    world.driver.play_for(at);
    if (world.driver.ended(world.id)) break;
    world.driver.signal(world.id, "cancel");
    world.driver.play();
    EXPECT_EQ(world.driver.status(world.id), "Cancelled");
    EXPECT_EQ(world.power(), "running")
        << to_seconds(at) << " s " << world.driver.visited(world.id);
  }
}

TEST(BackupRunbook, ACancelledBackupOfAStoppedMachineDoesNotStartIt) {
  BackupWorld world;
  world.ec2.instances[kServer].state = "stopped";
  world.id = world.driver.start("hikae-backup", Object{{"InstanceId", Array{kServer}}});
  world.driver.play_for(seconds(10));
  world.driver.signal(world.id, "cancel");
  world.driver.play();
  EXPECT_EQ(world.driver.status(world.id), "Cancelled");
  EXPECT_EQ(world.power(), "stopped");
}

// ---- whose stop it was ----

/// An operator who stops the server in the moment between the last look and the stop.
void stop_it_first(BackupWorld& world) {
  world.before_call = [&world](const Call& call) {
    if (call.operation == "StopInstances") world.ec2.instances[kServer].state = "stopped";
  };
}

TEST(BackupRunbook, AStopBySomebodyElseRightBeforeOursIsLeftAlone) {
  for (const std::vector<std::string>& troubles : std::vector<std::vector<std::string>>{
           {}, {"CreateImage"}, {"DescribeSnapshots"}, {"DescribeSnapshots", "DescribeImages"}}) {
    BackupWorld world;
    stop_it_first(world);
    for (const auto& operation : troubles) world.ec2.troubles[operation] = {"Refused"};
    EXPECT_EQ(world.run(), troubles.empty() ? "Success" : "Failed");
    EXPECT_EQ(world.power(), "stopped") << world.driver.visited(world.id);
    EXPECT_EQ(count_of(world, "StartInstances"), 0U) << world.driver.visited(world.id);
    EXPECT_NE(world.subjects().find("was stopped by somebody else"), std::string::npos);
  }
}

TEST(BackupRunbook, AStopBySomebodyElseIsLeftAloneAlsoOnCancel) {
  for (int second = 0; second <= 40; second += 2) {
    BackupWorld world;
    stop_it_first(world);
    world.stop_answers = seconds(5);
    world.id = world.driver.start("hikae-backup", Object{{"InstanceId", Array{kServer}}});
    world.driver.play_for(seconds(second) + Duration{500});
    world.driver.signal(world.id, "cancel");
    world.driver.play();
    EXPECT_EQ(world.driver.status(world.id), "Cancelled");
    EXPECT_EQ(count_of(world, "StartInstances"), 0U)
        << second << " s " << world.driver.visited(world.id);
  }
}

TEST(BackupRunbook, AStopThatWasSettledByALookIsOurs) {
  BackupWorld world;
  auto inner = world.driver.cloud;
  world.driver.cloud = [inner](const Call& call, WallTime now) {
    auto reply = inner(call, now);
    if (call.operation == "StopInstances")
      for (auto& change : (**reply.answer).as_object()["StoppingInstances"].as_array())
        change.as_object().erase("PreviousState");
    return reply;
  };
  EXPECT_EQ(world.run(), "Success");
  EXPECT_EQ(world.power(), "running");
}

TEST(BackupRunbook, AStopWhoseAnswerNeverCameIsRestored) {
  BackupWorld world;
  auto inner = world.driver.cloud;
  world.driver.cloud = [inner](const Call& call, WallTime now) {
    auto reply = inner(call, now);
    if (call.operation == "StopInstances")
      return runbook::testing::refuses("", "lost", ErrorKind::Timeout);
    return reply;
  };
  EXPECT_EQ(world.run(), "Failed");
  EXPECT_EQ(world.power(), "running") << world.driver.visited(world.id);
}

TEST(BackupRunbook, ARefusedStopTouchesNothing) {
  BackupWorld world;
  world.ec2.troubles["StopInstances"] = {"UnauthorizedOperation"};
  EXPECT_EQ(world.run(), "Failed");
  EXPECT_EQ(count_of(world, "StartInstances"), 0U);
  EXPECT_EQ(world.images, 0);
}

TEST(BackupRunbook, BehindAnotherRunItStopsNothingOnceItsWindowHasClosed) {
  BackupWorld world;
  world.id = world.driver.start("hikae-backup",
                                Object{{"InstanceId", Array{kServer}},
                                       {"TopicArn", Array{testing::kTopic}},
                                       {"StopWithinMinutes", Array{"60"}},
                                       {"AfterDocument", Array{"hook-good"}}},
                                Object{{"Power", "restore"},
                                       {"Lease", fmt::format("ec2:instance/{}", kServer)},
                                       {"Tags", Object{{"hikae:window", "mw-1"}}}});
  world.driver.play_for(minutes(61));
  world.driver.lease_granted(world.id);
  world.driver.play();
  EXPECT_EQ(world.driver.status(world.id), "Failed");
  EXPECT_EQ(count_of(world, "StopInstances") + count_of(world, "StartInstances"), 0U);
  EXPECT_EQ(world.images, 0);
  EXPECT_NE(world.driver.failure_of(world.id, "StopInstance").find("its window closed at"),
            std::string::npos);
}

// ---- settled before the stop ----

TEST(BackupRunbook, AnInstanceThatIsStartingIsWaitedFor) {
  BackupWorld world;
  world.ec2.instances[kServer].state = "pending";
  world.ec2.instances[kServer].next = "running";
  world.ec2.instances[kServer].next_at = world.driver.now() + minutes(2);
  EXPECT_EQ(world.run(), "Success");
  EXPECT_EQ(world.power_at_image, "stopped");
  EXPECT_EQ(world.power(), "running");
}

TEST(BackupRunbook, AnInstanceThatDoesNotSettleIsRefused) {
  for (const auto* state : {"pending", "stopping"}) {
    BackupWorld world;
    world.ec2.instances[kServer].state = state;
    EXPECT_EQ(world.run(), "TimedOut");
    EXPECT_EQ(world.images, 0);
    EXPECT_EQ(count_of(world, "StopInstances") + count_of(world, "StartInstances"), 0U);
  }
}

// ---- `after` ----

TEST(BackupRunbook, WhenItIsCancelledAfterIsStartedInARunOfItsOwn) {
  for (Duration at = seconds(1); at < minutes(5); at += seconds(13)) {
    BackupWorld world;
    world.id = world.driver.start("hikae-backup", Object{{"InstanceId", Array{kServer}},
                                                         {"BeforeDocument", Array{"hook-good"}},
                                                         {"AfterDocument", Array{"hook-good"}}});
    world.driver.play_for(at);
    const auto visited = world.driver.visited(world.id);
    if (visited.find("RunAfterDocument") != std::string::npos) break;
    world.driver.signal(world.id, "cancel");
    world.driver.play();
    EXPECT_NE(world.driver.visited(world.id).find("AfterDocumentOnCancel S"), std::string::npos)
        << to_seconds(at) << " s " << world.driver.visited(world.id);
    const auto starts = world.driver.calls("StartAutomationExecution");
    EXPECT_EQ(text_at(starts.back().input, "DocumentName"), "hook-good");
  }
}

TEST(BackupRunbook, WhenItIsCancelledAnAfterFunctionIsCalledWithoutWaiting) {
  BackupWorld world;
  world.id = world.driver.start(
      "hikae-backup", Object{{"InstanceId", Array{kServer}}, {"AfterFunction", Array{"mine"}}});
  world.driver.play_for(seconds(40));
  world.driver.signal(world.id, "cancel");
  world.driver.play();
  const auto calls = world.driver.calls("Invoke");
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(text_at(calls[0].input, "InvocationType"), "Event");
}

}  // namespace
}  // namespace hikae::plan
