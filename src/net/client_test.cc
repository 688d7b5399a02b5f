#include "net/client.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "net/server.h"
#include "net/test_loop_test.h"

namespace hikae::net {
namespace {

/// A client whose answers can be waited for.
class Caller {
 public:
  explicit Caller(TestLoop& loop, ClientOptions options = {})
      : client(loop.io(), loop, std::move(options)), loop_(loop) {}

  /// What came, or nothing after `patience`.
  std::shared_ptr<std::optional<Result<HttpResponse>>> send(const HttpOrigin& origin,
                                                            HttpRequest request,
                                                            Duration timeout = seconds(5)) {
    auto got = std::make_shared<std::optional<Result<HttpResponse>>>();
    client.send(origin, std::move(request), timeout,
                [got](Result<HttpResponse> result) { *got = std::move(result); });
    return got;
  }
  Result<HttpResponse> call(const HttpOrigin& origin, HttpRequest request,
                            Duration timeout = seconds(5)) {
    const auto got = send(origin, std::move(request), timeout);
    EXPECT_FALSE(got->has_value()) << "never inside send()";
    EXPECT_TRUE(loop_.run_until([&] { return got->has_value(); }));
    if (!*got) return fail(ErrorKind::Invalid, "no answer at all");
    return **got;
  }

  Client client;

 private:
  TestLoop& loop_;
};

class TalkingServer {
 public:
  explicit TalkingServer(TestLoop& loop, ServerOptions options = {})
      : server(loop.io(), loop, std::move(options),
               [this](HttpRequest request, const PeerInfo& peer, Server::Reply reply) {
                 requests.push_back(request);
                 is_tls = peer.is_tls;
                 if (request.target == "/never") return held.push_back(std::move(reply));
                 if (request.target == "/big") return reply({200, {}, std::string(100'000, 'b')});
                 reply({200, {{"X-Seen", request.target}}, request.body});
               }) {
    const auto listening = server.listen();
    EXPECT_TRUE(listening) << listening.error().text();
  }
  [[nodiscard]] HttpOrigin origin(const std::string& scheme = "http",
                                  const std::string& host = "127.0.0.1") const {
    return {scheme, host, server.port()};
  }

  std::vector<HttpRequest> requests;
  std::vector<Server::Reply> held;
  bool is_tls = false;
  Server server;
};

HttpRequest post_of(std::string target, std::string body = "body") {
  return {"POST", std::move(target), {{"X-A", "1"}}, std::move(body)};
}

TEST(Client, SendsARequestAndTakesItsAnswer) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop);
  const auto answer = caller.call(server.origin(), post_of("/x?y"));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "body");
  const auto& request = server.requests.at(0);
  EXPECT_EQ(request.target, "/x?y");
  EXPECT_EQ(*find_header(request.headers, "host"),
            "127.0.0.1:" + std::to_string(server.server.port()));
  EXPECT_EQ(*find_header(request.headers, "content-length"), "4");
}

TEST(Client, KeepsItsConnection) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(caller.call(server.origin(), post_of("/")));
  EXPECT_EQ(caller.client.counts().connected, 1U);
  EXPECT_EQ(caller.client.counts().reused, 4U);
  EXPECT_EQ(caller.client.counts().open, 1U);
}

TEST(Client, HasNoMoreConnectionsThanItMay) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop, {.connections = 3});
  std::vector<std::shared_ptr<std::optional<Result<HttpResponse>>>> answers;
  for (int i = 0; i < 50; ++i)
    answers.push_back(caller.send(server.origin(), post_of("/" + std::to_string(i))));
  EXPECT_TRUE(loop.run_until([&] {
    return std::ranges::all_of(answers, [](const auto& answer) { return answer->has_value(); });
  }));
  for (const auto& answer : answers) EXPECT_TRUE((*answer)->has_value());
  EXPECT_EQ(caller.client.counts().connected, 3U);
  EXPECT_EQ(server.requests.size(), 50U);
}

TEST(Client, ResolvesNames) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop);
  EXPECT_TRUE(caller.call(server.origin("http", "localhost"), post_of("/")));
}

TEST(Client, SendsAndTakesLargeBodies) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop);
  const std::string body(7'000'000, 'x');
  const auto answer = caller.call(server.origin(), post_of("/", body));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body.size(), body.size());
  ASSERT_TRUE(caller.call(server.origin(), post_of("/")));
  EXPECT_EQ(caller.client.counts().connected, 1U);
}

TEST(Client, ANameThatNobodyKnowsIsIo) {
  TestLoop loop;
  Caller caller(loop);
  const auto answer = caller.call({"http", "no-such-host.invalid", 80}, post_of("/"));
  EXPECT_EQ(answer.error().kind, ErrorKind::Io);
}

