#include "engine/kernel.h"
#include "aws/remote.h"

#include <gtest/gtest.h>

#include "engine/testing_world_test.h"

namespace hikae::engine::testing {
namespace {

Call stop_call(std::string_view id) {
  return {"ec2", "StopInstances", Object{{"InstanceIds", Array{id}}}, {}};
}
Call look_call(std::string_view id) {
  return {"ec2", "DescribeInstances", Object{{"InstanceIds", Array{id}}}, {}};
}
Value instance_in(std::string_view id, std::string_view state) {
  return Object{{"Reservations",
                 Array{Object{{"Instances", Array{Object{{"InstanceId", id},
                                                         {"State", Object{{"Name", state}}}}}}}}}};
}
template <class E>
bool is(const Event& event) {
  return std::holds_alternative<E>(event);
}

TEST_F(EngineTest, AMutatingCallLeavesOnlyWhenItsIntentIsOnDisk) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e)) c.send("stop", stop_call("i-1"));
    if (is<event::Answered>(e)) c.finish("done");
  };
  std::int64_t intents_when_called = -1;
  cloud_->on_call = [&](const aws::Request&) {
    intents_when_called = count("SELECT count(*) FROM effects WHERE settled_at IS NULL");
  };
  start("a");
  run_for(seconds(1));
  EXPECT_EQ(intents_when_called, 1);
  EXPECT_EQ(count("SELECT count(*) FROM effects WHERE settled_at IS NULL"), 0);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(EngineTest, AReadNeedsNoIntent) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    is<event::Started>(e) ? c.send("look", look_call("i-1")) : c.finish("done");
  };
  start("a");
  run_for(seconds(1));
  EXPECT_EQ(count("SELECT count(*) FROM effects"), 0);
}

TEST_F(EngineTest, AMachineIsStartedOnceUnderItsIdAlsoAfterItHasFinished) {
  int started = 0;
  script_ = [&](const Event&, Object&, WallTime, Commands& c) {
    ++started;
    c.finish("done");
  };
  start("a");
  start("a");
  die_and_boot();
  start("a");
  EXPECT_EQ(started, 1);
}

TEST_F(EngineTest, AThrottledCallIsSentAgainUntilItIsTaken) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    is<event::Started>(e) ? c.send("stop", stop_call("i-1")) : c.finish("done");
  };
  int refusals = 3;
  cloud_->answer = [&](const aws::Request&) -> std::optional<Result<Value>> {
    if (refusals-- > 0) return fail(ErrorKind::Throttled, "RequestLimitExceeded", "slow down");
    return Value(Object());
  };
  start("a");
  run_for(seconds(60));
  EXPECT_EQ(calls("StopInstances"), 4);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(EngineTest, ALostAnswerIsSettledByLookingAndNotBySendingAgain) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    is<event::Started>(e) ? c.send("stop", stop_call("i-1")) : c.finish("done");
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "StopInstances") return std::nullopt;
    return instance_in("i-1", "stopping");
  };
  start("a");
  run_for(minutes(2));
  EXPECT_EQ(calls("StopInstances"), 1);
  EXPECT_GE(calls("DescribeInstances"), 1);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(EngineTest, ACallThatHasNotHappenedIsSentAgainAfterTheHorizon) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    is<event::Started>(e) ? c.send("stop", stop_call("i-1")) : c.finish("done");
  };
  int lost = 1;
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "DescribeInstances") return instance_in("i-1", "running");
    if (lost-- > 0) return fail(ErrorKind::Timeout, "RequestTimeout", "no answer");
    return Value(Object());
  };
  start("a");
  run_for(minutes(3));
  EXPECT_EQ(calls("StopInstances"), 2);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(EngineTest, AStopThatDidNotHappenIsNotMadeUpForHoursLater) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e)) return c.send("stop", stop_call("i-1"));
    c.finish(Value(std::get<event::Answered>(e).answer.error().code));
  };
  cloud_->answer = [](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "StopInstances") return std::nullopt;
    return instance_in("i-1", "running");
  };
  start("a");
  time_->run_until(time_->now() + seconds(1));
  const auto stops_before_the_kill = calls("StopInstances");
  die_and_boot();
  time_->set_wall_clock_by(hours(3));
  run_for(minutes(20));
  EXPECT_EQ(stops_before_the_kill, 1);
  EXPECT_EQ(calls("StopInstances"), 0) << "sent by the process that began hours later";
  EXPECT_EQ(outcome_of("a"), Value("OutcomeUnknown"));
}

