// For the tests of actions: a document of one step, its inputs as YAML flow text.
#pragma once

#include <fmt/format.h>

#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"
#include "text/json.h"

namespace hikae::runbook::testing {

class OneStep : public ::testing::Test {
 protected:
  void SetUp() override {
    ec2.instances["i-1"] = {};
    driver.cloud = [this](const Call& call, WallTime now) {
      const auto turn = turns_.find(call.operation);
      const auto trouble = ec2.troubles.find(call.operation);
      const bool is_troubled = ec2.silent[call.operation] ||
                               (trouble != ec2.troubles.end() && trouble->second.times != 0);
      if (is_troubled || turn == turns_.end()) return ec2(call, now);
      auto& [next, list] = turn->second;
      return answers(list[std::min(next++, list.size() - 1)]);
    };
  }
  /// What the operation answers, call by call; the last one for ever.
  void on(const std::string& operation, std::vector<Value> in_turn) {
    turns_[operation] = {0, std::move(in_turn)};
  }
  void signal_after(Duration wait, std::string_view name, Object payload = {}) {
    driver.play_for(wait);
    driver.signal(run, str(name), std::move(payload));
  }
  void begin(const std::string& action, const std::string& inputs, const std::string& more = "") {
    driver.add_document("Doc", fmt::format("schemaVersion: '0.3'\nmainSteps:\n  - name: Do\n"
                                           "    action: aws:{}\n    inputs: {{{}}}\n{}",
                                           action, inputs, more));
    run = driver.start("Doc");
  }
  std::string play(const std::string& action, const std::string& inputs,
                   const std::string& more = "") {
    begin(action, inputs, more);
    driver.play();
    return driver.status(run);
  }
  std::string cancel_after(Duration duration) {
    driver.play_for(duration);
    driver.signal(run, "cancel");
    driver.play();
    return driver.status(run);
  }
  void fails(const std::string& operation, const std::string& code = "Trouble", int times = -1) {
    ec2.troubles[operation] = {.code = code, .times = times};
  }
  std::string sent(std::string_view operation, std::size_t index = 0) const {
    const auto calls = driver.calls(operation);
    return index < calls.size() ? text::to_json(calls[index].input) : "(not sent)";
  }
  std::string outputs() const {
    return text::to_json(object_at(driver.step(run, "Do"), "Outputs"));
  }
  /// The failure of the step without the sentence that refers to the guide.
  std::string failure() const {
    constexpr std::string_view kGuide =
        " Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";
    auto text = driver.failure_of(run, "Do");
    if (text.ends_with(kGuide)) text.resize(text.size() - kGuide.size());
    return text;
  }

  std::map<std::string, std::pair<std::size_t, std::vector<Value>>> turns_;
  ToyEc2 ec2;
  RunDriver driver;
  std::string run;
};

}  // namespace hikae::runbook::testing
