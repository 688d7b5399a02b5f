// The functions as Lambda runs them: the static programs, a Runtime API, and a served hikae that
// they take for AWS, over real HTTP with signatures on.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "aws/base64.h"
#include "aws/profile_file.h"
#include "aws/remote.h"
#include "lambda_double.h"
#include "mail_reader.h"
#include "net/client.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kFunctionWeb = "i-00000000000000001";
constexpr const char* kFunctionWebDb = "i-00000000000000002";
constexpr const char* kFunctionLost = "i-00000000000000003";

constexpr std::string_view kFunctionFleet = R"(
instances:
  - id: i-00000000000000001
    name: web
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images:
      - name: "hikae/{instance}/old-{n}"
        age: 2h
        every: 1d
        count: 4
        tags: {Name: "{name}", AutoBackup: "true", "hikae:source-instance": "{instance}", "hikae:run": "old-{n}"}
      - {name: "web-{stamp}", age: 12d, every: 1d, count: 3, tags: {Name: web, AutoBackup: "true"}}
  - id: i-00000000000000002
    name: web-db
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images:
      - {name: "web-db-{stamp}", age: 12d, every: 1d, count: 3, tags: {Name: web-db, AutoBackup: "true"}}
  - id: i-00000000000000003
    name: lost
    agent: lost
    state: running
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
  - {id: i-00000000000000004, name: other, agent: none, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}}
)";

std::string function_program(const std::string& name) {
  return std::string(HIKAE_BINARY_DIR "/functions/") + name + "/bootstrap";
}

/// One served hikae for AWS, its keys, and a client of its own.
class LambdaFunctions : public ::testing::Test {
 protected:
  void SetUp() override { begin({}); }

  void begin(const std::vector<std::string>& words) {
    const auto fleet = paper_.write("fleet.yaml", std::string(kFunctionFleet));
    const auto loaded = hikae(data_.path(), {"fleet", fleet, "--clock", "real"});
    ASSERT_EQ(loaded.ended.exit_code, 0) << loaded.ended.err;
    aws_ = std::make_unique<ServingHikae>(data_.path(), words);
    ASSERT_TRUE(aws_->serves()) << aws_->why();
    aws::Profiles profiles;
    const auto file = data_.path() + "/aws/credentials";
    ASSERT_TRUE(aws::read_profiles(read_text(file), aws::ProfileFile::Credentials, file, profiles));
    auto& profile = profiles["hikae"];
    keys_ = {profile["aws_access_key_id"], profile["aws_secret_access_key"], ""};
    endpoint_ = aws_->url();
    source_ = std::make_unique<aws::FixedCredentials>(keys_);
    aws::RemoteOptions options;
    options.endpoint_url = endpoint_;
    remote_ = std::make_unique<aws::Remote>(client_, *source_, loop_, loop_, std::move(options));
  }

  /// Starts a function as Lambda does.
  void start(const std::string& name, std::vector<std::string> variables = {},
             std::vector<std::string> in_front = {}) {
    variables.push_back("AWS_ACCESS_KEY_ID=" + keys_.access_key);
    variables.push_back("AWS_SECRET_ACCESS_KEY=" + keys_.secret);
    variables.push_back("AWS_ENDPOINT_URL=" + endpoint_);
    in_front.push_back(in_front.empty() ? function_program(name) : "/bootstrap");
    function_ = std::make_unique<Child>(lambda_.started(variables, in_front));
  }

  Value ask_aws(const std::string& service, const std::string& operation, Object input) {
    std::optional<Result<Value>> answer;
    remote_->call({{"", "ap-northeast-1"}, service, operation, std::move(input), ""},
                  [&](Result<Value> got) { answer = std::move(got); });
    loop_.run_until([&] { return answer.has_value(); });
    if (!answer || !*answer) {
      ADD_FAILURE() << operation << ": " << (answer ? answer->error().text() : "interrupted");
      return {};
    }
    return **answer;
  }

  /// A topic to whose mails ops listens.
  std::string topic() {
    const auto made = ask_aws("sns", "CreateTopic", Object{{"Name", "told"}});
    const std::string arn(text_at(made, "TopicArn"));
    (void)ask_aws(
        "sns", "Subscribe",
        Object{{"TopicArn", arn}, {"Protocol", "email"}, {"Endpoint", "ops@example.com"}});
    return arn;
  }

