// How a rate-controlled execution goes from event to event.
//
// Targets are found, then children are started from the front of the list, as many at once as the
// ramp-up and MaxConcurrency allow, until MaxErrors is passed, somebody stops it, or none is left.
// Whatever happens, go_on() looks whether more may start, and whether all is over. Example:
// MaxConcurrency 4, MaxErrors 1, six targets, the second and third fail:
//
//   start 1 -> 1 ends well, start 2 3 -> 2 fails, start 4 (three may go on, two do) -> 3 fails: the
//   second error is one too many -> 4 ends by itself -> 5 and 6 never start -> Failed.
//
// What can go wrong: a child that cannot be brought back after a crash (its end says NotFound, or
// that it failed: an error like any other); an answer that comes after a cancel (dropped); targets
// that cannot be looked up (asked again for about an hour, then the execution fails).
#include "runbook/rate_turn.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "runbook/events.h"
#include "runbook/rate.h"
#include "runbook/rate_limits.h"
#include "runbook/rate_targets.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

constexpr std::string_view kLookTag = "look";
constexpr std::string_view kChildTag = "child:";
constexpr Duration kRateLooksAgainAfter = seconds(30);
constexpr std::size_t kMostLooks = 120;
constexpr std::size_t kMessageBytes = 300;

std::string child_tag(std::size_t number) { return fmt::format("{}{}", kChildTag, number); }

std::optional<std::size_t> child_of_tag(std::string_view tag, const RateRecord& record) {
  if (!tag.starts_with(kChildTag)) return std::nullopt;
  tag.remove_prefix(kChildTag.size());
  std::size_t number = 0;
  const auto [at, error] = std::from_chars(tag.data(), tag.data() + tag.size(), number);
  if (error != std::errc{} || number >= record.next) return std::nullopt;
  return number;
}

bool may_pass_by_itself(const Error& error) {
  return error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Unavailable ||
         error.kind == ErrorKind::Timeout;
}

std::string cut_message(std::string_view text) {
  if (text.size() <= kMessageBytes) return str(text);
  auto end = kMessageBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return str(text.substr(0, end)) + "…";
}

/// The instance whose lease a child takes, as a single run of it would.
std::string lease_of_child(const Value& asked, const Object& parameters) {
  if (!text_at(asked, "ParentId").empty()) return {};
  const auto& values = list_at(parameters, "InstanceId");
  const auto id = values.size() == 1 ? text_of(values.front()) : std::string_view();
  return id.starts_with("i-") ? "ec2:instance/" + str(id) : std::string();
}

std::string_view why_not_started(RateStop stop) {
  switch (stop) {
    case RateStop::Errors: return "MaxErrors was passed";
    case RateStop::Completed: return "the execution was asked to complete";
    case RateStop::Cancelled: return "the execution was cancelled";
    case RateStop::No: break;
  }
  return "";
}

std::size_t children_that_are(const RateRecord& record, Status status) {
  return static_cast<std::size_t>(std::ranges::count_if(
      record.children,
      [&](const RateChild& child) { return child.status == status && child.start != WallTime{}; }));
}

}  // namespace

std::string rate_failure(const RateRecord& record) {
  if (!record.trouble.empty()) return record.trouble;
  std::string text;
  if (record.errors > 0) {
    const auto first = std::ranges::find_if(record.children, [](const RateChild& child) {
      return is_terminal(child.status) && child.status != Status::Success && !child.message.empty();
    });
    text = fmt::format("{} of {} targets did not succeed", record.errors, record.children.size());
    if (first != record.children.end())
      text += fmt::format(" (first: {}: {})", first->value, first->message);
  }
  const auto waiting = record.not_started();
  if (waiting == 0 || record.stop == RateStop::No) return text;
  return fmt::format("{}{}{} of {} targets were not started: {}", text, text.empty() ? "" : "; ",
                     waiting, record.children.size(), why_not_started(record.stop));
}

void RateTurn::start() {
  record_.status = Status::InProgress;
  record_.start = now_;
  tell_status();
  const auto& maps = list_at(record_.input, "TargetMaps");
  const auto& targets = list_at(record_.input, "Targets");
  if (!maps.empty()) {
    std::vector<std::string> values;
    for (const auto& map : maps) values.push_back(text::to_json(map));
    return begin_children(std::move(values));
  }
  if (names_its_values(targets)) return begin_children(named_values(targets));
  record_.is_looking = true;
  look();
}

