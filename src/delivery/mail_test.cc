// A mail from the published message to the server, and what it says.
#include <gtest/gtest.h>

#include "delivery/delivery.h"
#include "delivery/render.h"
#include "delivery/testing_driver_test.h"

namespace hikae::delivery {
namespace {

using testing::Driver;
using testing::json_of;
using testing::only;
using testing::test_scope;

constexpr const char* kRunEvent =
    R"({"version":"0","id":"e","detail-type":"EC2 Automation Execution Status-change Notification",
    "source":"aws.ssm","account":"123456789012","time":"2026-01-01T18:36:00Z",
    "region":"ap-northeast-1","resources":[],"detail":{"ExecutionId":"run-1",
    "Definition":"hikae-backup","Status":"Failed","StartTime":"Jan 1, 2026 6:30:00 PM",
    "EndTime":"Jan 1, 2026 6:36:00 PM"}})";

constexpr const char* kRun =
    R"({"AutomationExecution":{"AutomationExecutionId":"run-1",
    "DocumentVersion":"2","AutomationExecutionStatus":"Failed",
    "ExecutionStartTime":"2026-01-01T18:30:00.000Z","ExecutionEndTime":"2026-01-01T18:36:00.000Z",
    "Parameters":{"InstanceId":["i-0123456789abcdef0"]},
    "StepExecutions":[
      {"StepName":"Stop","Action":"aws:executeAutomation","StepStatus":"Success"},
      {"StepName":"MakeImage","Action":"aws:executeAwsApi","StepStatus":"Failed",
       "Inputs":{"Service":"\"ec2\"","Api":"\"CreateImage\""},
       "FailureMessage":"Step fails when it is Execute/Cancelling action. )"
    R"(An error occurred (IncorrectState) when calling the CreateImage operation: )"
    R"(the root device is gone. )"
    R"(Please refer to Automation Service Troubleshooting Guide )"
    R"(for more diagnosis details."}]}})";

Value instances(const char* state, const char* name) {
  return Object{
      {"Reservations",
       Array{Object{
           {"Instances",
            Array{Object{{"InstanceId", "i-0123456789abcdef0"},
                         {"State", Object{{"Name", state}}},
                         {"StateTransitionReason", "User initiated (2026-01-01 18:31:00 GMT)"},
                         {"Tags", Array{Object{{"Key", "Name"}, {"Value", name}}}}}}}}}}};
}

Value published(const char* message) {
  return Object{{"SubscriptionArn", "arn:aws:sns:ap-northeast-1:123456789012:alarms:s1"},
                {"Endpoint", "ops@example.com"},
                {"Protocol", "email"},
                {"TopicArn", "arn:aws:sns:ap-northeast-1:123456789012:alarms"},
                {"DisplayName", "Night backup"},
                {"MessageId", "m-1"},
                {"Message", message}};
}

Driver mail_driver() { return {make_mail_kind(), mail_machine(test_scope(), "m-1", "s1")}; }

/// The mail about kRunEvent with these answers.
Object mail_with(Result<Value> run, Result<Value> described) {
  auto driver = mail_driver();
  auto asked = only<command::Send>(driver.start(published(kRunEvent)));
  EXPECT_EQ(asked.call.operation, "GetAutomationExecution");
  asked = only<command::Send>(driver.answer(asked.tag, std::move(run)));
  if (asked.call.operation == "DescribeInstances")
    asked = only<command::Send>(driver.answer(asked.tag, std::move(described)));
  EXPECT_EQ(asked.call.service, "hikae-mail");
  return asked.call.input.as_object();
}

bool says(const Object& mail, std::string_view part) {
  return text_at(mail, "Body").find(part) != std::string_view::npos;
}

