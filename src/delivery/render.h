// The mail that a person can act on from a phone: which machine, what went wrong, is it running, is
// there an image, what to do. Pure.
//
// Everything that comes from tags, documents and events is hostile: control characters reach
// neither subject nor body, lengths are bounded, and only ids of known form stand in commands.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "base/value.h"
#include "delivery/facts.h"

namespace hikae::delivery {

struct Rendered {
  std::string subject;  // UTF-8, one line, at most kSubjectCharacters
  std::string body;     // UTF-8, lines end in \n
  bool attach_event = false;
};

inline constexpr std::size_t kSubjectCharacters = 120;

/// The event in a published message; nullopt where the message is no event (no JSON map with
/// "source" and "detail-type").
[[nodiscard]] std::optional<Value> event_in(std::string_view message);

/// `input` is a mail machine's (delivery/delivery.h), `event` what event_in() found in its Message.
/// Run ends, hikae's own events, other events and plain texts each have their own form; email-json
/// is the message in its envelope, unrendered.
[[nodiscard]] Rendered render(const Value& input, const std::optional<Value>& event,
                              const Answers& answers, WallTime now);

/// The end of a run, told where no mail of hikae's own goes out (a topic of AWS): render()'s text
/// without what only such a mail can promise.
struct RunReport {
  std::string subject;        // as render()'s
  std::string plain_subject;  // printable ASCII, at most kPlainSubjectCharacters; may lack the name
  std::string body;
  InstanceFacts instance;
  RunFacts run;
};

inline constexpr std::size_t kPlainSubjectCharacters = 99;  // SNS: fewer than 100

/// `words` as in delivery/advice.h.
[[nodiscard]] RunReport report_run(const Value& event, const Answers& answers,
                                   std::string_view words = {});

}  // namespace hikae::delivery
