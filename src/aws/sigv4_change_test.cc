// 100,000 requests of which one byte was changed after signing. None may be accepted, but for those
// whose change normalises away: each of these must have a reason that this file finds by its own,
// simpler reading.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "aws/sigv4.h"
#include "aws/sigv4_samples_test.h"
#include "aws/sigv4_text.h"

namespace hikae::aws {
namespace {

constexpr int kChanges = 100'000;
constexpr int kChangesOfOne = 250;

enum class Part { Method, Path, Query, HeaderName, HeaderValue, Body, Authorization };

std::vector<std::string> query_pairs(std::string_view query) {
  std::vector<std::string> out;
  for (const auto part : sigv4::split_at(query, '&')) {
    auto pair = std::string(part);
    if (pair.find('=') == std::string::npos) pair += '=';
    const auto mark = pair.find('=');
    out.push_back(sigv4::percent_decoded(pair.substr(0, mark)) + '\0' +
                  sigv4::percent_decoded(pair.substr(mark + 1)));
  }
  std::ranges::sort(out);
  return out;
}

std::vector<std::string> blank_parted(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c != ' ' && c != '\t')
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string plain_path(std::string_view path) {
  std::string text = std::string(path);
  for (std::size_t at = 0; (at = text.find("//")) != std::string::npos;) text.erase(at, 1);
  for (std::size_t at = 0; (at = (text + "/").find("/./")) != std::string::npos;)
    text.erase(at, std::min<std::size_t>(2, text.size() - at));
  for (std::size_t at = 0; (at = (text + "/").find("/../")) != std::string::npos;) {
    const auto before = at == 0 ? 0 : text.rfind('/', at - 1);
    text.erase(before, at + 3 - before);
  }
  return text.empty() ? "/" : text;
}

/// Why the changed request may still be the one that was signed; empty: it may not.
std::string reason_to_accept(const HttpRequest& was, const HttpRequest& is,
                             const SigningPlace& place) {
  if (was.method != is.method || was.body != is.body) return {};
  if (was.target != is.target) {
    if (was.path() != is.path())
      return place.service != "s3" && plain_path(was.path()) == plain_path(is.path())
                 ? "path: dots and slashes"
                 : "";
    return query_pairs(was.query()) == query_pairs(is.query()) ? "query: escapes" : "";
  }
  for (std::size_t i = 0; i < was.headers.size(); ++i) {
    const auto& [name, value] = was.headers[i];
    const auto& [new_name, new_value] = is.headers[i];
    if (name != new_name) {
      if (sigv4::is_same_name(name, new_name)) return "header name: case";
      return name == "User-Agent" ? "header that nobody signs" : "";
    }
    if (value == new_value) continue;
    if (name == "User-Agent") return "header that nobody signs";
    if (name == "Authorization") return "authorization: blanks between its parts";
    return blank_parted(value) == blank_parted(new_value) ? "header value: blanks" : "";
  }
  return {};
}

/// Of the request's text, the place that the change hits; nullptr where there is nothing to change.
std::string* changed_text(HttpRequest& request, Part part, Entropy& entropy) {
  if (part == Part::Method) return &request.method;
  if (part == Part::Body) return &request.body;
  if (part == Part::Path || part == Part::Query) return &request.target;
  if (part == Part::Authorization) {
    for (auto& [name, value] : request.headers)
      if (name == "Authorization") return &value;
    return &request.target;
  }
  auto& header = request.headers[below(entropy, request.headers.size())];
  return part == Part::HeaderName ? &header.first : &header.second;
}

/// Whether a byte was changed.
bool change_one_byte(HttpRequest& request, Entropy& entropy) {
  const auto part = static_cast<Part>(below(entropy, 7));
  auto* text = changed_text(request, part, entropy);
  if (text->empty()) return false;
  auto at = below(entropy, text->size());
  const auto path_size = request.path().size();
  if (part == Part::Path) at = below(entropy, path_size);
  if (part == Part::Query && path_size < text->size())
    at = path_size + below(entropy, text->size() - path_size);
  // Half of them become what normalising is about.
  static constexpr std::string_view kSpecial = " \t/.%&=+~?;,aAfF02";
  const auto byte = below(entropy, 2) == 0 ? kSpecial[below(entropy, kSpecial.size())]
                                           : static_cast<char>(below(entropy, 256));
  if ((*text)[at] == byte) return false;
  (*text)[at] = byte;
  return request.target.starts_with('/');
}

struct ChangeCounts {
  int refused = 0;
  std::map<std::string, int> accepted;
};

bool is_accepted(SigningKeys& keys, const HttpRequest& request, const sigv4::Sample& sample) {
  const auto wording = sample.place.service == "s3" ? AuthWording::S3 : AuthWording::Json;
  const auto claim = parse_authorization(request, wording);
  if (!claim || claim->access_key != sample.credentials.access_key) return false;
  return verify_signature(keys, request, *claim, sample.credentials.secret, sample.now,
                          {.wording = wording})
      .has_value();
}

TEST(SigV4, NoChangedByteIsAccepted) {
  SeededEntropy entropy(20'260'101);
  ChangeCounts counts;
  SigningKeys keys;
  for (int made = 0; made < kChanges;) {
    auto sample = sigv4::random_sample(entropy, true);
    const bool is_presigned = below(entropy, 3) == 0;
    auto original = sample.request;
    if (is_presigned)
      presign(keys, original, sample.credentials, sample.place, sample.now, seconds(60));
    else
      sign(keys, original, sample.credentials, sample.place, sample.now);
    ASSERT_TRUE(is_accepted(keys, original, sample)) << original.target;
    // What S3 leaves out of a presigned request's signature on purpose.
    const bool is_body_open = is_presigned && sample.place.service == "s3";
    for (int i = 0; i < kChangesOfOne && made < kChanges; ++i) {
      auto changed = original;
      if (!change_one_byte(changed, entropy)) continue;
      if (is_body_open && changed.body != original.body) continue;
      ++made;
      if (!is_accepted(keys, changed, sample)) {
        ++counts.refused;
        continue;
      }
      const auto reason = reason_to_accept(original, changed, sample.place);
      ASSERT_NE(reason, "") << original.method << " " << original.target << "\nbecame\n"
                            << changed.method << " " << changed.target;
      ++counts.accepted[reason];
    }
  }
  std::cout << "changed bytes: " << counts.refused << " refused\n";
  for (const auto& [reason, count] : counts.accepted)
    std::cout << "  normalises away: " << count << " " << reason << "\n";
  EXPECT_GT(counts.refused, kChanges * 8 / 10);
}

}  // namespace
}  // namespace hikae::aws