TEST(MailAboutARun, NamesInstanceStepErrorPowerImageAndWhatToDo) {
  const auto mail = mail_with(json_of(kRun), instances("running", "web-1"));
  EXPECT_EQ(text_at(mail, "Subject"),
            "[hikae] FAILED web-1 (i-0123456…): CreateImage refused – instance is running");
  for (const auto* part :
       {"web-1 (i-0123456789abcdef0) is running.",
        "Step: MakeImage (aws:executeAwsApi CreateImage)", "An error occurred (IncorrectState)",
        "the root device is gone", "It is running.", "Image: none was made",
        "hikae backup i-0123456789abcdef0", "hikae show run-1", "2026-01-01 18:30:00 UTC",
        "event.json"})
    EXPECT_TRUE(says(mail, part)) << part << "\n in\n" << text_at(mail, "Body");
  EXPECT_FALSE(says(mail, "Troubleshooting Guide"));
  EXPECT_EQ(text_at(mail, "To"), "ops@example.com");
  EXPECT_EQ(text_at(mail, "FromName"), "Night backup");
  const auto attachments = list_at(Value(mail), "Attachments");
  ASSERT_EQ(attachments.size(), 1U);
  EXPECT_EQ(text_at(attachments[0], "Name"), "event.json");
  EXPECT_EQ(json_of(text_at(attachments[0], "Content")), json_of(kRunEvent));
}

TEST(MailAboutARun, BeginsWithAStoppedMachineInCapitalsAndHowToStartIt) {
  const auto mail = mail_with(json_of(kRun), instances("stopped", "web-1"));
  EXPECT_TRUE(
      text_at(mail, "Body")
          .starts_with("web-1 (i-0123456789abcdef0) IS STOPPED since 2026-01-01 18:31:00 UTC."));
  EXPECT_TRUE(says(mail,
                   "1. If it should be running, START IT NOW: aws ec2 start-instances "
                   "--instance-ids i-0123456789abcdef0 --region ap-northeast-1"));
  EXPECT_TRUE(text_at(mail, "Subject").ends_with("INSTANCE IS STOPPED"));
}

TEST(MailAboutARun, SaysWhatIsUnknownWhereTheLookUpsFail) {
  const auto no_power =
      mail_with(json_of(kRun), fail(ErrorKind::Denied, "UnauthorizedOperation", "not allowed"));
  EXPECT_TRUE(text_at(no_power, "Body").starts_with("WHETHER i-0123456789abcdef0 IS RUNNING"));
  EXPECT_TRUE(says(no_power, "UnauthorizedOperation: not allowed"));
  const auto nothing = mail_with(fail(ErrorKind::Timeout, "", "no answer"), Value{});
  EXPECT_TRUE(
      says(nothing, "Which step failed is not known; asking for the run failed: no answer"));
  EXPECT_TRUE(says(nothing, "an instance that is not known"));
  EXPECT_TRUE(says(nothing, "hikae show run-1"));
}

TEST(MailAboutARun, HostileTagsReachNeitherHeadersNorLinesOfTheirOwn) {
  const auto mail = mail_with(
      json_of(kRun), instances("running", "web\r\nBcc: all@example.com\x1b[2J\xe2\x80\xae evil"));
  EXPECT_EQ(text_at(mail, "Subject").find_first_of("\r\n\x1b"), std::string_view::npos);
  EXPECT_FALSE(says(mail, "\x1b"));
  EXPECT_FALSE(says(mail, "\nBcc"));
  EXPECT_FALSE(says(mail, "\xe2\x80\xae"));
}

TEST(MailAboutARun, AnUnknownDocumentNameStandsInNoCommand) {
  auto event = json_of(kRunEvent);
  event.as_object()["detail"].as_object()["Definition"] = "x; rm -rf /";
  const Answers answers{Result<Value>(json_of(kRun)), Result<Value>(instances("running", "web-1"))};
  const auto mail = render(published(""), event, answers, WallTime{});
  EXPECT_EQ(mail.body.find("hikae run x"), std::string::npos);
}