/// A stop whose answer is lost; the look then finds the instance stopped, by EC2's word so long
/// after it was asked for.
class LostStop : public EngineTest {
 protected:
  Value answer(Duration after) {
    Value answer;
    script_ = [&](const Event& e, Object&, WallTime, Commands& c) {
      if (is<event::Started>(e)) return c.send("stop", stop_call("i-1"));
      answer = std::get<event::Answered>(e).answer.value_or(Value());
      c.finish("done");
    };
    auto when = iso(time_->now() + after).substr(0, 19);
    when[10] = ' ';
    cloud_->answer = [when](const aws::Request& request) -> std::optional<Result<Value>> {
      if (request.operation == "StopInstances") return fail(ErrorKind::Timeout, "", "lost");
      auto seen = instance_in("i-1", "stopped");
      auto& reservation = seen.as_object()["Reservations"].as_array()[0];
      reservation.as_object()["Instances"].as_array()[0].as_object()["StateTransitionReason"] =
          "User initiated (" + when + " GMT)";
      return seen;
    };
    start("a");
    run_for(minutes(2));
    EXPECT_EQ(calls("StopInstances"), 1);
    return list_at(answer, "StoppingInstances").at(0);
  }
};

TEST_F(LostStop, ThatIsFoundMayBeOurs) {
  EXPECT_EQ(find(answer(minutes(2)), "PreviousState"), nullptr);
}

TEST_F(LostStop, ThatWasTooLateToBeOursWasSomebodyElses) {
  const auto change = answer(minutes(6));
  EXPECT_EQ(text_at(object_at(change, "PreviousState"), "Name"), "stopped");
  EXPECT_NE(find(change, "StateTransitionReason"), nullptr);
}

TEST_F(EngineTest, AThrottledStopIsNotSentAgainOnceTheClockHasJumpedPastItsMoment) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e)) return c.send("stop", stop_call("i-1"));
    c.finish(Value(std::get<event::Answered>(e).answer.error().code));
  };
  cloud_->answer = [this](const aws::Request&) -> std::optional<Result<Value>> {
    time_->set_wall_clock_by(minutes(10));
    return fail(ErrorKind::Throttled, "RequestLimitExceeded", "slowly");
  };
  start("a");
  run_for(minutes(1));
  EXPECT_EQ(calls("StopInstances"), 1);
  EXPECT_EQ(outcome_of("a"), Value("OutcomeUnknown"));
}

/// A start whose answer is lost once; the look then finds the instance stopped, launched at
/// `launch`.
class LostStart : public EngineTest {
 protected:
  void play(WallTime launch) {
    script_ = [](const Event& e, Object&, WallTime, Commands& c) {
      const Call start{"ec2", "StartInstances", Object{{"InstanceIds", Array{"i-1"}}}, {}};
      is<event::Started>(e) ? c.send("start", start) : c.finish("done");
    };
    cloud_->answer = [launch](const aws::Request& request) -> std::optional<Result<Value>> {
      if (request.operation == "StartInstances") return fail(ErrorKind::Timeout, "", "lost");
      auto seen = instance_in("i-1", "stopped");
      auto& reservation = seen.as_object()["Reservations"].as_array()[0];
      reservation.as_object()["Instances"].as_array()[0].as_object()["LaunchTime"] = iso_ms(launch);
      return seen;
    };
    start("a");
    run_for(minutes(2));
  }
};