  /// The mail that says the word, once it is there.
  ReadMail mail_that_says(const std::string& word) {
    ReadMail found;
    bool is_over = false;
    const auto timer = loop_.after(seconds(60), [&] { is_over = true; });
    while (!is_over && found.subject.empty()) {
      const auto mails =
          mails_that_say(read_mails(data_.path() + "/mail"), "ops@example.com", {word});
      if (!mails.empty()) found = mails.front();
      pause(Duration{50});
    }
    loop_.cancel(timer);
    EXPECT_FALSE(found.subject.empty()) << word << "\n"
                                        << shown(read_mails(data_.path() + "/mail"));
    return found;
  }

  void pause(Duration time) {
    bool is_over = false;
    loop_.after(time, [&] { is_over = true; });
    loop_.run_until([&] { return is_over; });
  }

  /// Names of the images that are left of one instance.
  std::multiset<std::string> images_of(std::string_view instance) {
    const auto images = ask_aws("ec2", "DescribeImages", Object{{"Owners", Array{"self"}}});
    std::multiset<std::string> names;
    for (const auto& image : list_at(images, "Images"))
      if (text_at(image, "SourceInstanceId") == instance) names.insert(str(text_at(image, "Name")));
    return names;
  }

  TempFolder data_, paper_;
  os::RealLoop loop_;
  net::Client client_{loop_.io(), loop_, net::ClientOptions{}};
  LambdaDouble lambda_{loop_};
  std::unique_ptr<ServingHikae> aws_;
  aws::Credentials keys_;
  std::string endpoint_;
  std::unique_ptr<aws::FixedCredentials> source_;
  std::unique_ptr<aws::Remote> remote_;
  std::unique_ptr<Child> function_;
};

TEST_F(LambdaFunctions, RetentionPrunesTheRightImagesInBothShapesAndTwiceIsAsOnce) {
  start("retention");
  const auto own = lambda_.invoke(Object{{"InstanceId", kFunctionWeb}});
  ASSERT_FALSE(own.is_error) << text::to_json(own.body);
  EXPECT_EQ(int_at(own.body, "Deleted"), 2) << text::to_json(own.body);
  auto left = images_of(kFunctionWeb);
  EXPECT_EQ(left.size(), 5U) << "two of hikae's, three of the article's";
  EXPECT_TRUE(left.contains("hikae/i-00000000000000001/old-1"));
  EXPECT_FALSE(left.contains("hikae/i-00000000000000001/old-4"));

  const auto article = lambda_.invoke(Object{{"ServerName", "web"}, {"gen", "1"}});
  ASSERT_FALSE(article.is_error) << text::to_json(article.body);
  EXPECT_EQ(int_at(article.body, "Deleted"), 2) << text::to_json(article.body);
  EXPECT_EQ(images_of(kFunctionWeb).size(), 3U);
  EXPECT_EQ(images_of(kFunctionWebDb).size(), 3U) << "web* would have counted them (P25)";

  const auto again = lambda_.invoke(Object{{"ServerName", "web"}, {"gen", "1"}});
  ASSERT_FALSE(again.is_error);
  EXPECT_EQ(int_at(again.body, "Deleted"), 0);
}

TEST_F(LambdaFunctions, AnEventThatNamesNoMachineIsAnErrorOfThatInvocationAlone) {
  start("retention");
  const auto empty = lambda_.invoke(Object{{"ServerName", ""}, {"gen", "0"}});
  EXPECT_TRUE(empty.is_error);
  EXPECT_NE(text_at(empty.body, "errorMessage").find("names no machine"), std::string_view::npos)
      << text::to_json(empty.body);
  EXPECT_FALSE(lambda_.invoke(Object{{"InstanceId", kFunctionWeb}}).is_error);
}

TEST_F(LambdaFunctions, KeysThatAreRefusedAreAnErrorThatSaysSo) {
  keys_.secret += "x";
  start("agent_check", {"SNS_TOPIC_ARN=arn:aws:sns:ap-northeast-1:123456789012:t"});
  const auto refused = lambda_.invoke(Object{});
  EXPECT_TRUE(refused.is_error);
  EXPECT_FALSE(refused.error_type.empty());
  EXPECT_FALSE(text_at(refused.body, "errorMessage").empty());
}