TEST(Client, APortWhereNobodyListensIsIo) {
  TestLoop loop;
  int port = 0;
  { port = RawServer(loop).port(); }
  Caller caller(loop);
  const auto answer = caller.call({"http", "127.0.0.1", port}, post_of("/"));
  EXPECT_EQ(answer.error().kind, ErrorKind::Io);
  EXPECT_NE(answer.error().message.find("nothing was sent: 127.0.0.1 port"), std::string::npos);
  EXPECT_NE(answer.error().message.find("Connection refused"), std::string::npos);
  EXPECT_EQ(caller.client.counts().open, 0U);
}

TEST(Client, AnAnswerThatNeverComesIsATimeout) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop);
  const auto answer = caller.call(server.origin(), post_of("/never"), Duration{500});
  EXPECT_EQ(answer.error().kind, ErrorKind::Timeout);
  EXPECT_EQ(caller.client.counts().open, 0U);
}

TEST(Client, ATurnThatNeverComesIsIo) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop, {.connections = 1});
  const auto first = caller.send(server.origin(), post_of("/never"));
  ASSERT_TRUE(loop.run_until([&] { return server.requests.size() == 1; }));
  const auto second = caller.call(server.origin(), post_of("/"), Duration{100});
  EXPECT_EQ(second.error().kind, ErrorKind::Io);
  EXPECT_EQ(server.requests.size(), 1U);
}

TEST(Client, AConnectionThatClosesWithoutAnAnswerIsUnavailable) {
  TestLoop loop;
  RawServer server(loop);
  Caller caller(loop);
  const auto answer = caller.send({"http", "127.0.0.1", server.port()}, post_of("/"));
  auto peer = server.accept();
  EXPECT_NE(peer->read_until("body").find("POST / HTTP/1.1"), std::string::npos);
  peer.reset();
  ASSERT_TRUE(loop.run_until([&] { return answer->has_value(); }));
  EXPECT_EQ((*answer)->error().kind, ErrorKind::Unavailable);
}

TEST(Client, AnAnswerThatIsCutOffIsUnavailable) {
  TestLoop loop;
  RawServer server(loop);
  Caller caller(loop);
  const auto answer = caller.send({"http", "127.0.0.1", server.port()}, post_of("/"));
  auto peer = server.accept();
  peer->read_until("body");
  peer->send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
  peer.reset();
  ASSERT_TRUE(loop.run_until([&] { return answer->has_value(); }));
  EXPECT_EQ((*answer)->error().kind, ErrorKind::Unavailable);
}

TEST(Client, AnAnswerThatIsMalformedIsUnavailable) {
  TestLoop loop;
  RawServer server(loop);
  Caller caller(loop);
  const auto answer = caller.send({"http", "127.0.0.1", server.port()}, post_of("/"));
  auto peer = server.accept();
  peer->read_until("body");
  peer->send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
  ASSERT_TRUE(loop.run_until([&] { return answer->has_value(); }));
  EXPECT_EQ((*answer)->error().kind, ErrorKind::Unavailable);
}

TEST(Client, AnAnswerThatIsTooLargeIsLimit) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop, {.limits = {.body_bytes = 1000}});
  EXPECT_EQ(caller.call(server.origin(), post_of("/big")).error().kind, ErrorKind::Limit);
}

TEST(Client, ReadsAnAnswerThatEndsWithTheConnection) {
  TestLoop loop;
  RawServer server(loop);
  Caller caller(loop);
  const auto answer = caller.send({"http", "127.0.0.1", server.port()}, post_of("/"));
  auto peer = server.accept();
  peer->read_until("body");
  peer->send("HTTP/1.1 200 OK\r\n\r\nall of it");
  peer.reset();
  ASSERT_TRUE(loop.run_until([&] { return answer->has_value(); }));
  EXPECT_EQ((*answer)->value().body, "all of it");
}

TEST(Client, TakesAnAnswerThatComesBeforeItsBodyHasGone) {
  TestLoop loop;
  RawServer server(loop);
  Caller caller(loop);
  const auto answer =
      caller.send({"http", "127.0.0.1", server.port()}, post_of("/", std::string(30'000'000, 'x')));
  auto peer = server.accept();
  loop.run_for(Duration{50});
  peer->send("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno");
  ASSERT_TRUE(loop.run_until([&] { return answer->has_value(); }));
  ASSERT_TRUE((*answer)->has_value()) << (*answer)->error().text();
  EXPECT_EQ((*answer)->value().status, 413);
  EXPECT_EQ(caller.client.counts().open, 0U) << "nobody may go on in the middle of a body";
}

