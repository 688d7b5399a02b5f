// HTTP as bytes off a socket, and who signed it.
#include <algorithm>

#include "aws/aws_chunked.h"
#include "aws/sigv4.h"
#include "net/http_codec.h"
#include "targets.h"

namespace hikae::fuzz {
namespace {

constexpr net::HttpLimits kFuzzLimits{
    .line_bytes = 2048, .head_bytes = 4096, .headers = 20, .body_bytes = 8192};
constexpr WallTime kFuzzNow = wall_ms(1'767'292'200'000);

bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

void check_message(const HttpHeaders& headers, const std::string& body) {
  expect(headers.size() <= kFuzzLimits.headers, "no more headers than the limit");
  expect(body.size() <= kFuzzLimits.body_bytes, "no larger body than the limit");
  for (const auto& [name, value] : headers)
    expect(is_clean(name) && is_clean(value) && !name.empty(), "headers are plain text");
}

struct ReadRequests {
  std::vector<HttpRequest> requests;
  int fault = 0;
};

ReadRequests read_in_pieces(std::string_view input, std::size_t piece) {
  net::RequestCodec codec(kFuzzLimits);
  ReadRequests out;
  while (!input.empty()) {
    codec.feed(input.substr(0, piece));
    input.remove_prefix(std::min(piece, input.size()));
    while (true) {
      auto received = codec.next();
      if (!received) {
        out.fault = received.error().status;
        return out;
      }
      (void)codec.take_expectation();
      if (!*received) break;
      out.requests.push_back(std::move((*received)->request));
    }
  }
  return out;
}

bool is_same(const HttpRequest& a, const HttpRequest& b) {
  return a.method == b.method && a.target == b.target && a.headers == b.headers && a.body == b.body;
}

void fuzz_signature(HttpRequest request) {
  using aws::AuthWording;
  aws::SigningKeys keys;
  for (const auto wording : {AuthWording::Query, AuthWording::S3}) {
    const auto claim = aws::parse_authorization(request, wording);
    if (!claim) {
      expect(aws::status_of_refusal(claim.error().code) != 0, "a refusal has a status");
      continue;
    }
    const auto verdict = aws::verify_signature(keys, request, *claim, "nobody's secret", kFuzzNow,
                                               {wording, {}, {}});
    expect(!verdict, "no signature is guessed");
  }
  (void)aws::check_checksums(request);
  (void)aws::decode_aws_chunked(request);
}

void fuzz_response(std::string_view input, std::size_t piece) {
  using net::ResponseCodec;
  for (const auto to : {ResponseCodec::AnswerTo::Other, ResponseCodec::AnswerTo::Head}) {
    ResponseCodec codec(kFuzzLimits, to);
    auto rest = input;
    while (!rest.empty()) {
      const auto received = codec.feed(rest.substr(0, piece));
      rest.remove_prefix(std::min(piece, rest.size()));
      if (received && *received)
        check_message((*received)->response.headers, (*received)->response.body);
      if (!received || *received) return;
    }
    if (const auto received = codec.end())
      check_message(received->response.headers, received->response.body);
  }
}

}  // namespace

void fuzz_http(std::string_view input) {
  const auto whole = read_in_pieces(input, SIZE_MAX);
  const std::size_t piece = 1 + input.size() % 7;
  const auto pieces = read_in_pieces(input, piece);
  expect(whole.requests.size() == pieces.requests.size() &&
             std::ranges::equal(whole.requests, pieces.requests, is_same),
         "requests are the same however their bytes arrive");
  expect((whole.fault == 0) == (pieces.fault == 0), "so is whether they are refused");
  for (const auto& request : whole.requests) {
    check_message(request.headers, request.body);
    expect(request.target.starts_with('/'), "a target is a path");
    expect(net::write_request_head(request).has_value(), "what was read can be written");
    fuzz_signature(request);
  }
  fuzz_response(input, piece);
}

}  // namespace hikae::fuzz