TEST_F(LambdaFunctions, TheAgentCheckMailsLostAndNeverRegisteredMembersOnce) {
  start("agent_check", {"SNS_TOPIC_ARN=" + topic()});
  const auto checked = lambda_.invoke(Object{});
  ASSERT_FALSE(checked.is_error) << text::to_json(checked.body);
  EXPECT_EQ(int_at(checked.body, "Members"), 4);
  const auto mail = mail_that_says("agent check");
  EXPECT_TRUE(mail.says("Agent lost (1)")) << mail.body;
  EXPECT_TRUE(mail.says("Agent never registered (1)")) << mail.body;
}

/// It stops at its first step: there is no such machine.
constexpr std::string_view kFailingDocument = R"({"schemaVersion":"0.3",
"parameters":{"InstanceId":{"type":"String"}},
"mainSteps":[{"name":"Photograph","action":"aws:executeAwsApi","inputs":{"Service":"ec2",
"Api":"CreateImage","InstanceId":"{{ InstanceId }}","Name":"?"}}]})";

TEST_F(LambdaFunctions, TheReportOfAFailedRunNamesInstanceStepAndPower) {
  (void)ask_aws("ssm", "CreateDocument",
                Object{{"Name", "failing"},
                       {"DocumentType", "Automation"},
                       {"DocumentFormat", "JSON"},
                       {"Content", kFailingDocument}});
  const auto run = ask_aws("ssm", "StartAutomationExecution",
                           Object{{"DocumentName", "failing"},
                                  {"Parameters", Object{{"InstanceId", Array{kFunctionWeb}}}}});
  const std::string id(text_at(run, "AutomationExecutionId"));
  std::string status;
  for (int tries = 0; tries < 600 && status != "Failed"; ++tries) {
    pause(Duration{50});
    const auto shown_run =
        ask_aws("ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", id}});
    status = text_at(object_at(shown_run, "AutomationExecution"), "AutomationExecutionStatus");
  }
  ASSERT_EQ(status, "Failed");
  start("report", {"SNS_TOPIC_ARN=" + topic(), "HIKAE_STACK=night"});
  const auto told = lambda_.invoke(Object{
      {"source", "aws.ssm"},
      {"detail-type", "EC2 Automation Execution Status-change Notification"},
      {"account", "123456789012"},
      {"region", "ap-northeast-1"},
      {"detail", Object{{"ExecutionId", id}, {"Definition", "failing"}, {"Status", "Failed"}}}});
  ASSERT_FALSE(told.is_error) << text::to_json(told.body);
  const auto mail = mail_that_says("Photograph");
  EXPECT_TRUE(mail.says(kFunctionWeb)) << mail.subject;
  EXPECT_TRUE(mail.says("InvalidAMIName.Malformed")) << mail.body;
  EXPECT_TRUE(mail.says("instance is running")) << mail.subject;
  EXPECT_TRUE(mail.says("--stack night")) << mail.body;
}

TEST_F(LambdaFunctions, TheReportOfTheMorningTellsWhoHasNoBackupAndThatTheWindowIsDisabled) {
  const auto window = ask_aws("ssm", "CreateMaintenanceWindow",
                              Object{{"Name", "nightly"},
                                     {"Schedule", "cron(30 3 * * ? *)"},
                                     {"Duration", 2},
                                     {"Cutoff", 1},
                                     {"AllowUnassociatedTargets", false}});
  const std::string id(text_at(window, "WindowId"));
  (void)ask_aws("ssm", "UpdateMaintenanceWindow", Object{{"WindowId", id}, {"Enabled", false}});
  start("report", {"SNS_TOPIC_ARN=" + topic(), "WINDOW_IDS=" + id});
  const auto told = lambda_.invoke(Object{});
  ASSERT_FALSE(told.is_error) << text::to_json(told.body);
  EXPECT_EQ(int_at(told.body, "WithoutBackup"), 3);
  const auto mail = mail_that_says("NO fresh backup");
  EXPECT_TRUE(mail.says(id + " (nightly): it is DISABLED")) << mail.body;
  EXPECT_TRUE(mail.says(kFunctionLost)) << mail.body;
  EXPECT_FALSE(mail.says(kFunctionWeb)) << mail.body;
}

