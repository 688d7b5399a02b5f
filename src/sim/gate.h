// The wire between hikae and the cloud in the simulator: every call of the house passes here, meets
// the weather, and is shown to who watches. An answer for a process that has died is nobody's; a
// request that had left it is executed all the same.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "aws/cloud.h"
#include "sim/host.h"
#include "sim/weather.h"

namespace hikae::sim {

/// A call that changes something.
[[nodiscard]] bool is_mutation(const aws::Request& request);

class Gate final : public aws::Cloud {
 public:
  using Watch = std::function<void(const aws::Request&)>;

  Gate(aws::Cloud& cloud, VirtualTime& time, const HostClock& host, Weather& weather)
      : cloud_(cloud), time_(time), host_(host), weather_(weather) {}

  void call(aws::Request request, aws::Done done) override;

  /// Called with each mutation: when it leaves the process, and when the cloud has executed it (or
  /// has refused it).
  void watch(Watch leaving, Watch executed) {
    leaving_ = std::move(leaving);
    executed_ = std::move(executed);
  }
  void on_fault(std::function<void(Fault, const aws::Request&)> then) {
    on_fault_ = std::move(then);
  }
  void forget_all();
  /// Mutations that left and were not answered.
  [[nodiscard]] int in_flight() const { return in_flight_; }
  /// When hikae last had an answer of that operation about that instance; zero: never.
  [[nodiscard]] WallTime last_answer(std::string_view operation, std::string_view instance) const {
    const auto found = answers_.find(str(operation) + "/" + str(instance));
    return found == answers_.end() ? WallTime{} : found->second;
  }
  /// By operation, reads included.
  [[nodiscard]] const std::map<std::string, std::int64_t>& counts() const { return counts_; }

 private:
  using Waiting = std::map<std::uint64_t, aws::Done>;
  using Answer = std::move_only_function<void(Result<Value>)>;
  [[nodiscard]] Answer answer_to(aws::Done done, const aws::Request& request, const Fate& fate);
  void note_answer(const std::string& operation, const Array& instances);
  void execute(aws::Request request, Answer answer);

  aws::Cloud& cloud_;
  VirtualTime& time_;
  const HostClock& host_;
  Weather& weather_;
  Watch leaving_, executed_;
  std::function<void(Fault, const aws::Request&)> on_fault_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
  std::uint64_t last_ = 0;
  int in_flight_ = 0;
  std::map<std::string, std::int64_t> counts_;
  std::map<std::string, WallTime> answers_;  // by operation/instance
};

}  // namespace hikae::sim
