// AWS's own clients against a hikae that serves: real processes, real sockets, signatures on.
#include <gtest/gtest.h>

#include <filesystem>

#include "os/data_folder.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr auto kLifetime = std::chrono::seconds(240);

std::string client_file(const std::string& name) {
  return std::string(HIKAE_SOURCE_DIR) + "/tests/clients/" + name;
}

/// The JSON that a client's script prints at its end.
Value last_line(const Ended& ended) {
  auto text = ended.out;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto line = text.substr(text.rfind('\n') + 1);
  auto value = text::parse_json(line);
  return value ? std::move(*value) : Value();
}

class Clients : public ::testing::Test {
 protected:
  void SetUp() override { data_ = *os::new_temporary_folder(); }
  void TearDown() override { std::filesystem::remove_all(data_); }

  /// Runs a client to its end; what it printed last, or null.
  Value live(ServingHikae& server, std::vector<std::string> words) {
    EXPECT_TRUE(server.serves()) << server.why();
    if (!server.serves()) return {};
    Child client(server.as_client(std::move(words)));
    const auto ended = client.wait(kLifetime);
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    return last_line(ended);
  }

  std::string data_;
};

TEST_F(Clients, Boto3LivesAWholeBackup) {
  ServingHikae server(data_);
  const auto seen = live(server, {"/usr/bin/python3", client_file("boto3_life.py"), server.url()});
  EXPECT_EQ(text_at(seen, "Account"), "123456789012");
  EXPECT_EQ(text_at(seen, "Status"), "Success") << text_at(seen, "Failure");
  EXPECT_EQ(server.stop().exit_code, 0);
}

TEST_F(Clients, TheAwsCommandLineLivesAWholeBackup) {
  ServingHikae server(data_);
  const auto seen =
      live(server, {"/usr/bin/python3", client_file("aws_life.py"), "/usr/bin/aws", server.url()});
  EXPECT_EQ(text_at(seen, "Status"), "Success");
}

TEST_F(Clients, BucketsAndQueuesLiveByBoto3AndTheAwsCommandLine) {
  ServingHikae server(data_);
  const auto seen = live(
      server, {"/usr/bin/python3", client_file("storage_life.py"), server.url(), "/usr/bin/aws"});
  EXPECT_EQ(text_at(seen, "Heard"), "news");
}

TEST_F(Clients, VolumesSnapshotsAndImagesLiveByBoto3) {
  ServingHikae server(data_);
  const auto seen =
      live(server, {"/usr/bin/python3", client_file("volumes_life.py"), server.url()});
  EXPECT_EQ(int_at(seen, "Size"), 30);
}

TEST_F(Clients, AnOperatorChangesMachinesByBoto3AndEveryDocumentedFilterIsKnown) {
  ServingHikae server(data_);
  const auto seen =
      live(server, {"/usr/bin/python3", client_file("machines_life.py"), server.url()});
  EXPECT_GT(int_at(seen, "Filters").value_or(0), 200);
}

TEST_F(Clients, TheJavaScriptSdkLivesAWholeBackup) {
  if (!std::filesystem::exists(client_file("js/node_modules")))
    GTEST_SKIP() << "tests/clients/js/node_modules is absent: ./test installs it with npm";
  ServingHikae server(data_);
  const auto seen =
      live(server, {"/usr/bin/env", "node", client_file("js/life.mjs"), server.url()});
  EXPECT_EQ(text_at(seen, "Status"), "Success");
}

TEST_F(Clients, AWrongKeyIsRefusedByTheRealClient) {
  ServingHikae server(data_);
  ASSERT_TRUE(server.serves()) << server.why();
  Child client(
      server.as_client({"/usr/bin/env", "-u", "AWS_PROFILE", "AWS_ACCESS_KEY_ID=AKIANOBODY",
                        "AWS_SECRET_ACCESS_KEY=guess", "/usr/bin/aws", "--endpoint-url",
                        server.url(), "ssm", "list-documents"}));
  const auto ended = client.wait(kLifetime);
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_NE(ended.err.find("UnrecognizedClientException"), std::string::npos) << ended.err;
}

TEST_F(Clients, CommandsBesideARunningHikaeAskItsServer) {
  ServingHikae server(data_);
  ASSERT_TRUE(server.serves()) << server.why();
  const auto servers = std::string(HIKAE_SOURCE_DIR) + "/docs/examples/servers.yaml";
  const auto ran = hikae(data_, {"run", servers});
  EXPECT_EQ(ran.ended.exit_code, 0) << ran.ended.out << ran.ended.err;
  const auto runs = hikae(data_, {"runs"});
  EXPECT_EQ(list_at(runs.json, "Runs").size(), 1U) << runs.ended.err;
  for (const auto* command : {"next", "backups", "ledger"})
    EXPECT_EQ(hikae(data_, {command}).ended.exit_code, 0) << command;
}

TEST_F(Clients, ACommandThatNeedsTheFolderForItselfSaysSo) {
  ServingHikae server(data_);
  ASSERT_TRUE(server.serves()) << server.why();
  const auto second = hikae(data_, {"up"});
  EXPECT_EQ(second.ended.exit_code, 1);
  EXPECT_NE(second.ended.out.find("in use"), std::string::npos) << second.ended.out;
}

}  // namespace
}  // namespace hikae::tests
