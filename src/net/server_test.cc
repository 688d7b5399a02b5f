#include "net/server.h"

#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

#include "net/test_loop_test.h"

namespace hikae::net {
namespace {

HttpPatience hasty() {
  return {.head = Duration{200},
          .idle = Duration{400},
          .transfer = Duration{200},
          .bytes_per_second = 1'000'000,
          .lingering = Duration{100}};
}

/// Says back what it was asked; "/later" waits until the test replies, "/drop" gets no answer.
class EchoServer {
 public:
  explicit EchoServer(TestLoop& loop, ServerOptions options = {})
      : server(loop.io(), loop, std::move(options),
               [this](HttpRequest request, const PeerInfo& peer, Server::Reply reply) {
                 handle(std::move(request), peer, std::move(reply));
               }) {
    const auto listening = server.listen();
    EXPECT_TRUE(listening) << listening.error().text();
  }

  std::deque<Server::Reply> later;
  PeerInfo last_peer;
  Server server;

 private:
  void handle(HttpRequest request, const PeerInfo& peer, Server::Reply reply) {
    last_peer = peer;
    if (request.target == "/later") return later.push_back(std::move(reply));
    if (request.target == "/drop") return;
    if (request.target == "/throw") throw std::runtime_error("a handler's bug");
    if (request.target == "/nothing") return reply({204, {}, "ignored"});
    if (request.target == "/big") return reply({200, {}, std::string(20'000'000, 'b')});
    reply({200, {}, request.method + " " + request.target + " " + request.body});
  }
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(Server, AnswersARequest) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_EQ(client.read_until("/x ab"), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nPOST /x ab");
  EXPECT_EQ(echo.last_peer.address, "127.0.0.1");
  EXPECT_GT(echo.last_peer.port, 0);
}

TEST(Server, KeepsTheConnectionForTheNextRequest) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    EXPECT_NE(client.read_until("GET / ").find("200 OK"), std::string::npos);
  }
  EXPECT_FALSE(client.is_closed());
  EXPECT_EQ(echo.server.counts().accepted, 1U);
  EXPECT_EQ(echo.server.counts().requests, 3U);
}

TEST(Server, BodiesOfAllConnectionsTogetherHaveALimit) {
  TestLoop loop;
  ServerOptions options;
  options.bodies_bytes = std::size_t{4} << 20;
  options.busy = {503, {}, "SlowDown"};
  EchoServer echo(loop, options);
  const std::string head = "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 6000000\r\n\r\n";
  RawClient first(loop, echo.server.port());
  ASSERT_TRUE(first.send_all(head + std::string(2'800'000, 'a')));
  ASSERT_TRUE(loop.run_until([&] { return echo.server.counts().held_bytes > 2'700'000; }));
  RawClient second(loop, echo.server.port());
  second.send_all(head + std::string(1'500'000, 'b'));
  EXPECT_NE(second.read_all().find("503 Service Unavailable"), std::string::npos);
  RawClient small(loop, echo.server.port());
  small.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n");
  ASSERT_TRUE(loop.run_until([&] { return echo.server.counts().accepted == 3; }));
  small.send("ab");
  EXPECT_NE(small.read_until("/x ab").find("200 OK"), std::string::npos);
  EXPECT_EQ(echo.server.counts().busy, 1U);
}

TEST(Server, ABodyThatHasArrivedCountsNoLonger) {
  TestLoop loop;
  ServerOptions options;
  options.bodies_bytes = std::size_t{4} << 20;
  EchoServer echo(loop, options);
  RawClient client(loop, echo.server.port());
  for (int i = 0; i < 4; ++i) {
    client.send_all("PUT /nothing HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n" +
                    std::string(2'000'000, 'a'));
    EXPECT_NE(client.read_until("\r\n\r\n").find("204"), std::string::npos);
  }
  EXPECT_EQ(echo.server.counts().held_bytes, 0U);
}

TEST(Server, AnswersAPipelineInOrder) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  std::string many;
  for (int i = 0; i < 500; ++i)
    many += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  client.send(many);
  const auto answers = client.read_until("GET /499 ");
  std::size_t at = 0;
  for (int i = 0; i < 500; ++i) {
    at = answers.find("GET /" + std::to_string(i) + " ", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST(Server, AnswersLaterToo) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\nGET /after HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(loop.run_until([&] { return echo.later.size() == 1; }));
  EXPECT_EQ(echo.server.counts().requests, 1U) << "the next waits for the reply";
  echo.later.front()({200, {}, "now"});
  const auto answers = client.read_until("/after ");
  EXPECT_LT(answers.find("now"), answers.find("GET /after"));
}

TEST(Server, ClosesWhereTheHandlerDropsItsReply) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send("GET /drop HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read_all(), "");
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, SurvivesAHandlerThatThrows) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  client.read_all();
  EXPECT_TRUE(client.is_closed());
  RawClient other(loop, echo.server.port());
  other.send(kGet);
  EXPECT_NE(other.read_until("GET / ").find("200"), std::string::npos);
}

TEST(Server, AReplyToNobodyDoesNothing) {
  TestLoop loop;
  EchoServer echo(loop);
  {
    RawClient client(loop, echo.server.port());
    client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(loop.run_until([&] { return echo.later.size() == 1; }));
  }
  loop.run_for(Duration{20});
  echo.later.front()({200, {}, std::string(10'000'000, 'x')});
  EXPECT_TRUE(loop.run_until([&] { return echo.server.counts().open == 0; }));
  std::optional<EchoServer> short_lived(std::in_place, loop);
  RawClient client(loop, short_lived->server.port());
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(loop.run_until([&] { return short_lived->later.size() == 1; }));
  auto reply = std::move(short_lived->later.front());
  short_lived.reset();
  reply({200, {}, ""});
}

TEST(Server, AnswersHeadWithoutABody) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + kGet);
  EXPECT_EQ(client.read_until("GET / "),
            "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nGET / ");
}

