// What happened in the simulated cloud, as the simulator itself saw it: who stopped and started
// what, every image that ever was, what operators did. The checkers judge by this, by the cloud as
// it is and by hikae's own rows; never by hikae's code.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "sandbox/sandbox.h"
#include "sim/weather.h"

namespace hikae::sim {

/// In whose name operators of the simulator call.
inline constexpr std::string_view kOperator = "arn:aws:iam::123456789012:user/operator";

/// How much the simulator itself remembers: all of it for judging, power alone for a long play.
enum class Watching { All, Power };

enum class By { Nobody, Hikae, Operator };

/// What is known of a machine's power.
struct PowerState {
  std::string state;               // EC2's name, the last one seen
  WallTime since{};                // of that state
  By stopped_by = By::Nobody;      // the last stop that was executed
  WallTime stopped_at{};           // the order
  WallTime stopped_by_hikae_at{};  // the last stop that hikae asked for
  WallTime ran_at{};               // when it last came up
  Duration longest_stop{0};        // from the order to running again, of hikae's stops
};

/// An image that was made while the simulator looked, or that was there before.
struct ImageState {
  std::string id;
  std::string name;
  std::string instance;
  std::string run;   // the tag hikae:run it was born with; empty: none
  std::string plan;  // the tag hikae:plan it was born with; empty: none
  WallTime created{};
  std::string state;  // "pending", "available", "failed", "deregistered"
  std::optional<WallTime> gone_at;
  By gone_by = By::Nobody;
  bool was_available = false;
  bool bears_marks = false;  // AutoBackup=true and the two tags of hikae-backup, fitting its name
};

class History {
 public:
  /// Sees what stands in the cloud before anything happens.
  void begin(const sandbox::Sandbox& cloud, const Scope& scope);
  /// Takes one change in.
  void take(const sandbox::Change& change, const sandbox::Sandbox& cloud, const Scope& scope,
            Watching watching);

  [[nodiscard]] const std::map<std::string, PowerState>& power() const { return power_; }
  [[nodiscard]] const std::map<std::string, ImageState>& images() const { return images_; }
  /// An operator writes tags on instances.
  void note_edit(const Value& create_tags, const sandbox::Sandbox& cloud, const Scope& scope,
                 WallTime now);
  void note_trouble(Fault fault, std::string_view operation, WallTime now);
  /// Every value that a tag of an instance had since `since`; "" where it was absent.
  [[nodiscard]] std::vector<std::string> tag_values(const sandbox::Sandbox& cloud,
                                                    const Scope& scope, std::string_view instance,
                                                    std::string_view key, WallTime since) const;
  /// Whether anything stood in the way of a start since `since`.
  [[nodiscard]] bool had_trouble_since(WallTime since) const { return last_trouble_ >= since; }
  [[nodiscard]] WallTime last_trouble() const { return last_trouble_; }

  /// The order that a state follows from: of "stopped" the StopInstances.
  [[nodiscard]] static By who(const sandbox::Change& change);

 private:
  void take_power(const sandbox::Change& change);
  void take_image(const sandbox::Change& change, const sandbox::Sandbox& cloud, const Scope& scope);
  void learn(const Value& image);

  std::map<std::string, PowerState> power_;
  std::map<std::string, ImageState> images_;
  struct Edit {
    WallTime at;
    std::string instance;
    std::string key;
    std::string before;
  };
  std::vector<Edit> edits_;
  WallTime last_trouble_{};
};

/// The value of a tag in an entry of Describe…; absent where there is none.
[[nodiscard]] std::optional<std::string> tag_value(const Value& resource, std::string_view key);

}  // namespace hikae::sim
