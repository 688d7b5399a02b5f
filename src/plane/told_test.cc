// From a rule to the mailbox: the services of this folder with the machines of src/delivery and
// src/window, all real; only the mail server is not.
#include <algorithm>

#include "delivery/delivery.h"
#include "plane/events/events.h"
#include "plane/lambda/invocation.h"
#include "plane/lambda/lambda.h"
#include "plane/ledger.h"
#include "plane/mail.h"
#include "plane/sns/sns.h"
#include "plane/testing_kernel_test.h"
#include "window/rule.h"

namespace hikae::plane {
namespace {

/// Takes every mail at once, or refuses it as long as it is down.
struct Mailbox final : Mailer {
  explicit Mailbox(VirtualTime& world) : time(world) {}
  void send(Mail mail, Done done) override {
    const bool refuses = is_down || mail.to == refused_address;
    auto answer = refuses ? Result<>(fail(ErrorKind::Unavailable, "421 not now")) : Result<>();
    if (!refuses) mails.push_back(std::move(mail));
    time.soon([done = std::move(done), answer]() mutable { done(answer); });
  }
  [[nodiscard]] std::string where() const override { return "memory"; }
  VirtualTime& time;
  bool is_down = false;
  std::string refused_address;
  std::vector<Mail> mails;
};

TestKernel::Kinds telling_kinds() {
  TestKernel::Kinds kinds;
  kinds.push_back(delivery::make_event_kind());
  kinds.push_back(delivery::make_delivery_kind());
  kinds.push_back(delivery::make_mail_kind());
  kinds.push_back(window::make_rule_kind());
  kinds.push_back(lambda::make_invocation_kind());
  return kinds;
}

struct TellingHouse : TestKernel {
  struct Services {
    explicit Services(TellingHouse& house)
        : sns(*house.kernel),
          events(*house.kernel),
          lambda(*house.kernel, house.router, house.time, house.time),
          ledger(*house.kernel, house.log),
          mail(*house.kernel, house.mailbox) {
      house.router.add("sns", sns);
      house.router.add("events", events);
      house.router.add("hikae-bus", events.bus());
      house.router.add("lambda", lambda);
      house.router.add("hikae-ledger", ledger);
      house.router.add("hikae-mail", mail);
    }
    Sns sns;
    Events events;
    Lambda lambda;
    Ledger ledger;
    MailService mail;
  };

  Mailbox mailbox{time};
  std::unique_ptr<Services> services;
  const std::string topic = "arn:aws:sns:ap-northeast-1:123456789012:backups";

