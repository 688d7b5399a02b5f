// Rehearsals: a document played on the embedded cloud under virtual time, before it is played on
// real servers, and what its author expects of it. Behind `hikae test`
// (docs/testing-runbooks.md is the format, key by key).
//
// A file holds several tests; what they share stands at its top. A test names a document, a fleet,
// what goes wrong and what people do meanwhile, and says what steps, status and world it expects.
// The same file gives the same report, byte for byte: each test is a world of its own with its own
// clock and seed.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "sandbox/faults.h"
#include "text/diagnostic.h"

namespace hikae::sim::rehearsal {

/// A number, or a duration in milliseconds, with a least and a greatest value.
struct Bound {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::string written;  // as the author wrote it: "2", ">=2", "30m..40m"
  [[nodiscard]] bool holds(std::int64_t number) const { return number >= least && number <= most; }
};

struct DocumentText {
  std::string name;
  std::string text;
  Object tags;
};

/// A call that is answered by the file and not by the embedded cloud.
struct CannedAnswer {
  std::string service, operation;  // as the service model spells them
  Value input;                     // what the call's input must hold; an object, maybe empty
  Result<Value> answer = Value();
  std::int64_t skip = 0;
  std::optional<std::int64_t> times;
  Duration delay{};
};

/// What somebody does while the run goes on.
struct Deed {
  enum class Kind { Cancel, Call, Restart };
  Kind kind = Kind::Cancel;
  std::string step{};  // when that step has begun; empty: counted from the run's start
  Duration after{};
  std::string service{}, operation{};  // Call
  Value input{};                       // Call; the text "$RUN" in it stands for the execution's id
  Duration down{};                     // Restart: how long hikae is not there
};

/// A call before the run begins: a topic, a subscription, a stack.
struct SetupCall {
  std::string service, operation;
  Value input;
};

struct WantedStep {
  bool is_gap = false;  // "...": any number of steps
  std::string name{};
  std::string status{};
  std::string failure{};  // words of its failure message; empty: not looked at
};

using WantedTags = std::vector<std::pair<std::string, std::optional<std::string>>>;  // absent: none

struct WantedInstance {
  std::string key{};                              // its Name tag, or its id
  std::string state{};                            // at the end; empty: not looked at
  std::optional<std::vector<std::string>> was{};  // its power's changes, in order
  std::optional<Bound> stopped{};                 // from the order to stop until it runs again, ms
  WantedTags tags{};
};

/// Images or snapshots, by the words that docs/testing-runbooks.md lists.
struct WantedThings {
  std::map<std::string, Bound> counts;
  WantedTags tags;  // of every new one
};

struct WantedMail {
  bool is_gap = false;  // "...": others may have come too
  std::string to{}, subject{}, text{};
};

struct Expected {
  std::string status;  // of the execution; "Refused": it was not begun
  std::vector<std::string> failure;
  std::optional<std::vector<WantedStep>> steps;
  std::vector<std::pair<std::string, Value>> outputs;
  std::map<std::string, Bound> calls;  // by "service:Operation"
  std::vector<WantedInstance> instances;
  std::optional<WantedThings> images, snapshots;
  std::optional<Bound> mail_count;
  std::optional<std::vector<WantedMail>> mails;
  std::optional<Bound> took;                     // ms
  std::map<std::string, text::Position> places;  // of each key that was written
};

/// One test, complete: nothing of the file is needed any more.
struct Rehearsal {
  std::string name;
  text::Position at;  // in the file
  DocumentText document;
  std::vector<DocumentText> also;
  Object parameters;  // lists of texts
  Object request;     // further members of StartAutomationExecution
  Value fleet;
  std::vector<sandbox::FaultRule> faults;
  std::vector<CannedAnswer> answers;
  std::vector<SetupCall> setup;
  std::vector<Deed> deeds;
  WallTime start{};
  std::uint64_t seed = 1;
  Duration max_time{};
  Duration linger{};
  Expected expected;
};

/// What a file of tests may ask the outside for.
struct Sources {
  /// A file beside the tests, by its path as written (variables put in).
  std::function<Result<std::string>(const std::string& path)> read;
  /// ${NAME} in a path.
  std::function<std::optional<std::string>(const std::string& name)> variable;
};

/// All tests of a file, in order. Empty where there are errors in `problems`, which all have their
/// places and say how to mend them.
[[nodiscard]] std::vector<Rehearsal> read_rehearsals(std::string_view text, const Sources& sources,
                                                     text::Diagnostics& problems);

/// A line of the timeline.
struct Moment {
  WallTime at{};
  std::string step;    // "StopIt", "AWS-StopEC2Instance/StopInstances"; empty: of no step
  std::string what;    // "ec2:StopInstances", "begins", "Failed", "web is stopped"
  std::string answer;  // empty: none
  std::int64_t times = 1;
  WallTime last{};  // of several alike
};

/// An expectation that was not met.
struct Mismatch {
  std::string key;  // "status", "instances.web"
  text::Position at;
  std::string expected, actual;
  std::vector<std::string> diff;  // "  same", "- expected", "+ was there"; may be empty
};

struct Played {
  std::string name;
  text::Position at;
  Duration took{};                   // of the run, in virtual time
  std::string error;                 // it could not be played at all
  std::vector<Mismatch> mismatches;  // none: the test is good
  std::vector<Moment> timeline;
  [[nodiscard]] bool is_good() const { return error.empty() && mismatches.empty(); }
};

[[nodiscard]] Played play(const Rehearsal& rehearsal);

}  // namespace hikae::sim::rehearsal
