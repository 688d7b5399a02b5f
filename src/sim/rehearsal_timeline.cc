#include "sim/rehearsal_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/json.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::size_t kMomentsKept = 20'000;
constexpr std::size_t kAnswerShown = 120;

bool has_status_ended(std::string_view status) {
  for (const auto* going : {"InProgress", "Waiting", "Pending", "Cancelling", "RunbookInProgress"})
    if (status == going) return false;
  return true;
}

bool is_telling(std::string_view name) {
  constexpr std::array<std::string_view, 8> kTelling{
      "State",    "Name",          "Status",       "Value",
      "Progress", "FunctionError", "CurrentState", "PreviousState"};
  if (name == "OwnerId" || name == "ReservationId" || name == "VpcId") return false;
  return name.ends_with("Id") || std::ranges::find(kTelling, name) != kTelling.end();
}

/// hikae's talk with itself; scripts and webhooks are the document's.
bool is_own_affair(std::string_view service) {
  return service.starts_with("hikae") && service != "hikae-script" && service != "hikae-webhook";
}

/// What a person wants to know of an answer: states and ids; never its whole text.
void gather_facts(const Value& value, int depth, std::vector<std::string>& facts) {
  constexpr std::size_t kMost = 6;
  if (depth > 6 || facts.size() >= kMost) return;
  if (const auto* list = value.if_array()) {
    if (list->empty() && depth <= 1) facts.emplace_back("none");
    for (const auto& item : *list) gather_facts(item, depth + 1, facts);
    return;
  }
  const auto* object = value.if_object();
  if (!object) return;
  for (const auto& [key, member] : *object) {
    if (facts.size() >= kMost) return;
    const std::string_view name = key;
    const auto text = member.is_object() ? text_at(member, "Name") : text_of(member);
    if (is_telling(name) && !text.empty())
      facts.push_back(fmt::format("{}={}", name, text));
    else
      gather_facts(member, depth + 1, facts);
  }
}

std::string shown_answer(const Result<Value>& answer) {
  if (!answer) return answer.error().text().substr(0, kAnswerShown);
  std::vector<std::string> facts;
  gather_facts(*answer, 0, facts);
  return facts.empty() ? "ok" : fmt::format("{}", fmt::join(facts, " ")).substr(0, kAnswerShown);
}

bool alike(const Moment& a, const Moment& b) {
  return a.step == b.step && a.what == b.what && a.answer == b.answer;
}

}  // namespace

void Timeline::sees(const aws::Request& request) {
  last_call_ = kNoCall;
  if (!is_on_) return;
  if (request.service == "hikae-bus") {
    if (const auto* event = find(request.input, "Event")) sees_event(*event);
    return;
  }
  if (is_own_affair(request.service)) return;
  auto call = request.service + ":" + request.operation;
  ++calls_[call];
  last_call_ = add(std::move(call), "");
}

void Timeline::answered(std::size_t call, const Result<Value>& answer) {
  if (call < entries_.size()) entries_[call].moment.answer = shown_answer(answer);
}

std::size_t Timeline::note(std::string what, std::string answer) {
  return is_on_ ? add(std::move(what), std::move(answer)) : kNoCall;
}

void Timeline::note_at(WallTime at, std::string what, std::string answer) {
  const auto number = note(std::move(what), std::move(answer));
  if (number != kNoCall) entries_[number].moment.at = entries_[number].moment.last = at;
}

std::size_t Timeline::add(std::string what, std::string answer) {
  if (entries_.size() >= kMomentsKept) return kNoCall;
  entries_.push_back(
      {{time_.now(), "", std::move(what), std::move(answer), 1, time_.now()}, Rank::Call});
  return entries_.size() - 1;
}

void Timeline::sees_event(const Value& event) {
  const auto* detail = find(event, "detail");
  if (!detail || text_at(event, "source") != "aws.ssm" ||
      text_at(event, "detail-type") != "EC2 Automation Execution Status-change Notification")
    return;
  const auto status = text_at(*detail, "Status");
  if (root_.empty()) root_ = text_at(*detail, "ExecutionId");
  note(fmt::format("{} is {}", text_at(*detail, "Definition"), status));
  if (!entries_.empty()) entries_.back().is_of_step = false;
  if (text_at(*detail, "ExecutionId") == root_) ended_ = has_status_ended(status);
}

/// Steps of a child bear the name of its document.
void Timeline::tell_run(const Value& execution) {
  const bool is_root = text_at(execution, "AutomationExecutionId") == root_;
  const auto prefix = is_root ? std::string() : str(text_at(execution, "DocumentName")) + "/";
  for (const auto& step : list_at(execution, "StepExecutions"))
    if (text_at(step, "StepStatus") != "Pending")
      tell_step(step, prefix + str(text_at(step, "StepName")));
}

void Timeline::tell_step(const Value& step, std::string name) {
  const auto begin = parse_iso(text_at(step, "ExecutionStartTime"));
  if (!begin || steps_.size() >= kMomentsKept) return;
  const auto end = parse_iso(text_at(step, "ExecutionEndTime"));
  const auto action = str(text_at(step, "Action"));
  if (!end || *end > *begin) {
    spans_.push_back({name, *begin, end.value_or(WallTime::max())});
    steps_.push_back({{*begin, name, "begins", action, 1, *begin}, Rank::StepBegins});
  }
  if (!end) return;
  const auto status = str(text_at(step, "StepStatus"));
  const auto rank = *end == *begin                        ? Rank::StepBegins
                    : status == "Cancelled"               ? Rank::StepIsCut
                    : name.find('/') != std::string::npos ? Rank::ChildStepEnds
                                                          : Rank::StepEnds;
  const auto why = str(text_at(step, "FailureMessage"));
  steps_.push_back(
      {{*end, std::move(name), status, why.empty() && *end == *begin ? action : why, 1, *end},
       rank});
}

/// The one that began last and was under way; children are told behind their parents.
std::string Timeline::step_at(WallTime at) const {
  const Span* innermost = nullptr;
  for (const auto& span : spans_)
    if (span.begin <= at && at < span.end && (!innermost || span.begin >= innermost->begin))
      innermost = &span;
  return innermost ? innermost->step : std::string();
}

/// Polls that saw the same again and again are one line.
std::vector<Moment> Timeline::moments() const {
  auto all = steps_;
  for (auto entry : entries_) {
    if (entry.is_of_step) entry.moment.step = step_at(entry.moment.at);
    all.push_back(std::move(entry));
  }
  std::ranges::stable_sort(all, [](const Entry& a, const Entry& b) {
    return a.moment.at != b.moment.at ? a.moment.at < b.moment.at : a.rank < b.rank;
  });
  std::vector<Moment> shown;
  for (auto& entry : all) {
    auto& moment = entry.moment;
    if (!shown.empty() && alike(shown.back(), moment)) {
      ++shown.back().times;
      shown.back().last = moment.at;
      continue;
    }
    shown.push_back(std::move(moment));
  }
  return shown;
}

}  // namespace hikae::sim::rehearsal