TEST_F(LostStart, IsNotSentAgainWhereTheInstanceWasLaunchedSinceAndIsStoppedAgain) {
  play(time_->now() + seconds(3));
  EXPECT_EQ(calls("StartInstances"), 1);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(LostStart, IsNotSentAgainWhereTheLaunchIsOfTheSameSecond) {
  play(wall_ms(unix_ms(time_->now()) / 1000 * 1000));
  EXPECT_EQ(calls("StartInstances"), 1);
}

TEST_F(LostStart, IsSentAgainWhereTheInstanceWasNotLaunchedSince) {
  play(time_->now() - hours(3));
  EXPECT_GE(calls("StartInstances"), 2);
}

TEST_F(EngineTest, AThrottledCallIsSentAgainAlsoAfterTheLongLooksForALostImage) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    const auto* answered = std::get_if<event::Answered>(&e);
    if (answered) return c.finish(Value(answered->answer ? "made" : answered->answer.error().code));
    c.send("image", {"ec2", "CreateImage", Object{{"InstanceId", "i-1"}, {"Name", "n"}}, {}});
  };
  int sendings = 0;
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "DescribeImages") return Value(Object{{"Images", Array()}});
    if (++sendings == 1) return fail(ErrorKind::Unavailable, "Unavailable", "reset");
    if (sendings == 2) return fail(ErrorKind::Throttled, "RequestLimitExceeded", "slow down");
    return Value(Object{{"ImageId", "ami-1"}});
  };
  start("a");
  run_for(minutes(10));
  EXPECT_EQ(outcome_of("a"), Value("made"));
}

TEST_F(EngineTest, ALostCreateImageIsAdoptedByItsNameAndTags) {
  const Value tags = Array{Object{{"Key", "hikae:run"}, {"Value", "r1"}}};
  script_ = [&](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e))
      c.send(
          "image",
          {"ec2",
           "CreateImage",
           Object{{"InstanceId", "i-1"},
                  {"Name", "n"},
                  {"TagSpecifications", Array{Object{{"ResourceType", "image"}, {"Tags", tags}}}}},
           {}});
    if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(Value(str(text_at(*answered->answer, "ImageId"))));
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "CreateImage") return fail(ErrorKind::Unavailable, "", "reset");
    return Value(
        Object{{"Images",
                Array{Object{{"ImageId", "ami-1"}, {"SourceInstanceId", "i-1"}, {"Tags", tags}}}}});
  };
  start("a");
  run_for(minutes(10));
  EXPECT_EQ(calls("CreateImage"), 1);
  EXPECT_EQ(outcome_of("a"), Value("ami-1"));
}

TEST_F(EngineTest, ACallThatNeverLeftIsSentAgain) {
  script_ = [&](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e)) c.send("volume", {"ec2", "CreateVolume", Object{}, {}});
    if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(answered->answer ? "made" : "failed");
  };
  int sendings = 0;
  cloud_->answer = [&](const aws::Request&) -> std::optional<Result<Value>> {
    if (++sendings < 3) return fail(ErrorKind::Io, str(aws::kNotSent), "connection refused");
    return Value(Object{});
  };
  start("a");
  run_for(minutes(3));
  EXPECT_EQ(outcome_of("a"), Value("made"));
}

TEST_F(EngineTest, ALostCommandIsFoundByItsCommentAndNeverSentAgain) {
  script_ = [&](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e))
      c.send("command", {"ssm", "SendCommand", Object{{"Comment", "hikae r1"}}, {}});
    if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(answered->answer
                   ? Value(str(text_at(object_at(*answered->answer, "Command"), "CommandId")))
                   : Value(answered->answer.error().code));
  };
  std::string there = "hikae r1";
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "SendCommand") return fail(ErrorKind::Unavailable, "", "reset");
    return Value(Object{{"Commands", Array{Object{{"CommandId", "c-1"}, {"Comment", there}}}}});
  };
  start("a");
  run_for(minutes(5));
  EXPECT_EQ(outcome_of("a"), Value("c-1"));
  there = "somebody's";
  start("b");
  run_for(minutes(5));
  EXPECT_EQ(outcome_of("b"), Value("OutcomeUnknown"));
  EXPECT_EQ(calls("SendCommand"), 2);
}