constexpr std::string_view kTrustLambda = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})";

TEST_F(LambdaFunctions, TheZipRunsInHikaesOwnLambdaToo) {
  const auto role =
      ask_aws("iam", "CreateRole",
              Object{{"RoleName", "functions"}, {"AssumeRolePolicyDocument", kTrustLambda}});
  const auto zip = read_text(HIKAE_BINARY_DIR "/functions/hikae-agent-check.zip");
  (void)ask_aws("lambda", "CreateFunction",
                Object{{"FunctionName", "my-agent-check"},
                       {"Runtime", "provided.al2023"},
                       {"Handler", "bootstrap"},
                       {"Timeout", 60},
                       {"Role", text_at(object_at(role, "Role"), "Arn")},
                       {"Code", Object{{"ZipFile", aws::to_base64(zip)}}},
                       {"Environment", Object{{"Variables", Object{{"SNS_TOPIC_ARN", topic()}}}}}});
  const auto invoked =
      ask_aws("lambda", "Invoke", Object{{"FunctionName", "my-agent-check"}, {"Payload", "{}"}});
  EXPECT_EQ(find(invoked, "FunctionError"), nullptr) << text::to_json(invoked);
  EXPECT_TRUE(mail_that_says("agent check").says("Agent lost (1)"));
}

TEST_F(LambdaFunctions, WithoutARegionTheFunctionSaysAtOnceThatItCannotBegin) {
  start("report", {"AWS_REGION="});
  EXPECT_FALSE(lambda_.is_asked_within(seconds(60)));
  ASSERT_TRUE(lambda_.init_error());
  EXPECT_NE(text_at(*lambda_.init_error(), "errorMessage").find("AWS_REGION"),
            std::string_view::npos);
  EXPECT_EQ(function_->wait(std::chrono::seconds(30)).exit_code, 1);
}

TEST(FunctionPrograms, AreStaticSmallAndEndWhereLambdaDidNotStartThem) {
  for (const auto* name : {"retention", "agent_check", "report"}) {
    const auto program_file = function_program(name);
    const auto said = run_process({"/usr/bin/env", "-i", program_file});
    EXPECT_EQ(said.exit_code, 64) << said.err;
    // A program that asks for a loader names it in its head.
    const auto bytes = read_text(program_file);
    EXPECT_EQ(bytes.substr(0, 4096).find("/ld-linux"), std::string::npos) << name;
    if (HIKAE_IS_RELEASE) {
      EXPECT_LT(bytes.size(), 8U * 1000 * 1000) << name;
    }
  }
}

TEST(FunctionPrograms, AreZippedAsLambdaWantsThemWithTheSameBytesEachTime) {
  TempFolder folder;
  const auto zip = folder.file("again.zip");
  const auto made = run_process({"/usr/bin/python3", HIKAE_SOURCE_DIR "/tools/zip_bootstrap.py",
                                 function_program("report"), zip});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto built = read_text(HIKAE_BINARY_DIR "/functions/hikae-report.zip");
  EXPECT_FALSE(built.empty());
  EXPECT_TRUE(read_text(zip) == built);
  const auto listed =
      run_process({"/usr/bin/python3", "-c",
                   "import sys, zipfile\nfor entry in zipfile.ZipFile(sys.argv[1]).infolist():\n"
                   "  print(entry.filename, oct(entry.external_attr >> 16), entry.date_time[0])",
                   zip});
  EXPECT_EQ(listed.out, "bootstrap 0o100755 1980\n") << listed.err;
}