  TellingHouse() : TestKernel(telling_kinds()) {
    services = std::make_unique<Services>(*this);
    ok(services->sns, "CreateTopic", Object{{"Name", "backups"}});
    ok(services->sns, "Subscribe",
       Object{{"TopicArn", topic}, {"Protocol", "email"}, {"Endpoint", "ops@example.com"}});
  }
  void put_rule(Object rule, std::string_view target) {
    rule["Name"] = "r";
    ok(services->events, "PutRule", std::move(rule));
    ok(services->events, "PutTargets",
       Object{{"Rule", "r"}, {"Targets", Array{Object{{"Id", "t"}, {"Arn", target}}}}});
  }
  void put_event(std::string_view source) {
    ok(services->events, "PutEvents",
       Object{{"Entries", Array{Object{{"Source", source},
                                       {"DetailType", "Window Missed"},
                                       {"Detail", R"({"reason":"power cut"})"}}}}});
  }
  void subscribe(std::string_view address) {
    ok(services->sns, "Subscribe",
       Object{{"TopicArn", topic}, {"Protocol", "email"}, {"Endpoint", address}});
  }
  std::int64_t dead_mails() {
    return int_at(ok(services->ledger, "Dead", Object()), "Mails").value_or(-1);
  }
  void wait(Duration duration) { time.run_until(time.now() + duration); }
  /// As after kill -9: nothing is left but the database.
  explicit TellingHouse(std::unique_ptr<store::Database> used, WallTime start)
      : TestKernel(telling_kinds(), std::move(used), start) {
    services = std::make_unique<Services>(*this);
    EXPECT_TRUE(kernel->recover());
  }
};

TEST(Told, AScheduledRuleReachesTheMailbox) {
  TellingHouse house;
  house.put_rule({{"ScheduleExpression", "rate(1 hour)"}}, house.topic);
  house.wait(minutes(61));
  ASSERT_EQ(house.mailbox.mails.size(), 1u);
  EXPECT_EQ(house.mailbox.mails[0].to, "ops@example.com");
}

TEST(Told, AnEventThatARuleWantsReachesTheMailboxOnce) {
  TellingHouse house;
  house.put_rule({{"EventPattern", R"({"source":["mine"]})"}}, house.topic);
  house.put_event("mine");
  house.put_event("other");
  house.wait(minutes(5));
  EXPECT_EQ(house.mailbox.mails.size(), 1u);
}

TEST(Told, AnOwnEventReachesTheMailboxWithoutAnyRule) {
  TellingHouse house;
  house.put_event("hikae");
  house.wait(minutes(5));
  EXPECT_EQ(house.mailbox.mails.size(), 1u);
}

TEST(Told, AFunctionThatIsGivenUpIsTold) {
  TellingHouse house;
  house.ok(house.services->lambda, "CreateFunction",
           json(R"({"FunctionName":"f","Runtime":"python3.12","Handler":"i.h",)"
                R"("Role":"arn:aws:iam::123456789012:role/r","Code":{"ZipFile":"aGVsbG8="}})"));
  house.put_rule({{"EventPattern", R"({"source":["mine"]})"}},
                 "arn:aws:lambda:ap-northeast-1:123456789012:function:f");
  house.put_event("mine");
  house.wait(minutes(10));
  ASSERT_EQ(house.mailbox.mails.size(), 1u);
  EXPECT_NE(house.mailbox.mails[0].body.find("functions of your own"), std::string::npos)
      << house.mailbox.mails[0].body;
}

TEST(Told, AMailServerThatIsDownGetsTheMailLater) {
  TellingHouse house;
  house.mailbox.is_down = true;
  house.put_event("hikae");
  house.wait(minutes(30));
  EXPECT_GT(house.services->mail.refused(), 1);
  house.mailbox.is_down = false;
  house.wait(hours(2));
  EXPECT_EQ(house.mailbox.mails.size(), 1u);
}

/// Answers nobody: as if the process died before the record.
struct Unheard final : aws::Cloud {
  explicit Unheard(aws::Cloud& service) : inner(service) {}
  void call(aws::Request request, aws::Done) override {
    inner.call(std::move(request), [](const Result<Value>&) {});
  }
  aws::Cloud& inner;
};

TEST(Told, AKillBetweenPublishingAndItsRecordMailsNothingTwice) {
  auto before = std::make_unique<TellingHouse>();
  Unheard unheard(before->services->sns);
  before->router.add("sns", "Publish", unheard);
  before->put_event("hikae");
  before->wait(minutes(1));
  ASSERT_EQ(before->mailbox.mails.size(), 1u);
  auto database = std::move(before->database);
  const auto died_at = before->time.now();
  before.reset();
  TellingHouse house(std::move(database), died_at);
  house.wait(hours(2));
  EXPECT_TRUE(house.mailbox.mails.empty());
  EXPECT_EQ(house.machines("mail").size(), 1u);
}

TEST(Told, ADeadSubscriberIsToldOfToTheOthersOnceAndLogged) {
  TellingHouse house;
  house.subscribe("boss@example.com");
  house.mailbox.refused_address = "ops@example.com";
  house.put_event("hikae");
  house.put_event("hikae");
  house.wait(hours(23));
  EXPECT_EQ(house.dead_mails(), 0);
  house.wait(hours(3));
  EXPECT_EQ(house.dead_mails(), 2);
  ASSERT_EQ(house.mailbox.mails.size(), 3u) << "the boss's two, and one notice";
  EXPECT_EQ(house.mailbox.mails[2].to, "boss@example.com");
  EXPECT_NE(house.mailbox.mails[2].body.find("ops@example.com"), std::string::npos);
  EXPECT_EQ(std::ranges::count_if(
                house.logged,
                [](const std::string& line) { return line.find("given up") != std::string::npos; }),
            2);
  house.wait(hours(72));
  EXPECT_EQ(house.mailbox.mails.size(), 3u);
}

TEST(Told, TwoDeadSubscribersDoNotKeepTellingEachOther) {
  TellingHouse house;
  house.subscribe("boss@example.com");
  house.mailbox.is_down = true;
  house.put_event("hikae");
  house.wait(hours(24 * 7));
  EXPECT_EQ(house.dead_mails(), 4) << "each one's mail, and the notice about the other";
}

TEST(Told, NothingIsLostOverARestart) {
  auto before = std::make_unique<TellingHouse>();
  before->put_rule({{"ScheduleExpression", "rate(1 hour)"}}, before->topic);
  before->mailbox.is_down = true;
  before->put_event("hikae");
  before->wait(minutes(2));
  EXPECT_TRUE(before->mailbox.mails.empty());
  auto database = std::move(before->database);
  const auto died_at = before->time.now();
  before.reset();
  TellingHouse house(std::move(database), died_at);
  house.wait(hours(2));
  EXPECT_EQ(house.mailbox.mails.size(), 3u) << "the event's, and the rule's two";
}

}  // namespace
}  // namespace hikae::plane
