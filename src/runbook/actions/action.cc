#include "runbook/actions/action.h"

namespace hikae::runbook {

void Action::resume(Play&, std::string_view, const Event&) const {}

void Action::on_signal(Play&, const event::Signalled&) const {}

bool Action::decides(std::string_view, const Result<Value>&, const std::function<Object()>&) const {
  return true;
}

void Action::leave(Play&, Leaving) const {}

void Action::resume_leaving(Play&, std::string_view, const Event&) const {}

bool Action::has_left(const Play& play, Leaving why) const {
  // A mutating call that is out could still take effect after the run has ended and nobody looks.
  return why == Leaving::TimedOut || play.record().attempt->calls.empty();
}

}  // namespace hikae::runbook