void RateTurn::on(const Event& event) {
  if (record_.is_over()) return;
  if (const auto* signal = std::get_if<event::Signalled>(&event)) return take_signal(signal->name);
  if (const auto* ended = std::get_if<event::Ended>(&event)) {
    if (const auto number = child_of_tag(ended->tag, record_))
      take_child_end(*number, ended->outcome);
    return;
  }
  if (!record_.is_looking) return;
  if (const auto* answered = std::get_if<event::Answered>(&event); answered)
    return take_look(answered->answer);
  if (std::holds_alternative<event::Woke>(event)) look();
}

// ---- targets ----

void RateTurn::look() {
  ++record_.looks;
  commands_.send(str(kLookTag), targets_call(list_at(record_.input, "Targets"), record_.page,
                                             text_at(record_.input, "Caller")));
}

void RateTurn::take_look(const Result<Value>& answer) {
  if (!answer && may_pass_by_itself(answer.error()) && record_.looks < kMostLooks)
    return commands_.pause(str(kLookTag), kRateLooksAgainAfter);
  if (!answer) return fail_whole("The targets could not be found out: " + answer.error().text());
  add_children(targets_in(list_at(record_.input, "Targets"), *answer));
  record_.page = text_at(*answer, "NextToken");
  if (record_.page.empty()) {
    std::vector<std::string> values;
    for (auto& child : record_.children) values.push_back(std::move(child.value));
    std::ranges::sort(values);
    return begin_children(std::move(values));
  }
  if (record_.looks >= kMostLooks || record_.children.size() > kMostTargets)
    return fail_whole(
        fmt::format("The targets name more than {} instances: name fewer", kMostTargets));
  look();
}

void RateTurn::add_children(std::vector<std::string> values) {
  for (auto& value : values) record_.children.push_back({.value = std::move(value)});
}

void RateTurn::begin_children(std::vector<std::string> values) {
  record_.is_looking = false;
  record_.page.clear();
  record_.children.clear();
  std::set<std::string> seen;
  std::erase_if(values, [&](const std::string& value) { return !seen.insert(value).second; });
  add_children(std::move(values));
  if (record_.children.empty())
    return fail_whole("The targets name no instance: look at their tags");
  if (record_.children.size() > kMostTargets)
    return fail_whole(fmt::format("{} targets are more than {}: name fewer",
                                  record_.children.size(), kMostTargets));
  go_on();
}

// ---- children ----

bool RateTurn::may_start() {
  const auto total = record_.children.size();
  if (record_.stop != RateStop::No || record_.next >= total) return false;
  const auto limit =
      concurrency_limit(text_at(record_.input, "MaxConcurrency", kConcurrencyByDefault), total);
  return record_.running < ramped_up(limit, record_.ended);
}

void RateTurn::go_on() {
  const auto allowed =
      error_limit(text_at(record_.input, "MaxErrors", kErrorsByDefault), record_.children.size());
  if (record_.stop == RateStop::No && record_.errors > allowed) record_.stop = RateStop::Errors;
  while (may_start()) start_child(record_.next++);
  const bool has_more = record_.stop == RateStop::No && record_.not_started() > 0;
  if (record_.running == 0 && !has_more) finish();
}

void RateTurn::start_child(std::size_t number) {
  auto& child = record_.children[number];
  child.status = Status::InProgress;
  child.start = now_;
  ++record_.running;
  const MachineId run{id_.scope, str(kRunKind), rate_child_id(id_, number)};
  commands_.start(run, child_input(child));
  commands_.await_end(child_tag(number), run);
}

Object RateTurn::child_input(const RateChild& child) const {
  const auto& asked = record_.input;
  Object input;
  for (const std::string_view member : {"DocumentName", "DocumentVersion", "DocumentHash",
                                        "ExecutedBy", "Caller", "Depth", "Power", "Mode"})
    if (const auto* value = find(asked, member)) input[member] = *value;
  auto parameters = rate_child_parameters(asked, child.value);
  input["ParentId"] = id_.id;
  // Each child is the topmost of its own tree: power obligations and leases end with it, not with
  // all of its siblings.
  input["RootId"] = text_at(asked, "ParentId").empty() ? "" : text_at(asked, "RootId");
  input["Lease"] = lease_of_child(asked, parameters);
  input["Place"] = text_at(asked, "ChildPlace");
  input["Parameters"] = std::move(parameters);
  auto tags = object_at(asked, "Tags");
  tags[kTargetTag] = child.value;
  input["Tags"] = std::move(tags);
  return input;
}

