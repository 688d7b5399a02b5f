// A kernel in memory for the tests of services: virtual time, seeded entropy, a router as the
// cloud, and kinds of machines that only record what they were told.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/router.h"
#include "base/entropy.h"
#include "base/secret_box.h"
#include "base/virtual_time.h"
#include "engine/kernel.h"
#include "store/database.h"
#include "text/json.h"

namespace hikae::plane {

/// Lives until it is told "delete"; its record is what it was started with and every signal since.
class RecordingKind final : public MachineKind {
 public:
  explicit RecordingKind(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId&) const override {
    return std::make_unique<Recorder>();
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId&,
                                                      const Value& saved) const override {
    auto recorder = std::make_unique<Recorder>();
    recorder->record = saved.as_object();
    return recorder;
  }

 private:
  struct Recorder final : Machine {
    Object record{{"Input", nullptr}, {"Signals", Array()}};
    void decide(const Event& event, WallTime, Commands& commands) override {
      if (const auto* started = std::get_if<event::Started>(&event))
        record["Input"] = started->input;
      const auto* signal = std::get_if<event::Signalled>(&event);
      if (!signal) return;
      record["Signals"].as_array().push_back(
          Object{{"Name", signal->name}, {"Payload", signal->payload}});
      if (signal->name == "delete") commands.finish(Object());
    }
    [[nodiscard]] Value save() const override { return record; }
  };
  std::string name_;
};

/// A disk that a test says is short of space.
struct TestDisk final : engine::Reserve {
  bool is_low = false;
  [[nodiscard]] bool is_kept() const override { return true; }
  [[nodiscard]] bool is_disk_low() const override { return is_low; }
  bool release() override { return true; }
  [[nodiscard]] Result<> keep() override { return {}; }
};

class TestKernel {
 public:
  using Kinds = std::vector<std::unique_ptr<MachineKind>>;

  static constexpr std::string_view kAccount = "123456789012";
  static constexpr std::string_view kRegion = "ap-northeast-1";

  explicit TestKernel(Kinds kinds = recording({"mail", "delivery", "event", "rule"}))
      : TestKernel(std::move(kinds), store::Database::open(":memory:", store::Sync::Off).value(),
                   parse_iso("2026-01-01T18:30:00Z").value()) {
    EXPECT_TRUE(kernel->recover());
  }
  /// On a database that was used before; recover() is the caller's, when its services stand.
  TestKernel(Kinds kinds, std::unique_ptr<store::Database> used, WallTime start)
      : time(start), database(std::move(used)) {
    kernel =
        engine::Kernel::open(*database, {time, time, entropy, log, &disk}, router, std::move(kinds))
            .value();
  }

  static Kinds recording(std::initializer_list<std::string_view> names) {
    Kinds kinds;
    for (const auto name : names) kinds.push_back(std::make_unique<RecordingKind>(str(name)));
    return kinds;
  }

  /// Calls and waits for the answer; time may move.
  Result<Value> call(aws::Cloud& cloud, std::string_view operation, Value input,
                     std::string_view caller = {}) {
    std::optional<Result<Value>> answer;
    bool inside = true;
    cloud.call({scope, "", str(operation), std::move(input), str(caller)},
               [&](Result<Value> given) {
                 EXPECT_FALSE(inside) << "answered inside the call";
                 answer = std::move(given);
               });
    inside = false;
    time.run_while_busy([&] { return answer.has_value(); }, time.now() + hours(24));
    if (!answer) return fail(ErrorKind::Timeout, "NoAnswer", "no answer in a day");
    return *std::move(answer);
  }

  /// The answer; a test failure where it is an error.
  Value ok(aws::Cloud& cloud, std::string_view operation, Value input) {
    auto answer = call(cloud, operation, std::move(input));
    EXPECT_TRUE(answer) << operation << ": " << (answer ? "" : answer.error().text());
    return answer ? *std::move(answer) : Value();
  }

  /// The error's code; "" where it was no error.
  std::string refused(aws::Cloud& cloud, std::string_view operation, Value input) {
    const auto answer = call(cloud, operation, std::move(input));
    return answer ? "" : answer.error().code;
  }

  std::vector<engine::View> machines(std::string_view kind) {
    return kernel->list(scope, kind, 100);
  }

  VirtualTime time;
  SeededEntropy entropy{1};
  AesSecretBox secrets{SecretKey{1, 2, 3}, entropy};
  TestDisk disk;
  std::vector<std::string> logged;
  Log log{time, [this](std::string_view line) { logged.emplace_back(line); }, LogLevel::Warn};
  aws::Router router{time};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<engine::Kernel> kernel;
  Scope scope{str(kAccount), str(kRegion)};
};

/// JSON text as a value, for tests that read better that way.
inline Value json(std::string_view text) { return text::parse_json(text).value(); }

}  // namespace hikae::plane
