// What is not over yet in an installation: servers that hikae has stopped and not started, mails
// that nobody has, runs under way. All of it is on disk; `hikae up` goes on with it.
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/session.h"

namespace hikae::cli {

/// A server that hikae has stopped and must start again (docs/reference/reliability.md, "power").
struct OpenObligation {
  std::string instance;
  std::string run;  // the topmost run, which stopped it
  std::string why;  // the run's own words for the stop
  WallTime since;   // of the stop
  friend bool operator<(const OpenObligation& a, const OpenObligation& b) {
    return a.instance != b.instance ? a.instance < b.instance : a.run < b.run;
  }
};

struct OpenMail {
  std::string to;
  std::string subject;  // empty: not rendered yet
  std::int64_t attempts = 0;
};

struct OpenWork {
  std::vector<OpenObligation> obligations;  // by instance
  std::vector<OpenMail> mails;
  std::size_t tellings = 0;  // events on their way that no mail was made of yet
  std::size_t runs = 0;      // root runs and their children
  [[nodiscard]] bool empty() const {
    return obligations.empty() && mails.empty() && tellings == 0 && runs == 0;
  }
};

/// Reads memory and disk only, so it answers after an interruption too.
[[nodiscard]] OpenWork open_work(Session& session);

enum class EndedBy { Rest, Limit, Interruption };
/// Lets the world go on until no obligation, event, delivery or mail is living, for at most
/// `limit`; under the virtual clock until nothing but windows and rules is living.
EndedBy wait_until_at_rest(Session& session, Output& out, Duration limit);

/// Nothing where nothing is open.
void print_open_work(Output& out, const OpenWork& open);
/// The same, and how to go on.
void print_open_work(Output& out, const Session& session, const OpenWork& open);
/// {Obligations: [{InstanceId, RunId, Reason, Since}], Mails: [{To, Subject, Attempts}], Tellings,
/// Runs}
[[nodiscard]] Value to_value(const OpenWork& open);
/// `otherwise` where nothing is open. An interruption first; then a server that is owed its start;
/// then mails that nobody has.
[[nodiscard]] Exit exit_with(const OpenWork& open, EndedBy ended, Exit otherwise);

/// Mails and deliveries that were given up in the last two weeks.
[[nodiscard]] Result<Array> dead_mails(Session& session);

}  // namespace hikae::cli