TEST_F(EngineTest, AnImageThatTheNetworkMadeOfOurOneSendingIsOurs) {
  const Value tags = Array{Object{{"Key", "hikae:run"}, {"Value", "r1"}}};
  const auto image_made_at = [&](WallTime at) {
    return Value(Object{{"Images", Array{Object{{"ImageId", "ami-1"},
                                                {"SourceInstanceId", "i-1"},
                                                {"CreationDate", iso(at)},
                                                {"Tags", tags}}}}});
  };
  script_ = [&](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e))
      c.send(
          "image",
          {"ec2",
           "CreateImage",
           Object{{"InstanceId", "i-1"},
                  {"Name", "n"},
                  {"TagSpecifications", Array{Object{{"ResourceType", "image"}, {"Tags", tags}}}}},
           {}});
    if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(answered->answer ? Value(str(text_at(*answered->answer, "ImageId")))
                                : Value(answered->answer.error().code));
  };
  WallTime made_at;
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "CreateImage")
      return fail(ErrorKind::Conflict, "InvalidAMIName.Duplicate", "in use");
    return image_made_at(made_at);
  };
  made_at = time_->now() + seconds(1);
  start("a");
  run_for(minutes(1));
  EXPECT_EQ(outcome_of("a"), Value("ami-1"));
  made_at = time_->now() - hours(1);
  start("b");
  run_for(minutes(1));
  EXPECT_EQ(outcome_of("b"), Value("InvalidAMIName.Duplicate"));
}

TEST_F(EngineTest, AnImageOfAnotherUnderOurNameIsRefusedAndLeftAlone) {
  script_ = [&](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e))
      c.send("image", {"ec2", "CreateImage", Object{{"InstanceId", "i-1"}, {"Name", "n"}}, {}});
    if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(answered->answer ? "ok" : answered->answer.error().code.c_str());
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "CreateImage") return fail(ErrorKind::Unavailable, "", "reset");
    return Value(
        Object{{"Images", Array{Object{{"ImageId", "ami-1"}, {"SourceInstanceId", "i-other"}}}}});
  };
  start("a");
  run_for(minutes(10));
  EXPECT_EQ(outcome_of("a"), Value("InvalidAMIName.Duplicate"));
}

TEST_F(EngineTest, AfterAKillAnUnansweredStopIsLookedAtFirst) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    is<event::Started>(e) ? c.send("stop", stop_call("i-1")) : c.finish("done");
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "StopInstances") return std::nullopt;
    return instance_in("i-1", "stopped");
  };
  start("a");
  die_and_boot();
  run_for(minutes(1));
  EXPECT_EQ(calls("StopInstances"), 0);
  EXPECT_EQ(calls("DescribeInstances"), 1);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(EngineTest, ALookThatIsRefusedEndsTheWaitAtOnce) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e)) c.send("stop", stop_call("i-1"));
    if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(Value(answered->answer ? "ok" : answered->answer.error().code));
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "StopInstances") return fail(ErrorKind::Timeout, "", "lost");
    return fail(ErrorKind::Denied, "UnauthorizedOperation", "not allowed");
  };
  start("a");
  run_for(minutes(1));
  EXPECT_EQ(outcome_of("a"), Value("OutcomeUnknown"));
}

TEST_F(EngineTest, AnUnknownOutcomeIsToldAfterAQuarterOfAnHourWhateverTheWorldDoes) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e))
      c.send("image", {"ec2", "CreateImage", Object{{"InstanceId", "i-1"}, {"Name", "n"}}, {}});
    if (is<event::Answered>(e)) c.finish("told");
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    if (request.operation == "CreateImage") return fail(ErrorKind::Unavailable, "", "503");
    return Value(Object{{"Images", Array{}}});
  };
  start("a");
  run_for(minutes(20));
  EXPECT_EQ(outcome_of("a"), Value("told"));
}