TEST(Server, SendsNoBodyWhereTheStatusHasNone) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n" + kGet);
  EXPECT_EQ(client.read_until("GET / ").find("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200"), 0U);
}

TEST(Server, SaysContinueToWhoAsks) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send("PUT /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ab");
  EXPECT_NE(client.read_until("PUT /x ab").find("200 OK"), std::string::npos);
}

TEST(Server, SaysNoAtOnceToABodyThatIsTooLarge) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send(
      "PUT /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n").find("HTTP/1.1 413 "), 0U);
}

TEST(Server, AnswersWhoHasClosedItsSideAlready) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send(kGet + kGet);
  client.end();
  const auto answers = client.read_all();
  EXPECT_NE(answers.find("GET / ", answers.find("GET / ") + 1), std::string::npos);
}

TEST(Server, AnswersGarbageWith400AndCloses) {
  TestLoop loop;
  EchoServer echo(loop);
  for (const std::string garbage :
       {"\x16\x03\x01\x02\x01\n", "GET / HTTP/1.1\nHost: h\n\n", "hello\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    RawClient client(loop, echo.server.port());
    client.send(garbage);
    const auto answer = client.read_until("\r\n\r\n");
    EXPECT_EQ(answer.find("HTTP/1.1 400 Bad Request\r\n"), 0U) << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    client.end();
    client.read_all();
    EXPECT_TRUE(client.is_closed());
  }
  EXPECT_EQ(echo.server.counts().refused, 4U);
  EXPECT_EQ(echo.server.counts().requests, 0U);
}

TEST(Server, LetsARefusalArriveAlthoughMoreIsOnItsWay) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  client.send_all("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n" +
                  std::string(3'000'000, 'x'));
  EXPECT_EQ(client.read_until("\r\n\r\n").find("HTTP/1.1 413 "), 0U);
}

TEST(Server, ReadsAndWritesLargeBodies) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient client(loop, echo.server.port());
  const std::string body(8'000'000, 'x');
  client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n");
  client.send(body);
  // "PUT /x ", and the body.
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 8000007\r\n\r\n";
  EXPECT_EQ(client.read_bytes(head.size() + 8'000'007), head + "PUT /x " + body);
}

TEST(Server, ClosesWhoIsTooSlowWithItsHead) {
  TestLoop loop;
  EchoServer echo(loop, {.patience = hasty()});
  RawClient client(loop, echo.server.port());
  const auto begin = loop.steady_now();
  std::string got;
  for (const char c : kGet.substr(0, 20)) {
    client.send_all(std::string(1, c));
    got += client.read_until("408", Duration{30});
    if (client.is_closed() || !got.empty()) break;
  }
  EXPECT_EQ(got.find("HTTP/1.1 408 "), 0U) << got;
  EXPECT_LT(loop.steady_now() - begin, seconds(5));
  EXPECT_TRUE(loop.run_until([&] { return echo.server.counts().open == 0; }));
}

TEST(Server, ClosesWhoIsTooSlowWithItsBody) {
  TestLoop loop;
  EchoServer echo(loop, {.patience = hasty()});
  RawClient client(loop, echo.server.port());
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
  EXPECT_EQ(client.read_until("\r\n\r\n").find("HTTP/1.1 408 "), 0U);
}

