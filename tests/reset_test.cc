// `hikae up --test-hooks`: POST /_hikae/reset forgets everything at once, in the process that
// serves and on its disk, and all works on.
#include <gtest/gtest.h>

#include <charconv>
#include <filesystem>

#include "cli/serving.h"
#include "cli/session.h"
#include "net/client.h"
#include "os/real_loop.h"
#include "serving_hikae.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr std::string_view kOneServer = R"(
instances:
  - {name: web, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}}
)";

/// The status of a POST without a body; 0 where there was no answer.
int post(const std::string& url, const std::string& path) {
  os::RealLoop loop;
  net::Client client(loop.io(), loop, {});
  HttpOrigin origin{"http", "127.0.0.1", 0};
  const auto colon = url.rfind(':');
  std::from_chars(url.data() + colon + 1, url.data() + url.size(), origin.port);
  std::optional<Result<HttpResponse>> answer;
  client.send(origin, {"POST", path, {}, ""}, seconds(30),
              [&](Result<HttpResponse> got) { answer = std::move(got); });
  loop.run_until([&] { return answer.has_value(); });
  return answer && *answer ? (*answer)->status : 0;
}

std::unique_ptr<cli::Session> client_of(const std::string& data) {
  const auto reach = cli::reach_of(data);
  EXPECT_TRUE(reach);
  auto session = cli::Session::connect(*reach, data);
  EXPECT_TRUE(session) << (session ? "" : session.error().text());
  return session ? std::move(*session) : nullptr;
}

std::size_t count_of(cli::Session& session, std::string_view service, std::string_view operation,
                     std::string_view list) {
  return list_at(ask(session, service, operation, {}), list).size();
}

/// What a test suite may have made: servers, a plan, a bucket with an object, a queue.
void expect_nothing_left(cli::Session& session, const std::string& data) {
  EXPECT_EQ(count_of(session, "ec2", "DescribeInstances", "Reservations"), 0U);
  EXPECT_EQ(count_of(session, "ec2", "DescribeVolumes", "Volumes"), 0U);
  EXPECT_EQ(count_of(session, "ssm", "DescribeMaintenanceWindows", "WindowIdentities"), 0U);
  EXPECT_EQ(count_of(session, "cloudformation", "ListStacks", "StackSummaries"), 0U);
  EXPECT_EQ(count_of(session, "s3", "ListBuckets", "Buckets"), 0U);
  EXPECT_EQ(count_of(session, "sqs", "ListQueues", "QueueUrls"), 0U);
  EXPECT_EQ(count_of(session, "sns", "ListTopics", "Topics"), 0U);
  EXPECT_TRUE(std::filesystem::is_empty(data + "/s3")) << "bodies of objects";
}

void make_something(cli::Session& session) {
  ask(session, "ec2", "RunInstances",
      Object{{"ImageId", "ami-0123456789abcdef0"}, {"MinCount", 1}, {"MaxCount", 1}});
  ask(session, "s3", "CreateBucket",
      Object{{"Bucket", "mine"},
             {"CreateBucketConfiguration", Object{{"LocationConstraint", "ap-northeast-1"}}}});
  ask(session, "s3", "PutObject", Object{{"Bucket", "mine"}, {"Key", "a"}, {"Body", "YQ=="}});
  ask(session, "sqs", "CreateQueue", Object{{"QueueName", "mine"}});
}

TEST(Reset, LeavesNothingButTheKeysAndAllWorksOnAlsoAfterARestart) {
  TempFolder folder;
  const auto data = folder.file("data");
  put_fleet(data, kOneServer, cli::ClockKind::Real);
  const auto config = folder.write(
      "hikae.yaml",
      "notify: [ops@example.com]\nplans:\n  - {name: nightly, at: '03:30', keep: 2}\n");
  ASSERT_EQ(hikae(data, {"apply", config, "--clock", "real"}).ended.exit_code, 0);
  {
    ServingHikae serving(data, {"--test-hooks"});
    ASSERT_TRUE(serving.serves()) << serving.why();
    const auto session = client_of(data);
    make_something(*session);
    EXPECT_FALSE(std::filesystem::is_empty(data + "/s3"));
    EXPECT_EQ(count_of(*session, "ssm", "DescribeMaintenanceWindows", "WindowIdentities"), 2U);
    ASSERT_EQ(post(serving.url(), "/_hikae/reset"), 200);
    expect_nothing_left(*session, data);  // and the key still opens the door
    for (int times = 0; times < 3; ++times) {
      make_something(*session);  // names are free again
      ASSERT_EQ(post(serving.url(), "/_hikae/reset"), 200);
    }
    EXPECT_EQ(hikae(data, {"apply", config}).ended.exit_code, 0);
    ASSERT_EQ(post(serving.url(), "/_hikae/reset"), 200);
    expect_nothing_left(*session, data);
    EXPECT_EQ(serving.stop().exit_code, 0);
  }
  ServingHikae again(data, {"--test-hooks"});
  ASSERT_TRUE(again.serves()) << again.why();
  const auto session = client_of(data);
  expect_nothing_left(*session, data);
  make_something(*session);
  EXPECT_EQ(count_of(*session, "ec2", "DescribeInstances", "Reservations"), 1U);
  EXPECT_EQ(again.stop().exit_code, 0);
}

TEST(Reset, TellsWhoeverWaitsAndEndsWhatIsUnderWay) {
  TempFolder folder;
  const auto data = folder.file("data");
  ServingHikae serving(data, {"--test-hooks"});
  ASSERT_TRUE(serving.serves()) << serving.why();
  const auto session = client_of(data);
  const auto queue = ask(*session, "sqs", "CreateQueue", Object{{"QueueName", "mine"}});
  std::optional<Result<Value>> waited;
  const auto context = session->context();
  context.cloud.call({context.scope,
                      "sqs",
                      "ReceiveMessage",
                      Object{{"QueueUrl", text_at(queue, "QueueUrl")}, {"WaitTimeSeconds", 20}},
                      {}},
                     [&](Result<Value> answer) { waited = std::move(answer); });
  // Under way when its client has sent it: the next answer comes after it.
  make_something(*session);
  ASSERT_EQ(post(serving.url(), "/_hikae/reset"), 200);
  session->run_until([&] { return waited.has_value(); }, session->now() + seconds(15));
  ASSERT_TRUE(waited.has_value()) << "nobody answered it";
  ASSERT_FALSE(*waited);
  EXPECT_EQ(waited->error().code, "ServiceUnavailable");
  // A server that was starting then is no event of the new life.
  make_something(*session);
  EXPECT_EQ(serving.stop().exit_code, 0);
}

TEST(Reset, IsNoPathWithoutTheFlag) {
  TempFolder folder;
  ServingHikae serving(folder.path());
  ASSERT_TRUE(serving.serves()) << serving.why();
  EXPECT_EQ(post(serving.url(), "/_hikae/reset"), 404);
  EXPECT_EQ(serving.stop().exit_code, 0);
}

TEST(Reset, IsServedOnALoopbackAddressOnly) {
  TempFolder folder;
  const auto up = run_process(
      {program(), "up", "--data", folder.path(), "--test-hooks", "--listen", "0.0.0.0:0"});
  EXPECT_EQ(up.exit_code, 1);
  EXPECT_NE(up.err.find("--test-hooks lets everybody"), std::string::npos) << up.err;
  EXPECT_EQ(run_process({program(), "up", "--data", folder.path(), "--test-hooks"}).exit_code, 64)
      << "without --listen nobody could ask for it";
}

}  // namespace
}  // namespace hikae::tests