TEST_F(EngineTest, AfterAKillACallThatMayNotBeRepeatedIsNotRepeated) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (is<event::Started>(e))
      c.send("boot", {"ec2", "RebootInstances", Object{{"InstanceIds", Array{"i-1"}}}, {}});
    if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(Value(answered->answer ? "ok" : answered->answer.error().code));
  };
  cloud_->answer = [](const aws::Request&) -> std::optional<Result<Value>> { return std::nullopt; };
  start("a");
  die_and_boot();
  run_for(minutes(1));
  EXPECT_EQ(calls("RebootInstances"), 0);
  EXPECT_EQ(outcome_of("a"), Value("OutcomeUnknown"));
}

TEST_F(EngineTest, EveryKindOfWaitSurvivesAKill) {
  script_ = [&](const Event& e, Object& record, WallTime now, Commands& c) {
    if (const auto* started = std::get_if<event::Started>(&e)) {
      record["role"] = text_at(started->input, "role");
      if (record["role"] == "sleeper") return c.wake("nap", now + minutes(5));
      if (record["role"] == "watcher") return c.await_end("end", {kScope, "toy", "sleeper"});
      if (record["role"] == "poller") return c.await("poll", look_call("i-1"));
    }
    c.finish("done");
  };
  bool stopped = false;
  judge_ = [&](std::string_view, const Result<Value>&) { return stopped; };
  for (const auto* role : {"sleeper", "watcher", "poller"}) start(role, Object{{"role", role}});
  run_for(minutes(1));
  die_and_boot();
  run_for(minutes(1));
  EXPECT_EQ(outcome_of("sleeper"), Value("not finished"));
  stopped = true;
  run_for(minutes(4));
  for (const auto* role : {"sleeper", "watcher", "poller"})
    EXPECT_EQ(outcome_of(role), Value("done")) << role;
}

TEST_F(EngineTest, AReplayGivesTheSameRecordWithAndWithoutASnapshot) {
  script_ = [](const Event&, Object& record, WallTime now, Commands& c) {
    const auto n = record.contains("n") ? record["n"].as_int64() + 1 : 0;
    record["n"] = n;
    c.wake("tick", now + seconds(1));
  };
  start("a");
  for (int i = 1; i <= 80; ++i) {
    run_for(seconds(1));
    if (i % 9 == 0) die_and_boot();
    ASSERT_EQ(kernel_->view({kScope, "toy", "a"})->record.at("n").as_int64(), i);
  }
}

TEST_F(EngineTest, ManyThatAwaitTheSameKindOfThingShareOneCall) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (const auto* started = std::get_if<event::Started>(&e))
      c.await("state", look_call(text_at(started->input, "id")));
    else
      c.finish("done");
  };
  judge_ = [](std::string_view, const Result<Value>& answer) {
    return answer && !list_at(*answer, "Reservations").empty();
  };
  std::size_t most_ids = 0;
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    const auto& ids = list_at(request.input, "InstanceIds");
    most_ids = std::max(most_ids, ids.size());
    Array reservations;
    for (const auto& id : ids)
      reservations.push_back(Object{{"Instances", Array{Object{{"InstanceId", id}}}}});
    return Value(Object{{"Reservations", std::move(reservations)}});
  };
  for (int i = 0; i < 500; ++i)
    start("m" + std::to_string(i), Object{{"id", "i-" + std::to_string(i)}});
  run_for(seconds(30));
  EXPECT_EQ(kernel_->living(), 0U);
  EXPECT_EQ(most_ids, 200U);
  EXPECT_EQ(calls("DescribeInstances"), 3);
}

TEST_F(EngineTest, LooksByTagOrNameShareOneCallTooAndEachGetsItsOwnPart) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (const auto* started = std::get_if<event::Started>(&e))
      c.await(
          "image",
          {"ec2",
           "DescribeImages",
           Object{{"Filters", Array{Object{{"Name", "name"},
                                           {"Values", Array{text_at(started->input, "name")}}}}}},
           {}});
    else if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(Value(str(text_at(list_at(*answered->answer, "Images").front(), "ImageId"))));
  };
  judge_ = [](std::string_view, const Result<Value>& answer) {
    return !list_at(*answer, "Images").empty();
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    Array images;
    for (const auto& name : list_at(list_at(request.input, "Filters").front(), "Values"))
      images.push_back(Object{{"Name", name}, {"ImageId", "ami-" + str(text_of(name))}});
    return Value(Object{{"Images", std::move(images)}});
  };
  for (const auto* name : {"a", "b", "c"}) start(name, Object{{"name", name}});
  run_for(seconds(30));
  EXPECT_EQ(calls("DescribeImages"), 1);
  for (const auto* name : {"a", "b", "c"})
    EXPECT_EQ(outcome_of(name), Value(std::string("ami-") + name));
}

