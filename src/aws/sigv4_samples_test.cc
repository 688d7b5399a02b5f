#include "aws/sigv4_samples_test.h"

#include <algorithm>
#include <array>

#include "aws/sigv4_text.h"

namespace hikae::aws::sigv4 {
namespace {

template <std::size_t N>
std::string_view one_of(Entropy& entropy, const std::array<std::string_view, N>& list) {
  return list[below(entropy, N)];
}

std::string random_word(Entropy& entropy) {
  static constexpr std::array<std::string_view, 24> kPieces{
      "a", "B", "z9", "-",  "_", ".", "~", "+", "*", "'", "(", ")",
      "%", "é", "控", "え", " ", "=", "&", "@", ":", ",", "#", "$"};
  std::string out;
  for (auto left = 1 + below(entropy, 6); left > 0; --left) out += one_of(entropy, kPieces);
  return out;
}

std::string random_path(Entropy& entropy, bool is_s3) {
  static constexpr std::array<std::string_view, 4> kOdd{".", "..", "", "a%2fb"};
  std::string out;
  for (auto left = below(entropy, 4); left > 0; --left) {
    const bool is_odd = below(entropy, 5) == 0 && (!is_s3 || out.size() > 1);
    out += "/" + (is_odd ? std::string(one_of(entropy, kOdd))
                         : percent_encoded("p" + random_word(entropy)));
  }
  if (out.empty() || below(entropy, 5) == 0) out += "/";
  return out.starts_with("//") ? "/x" + out : out;
}

std::string random_query(Entropy& entropy, bool is_sendable) {
  std::string out;
  for (std::uint64_t i = 0, n = below(entropy, 5); i < n; ++i) {
    out += out.empty() ? "" : "&";
    const auto unique = is_sendable ? std::to_string(i) : std::string(1, "ab"[below(entropy, 2)]);
    out += percent_encoded(random_word(entropy)) + unique;
    if (below(entropy, 6) != 0) out += "=" + percent_encoded(random_word(entropy));
  }
  return out;
}

std::string random_header_value(Entropy& entropy) {
  static constexpr std::array<std::string_view, 8> kPieces{
      "x", "y z", "  two  blanks ", "\ttab", "a,b;", "\"q\"", "Z-1", "/p"};
  std::string out;
  for (auto left = 1 + below(entropy, 3); left > 0; --left) out += one_of(entropy, kPieces);
  return out;
}

HttpOrigin random_origin(Entropy& entropy, std::string_view service) {
  static constexpr std::array<int, 4> kPorts{443, 80, 4780, 8443};
  HttpOrigin origin;
  origin.scheme = below(entropy, 2) == 0 ? "https" : "http";
  origin.host = std::string(service) + ".ap-northeast-1.amazonaws.com";
  origin.port = kPorts[below(entropy, kPorts.size())];
  return origin;
}

void add_headers(Entropy& entropy, HttpRequest& request, bool is_sendable) {
  static constexpr std::array<std::string_view, 6> kNames{
      "Content-Type", "X-Amz-Target", "X-Custom", "x-amz-meta-note", "Accept", "User-Agent"};
  for (const auto name : kNames) {
    if (below(entropy, 2) == 0) continue;
    request.headers.emplace_back(name, random_header_value(entropy));
    const bool is_twice = below(entropy, 4) == 0 && (!is_sendable || name == "X-Custom");
    if (is_twice) request.headers.emplace_back(lower_of(name), random_header_value(entropy));
  }
}

}  // namespace

Sample random_sample(Entropy& entropy, bool is_sendable) {
  static constexpr std::array<std::string_view, 6> kServices{"ec2",    "ssm", "sts",
                                                             "lambda", "s3",  "events"};
  static constexpr std::array<std::string_view, 4> kMethods{"GET", "POST", "PUT", "DELETE"};
  Sample sample;
  sample.place.service = one_of(entropy, kServices);
  sample.place.region = below(entropy, 2) == 0 ? "ap-northeast-1" : "us-east-1";
  sample.origin = random_origin(entropy, sample.place.service);
  sample.credentials.access_key = "AKID" + random_hex(entropy, 16);
  sample.credentials.secret = "secret/" + random_hex(entropy, 33);
  if (below(entropy, 3) == 0) sample.credentials.session_token = random_hex(entropy, 80) + "/+==";
  sample.now =
      wall_ms(1'767'225'600'000 + static_cast<std::int64_t>(below(entropy, 86'400)) * 1000);
  auto& request = sample.request;
  request.method = one_of(entropy, kMethods);
  request.target = random_path(entropy, sample.place.service == "s3");
  if (const auto query = random_query(entropy, is_sendable); !query.empty())
    request.target += "?" + query;
  request.headers.emplace_back("Host", host_header_of(sample.origin));
  add_headers(entropy, request, is_sendable);
  if (request.method != "GET" && below(entropy, 3) != 0)
    request.body = "Action=" + random_word(entropy) + std::string(below(entropy, 40), '\x01');
  return sample;
}

}  // namespace hikae::aws::sigv4
