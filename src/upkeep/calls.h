// Calls of upkeep: patient with throttling and lost answers, and paged to the end.
//
// Everything upkeep sends may be sent twice: it reads, deletes by an id that is never used again,
// or publishes (at least once). So a lost answer is simply asked for again; nothing is journalled.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/cloud.h"
#include "base/hold.h"
#include "base/ids.h"
#include "base/ports.h"
#include "base/result.h"
#include "base/value.h"
#include "upkeep/turns.h"

namespace hikae::upkeep {

/// Where upkeep works. The ports must outlive all that is under way. One thread.
struct Context {
  aws::Cloud& cloud;
  const WallClock& clock;
  Timers& timers;
  Scope scope;
  std::string caller;              // ARN in whose name the calls go; empty: hikae itself
  std::shared_ptr<Turns> turns{};  // shared by all that may prune at once; absent: nobody else does
};

/// One call, sent up to five times over some 15 s while it is throttled, unavailable or times out
/// (and while a snapshot is still held by the image that has just gone). `done` is called once,
/// later.
void ask(const Context& context, std::string service, std::string operation, Value input,
         aws::Done done);

/// The same, sent once.
void ask_once(const Context& context, std::string service, std::string operation, Value input,
              aws::Done done);

/// The call was not done, or nobody knows, and the same call may well succeed a little later.
[[nodiscard]] bool worth_repeating(const Error& error);
/// How long to wait after the attempt of that number (1, 2, …) at what `what` names.
[[nodiscard]] Duration pause_after(int attempt, std::string_view what);
inline constexpr int kAttemptsMax = 5;

/// All pages of a list operation that pages by NextToken: the items of `member`, joined. Errors:
/// the call's own; `Limit` after 10,000 pages.
void list_all(const Context& context, std::string service, std::string operation, Object input,
              std::string member, std::move_only_function<void(Result<Array>)> done);

/// EC2's filter: {"Name": name, "Values": values}. Values are taken literally: `*`, `?` and `\`
/// are escaped.
[[nodiscard]] Value exact_filter(std::string_view name, const std::vector<std::string>& values);
/// The same with the values as they are, wildcards included.
[[nodiscard]] Value wildcard_filter(std::string_view name, std::string_view pattern);

/// The value of a tag in the `Tags` of an EC2 resource; absent where it has none.
[[nodiscard]] std::optional<std::string_view> tag_of(const Value& resource, std::string_view key);

/// Publishes to a topic; the subject is made fit for SNS (ASCII, one line, under 100 characters).
void publish(const Context& context, std::string topic_arn, std::string_view subject,
             std::string message, aws::Done done);

}  // namespace hikae::upkeep