TEST_F(EngineTest, OneIdThatIsGoneDoesNotBlindTheOthers) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (const auto* started = std::get_if<event::Started>(&e))
      c.await("state", look_call(text_at(started->input, "id")));
    else if (const auto* answered = std::get_if<event::Answered>(&e))
      c.finish(answered->answer ? "found" : "gone");
  };
  cloud_->answer = [&](const aws::Request& request) -> std::optional<Result<Value>> {
    for (const auto& id : list_at(request.input, "InstanceIds"))
      if (id == "i-gone") return fail(ErrorKind::NotFound, "InvalidInstanceID.NotFound", "gone");
    return instance_in("i-1", "running");
  };
  start("a", Object{{"id", "i-1"}});
  start("b", Object{{"id", "i-gone"}});
  run_for(seconds(30));
  EXPECT_EQ(outcome_of("a"), Value("found"));
  EXPECT_EQ(outcome_of("b"), Value("gone"));
}

TEST_F(EngineTest, TwoMachinesNeverHoldOneLeaseAlsoOverAKill) {
  script_ = [](const Event& e, Object& record, WallTime now, Commands& c) {
    if (is<event::Started>(e)) return c.lease("line", "ec2:instance/i-1");
    if (is<event::Leased>(e)) {
      record["holds"] = true;
      return c.wake("work", now + minutes(1));
    }
    c.finish("done");
  };
  for (const auto* id : {"a", "b", "c"}) start(id);
  const auto holders = [&] {
    int n = 0;
    for (const auto* id : {"a", "b", "c"}) {
      const auto view = kernel_->view({kScope, "toy", id});
      n += !view->ended_at && view->record.as_object().contains("holds");
    }
    return n;
  };
  for (int i = 0; i < 12; ++i) {
    EXPECT_LE(holders(), 1);
    die_and_boot();
    run_for(seconds(20));
  }
  for (const auto* id : {"a", "b", "c"}) EXPECT_EQ(outcome_of(id), Value("done")) << id;
}

TEST_F(EngineTest, AnAnswerForADroppedItemIsNobodys) {
  script_ = [](const Event& e, Object& record, WallTime now, Commands& c) {
    if (is<event::Started>(e)) {
      c.send("call", look_call("i-1"));
      c.wake("soon", now + Duration{5});
    } else if (is<event::Woke>(e)) {
      c.drop("call");
      c.wake("late", now + seconds(1));
      record["dropped"] = true;
      if (std::get<event::Woke>(e).tag == "late") c.finish("quiet");
    } else {
      c.finish("disturbed");
    }
  };
  start("a");
  run_for(seconds(5));
  EXPECT_EQ(outcome_of("a"), Value("quiet"));
}

TEST_F(EngineTest, AnExceptionEndsTheMachineAndNotTheProcess) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    if (const auto* s = std::get_if<event::Started>(&e); s && text_at(s->input, "bad") == "yes")
      throw std::runtime_error("a bug");
    c.finish("done");
  };
  start("a", Object{{"bad", "yes"}});
  start("b");
  EXPECT_EQ(text_at(outcome_of("a"), "Status"), "Failed");
  EXPECT_EQ(outcome_of("b"), Value("done"));
}

TEST_F(EngineTest, TheJournalRefusesToBeChanged) {
  script_ = [](const Event&, Object&, WallTime, Commands& c) { c.finish("done"); };
  start("a");
  EXPECT_FALSE(database_->execute("UPDATE journal SET event = 'x'"));
}

}  // namespace
}  // namespace hikae::engine::testing
