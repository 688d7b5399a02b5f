#include "net/http_codec.h"

#include <gtest/gtest.h>

namespace hikae::net {
namespace {

const HttpLimits kTestLimits{
    .line_bytes = 1000, .head_bytes = 4000, .headers = 20, .body_bytes = 10'000};

/// Everything that comes of these bytes: requests as text, then "fault N" where it ends with one.
std::vector<std::string> read_requests(std::string_view bytes, std::size_t step = SIZE_MAX) {
  RequestCodec codec(kTestLimits);
  std::vector<std::string> out;
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, step);
    bytes.remove_prefix(part.size());
    codec.feed(part);
    while (true) {
      auto received = codec.next();
      if (!received) {
        out.push_back("fault " + std::to_string(received.error().status));
        return out;
      }
      if (!*received) break;
      const auto& request = (*received)->request;
      out.push_back(request.method + " " + request.target + " " + request.body +
                    ((*received)->afterwards == Afterwards::Close ? " close" : ""));
    }
  }
  if (!codec.is_idle()) out.emplace_back("more");
  return out;
}

using Read = std::vector<std::string>;

TEST(HttpCodec, ReadsARequest) {
  RequestCodec codec(kTestLimits);
  codec.feed(
      "POST /a?b=%20 HTTP/1.1\r\nHost: h\r\nX-Two:  two \t\r\nX-Two: 2\r\nContent-Length: "
      "3\r\n\r\nabc");
  const auto received = codec.next().value().value();
  EXPECT_EQ(received.request.method, "POST");
  EXPECT_EQ(received.request.target, "/a?b=%20");
  EXPECT_EQ(received.request.body, "abc");
  EXPECT_EQ(
      received.request.headers,
      (HttpHeaders{{"Host", "h"}, {"X-Two", "two"}, {"X-Two", "2"}, {"Content-Length", "3"}}));
  EXPECT_EQ(received.afterwards, Afterwards::KeepAlive);
  EXPECT_TRUE(codec.is_idle());
}

TEST(HttpCodec, ReadsChunksAndDropsTheirTrailer) {
  EXPECT_EQ(read_requests("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\nX-Admin: yes\r\n\r\n"),
            Read{"POST / abc0123456789"});
}

TEST(HttpCodec, KeepsTheBytesBehindARequestForTheNext) {
  EXPECT_EQ(read_requests("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\n"
                          "Content-Length: 2\r\n\r\nxyGET /3 HTTP/1.1\r\nHost: h\r\n\r\n"),
            (Read{"GET /1 ", "POST /2 xy", "GET /3 "}));
}

TEST(HttpCodec, ReadsTheSameHoweverTheBytesArrive) {
  const std::string_view bytes =
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nPUT /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n"
      "\r\nabcdBAD\r\n\r\n";
  const Read expected{"GET /1 ", "POST /2 hello", "PUT /3 abcd", "fault 400"};
  for (std::size_t step = 1; step <= bytes.size(); ++step)
    EXPECT_EQ(read_requests(bytes, step), expected) << "in pieces of " << step;
}

TEST(HttpCodec, TakesTheHostOutOfAnAddressInTheRequestLine) {
  EXPECT_EQ(read_requests("GET http://h:1/a?b HTTP/1.1\r\nHost: h:1\r\n\r\n"), Read{"GET /a?b "});
  EXPECT_EQ(read_requests("GET http://h?b HTTP/1.1\r\nHost: h\r\n\r\n"), Read{"GET /?b "});
  EXPECT_EQ(read_requests("GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n"), Read{"fault 400"});
}

TEST(HttpCodec, HearsThatTheConnectionIsToEnd) {
  EXPECT_EQ(read_requests("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
            Read{"GET /  close"});
  EXPECT_EQ(read_requests("GET / HTTP/1.0\r\n\r\n"), Read{"GET /  close"});
}

TEST(HttpCodec, AsksOnceForTheBodyOfWhoWaits) {
  RequestCodec codec(kTestLimits);
  codec.feed("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_FALSE(codec.take_expectation());
  EXPECT_FALSE(codec.next().value());
  EXPECT_TRUE(codec.take_expectation());
  EXPECT_FALSE(codec.take_expectation());
  codec.feed("ab");
  EXPECT_EQ(codec.next().value()->request.body, "ab");
}

struct Malformed {
  const char* why;
  std::string bytes;
  int status = 400;
};

std::string post(const std::string& headers, const std::string& body = {}) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

TEST(HttpCodec, RefusesWhatCanBeReadInTwoWays) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const Malformed rows[] = {
      {"both", post("Content-Length: 5\r\n" + chunked, "0\r\n\r\n")},
      {"both, the other way", post(chunked + "Content-Length: 5\r\n", "0\r\n\r\n")},
      {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "12345")},
      {"two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "12345")},
      {"a list of lengths", post("Content-Length: 5, 5\r\n", "12345")},
      {"a signed length", post("Content-Length: +5\r\n", "12345")},
      {"a negative length", post("Content-Length: -5\r\n", "12345")},
      {"a hexadecimal length", post("Content-Length: 0x5\r\n", "12345")},
      {"an empty length", post("Content-Length: \r\n", "12345")},
      {"a huge length", post("Content-Length: 99999999999999999999\r\n")},
      {"a length in two words", post("Content-Length: 5 5\r\n", "12345")},
      {"blank before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")},
      {"tab before the colon", post("Content-Length\t: 5\r\n", "12345")},
      {"another encoding", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {"a misspelt encoding", post("Transfer-Encoding: xchunked\r\n"), 501},
      {"an encoding twice", post(chunked + chunked)},
      {"identity", post("Transfer-Encoding: identity\r\n"), 501},
      {"a vertical tab", post("Transfer-Encoding: \x0b"
                              "chunked\r\n")},
      {"folded", post("X: a\r\n b\r\n")},
      {"folded by a tab", post("X: a\r\n\tb\r\n")},
      {"folded at once", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"},
      {"bare LF", "GET / HTTP/1.1\nHost: h\n\n"},
      {"bare LF in a header", post("X: a\nContent-Length: 5\r\n")},
      {"bare CR in a header", post("X: a\rContent-Length: 5\r\n")},
      {"NUL in a header", post(std::string("X: a\0b\r\n", 8))},
      {"NUL in a name", post(std::string("X\0Y: a\r\n", 8))},
      {"DEL in a header", post("X: a\x7f\r\n")},
      {"no name", post(": a\r\n")},
      {"no colon", post("Host\r\n")},
      {"a name with blanks", post("X Y: a\r\n")},
      {"a name beyond ASCII", post("X\xc3\xa9: a\r\n")},
      {"two hosts", post("Host: h\r\n")},
      {"no host", "GET / HTTP/1.1\r\nX: y\r\n\r\n"},
      {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n"},
      {"two blanks in the line", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"a tab in the line", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"no version", "GET /\r\nHost: h\r\n\r\n"},
      {"a blank behind the version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"},
      {"a target beyond ASCII", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"a fragment", "GET /#a HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"an authority", "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n"},
      {"an asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"another scheme", "GET file:///etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"a method that is none", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"TLS", "\x16\x03\x01\x02\n\r\n\r\n"},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/3.7", "GET / HTTP/3.7\r\nHost: h\r\n\r\n", 505},
      {"lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n"},
      {"another expectation", post("Expect: a cake\r\n"), 417},
  };
  for (const auto& row : rows) {
    const auto expected = Read{"fault " + std::to_string(row.status)};
    EXPECT_EQ(read_requests(row.bytes), expected) << row.why;
    EXPECT_EQ(read_requests(row.bytes, 1), expected) << row.why << ", byte by byte";
  }
}

TEST(HttpCodec, RefusesBrokenChunks) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  for (const std::string body :
       {"x\r\n", "-1\r\nabc\r\n", "+3\r\nabc\r\n", "0x3\r\nabc\r\n", " 3\r\nabc\r\n",
        "3 \r\nabc\r\n", "3\nabc\r\n", "3\rabc\r\n", "3\r\nabcd\r\n", "3\r\nabc\n0\r\n\r\n",
        "3\r\nabcX\r\n", "ffffffffffffffffff\r\n", "3;\x01\r\nabc\r\n", "3;a=\nb\r\nabc\r\n",
        ";\r\n", "\r\n", "0\r\nX: a\nb\r\n\r\n", "0\r\n X\r\n\r\n"}) {
    EXPECT_EQ(read_requests(post(chunked, body)), Read{"fault 400"}) << body;
    EXPECT_EQ(read_requests(post(chunked, body), 1), Read{"fault 400"}) << body << ", bytewise";
  }
}

TEST(HttpCodec, HoldsTheLimits) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  std::string many;
  for (int i = 0; i < 21; ++i) many += "X: y\r\n";
  std::string wide;
  for (int i = 0; i < 5; ++i) wide += "X: " + std::string(900, 'y') + "\r\n";
  EXPECT_EQ(read_requests(post(many)), Read{"fault 431"});
  EXPECT_EQ(read_requests(post(wide)), Read{"fault 431"});
  EXPECT_EQ(read_requests(post("X: " + std::string(1000, 'y') + "\r\n")), Read{"fault 431"});
  EXPECT_EQ(read_requests("GET /" + std::string(1000, 'y')), Read{"fault 414"});
  EXPECT_EQ(read_requests(post("Content-Length: 10001\r\n")), Read{"fault 413"});
  EXPECT_EQ(read_requests(post(chunked, "2711\r\n")), Read{"fault 413"});
  EXPECT_EQ(read_requests(post(chunked, "1388\r\n" + std::string(5000, 'y') + "\r\n1389\r\n")),
            Read{"fault 413"});
  EXPECT_EQ(read_requests(post(chunked, "1;" + std::string(1100, 'y'))), Read{"fault 400"});
  EXPECT_EQ(read_requests(post(chunked, "0\r\nX: " + std::string(1100, 'y'))), Read{"fault 400"});
}

TEST(HttpCodec, TakesABodyAsLargeAsItsLimit) {
  const std::string body(10'000, 'y');
  EXPECT_EQ(read_requests(post("Content-Length: 10000\r\n", body)), Read{"POST / " + body});
}

TEST(HttpCodec, ForgivesAnEmptyLineBeforeARequest) {
  EXPECT_EQ(read_requests("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), Read{"GET / "});
  const std::string blanks = "\r\n\r\n\r\n\r\n\r\n";
  EXPECT_EQ(read_requests(blanks), Read{"fault 400"});
  EXPECT_EQ(read_requests(blanks, 1), Read{"fault 400"});
}

/// "200 body", "200 body close", "more", or "fault N".
std::string read_response(std::string_view bytes, bool is_ended,
                          ResponseCodec::AnswerTo to = ResponseCodec::AnswerTo::Other,
                          std::size_t step = SIZE_MAX) {
  const auto told = [](const ReceivedResponse& received) {
    return std::to_string(received.response.status) + " " + received.response.body +
           (received.afterwards == Afterwards::Close ? " close" : "");
  };
  ResponseCodec codec(kTestLimits, to);
  while (!bytes.empty()) {
    const auto received = codec.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    if (!received) return "fault " + std::to_string(received.error().status);
    if (*received) return told(**received);
  }
  if (!is_ended) return "more";
  const auto received = codec.end();
  return received ? told(*received) : "fault " + std::to_string(received.error().status);
}

TEST(HttpCodec, ReadsAResponse) {
  const std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
  for (std::size_t step = 1; step <= bytes.size(); ++step)
    EXPECT_EQ(read_response(bytes, false, ResponseCodec::AnswerTo::Other, step), "200 ab");
  EXPECT_EQ(read_response("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
                          false),
            "200 ab");
  EXPECT_EQ(read_response("HTTP/1.1 204 No Content\r\n\r\n", false), "204 ");
  EXPECT_EQ(
      read_response("HTTP/1.1 403 No\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx", false),
      "403 x close");
}

TEST(HttpCodec, ReadsABodyWithoutALengthToTheEndOfTheConnection) {
  EXPECT_EQ(read_response("HTTP/1.1 200 OK\r\n\r\nabc", false), "more");
  EXPECT_EQ(read_response("HTTP/1.1 200 OK\r\n\r\nabc", true), "200 abc close");
}

TEST(HttpCodec, SeesAnAnswerThatIsCutOff) {
  EXPECT_EQ(read_response("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true), "fault 502");
  EXPECT_EQ(read_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", true),
            "fault 502");
  EXPECT_EQ(read_response("HTTP/1.1 200", true), "fault 502");
  EXPECT_EQ(read_response("", true), "fault 502");
}

TEST(HttpCodec, ExpectsNoBodyInAnAnswerToHead) {
  EXPECT_EQ(read_response("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", false,
                          ResponseCodec::AnswerTo::Head),
            "200 ");
}

TEST(HttpCodec, SkipsWhatIsNotTheAnswerYet) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(read_response(interim + "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n"
                                    "Content-Length: 1\r\n\r\nx",
                          false),
            "200 x");
  std::string many;
  for (int i = 0; i < 9; ++i) many += interim;
  EXPECT_EQ(read_response(many, false), "fault 502");
  EXPECT_EQ(read_response("HTTP/1.1 101 Switching\r\n\r\n", false), "fault 502");
}

TEST(HttpCodec, GivesUpAConnectionThatSaysMoreThanItWasAsked) {
  EXPECT_EQ(
      read_response("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n", false),
      "200 x close");
}

TEST(HttpCodec, RefusesAmbiguousAndOversizedAnswers) {
  for (const auto* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 200 OK\nX: y\n\n"})
    EXPECT_EQ(read_response(bytes, false).substr(0, 5), "fault") << bytes;
  EXPECT_EQ(read_response("HTTP/1.1 200 OK\r\nContent-Length: 10001\r\n\r\n", false), "fault 413");
  EXPECT_EQ(read_response("HTTP/1.1 200 OK\r\n\r\n" + std::string(10'001, 'x'), false),
            "fault 413");
}

TEST(HttpCodec, WritesAnAnswerThatNothingCanBreak) {
  HttpResponse response{200, {{"X-A", "1\r\nX-Evil: 2"}, {"content-length", "99"}}, "abc"};
  EXPECT_EQ(write_response_head(response, 3, Afterwards::KeepAlive),
            "HTTP/1.1 200 OK\r\nX-A: 1??X-Evil: 2\r\nContent-Length: 3\r\n\r\n");
  response = {204, {}, ""};
  EXPECT_EQ(write_response_head(response, 0, Afterwards::Close),
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

TEST(HttpCodec, WritesNoRequestThatIsBroken) {
  EXPECT_EQ(write_request_head({"GET", "/a", {{"Host", "h"}}, ""}).value(),
            "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_FALSE(write_request_head({"GET", "/a b", {}, ""}));
  EXPECT_FALSE(write_request_head({"GET", "/a\r\nX: y", {}, ""}));
  EXPECT_FALSE(write_request_head({"GET", "/", {{"X", "a\nb"}}, ""}));
  EXPECT_FALSE(write_request_head({"GET", "/", {{"X: y", "a"}}, ""}));
}

}  // namespace
}  // namespace hikae::net