TEST(Client, DoesNotUseAKeptConnectionThatHasBeenClosed) {
  TestLoop loop;
  std::optional<TalkingServer> server(std::in_place, loop);
  const auto origin = server->origin();
  Caller caller(loop);
  ASSERT_TRUE(caller.call(origin, post_of("/")));
  EXPECT_EQ(caller.client.counts().open, 1U);
  server.reset();
  // Not a round of the loop in between: it is seen when the connection is taken.
  TalkingServer again(loop, {.port = origin.port});
  const auto answer = caller.call(origin, post_of("/"));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(caller.client.counts().connected, 2U);
}

TEST(Client, ForgetsAKeptConnectionThatIsTooOld) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop, {.idle = Duration{50}});
  ASSERT_TRUE(caller.call(server.origin(), post_of("/")));
  EXPECT_TRUE(loop.run_until([&] { return caller.client.counts().open == 0; }));
}

TEST(Client, ForgetsAKeptConnectionThatIsClosed) {
  TestLoop loop;
  std::optional<TalkingServer> server(std::in_place, loop);
  Caller caller(loop, {.idle = hours(1)});
  ASSERT_TRUE(caller.call(server->origin(), post_of("/")));
  server.reset();
  EXPECT_TRUE(loop.run_until([&] { return caller.client.counts().open == 0; }));
}

TEST(Client, SendsNothingThatWouldBreakARequest) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop);
  auto request = post_of("/");
  request.headers.emplace_back("X", "a\r\nY: b");
  EXPECT_EQ(caller.call(server.origin(), request).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(caller.call({"https", "", 443}, post_of("/")).error().kind, ErrorKind::Invalid);
}

TEST(Client, CallsNobodyBackAfterItsEnd) {
  TestLoop loop;
  TalkingServer server(loop);
  std::optional<Caller> caller(std::in_place, loop, ClientOptions{.connections = 1});
  const auto running = caller->send(server.origin(), post_of("/never"));
  const auto waiting = caller->send(server.origin(), post_of("/"));
  loop.run_until([&] { return server.requests.size() == 1; });
  caller.reset();
  loop.run_for(Duration{50});
  EXPECT_FALSE(running->has_value());
  EXPECT_FALSE(waiting->has_value());
}

ServerOptions tls_options(const TestCertificates& certificates) {
  return {.certificate_file = certificates.certificate_file, .key_file = certificates.key_file};
}

