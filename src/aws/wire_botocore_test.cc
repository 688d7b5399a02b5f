// The codec against botocore's own serializer and parser, driven by the system's python3
// (tests/wire/compare_botocore.py). Debian's package is used, whichever other versions stand before
// it, since the models are compiled from that one.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "aws/base64.h"
#include "aws/wire.h"
#include "aws/wire/services.h"
#include "aws/wire_cases_test.h"
#include "text/json.h"

extern "C" char** environ;

namespace hikae::aws {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDebianPackages = "/usr/lib/python3/dist-packages";
constexpr const char* kSystemPython = "/usr/bin/python3";
constexpr std::uint32_t kEveryNth = 5;  // operation of the table
constexpr std::string_view kComparedRequestId = "12345678-1234-1234-1234-123456789012";

Array header_rows(const HttpHeaders& headers) {
  Array rows;
  for (const auto& [name, text] : headers) rows.push_back(Array{name, text});
  return rows;
}

Object case_of(std::string_view kind, const Operation& operation) {
  return {{"kind", kind}, {"service", operation.service()}, {"operation", operation.name()}};
}

Object shown(const HttpResponse& response) {
  return {{"status", response.status},
          {"headers", header_rows(response.headers)},
          {"body", to_base64(response.body)}};
}

class BotocoreComparison : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kSystemPython)) GTEST_SKIP() << kSystemPython << " is not there";
    if (!fs::exists(fs::path(kDebianPackages) / "botocore" / "serialize.py"))
      GTEST_SKIP() << "python3-botocore is not installed";
  }
  void TearDown() override { fs::remove(path_); }

  void add(const Object& one) { cases_ << text::to_json(one) << "\n"; }

  /// Runs the script on what was added; its words go to this test's output.
  int compare() {
    cases_.close();
    std::vector<std::string> words{kSystemPython,
                                   "-B",
                                   "-I",
                                   HIKAE_SOURCE_DIR "/tests/wire/compare_botocore.py",
                                   kDebianPackages,
                                   HIKAE_SOURCE_DIR "/tools/models-overlay.json",
                                   path_};
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::cout.flush();
    pid_t child = 0;
    int status = -1;
    if (posix_spawn(&child, kSystemPython, nullptr, nullptr, arguments.data(), environ) != 0)
      return -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // Botocore has a reader of its own for the first, cannot tell two members of the second apart,
  // and the third answers with all headers there are.
  static bool is_botocores_own(const Operation& operation) {
    const auto name = str(operation.service()) + ":" + str(operation.name());
    return name == "s3:GetBucketLocation" || name == "s3:GetBucketNotification" ||
           name == "dataexchange:SendApiAsset";
  }

  template <class Each>
  std::size_t for_many(Each each) {
    std::size_t count = 0;
    const auto all = static_cast<std::uint32_t>(Model::get().operation_count());
    for (std::uint32_t index = 0; index < all; ++index) {
      const auto operation = Model::get().operation(index);
      const auto protocol = wire::service_of(wire::record_of(operation)).protocol;
      const bool rare = protocol != table::Protocol::Json && protocol != table::Protocol::RestJson;
      if ((!rare && index % kEveryNth != 0) || has_events(operation)) continue;
      each(operation, index);
      ++count;
    }
    return count;
  }

  const std::string path_ =
      fs::path(::testing::TempDir()) / ("hikae_wire_cases_" + std::to_string(getpid()) + ".jsonl");
  std::ofstream cases_{path_};
};

TEST_F(BotocoreComparison, RequestsAreThoseThatBotocoreWrites) {
  const auto count = for_many([&](const Operation& operation, std::uint32_t seed) {
    const auto input = CaseMaker(seed, Fractions::WholeSeconds).input(operation);
    const auto request = write_request(operation, input);
    ASSERT_TRUE(request.has_value()) << request.error().text();
    auto one = case_of("request", operation);
    one["value"] = input;
    one["request"] = Object{{"method", request->method},
                            {"target", request->target},
                            {"headers", header_rows(request->headers)},
                            {"body", to_base64(request->body)}};
    add(one);
  });
  EXPECT_GT(count, 2000u);
  EXPECT_EQ(compare(), 0) << "1: see DIFFERS above";
}

TEST_F(BotocoreComparison, AnswersAreReadByBotocoreAsTheyWereMeant) {
  const auto count = for_many([&](const Operation& operation, std::uint32_t seed) {
    if (is_botocores_own(operation)) return;
    const auto output = CaseMaker(seed, Fractions::Milliseconds).output(operation);
    const auto& service = wire::service_of(wire::record_of(operation));
    auto one = case_of("response", operation);
    one["value"] = output;
    one["response"] = shown(
        write_response({operation, wire::dialect_of_service(service)}, output, kComparedRequestId));
    add(one);
  });
  EXPECT_GT(count, 2000u);
  EXPECT_EQ(compare(), 0) << "1: see DIFFERS above";
}

TEST_F(BotocoreComparison, ErrorsAreReadByBotocoreAsTheyWereMeant) {
  const Error refused{ErrorKind::Conflict, "InvalidThing.Duplicate", "a <thing> & \"another\""};
  for_many([&](const Operation& operation, std::uint32_t) {
    const auto& record = wire::record_of(operation);
    if (table::Table::linked().text(record.method) == "HEAD") return;
    auto one = case_of("error", operation);
    one["code"] = refused.code;
    one["message"] = refused.message;
    one["request_id"] = kComparedRequestId;
    one["response"] =
        shown(write_error({operation, wire::dialect_of_service(wire::service_of(record))}, refused,
                          kComparedRequestId));
    add(one);
  });
  EXPECT_EQ(compare(), 0) << "1: see DIFFERS above";
}

}  // namespace
}  // namespace hikae::aws
