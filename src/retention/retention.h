// Which images of one instance may go, and why: a pure function.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "retention/rule.h"

namespace hikae::retention {

enum class Ours { No, Yes };

/// What is known of one image. `protection` is why it must stay whatever the rule says ("it is on
/// hold", "it is shared"); empty where nothing protects it.
struct Image {
  ImageId id;
  std::string name;
  std::string state;  // EC2's word: "available", "pending", "failed", …
  WallTime created;
  InstanceId source;  // empty: not known
  Ours ours = Ours::No;
  std::string protection;
  std::string not_ours{};  // why it is not ours, where that is known
  std::string doubt{};  // why its content is unsure; such an image is kept, and counts for nothing
};

enum class Verdict { Keep, Delete };

[[nodiscard]] std::string_view to_string(Verdict verdict);

struct Decision {
  Verdict verdict = Verdict::Keep;
  std::string reason;    // for a person; never empty
  bool good = false;     // it counts as a generation
  bool foreign = false;  // not ours: neither counted nor deleted
  friend bool operator==(const Decision&, const Decision&) = default;
};

struct Plan {
  std::vector<Decision> decisions;  // one for each image, in their order
  int good_before = 0;
  int good_after = 0;
};

/// Decides over the images of `instance`. The rules, which hold whatever is handed in
/// (docs/reference/reliability.md S5, S6, S7):
/// - good is an image that is ours, of this very instance, available and not dated after `now`;
///   only good ones are counted and only they go by the rule;
/// - the newest good one stays; with `rule.last` N the N newest good ones stay;
/// - what is foreign, of another or an unknown instance, pending, doubtful, dated in the future or
///   protected stays;
/// - an image of ours that ended failed goes once a newer good one exists;
/// - without a rule, or with an empty one, everything stays; `no_rule_reason` says why.
/// Each decision's reason is one of: "generation 1 of 3" and the like (a part of the rule keeps
/// it); "number 4 from the newest; the rule keeps …"; "ended failed, and a newer good one exists";
/// "foreign: …"; "it was made of another instance (…)"; "its source instance is not known"; "dated
/// in the future (…)"; "pending, so it does not count as a generation" (or any other state); the
/// image's doubt; its protection; `no_rule_reason`.
/// The order of the input does not matter. Equal dates are ordered by id.
[[nodiscard]] Plan decide(const InstanceId& instance, std::span<const Image> images,
                          const std::optional<Rule>& rule, WallTime now,
                          std::string_view no_rule_reason = {});

}  // namespace hikae::retention
