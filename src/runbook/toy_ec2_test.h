// For the tests of runs: a few instances and images whose states follow from the clock. Any
// operation can be told to fail, so many times or for ever.
#pragma once

#include <map>
#include <string>

#include "runbook/run_driver_test.h"

namespace hikae::runbook::testing {

class ToyEc2 {
 public:
  struct Instance {
    std::string state = "running";
    std::string next = {};    // what it becomes …
    WallTime next_at{};       // … then
    WallTime checks_ok_at{};  // with status "running"
    std::map<std::string, std::string> tags = {};
    WallTime launched{};  // zero: EC2 does not say
    WallTime stopped{};   // by somebody, on purpose; zero: EC2 does not say
  };
  struct Image {
    std::string name;
    WallTime available_at{};
    std::string final_state = "available";
  };

  std::map<std::string, Instance> instances;
  std::map<std::string, Image> images;
  Duration stop_takes = seconds(30);
  Duration start_takes = seconds(20);
  Duration checks_take = seconds(90);
  Duration image_takes = minutes(20);
  bool image_fails = false;
  bool has_snapshots = true;
  /// Fails calls of that operation: {code, how many times}; -1 is for ever.
  struct Trouble {
    std::string code;
    int times = -1;
    ErrorKind kind = ErrorKind::Invalid;
  };
  std::map<std::string, Trouble> troubles;
  /// Calls of that operation are never answered, and never happen.
  std::map<std::string, bool> silent;

  Reply operator()(const Call& call, WallTime now);
  [[nodiscard]] std::string state(const std::string& instance, WallTime now);

 private:
  void settle(WallTime now);
  Reply change(const Call& call, WallTime now);
  Reply describe_instances(const Call& call);
  Reply describe_status(const Call& call, WallTime now);
  Reply describe_tags(const Call& call);
  Reply tag(const Call& call);
  Reply describe_images(const Call& call, WallTime now);
  Reply describe_snapshots(const Call& call);
  Reply create_image(const Call& call, WallTime now);
};

}  // namespace hikae::runbook::testing
