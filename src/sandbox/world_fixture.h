// A sandbox under virtual time, for tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "base/entropy.h"
#include "base/virtual_time.h"
#include "sandbox/sandbox.h"
#include "text/json.h"

namespace hikae::sandbox {

inline const Scope kHere{"123456789012", "ap-northeast-1"};
inline constexpr std::string_view kWeb = "i-00000000000000001";
inline constexpr std::string_view kDb = "i-00000000000000002";
inline constexpr std::string_view kAsleep = "i-00000000000000003";

/// web (running, two disks), db (running), asleep (stopped).
inline constexpr std::string_view kSmallFleet = R"({"instances": [
  {"id": "i-00000000000000001", "name": "web", "volumes": 2, "tags": {"BackupGroup": "g"}},
  {"id": "i-00000000000000002", "name": "web-db", "agent": "lost", "tags": {"BackupGroup": "g"}},
  {"id": "i-00000000000000003", "name": "asleep", "state": "stopped", "agent": "none"}]})";

class WorldTest : public testing::Test {
 protected:
  void SetUp() override { open({.path = ":memory:"}); }

  void open(Options options) {
    sandbox_.reset();
    auto opened = Sandbox::open(std::move(options), time_, time_, entropy_);
    ASSERT_TRUE(opened) << opened.error().text();
    sandbox_ = *std::move(opened);
  }
  void load(std::string_view fleet = kSmallFleet) {
    const auto loaded = sandbox_->load_fleet(kHere, json(fleet));
    ASSERT_TRUE(loaded) << loaded.error().text();
  }
  void faults(std::string_view rules) {
    auto read = read_faults(json(rules));
    ASSERT_TRUE(read) << read.error().text();
    sandbox_->set_faults(*std::move(read));
  }
  static Value json(std::string_view text) {
    auto value = text::parse_json(text);
    EXPECT_TRUE(value) << text;
    return value ? *value : Value{};
  }

  /// Calls and runs time until the answer has come.
  Result<Value> ask(std::string service, std::string operation, std::string_view input) {
    std::optional<Result<Value>> answer;
    sandbox_->call({kHere, std::move(service), std::move(operation), json(input), "tester"},
                   [&](Result<Value> result) { answer = std::move(result); });
    EXPECT_FALSE(answer) << "an answer inside the call";
    time_.run_while_busy([&] { return answer.has_value(); }, time_.now() + hours(2));
    if (answer) return *std::move(answer);
    return fail(ErrorKind::Timeout, "no answer at all");
  }
  Result<Value> ec2(std::string operation, std::string_view input) {
    return ask("ec2", std::move(operation), input);
  }
  /// The answer as JSON text, or the error's code.
  std::string code_of(std::string operation, std::string_view input) {
    const auto answer = ec2(std::move(operation), input);
    return answer ? "ok" : answer.error().code;
  }
  std::string text_of_error(std::string operation, std::string_view input) {
    const auto answer = ec2(std::move(operation), input);
    return answer ? "ok" : answer.error().text();
  }

  void wait(Duration span) { time_.run_until(time_.now() + span); }

  std::string power(std::string_view id) {
    for (const auto& row : sandbox_->instances(kHere))
      if (text_at(row, "InstanceId") == id) return str(text_of(*find_path(row, {"State", "Name"})));
    return "none";
  }
  Value image(std::string_view id) {
    for (auto& row : sandbox_->images(kHere))
      if (text_at(row, "ImageId") == id) return row;
    return {};
  }
  std::string state_of_image(std::string_view id) { return str(text_at(image(id), "State")); }
  std::string make_image(std::string_view instance, std::string_view name) {
    const auto made = ec2("CreateImage", R"({"NoReboot": true, "InstanceId": ")" + str(instance) +
                                             R"(", "Name": ")" + str(name) + R"("})");
    EXPECT_TRUE(made) << made.error().text();
    return made ? str(text_at(*made, "ImageId")) : "";
  }
  /// The ids under `member` of the list `list` of an answer, joined by blanks.
  static std::string ids(const Result<Value>& answer, std::string_view list,
                         std::string_view member) {
    if (!answer) return answer.error().code;
    std::string joined;
    for (const auto& row : list_at(*answer, list))
      joined += (joined.empty() ? "" : " ") + str(text_at(row, member));
    return joined;
  }
  std::string instance_ids(std::string_view input) {
    const auto answer = ec2("DescribeInstances", input);
    if (!answer) return answer.error().code;
    std::string joined;
    for (const auto& reservation : list_at(*answer, "Reservations"))
      for (const auto& row : list_at(reservation, "Instances"))
        joined += (joined.empty() ? "" : " ") + str(text_at(row, "InstanceId")).substr(17);
    return joined;
  }

  VirtualTime time_{wall_ms(1'767'292'200'000)};  // 2026-01-01T18:30:00Z
  SeededEntropy entropy_{42};
  std::unique_ptr<Sandbox> sandbox_;
};

}  // namespace hikae::sandbox