TEST(MailAboutARun, AnImageThatWasMadeButNotSeenAvailableIsSaidToBeThat) {
  auto run = json_of(kRun);
  auto& steps = run.as_object()["AutomationExecution"].as_object()["StepExecutions"].as_array();
  steps[1].as_object()["StepStatus"] = "Success";
  steps[1].as_object()["Outputs"] = Object{{"ImageId", Array{"ami-0123456789abcdef0"}}};
  steps.push_back(Object{
      {"StepName", "Start"}, {"Action", "aws:changeInstanceState"}, {"StepStatus", "TimedOut"}});
  const auto mail = mail_with(run, instances("running", "web-1"));
  EXPECT_TRUE(says(mail, "ami-0123456789abcdef0, NOT YET SEEN TO BE AVAILABLE"));
  EXPECT_NE(text_at(mail, "Subject").find("step Start timed out"), std::string_view::npos);
}

TEST(MailAboutHikaesOwnEvents, SaysWhatWasMissedAndWhatToDo) {
  const auto* message = R"({"source":"hikae","detail-type":"Backup Missed",
      "time":"2026-01-01T19:00:00Z","account":"1","region":"r","detail":{"window":"mw-1",
      "window-name":"nightly","instant":"2026-01-01T18:30:00Z","instances":[],
      "reason":"hikae was not running when the window opened"}})";
  auto driver = mail_driver();
  const auto mail = only<command::Send>(driver.start(published(message))).call.input.as_object();
  EXPECT_EQ(text_at(mail, "Subject"), "[hikae] BACKUP MISSED: nightly");
  EXPECT_TRUE(says(mail, "hikae was not running when the window opened"));
  EXPECT_TRUE(says(mail, "1. No backup was made at that time."));
}

TEST(MailAboutHikaesOwnEvents, AnInstanceLeftStoppedIsLookedAt) {
  const auto* message = R"({"source":"hikae","detail-type":"Instance Left Stopped",
      "time":"2026-01-01T19:00:00Z","account":"1","region":"ap-northeast-1","detail":{
      "InstanceId":"i-0123456789abcdef0","RunId":"run-1","Message":"starting it failed"}})";
  auto driver = mail_driver();
  const auto asked = only<command::Send>(driver.start(published(message)));
  EXPECT_EQ(asked.call.operation, "DescribeInstances");
  const auto mail = only<command::Send>(driver.answer(asked.tag, instances("stopped", "db")))
                        .call.input.as_object();
  EXPECT_EQ(text_at(mail, "Subject"), "[hikae] INSTANCE LEFT STOPPED: db (i-0123456…)");
  EXPECT_TRUE(text_at(mail, "Body").starts_with("db (i-0123456789abcdef0) IS STOPPED since"));
  EXPECT_TRUE(says(mail, "hikae show run-1"));
}

TEST(MailOfAPlainText, IsTheTextWithItsSubjectAndNothingThatControls) {
  auto input = published("two agents\tare lost\r\nweb-1\x07\n");
  input.as_object()["Subject"] = "agent check";
  auto driver = mail_driver();
  const auto mail = only<command::Send>(driver.start(input)).call.input.as_object();
  EXPECT_EQ(text_at(mail, "Subject"), "agent check");
  EXPECT_TRUE(text_at(mail, "Body").starts_with("two agents    are lost\nweb-1?\n"));
  EXPECT_TRUE(list_at(Value(mail), "Attachments").empty());
}

TEST(MailOfAPlainText, WithoutASubjectTheFirstLineSpeaksForIt) {
  const auto mail = render(published("disk is full\nmore"), std::nullopt, {}, WallTime{});
  EXPECT_EQ(mail.subject, "[hikae] alarms: disk is full");
}

TEST(MailAsJson, IsTheEnvelopeWithoutAnyLookUp) {
  auto input = published(kRunEvent);
  input.as_object()["Protocol"] = "email-json";
  auto driver = mail_driver();
  const auto mail = only<command::Send>(driver.start(input)).call.input.as_object();
  const auto envelope = json_of(text_at(mail, "Body"));
  EXPECT_EQ(text_at(envelope, "Type"), "Notification");
  EXPECT_EQ(text_at(envelope, "Message"), kRunEvent);
}