TEST(Client, SpeaksTlsWithWhomItTrusts) {
  TestLoop loop;
  const TestCertificates certificates;
  TalkingServer server(loop, tls_options(certificates));
  Caller caller(loop, {.ca_file = certificates.ca_file});
  for (const auto* host : {"127.0.0.1", "localhost"}) {
    const std::string body(300'000, 'x');
    for (int i = 0; i < 3; ++i) {
      const auto answer = caller.call(server.origin("https", host), post_of("/", body));
      ASSERT_TRUE(answer) << answer.error().text();
      EXPECT_EQ(answer->body, body);
    }
  }
  EXPECT_TRUE(server.is_tls);
  EXPECT_EQ(caller.client.counts().connected, 2U);
  EXPECT_EQ(caller.client.counts().reused, 4U);
}

TEST(Client, ACertificateThatIsNotTrustedIsIo) {
  TestLoop loop;
  const TestCertificates certificates;
  TalkingServer server(loop, tls_options(certificates));
  Caller caller(loop);
  const auto answer = caller.call(server.origin("https"), post_of("/"));
  EXPECT_EQ(answer.error().kind, ErrorKind::Io);
  EXPECT_NE(answer.error().message.find("the certificate is not trusted"), std::string::npos);
  EXPECT_TRUE(server.requests.empty());
}

TEST(Client, ACertificateOfAnotherNameIsIo) {
  TestLoop loop;
  const TestCertificates certificates;
  TalkingServer server(loop, tls_options(certificates));
  Caller caller(loop, {.ca_file = certificates.ca_file});
  // The same machine by an address that the certificate does not have.
  const auto answer = caller.call(server.origin("https", "127.0.0.2"), post_of("/"));
  EXPECT_EQ(answer.error().kind, ErrorKind::Io);
}

TEST(Client, AnAuthorityFileThatIsNotThereIsIo) {
  TestLoop loop;
  const TestCertificates certificates;
  TalkingServer server(loop, tls_options(certificates));
  Caller caller(loop, {.ca_file = "/no/such/file"});
  const auto answer = caller.call(server.origin("https"), post_of("/"));
  EXPECT_EQ(answer.error().kind, ErrorKind::Io);
  EXPECT_NE(answer.error().message.find("/no/such/file"), std::string::npos);
}

TEST(Client, APlainServerIsNoTlsServer) {
  TestLoop loop;
  TalkingServer server(loop);
  Caller caller(loop);
  EXPECT_EQ(caller.call(server.origin("https"), post_of("/")).error().kind, ErrorKind::Io);
}

TEST(Client, ATlsServerAnswersNobodyWhoSpeaksPlain) {
  TestLoop loop;
  const TestCertificates certificates;
  TalkingServer server(loop, tls_options(certificates));
  Caller caller(loop);
  EXPECT_EQ(caller.call(server.origin(), post_of("/")).error().kind, ErrorKind::Unavailable);
  EXPECT_TRUE(server.requests.empty());
}

TEST(Client, ATlsClientThatIsGoneEndsNobodysProcess) {
  TestLoop loop;
  const TestCertificates certificates;
  TalkingServer server(loop, tls_options(certificates));
  std::optional<Caller> caller(std::in_place, loop, ClientOptions{.ca_file = certificates.ca_file});
  const auto answer = caller->send(server.origin("https"), post_of("/never"));
  ASSERT_TRUE(loop.run_until([&] { return server.held.size() == 1; }));
  caller.reset();
  loop.run_for(Duration{20});
  server.held.front()({200, {}, std::string(5'000'000, 'x')});
  EXPECT_TRUE(loop.run_until([&] { return server.server.counts().open == 0; }));
}

TEST(Client, GivesAnHttpProxyTheWholeAddress) {
  TestLoop loop;
  TalkingServer proxy(loop);
  Caller caller(loop, {.http_proxy = "http://us%65r:p%40ss@127.0.0.1:" +
                                     std::to_string(proxy.server.port())});
  // The proxy is a server that checks the address against Host, and strips it.
  const auto answer = caller.call({"http", "ec2.example.com", 8080}, post_of("/x"));
  ASSERT_TRUE(answer) << answer.error().text();
  const auto& request = proxy.requests.at(0);
  EXPECT_EQ(*find_header(request.headers, "host"), "ec2.example.com:8080");
  EXPECT_EQ(*find_header(request.headers, "proxy-authorization"), "Basic dXNlcjpwQHNz");
}

/// Carries bytes between the client and an origin, as a proxy does after CONNECT.
void carry(TestLoop& loop, RawClient& from, RawClient& to, const std::function<bool()>& done) {
  loop.run_until([&] {
    if (const auto bytes = from.read_until("", Duration{1}); !bytes.empty()) to.send_all(bytes);
    if (const auto bytes = to.read_until("", Duration{1}); !bytes.empty()) from.send_all(bytes);
    return done();
  });
}

TEST(Client, TunnelsTlsThroughAProxy) {
  TestLoop loop;
  const TestCertificates certificates;
  TalkingServer server(loop, tls_options(certificates));
  RawServer proxy(loop);
  Caller caller(loop, {.ca_file = certificates.ca_file,
                       .https_proxy = "127.0.0.1:" + std::to_string(proxy.port())});
  const auto answer = caller.send(server.origin("https", "localhost"), post_of("/x"));
  const auto near = proxy.accept();
  const auto asked = near->read_until("\r\n\r\n");
  EXPECT_EQ(asked.find("CONNECT localhost:" + std::to_string(server.server.port()) + " HTTP/1.1"),
            0U);
  RawClient far(loop, server.server.port());
  near->send("HTTP/1.0 200 Connection established\r\n\r\n");
  carry(loop, *near, far, [&] { return answer->has_value(); });
  ASSERT_TRUE(answer->has_value());
  ASSERT_TRUE((*answer)->has_value()) << (*answer)->error().text();
  EXPECT_EQ((*answer)->value().body, "body");
  EXPECT_EQ(find_header(server.requests.at(0).headers, "proxy-authorization"), nullptr);
}

TEST(Client, AProxyThatRefusesIsIo) {
  TestLoop loop;
  RawServer proxy(loop);
  Caller caller(loop, {.https_proxy = "127.0.0.1:" + std::to_string(proxy.port())});
  const auto answer = caller.send({"https", "ec2.example.com", 443}, post_of("/x"));
  const auto near = proxy.accept();
  near->read_until("\r\n\r\n");
  near->send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(loop.run_until([&] { return answer->has_value(); }));
  EXPECT_EQ((*answer)->error().kind, ErrorKind::Io);
  EXPECT_NE((*answer)->error().message.find("status 407"), std::string::npos);
}

}  // namespace
}  // namespace hikae::net