/// A name server that knows one name.
class OneName {
 public:
  explicit OneName(const char* address) {
    socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(53);
    inet_pton(AF_INET, address, &own.sin_addr);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0) return;
    is_bound_ = true;
    thread_ = std::thread([this] { serve(); });
  }
  ~OneName() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }
  OneName(const OneName&) = delete;
  OneName& operator=(const OneName&) = delete;
  [[nodiscard]] bool is_bound() const { return is_bound_; }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  void serve() {
    while (!is_over_) {
      pollfd waiting{socket_, POLLIN, 0};
      if (poll(&waiting, 1, 50) <= 0) continue;
      std::string packet(512, '\0');
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const auto got = recvfrom(socket_, packet.data(), packet.size(), 0,
                                reinterpret_cast<sockaddr*>(&peer), &size);
      if (got < 17) continue;
      packet.resize(static_cast<std::size_t>(got));
      const auto answer = answer_to(packet);
      ++asked_;
      sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
    }
  }

  /// The question with 127.0.0.1 for an A, and nothing for anything else.
  static std::string answer_to(const std::string& packet) {
    const auto end = packet.find('\0', 12);
    const bool is_a = packet.substr(end + 1, 2) == std::string("\0\1", 2);
    std::string answer = packet.substr(0, 2) + std::string("\x85\x80\0\1\0", 5) +
                         (is_a ? '\1' : '\0') + std::string("\0\0\0\0", 4) +
                         packet.substr(12, end + 5 - 12);
    if (is_a) answer += std::string("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1", 16);
    return answer;
  }

  int socket_ = -1;
  bool is_bound_ = false;
  std::atomic<bool> is_over_ = false;
  std::atomic<int> asked_ = 0;
  std::thread thread_;
};

/// A folder with nothing in it but the function, the authorities and the name server's address.
class EmptyMachine : public LambdaFunctions {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "chroot is root's";
    if (!names_.is_bound()) GTEST_SKIP() << "port 53 of 127.0.0.77 is not ours to have";
    const auto made =
        run_process({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3", "-subj",
                     "/CN=aws.test", "-addext", "subjectAltName=DNS:aws.test", "-keyout",
                     paper_.file("key.pem"), "-out", paper_.file("ca.pem")});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    begin({"--tls-certificate", paper_.file("ca.pem"), "--tls-key", paper_.file("key.pem")});
    const auto port = endpoint_.substr(endpoint_.rfind(':'));
    endpoint_ = "https://aws.test" + port;
    std::filesystem::create_directory(root_.file("etc"));
    (void)root_.write("etc/resolv.conf", "nameserver 127.0.0.77\noptions timeout:5\n");
    std::filesystem::copy_file(function_program("agent_check"), root_.file("bootstrap"));
  }

  Invoked invoke_here() {
    start("", {"AWS_CA_BUNDLE=/ca.pem", "SNS_TOPIC_ARN=arn:aws:sns:ap-northeast-1:123456789012:t"},
          {"/usr/sbin/chroot", root_.path()});
    return lambda_.invoke(Object{});
  }

  TempFolder root_;
  OneName names_{"127.0.0.77"};
};

TEST_F(EmptyMachine, AFunctionResolvesVerifiesAndWorksWithoutAnyLibrary) {
  std::filesystem::copy_file(paper_.file("ca.pem"), root_.file("ca.pem"));
  const auto answered = invoke_here();
  // It came as far as the topic, which is not there: names, TLS and signatures are right.
  EXPECT_NE(text::to_json(answered.body).find("NotFound"), std::string::npos)
      << text::to_json(answered.body);
  EXPECT_GT(names_.asked(), 0);
}

TEST_F(EmptyMachine, OtherNameServicesOfTheMachineAreNeverAsked) {
  std::filesystem::copy_file(paper_.file("ca.pem"), root_.file("ca.pem"));
  // They would be loaded from a C library of another version.
  (void)root_.write("etc/nsswitch.conf", "hosts: files myhostname\n");
  const auto answered = invoke_here();
  EXPECT_NE(text::to_json(answered.body).find("NotFound"), std::string::npos)
      << text::to_json(answered.body);
}

TEST_F(EmptyMachine, AServerWhoseAuthorityIsNotTrustedIsNotTalkedTo) {
  const auto other = run_process({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                  "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3", "-subj",
                                  "/CN=aws.test", "-addext", "subjectAltName=DNS:aws.test",
                                  "-keyout", "/dev/null", "-out", root_.file("ca.pem")});
  ASSERT_EQ(other.exit_code, 0) << other.err;
  const auto answered = invoke_here();
  EXPECT_TRUE(answered.is_error);
  EXPECT_NE(text_at(answered.body, "errorMessage").find("not trusted"), std::string_view::npos)
      << text::to_json(answered.body);
}

}  // namespace
}  // namespace hikae::tests
