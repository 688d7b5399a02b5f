// The checkers of the promises (docs/reference/reliability.md 2), one a file in src/sim/promises/.
// They judge by what the simulated cloud did, by hikae's rows and by its mails; they share no code
// with what they judge.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/world.h"

namespace hikae::sim {

struct Violation {
  std::string promise;  // "S1 power"
  std::string what;
  WallTime at;
};

/// What the checkers are told of the plans, so that they need not ask hikae. Windows open daily.
struct WindowFacts {
  std::string name;       // of the maintenance window
  std::string group;      // the value of the tag BackupGroup
  int minute_of_day = 0;  // UTC
  int hours_open = 1;
  int keep_last = 0;  // 0: nothing is deleted where the tag says nothing
};
struct Facts {
  std::vector<WindowFacts> windows;
  std::vector<std::string> notified;  // addresses
  WallTime begun;                     // when the plans came into force
};

class Checker {
 public:
  virtual ~Checker() = default;
  [[nodiscard]] virtual std::string_view promise() const = 0;
  /// A call that changes something leaves hikae.
  virtual void leaving(const World&, const aws::Request&) {}
  /// Something has happened in the cloud, whoever did it.
  virtual void changed(const World&, const sandbox::Change&) {}
  virtual void committed(const World&) {}
  virtual void died(const World&, bool /*is_exact*/) {}
  virtual void revived(const World&) {}
  /// No fault for a while, no run active, the world quiet.
  virtual void rested(const World&) {}

 protected:
  void broken(const World& world, std::string what);

 private:
  friend class Court;
  std::vector<Violation>* list_ = nullptr;
};

class Court final : public Watcher {
 public:
  /// All checkers; the world tells this court from now on, and both end together.
  Court(World& world, Facts facts);
  ~Court() override;

  void leaving(const aws::Request& request) override;
  void changed(const sandbox::Change& change) override;
  void committed() override;
  void died(bool is_exact) override;
  void revived() override;
  /// To be called at rest.
  void rested();
  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
  [[nodiscard]] std::vector<std::string> promises() const;

 private:
  World& world_;
  Facts facts_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  std::vector<Violation> violations_;
};

}  // namespace hikae::sim