TEST(MailMachine, SaysWhichRunAndWhichInstanceItIsAbout) {
  const Object run{{"Parameters", Object{{"InstanceId", Array{"i-0123456789abcdef0"}}}}};
  const auto mail = mail_with(Object{{"AutomationExecution", run}}, instances("stopped", "db"));
  EXPECT_EQ(text::to_json(object_at(mail, "About")),
            R"({"RunId":"run-1","InstanceId":"i-0123456789abcdef0"})");
}

TEST(MailMachine, SendsTheVerySameMailAgainUntilTheServerHasIt) {
  auto driver = mail_driver();
  const auto first = only<command::Send>(driver.start(published("hello")));
  auto sends = 1;
  auto now = first;
  for (; sends < 5; ++sends) {
    const auto refused = fail(ErrorKind::Io, "", "connection refused");
    const auto wake = only<command::Pause>(driver.answer("send", refused));
    now = only<command::Send>(driver.wake(wake));
    EXPECT_EQ(now.call.input, first.call.input);
  }
  const auto done = only<command::Finish>(driver.answer("send", Object{}));
  EXPECT_EQ(text_at(done.outcome, "Status"), "Sent");
  EXPECT_EQ(int_at(done.outcome, "Attempts"), 5);
}

TEST(MailMachine, AfterADayOfRefusalsTheMailStandsInTheLedger) {
  auto driver = mail_driver();
  driver.start(published("hello"));
  const auto since = driver.now;
  for (;;) {
    const auto list = driver.answer("send", fail(ErrorKind::Io, "", "refused"));
    const auto* wake = std::get_if<command::Pause>(&list[0]);
    if (!wake) {
      const auto& record = std::get<command::Send>(list[0]).call;
      EXPECT_EQ(record.operation, "Record");
      EXPECT_EQ(text_at(object_at(record.input, "Row"), "To"), "ops@example.com");
      break;
    }
    driver.wake(*wake);
  }
  EXPECT_EQ(driver.now - since, hours(24));
  EXPECT_EQ(text_at(only<command::Finish>(driver.answer("bury", Object{})).outcome, "Status"),
            "Dead");
}

TEST(MailAboutHikaesOwnEvents, ASkippedServerNamesTheRunThatHoldsItUp) {
  const auto* message = R"({"source":"hikae","detail-type":"Backup Skipped",
      "time":"2026-01-01T19:00:00Z","account":"1","region":"r","detail":{"window":"mw-1",
      "window-name":"nightly","instances":["i-0123456789abcdef0"],"reason":"it still runs",
      "blocking":[{"instance":"i-0123456789abcdef0","execution-id":"run-7",
      "since":"2025-12-31T18:30:00Z"},{"instance":"i-1","execution-id":"x; rm -rf /"}]}})";
  auto driver = mail_driver();
  const auto mail = only<command::Send>(driver.start(published(message))).call.input.as_object();
  EXPECT_TRUE(says(mail, "hikae show run-7"));
  EXPECT_TRUE(says(mail, "hikae cancel run-7"));
  EXPECT_FALSE(says(mail, "hikae cancel x"));
}

TEST(MailMachine, AMailThatIsItselfWrongIsNotTriedAgain) {
  auto driver = mail_driver();
  driver.start(published("hello"));
  const auto record =
      only<command::Send>(driver.answer("send", fail(ErrorKind::Invalid, "", "no address")));
  EXPECT_EQ(record.call.service, "hikae-ledger");
}

TEST(MailMachine, TwoSubscriptionsOfOneMessageHaveMailsOfTheirOwn) {
  auto one = published("hello");
  auto two = published("hello");
  two.as_object()["SubscriptionArn"] = "another";
  auto first = mail_driver();
  auto second = mail_driver();
  const auto a = only<command::Send>(first.start(one)).call.input;
  const auto b = only<command::Send>(second.start(two)).call.input;
  EXPECT_NE(text_at(a, "MessageId"), text_at(b, "MessageId"));
}

}  // namespace
}  // namespace hikae::delivery
