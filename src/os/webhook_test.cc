// Which addresses a webhook reaches, what it signs, and a real exchange with a server of the
// test's.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "os/address_rules.h"
#include "os/real_loop.h"
#include "os/webhook_request.h"
#include "os/webhooks.h"

namespace hikae::os {
namespace {

/// Answers one request with what it is given, and keeps what came.
class OneAnswerServer {
 public:
  explicit OneAnswerServer(std::string answer) : answer_(std::move(answer)) {
    listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listening_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listening_, 4);
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneAnswerServer() {
    shutdown(listening_, SHUT_RDWR);
    thread_.join();
    close(listening_);
  }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/secret-path";
  }
  std::string request;

 private:
  void serve() {
    const int one = accept(listening_, nullptr, nullptr);
    if (one < 0) return;
    char buffer[65'536];
    while (request.find("{\"a\":1}") == std::string::npos) {
      const auto got = recv(one, buffer, sizeof buffer, 0);
      if (got <= 0) break;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    send(one, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    close(one);
  }
  std::string answer_;
  int listening_ = -1;
  int port_ = 0;
  std::thread thread_;
};

std::string reply(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

WebhookMessage some_message() { return {"msg_1", "{\"a\":1}", wall_ms(1'700'000'000'000)}; }

Value local(const std::string& url) {
  return Object{{"Url", url}, {"Http", "allow"}, {"Addresses", Array{"127.0.0.0/8"}}};
}

Result<WebhookAnswer> post_to(const Value& integration) {
  const std::atomic<bool> stop = false;
  auto target = read_target(integration);
  if (!target) return std::unexpected(target.error());
  return post_webhook(*target, some_message(), stop);
}

TEST(AddressRules, OnlyThePublicInternetIsReached) {
  for (const auto* forbidden : {"127.0.0.1",
                                "10.0.0.1",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.168.1.1",
                                "169.254.169.254",
                                "100.64.0.1",
                                "0.0.0.0",
                                "224.0.0.1",
                                "255.255.255.255",
                                "198.18.0.1",
                                "::1",
                                "::",
                                "fe80::1",
                                "fd00:ec2::254",
                                "fc00::1",
                                "ff02::1",
                                "::ffff:127.0.0.1",
                                "::ffff:10.0.0.1",
                                "64:ff9b::7f00:1",
                                "2002:7f00:1::",
                                "2001:db8::1",
                                "2001::1",
                                "::127.0.0.1"})
    EXPECT_FALSE(may_be_reached(read_range(forbidden)->first, {})) << forbidden;
  for (const auto* fine : {"8.8.8.8", "172.32.0.1", "2600:1f00::1", "::ffff:8.8.8.8"})
    EXPECT_TRUE(may_be_reached(read_range(fine)->first, {})) << fine;
  EXPECT_TRUE(may_be_reached(read_range("10.1.2.3")->first, {*read_range("10.1.0.0/16")}));
  EXPECT_FALSE(may_be_reached(read_range("10.2.2.3")->first, {*read_range("10.1.0.0/16")}));
}

TEST(AddressRules, WhatIsNoRangeIsRefused) {
  for (const auto* wrong : {"", "10.1", "10.1.2.3/33", "::/129", "host", "10.1.2.3/", "1.2.3.4/x"})
    EXPECT_FALSE(read_range(wrong)) << wrong;
}

TEST(Webhook, NoSpellingOfAForbiddenAddressIsReached) {
  for (const auto* host :
       {"127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0x7f000001", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost", "169.254.169.254", "0", "[::]"}) {
    const auto answer = post_to(Object{{"Url", std::string("https://") + host + "/x"}});
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().kind, ErrorKind::Denied) << host << ": " << answer.error().message;
  }
}

TEST(Webhook, OnlyHttpsUnlessAllowed) {
  for (const auto* url : {"http://8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd"})
    EXPECT_FALSE(post_to(Object{{"Url", url}})) << url;
  EXPECT_FALSE(post_to(Object{{"Url", "file:///etc/passwd"}, {"Http", "allow"}}));
}

TEST(Webhook, ItPostsAndSigns) {
  OneAnswerServer server(reply("200 OK", "thanks"));
  auto integration = local(server.url());
  integration.as_object()["Secret"] = "key";
  const auto answer = post_to(integration);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->code, 200);
  EXPECT_EQ(answer->body, "thanks");
  for (const auto* part :
       {"POST /secret-path HTTP/1.1", "Content-Type: application/json", "webhook-id: msg_1",
        "webhook-timestamp: 1700000000", "webhook-signature: v1,"})
    EXPECT_NE(server.request.find(part), std::string::npos) << part;
}

TEST(Webhook, ARedirectIsAnAnswerAndIsNotFollowed) {
  OneAnswerServer server(
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  const auto answer = post_to(local(server.url()));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->code, 302);
}

TEST(Webhook, ALongAnswerIsCut) {
  OneAnswerServer server(reply("200 OK", std::string(300'000, 'x')));
  const auto answer = post_to(local(server.url()));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body.size(), 65'536U);
}

TEST(Webhook, WhatWasSentAndNotAnsweredIsUnknownAndNoPathIsTold) {
  OneAnswerServer server("");
  const auto answer = post_to(local(server.url()));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(answer.error().message.find("secret-path"), std::string::npos);
}

TEST(Webhook, AnUnreachableHostWasSentNothing) {
  const auto answer = post_to(local("http://127.0.0.1:1/x"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Io);
}

TEST(Webhook, TheSignatureIsHmacOverIdTimeAndBody) {
  // Python: hmac.new(b"key", b"msg_1.1700000000.{}", "sha256"), and "a2V5" is its Base64.
  const auto plain = webhook_signature("key", "msg_1", 1'700'000'000, "{}");
  EXPECT_EQ(plain, "v1,XaXLFEFQ69Q4+demDWPEv5ydXczDW2mM5crCUEFcFBA=");
  EXPECT_EQ(webhook_signature("whsec_a2V5", "msg_1", 1'700'000'000, "{}"), plain);
}

TEST(Webhooks, TheWorkerAnswersOnTheLoopAndAlsoWhenItEnds) {
  RealLoop loop;
  int answers = 0;
  {
    HttpWebhooks webhooks(
        [&](std::move_only_function<void()> work) { loop.post(std::move(work)); });
    for (int i = 0; i < 5; ++i)
      webhooks.send(local("http://127.0.0.1:1/x"), some_message(),
                    [&](Result<WebhookAnswer> answer) {
                      EXPECT_FALSE(answer);
                      ++answers;
                    });
    EXPECT_EQ(webhooks.out(), 5);
    EXPECT_EQ(answers, 0);
  }
  loop.run_until([&] { return answers == 5; });
  EXPECT_EQ(answers, 5);
}

}  // namespace
}  // namespace hikae::os
