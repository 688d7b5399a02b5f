#include "runbook/status.h"

#include <array>
#include <utility>

namespace hikae::runbook {
namespace {

constexpr std::array<std::pair<Status, std::string_view>, 8> kStatusNames{{
    {Status::Pending, "Pending"},
    {Status::InProgress, "InProgress"},
    {Status::Waiting, "Waiting"},
    {Status::Success, "Success"},
    {Status::TimedOut, "TimedOut"},
    {Status::Cancelling, "Cancelling"},
    {Status::Cancelled, "Cancelled"},
    {Status::Failed, "Failed"},
}};

std::optional<std::size_t> onward(const Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  if (step.is_end) return std::nullopt;
  if (!step.next_step.empty()) return document.step_index(step.next_step);
  const auto end = step.loop
                       ? document.steps[*step.loop].body + document.steps[*step.loop].body_size
                       : document.main_steps;
  if (index + 1 < end) return index + 1;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Status status) {
  return kStatusNames[static_cast<std::size_t>(status)].second;
}

Result<Status> read_status(std::string_view text) {
  for (const auto& [status, name] : kStatusNames)
    if (name == text) return status;
  return fail(ErrorKind::Invalid, "unknown status '" + str(text) + "' in a saved run");
}

bool is_terminal(Status status) {
  return status == Status::Success || status == Status::TimedOut || status == Status::Cancelled ||
         status == Status::Failed;
}

Status status_with(Status so_far, const Step& step, Status result) {
  const bool went_wrong = result != Status::Success;
  if (step.loop && step.on_failure == Jump::Abort) return so_far;  // its loop fails in its place
  return so_far == Status::Success && went_wrong && step.critical() ? result : so_far;
}

std::optional<std::size_t> step_after(const Document& document, std::size_t index, Status result,
                                      std::string_view chosen) {
  const auto& step = document.steps[index];
  if (result == Status::Success && !chosen.empty()) return document.step_index(chosen);
  if (result == Status::Success) return onward(document, index);
  switch (step.on_failure) {
    case Jump::Abort: return std::nullopt;
    case Jump::Continue: return onward(document, index);
    case Jump::Step: return document.step_index(step.on_failure_step);
  }
  return std::nullopt;
}

}  // namespace hikae::runbook
