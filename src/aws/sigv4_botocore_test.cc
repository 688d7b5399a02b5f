// The same requests signed by botocore, which is the judge.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "aws/sigv4.h"
#include "aws/sigv4_samples_test.h"
#include "text/json.h"

namespace hikae::aws {
namespace {

namespace fs = std::filesystem;

constexpr int kSignedRequests = 1000;

std::string base64_text(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return out;
}

struct SignedSample {
  sigv4::Sample sample;
  bool is_presigned = false;
  std::int64_t expires_s = 0;
};

/// What a body is in a presigned request differs between signers: those have none here.
SignedSample make_signed_sample(Entropy& entropy) {
  SignedSample one;
  one.is_presigned = below(entropy, 4) == 0;
  one.sample = sigv4::random_sample(entropy, one.is_presigned);
  one.expires_s = 1 + static_cast<std::int64_t>(below(entropy, 604'800));
  if (one.is_presigned) {
    one.sample.request.body.clear();
    std::erase_if(one.sample.request.headers,
                  [](const auto& header) { return header.first != "Host"; });
  }
  return one;
}

std::string line_for_botocore(const SignedSample& one) {
  const auto& sample = one.sample;
  Array headers;
  for (const auto& [name, value] : sample.request.headers)
    if (name != "Host") headers.push_back(Array{name, value});
  return text::to_json(
      Object{{"method", sample.request.method},
             {"url", sample.origin.scheme + "://" + sample.origin.host + ":" +
                         std::to_string(sample.origin.port) + sample.request.target},
             {"headers", std::move(headers)},
             {"body", base64_text(sample.request.body)},
             {"service", sample.place.service},
             {"region", sample.place.region},
             {"key", sample.credentials.access_key},
             {"secret", sample.credentials.secret},
             {"token", sample.credentials.session_token},
             {"time", amz_date_of(sample.now)},
             {"form", one.is_presigned ? "query" : "header"},
             {"expires", one.expires_s}});
}

/// Whether it ran and ended well.
bool run_python(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"/usr/bin/env", "python3"});
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return false;
  int status = 0;
  return waitpid(child, &status, 0) == child && status == 0;
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto form = (fs::temp_directory_path() / "hikae-sigv4-XXXXXX").string();
    path_ = mkdtemp(form.data()) ? form : "";
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

TEST(SigV4, SignsAsBotocoreDoes) {
  if (!run_python({"-c", "import botocore"})) GTEST_SKIP() << "python3 with botocore is not there";
  SeededEntropy entropy(4780);
  std::vector<SignedSample> samples;
  for (int i = 0; i < kSignedRequests; ++i) samples.push_back(make_signed_sample(entropy));
  const TemporaryFolder folder;
  {
    std::ofstream in(folder.file("in"));
    for (const auto& one : samples) in << line_for_botocore(one) << "\n";
  }
  ASSERT_TRUE(run_python(
      {HIKAE_TEST_DATA "/aws/sign_with_botocore.py", folder.file("in"), folder.file("out")}));
  std::ifstream out(folder.file("out"));
  std::string line;
  ASSERT_TRUE(std::getline(out, line));
  std::cout << "botocore " << text_at(text::parse_json(line).value(), "version") << "\n";
  SigningKeys keys;
  int equal = 0;
  for (auto& [sample, is_presigned, expires_s] : samples) {
    ASSERT_TRUE(std::getline(out, line));
    const auto theirs = text::parse_json(line).value();
    auto request = sample.request;
    if (is_presigned) {
      presign(keys, request, sample.credentials, sample.place, sample.now, seconds(expires_s));
      const auto url = str(text_at(theirs, "url"));
      ASSERT_EQ(request.target.substr(request.target.rfind('=')), url.substr(url.rfind('=')))
          << text_at(theirs, "canonical") << "\nours: " << request.target;
    } else {
      sign(keys, request, sample.credentials, sample.place, sample.now);
      ASSERT_EQ(*find_header(request.headers, "authorization"), text_at(theirs, "authorization"))
          << text_at(theirs, "canonical");
    }
    ++equal;
  }
  EXPECT_EQ(equal, kSignedRequests);
}

}  // namespace
}  // namespace hikae::aws