TEST(Server, ClosesWhoDoesNotTakeItsAnswer) {
  TestLoop loop;
  EchoServer echo(loop, {.patience = hasty()});
  RawClient client(loop, echo.server.port());
  client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(loop.run_until([&] { return echo.server.counts().timed_out == 1; }, seconds(60)));
  EXPECT_EQ(echo.server.counts().open, 0U);
}

TEST(Server, ClosesWhoIsIdleForTooLong) {
  TestLoop loop;
  EchoServer echo(loop, {.patience = hasty()});
  RawClient client(loop, echo.server.port());
  client.send(kGet);
  client.read_until("GET / ");
  client.read_all();
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(echo.server.counts().timed_out, 1U);
}

TEST(Server, GivesTheHandlerAllTheTimeItTakes) {
  TestLoop loop;
  EchoServer echo(loop, {.patience = hasty()});
  RawClient client(loop, echo.server.port());
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  loop.run_for(Duration{800});
  ASSERT_EQ(echo.later.size(), 1U);
  echo.later.front()({200, {}, "late"});
  EXPECT_NE(client.read_until("late").find("200 OK"), std::string::npos);
}

TEST(Server, ClosesWhoHasBeenIdleLongestToMakeRoom) {
  TestLoop loop;
  EchoServer echo(loop, {.connections = 2});
  RawClient first(loop, echo.server.port());
  first.send(kGet);
  first.read_until("GET / ");
  RawClient second(loop, echo.server.port());
  second.send(kGet);
  second.read_until("GET / ");
  RawClient third(loop, echo.server.port());
  third.send(kGet);
  EXPECT_NE(third.read_until("GET / ").find("200"), std::string::npos);
  first.read_all();
  EXPECT_TRUE(first.is_closed());
  EXPECT_FALSE(second.is_closed());
}

TEST(Server, TurnsAwayWhoComesWhileAllAreAtWork) {
  TestLoop loop;
  EchoServer echo(loop, {.connections = 1});
  RawClient busy(loop, echo.server.port());
  busy.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(loop.run_until([&] { return echo.later.size() == 1; }));
  RawClient late(loop, echo.server.port());
  late.read_all();
  EXPECT_TRUE(late.is_closed());
  echo.later.front()({200, {}, "done"});
  EXPECT_NE(busy.read_until("done").find("200"), std::string::npos);
}

TEST(Server, StopsWhenWhatRunsHasBeenAnswered) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient idle(loop, echo.server.port());
  idle.send(kGet);
  idle.read_until("GET / ");
  RawClient busy(loop, echo.server.port());
  busy.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(loop.run_until([&] { return echo.later.size() == 1; }));
  bool is_stopped = false;
  echo.server.stop(seconds(5), [&] { is_stopped = true; });
  idle.read_all();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_FALSE(is_stopped);
  echo.later.front()({200, {}, "last"});
  EXPECT_NE(busy.read_until("last").find("Connection: close\r\n"), std::string::npos);
  busy.end();
  EXPECT_TRUE(loop.run_until([&] { return is_stopped; }));
}

TEST(Server, StopsAfterItsGraceWhateverRuns) {
  TestLoop loop;
  EchoServer echo(loop);
  RawClient busy(loop, echo.server.port());
  busy.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(loop.run_until([&] { return echo.later.size() == 1; }));
  bool is_stopped = false;
  echo.server.stop(Duration{50}, [&] { is_stopped = true; });
  EXPECT_TRUE(loop.run_until([&] { return is_stopped; }));
}

TEST(Server, SaysWhyItCannotListen) {
  TestLoop loop;
  EchoServer echo(loop);
  const auto refusal = [&](ServerOptions options) {
    Server other(loop.io(), loop, std::move(options), [](auto, const auto&, auto) {});
    const auto listening = other.listen();
    return listening ? "" : listening.error().message;
  };
  EXPECT_EQ(refusal({.port = echo.server.port()}), "cannot listen at 127.0.0.1 port " +
                                                       std::to_string(echo.server.port()) +
                                                       ": Address already in use");
  EXPECT_NE(refusal({.address = "localhost"}).find("is no address"), std::string::npos);
  EXPECT_NE(refusal({.certificate_file = "/x"}).find("both"), std::string::npos);
  EXPECT_NE(refusal({.certificate_file = "/x", .key_file = "/y"}).find("/x cannot be used"),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::net