void RateTurn::take_child_end(std::size_t number, const Result<Value>& outcome) {
  auto& child = record_.children[number];
  if (is_terminal(child.status)) return;
  child.end = now_;
  if (outcome) {
    child.status = read_status(text_at(*outcome, "Status")).value_or(Status::Failed);
    if (!is_terminal(child.status)) child.status = Status::Failed;
    child.message = cut_message(text_at(*outcome, "FailureMessage"));
  } else {
    child.status = Status::Failed;
    child.message = cut_message(outcome.error().text());
  }
  --record_.running;
  ++record_.ended;
  if (child.status != Status::Success) ++record_.errors;
  go_on();
}

// ---- people ----

void RateTurn::take_signal(std::string_view name) {
  if (name == "cancel" && record_.stop != RateStop::Cancelled) {
    record_.status = Status::Cancelling;
    for (std::size_t i = 0; i < record_.next; ++i)
      if (!is_terminal(record_.children[i].status))
        commands_.signal({id_.scope, str(kRunKind), rate_child_id(id_, i)}, "cancel", Object{});
    return stop_starting(RateStop::Cancelled);
  }
  if (name == "complete" && record_.stop == RateStop::No) stop_starting(RateStop::Completed);
}

void RateTurn::stop_starting(RateStop why) {
  record_.stop = why;
  if (record_.is_looking) {
    record_.is_looking = false;
    record_.children.clear();  // of the pages so far: nobody knows how many there are
    commands_.drop(str(kLookTag));
  }
  go_on();
}

// ---- the end ----

void RateTurn::fail_whole(std::string why) {
  record_.is_looking = false;
  record_.children.clear();
  record_.trouble = std::move(why);
  finish();
}

Status RateTurn::final_status() const {
  if (record_.stop == RateStop::Cancelled) return Status::Cancelled;
  if (!record_.trouble.empty()) return Status::Failed;
  for (const auto status : {Status::Failed, Status::TimedOut, Status::Cancelled})
    if (children_that_are(record_, status) > 0) return status;
  // Asked to complete before the first child.
  return record_.ended == 0 ? Status::Cancelled : Status::Success;
}

void RateTurn::finish() {
  record_.status = final_status();
  record_.end = now_;
  const auto waiting = record_.not_started();
  for (auto i = record_.next; i < record_.children.size(); ++i)
    record_.children[i].status = Status::Cancelled;
  tell_status();
  if (waiting > 0) tell_not_started(waiting);
  commands_.finish(Object{{"Status", to_string(record_.status)},
                          {"FailureMessage", rate_failure(record_)},
                          {"Outputs", Object{}},
                          {"Targets", static_cast<std::int64_t>(record_.children.size())},
                          {"NotStarted", static_cast<std::int64_t>(waiting)}});
}

void RateTurn::tell_status() {
  RunRecord told;
  told.document_name = text_at(record_.input, "DocumentName");
  told.document_version = text_at(record_.input, "DocumentVersion");
  told.executed_by = text_at(record_.input, "ExecutedBy");
  told.status = record_.status;
  told.start = record_.start;
  told.end = record_.end;
  emit_event(commands_, id_.scope, execution_event(id_, told, now_));
}

// AWS's event says that the parent ended, not that targets were left out.
void RateTurn::tell_not_started(std::size_t count) {
  Array resources;
  for (auto i = record_.next; i < record_.children.size() && resources.size() < 100; ++i)
    if (record_.children[i].value.starts_with("i-"))
      resources.emplace_back(instance_arn(id_.scope, record_.children[i].value));
  const auto message = fmt::format("Execution {} of {}: {}", id_.id,
                                   text_at(record_.input, "DocumentName"), rate_failure(record_));
  emit_event(commands_, id_.scope,
             hikae_event(id_.scope, fmt::format("not-started/{}", id_.id), "Targets Not Started",
                         std::move(resources),
                         Object{{"RunId", id_.id},
                                {"NotStarted", static_cast<std::int64_t>(count)},
                                {"Message", message}},
                         now_));
}

}  // namespace hikae::runbook
