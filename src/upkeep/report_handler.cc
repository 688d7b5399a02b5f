#include "upkeep/report_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/escape.h"
#include "delivery/facts.h"
#include "upkeep/event_members.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr int kAgeHoursMax = 24 * 366;
constexpr std::size_t kReportWindowsMax = 50;
constexpr std::size_t kStackNameMax = 128;  // CloudFormation's
constexpr std::size_t kShownOfMember = 60;

std::unexpected<Error> bad_member(std::string_view member, std::string_view value,
                                  std::string_view wanted) {
  return fail(ErrorKind::Invalid, fmt::format("{} \"{}\" is not {}", member,
                                              printable(value.substr(0, kShownOfMember)), wanted));
}

/// "mw-" and 17 hexadecimal digits.
bool is_window_id(std::string_view text) {
  return text.size() == 20 && text.starts_with("mw-") &&
         std::ranges::all_of(text.substr(3), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// A stack's name stands in commands that people copy.
bool is_stack_name(std::string_view text) {
  return text.size() <= kStackNameMax && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-';
         });
}

std::vector<std::string> texts_of(const Value& event, const Value& config, std::string_view key) {
  const auto* given = find(event, key);
  if (!given) given = find(config, key);
  std::vector<std::string> texts;
  if (given && given->is_array()) {
    for (const auto& one : given->get_array()) texts.push_back(str(text_of(one)));
    return texts;
  }
  const auto all = member_text(event, config, key);
  for (std::size_t at = 0; at < all.size();) {
    const auto comma = std::min(all.find(',', at), all.size());
    auto one = all.substr(at, comma - at);
    one.erase(0, one.find_first_not_of(' '));
    one.erase(one.find_last_not_of(' ') + 1);
    if (!one.empty()) texts.push_back(std::move(one));
    at = comma + 1;
  }
  return texts;
}

Result<Duration> read_age(const std::string& text) {
  if (text.empty()) return FreshnessSettings{}.age_max;
  int count = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || stop != end || count < 1 || count > kAgeHoursMax)
    return bad_member("MaxAgeHours", text, fmt::format("a number from 1 to {}", kAgeHoursMax));
  return hours(count);
}

Result<std::string> read_topic(const Value& event, const Value& config) {
  auto topic = member_text(event, config, "TopicArn");
  if (topic.empty()) topic = member_text(event, config, "SNS_TOPIC_ARN");
  if (topic.empty())
    return fail(ErrorKind::Invalid,
                "the report has no topic to tell its findings to: set TopicArn, or the variable "
                "SNS_TOPIC_ARN of the function");
  return topic;
}

Result<std::string> read_words(const Value& event, const Value& config) {
  const auto stack = member_text(event, config, "Stack");
  if (stack.empty()) return std::string();
  if (!is_stack_name(stack))
    return bad_member("Stack", stack, "the name of a stack: letters, digits and hyphens");
  return "--stack " + stack;
}

Result<Owner> read_owner(const Value& event, const Value& config) {
  const auto images = member_text(event, config, "Images");
  if (images == "article") return Owner{Maker::Article};
  if (!images.empty() && images != "hikae")
    return bad_member("Images", images, "\"hikae\" or \"article\"");
  return Owner{Maker::Hikae, member_text(event, config, "Installation")};
}

bool is_schedule(const Value& event) {
  const auto source = text_at(event, "source");
  return source.empty() ||
         (source == "aws.events" && text_at(event, "detail-type") == "Scheduled Event");
}

std::unexpected<Error> unknown_kind(const Value& event) {
  return fail(
      ErrorKind::Invalid,
      fmt::format("the report knows nothing to say of an event \"{}\" of {}; it takes Automation's "
                  "status changes of runs, and schedules",
                  printable(text_at(event, "detail-type").substr(0, kShownOfMember)),
                  printable(text_at(event, "source").substr(0, kShownOfMember))));
}

Result<> begin_report(const Context& context, const Value& event, const Value& config,
                      aws::Done& done) {
  if (delivery::is_run_event(event)) {
    FailureOrder order{TRY(read_topic(event, config)), TRY(read_words(event, config))};
    report_failure(context, std::move(order), event, std::move(done));
    return {};
  }
  if (!is_schedule(event)) return unknown_kind(event);
  report_morning(context, TRY(read_morning_order(event, config)), std::move(done));
  return {};
}

}  // namespace

Result<MorningOrder> read_morning_order(const Value& event, const Value& config) {
  MorningOrder order;
  order.topic_arn = TRY(read_topic(event, config));
  order.words = TRY(read_words(event, config));
  order.owner = TRY(read_owner(event, config));
  order.settings.group_tag = member_text(event, config, "TagKey");
  order.settings.group_value = member_text(event, config, "TagValue");
  if (order.settings.group_tag.empty()) order.settings.group_tag = kGroupTag;
  if (order.settings.group_value.empty()) order.settings.group_value = kGroupValue;
  order.settings.age_max = TRY(read_age(member_text(event, config, "MaxAgeHours")));
  order.windows = texts_of(event, config, "WindowIds");
  if (order.windows.size() > kReportWindowsMax)
    return fail(ErrorKind::Limit,
                fmt::format("WindowIds names more than {} windows", kReportWindowsMax));
  for (const auto& id : order.windows)
    if (!is_window_id(id))
      return bad_member("WindowIds", id, "the id of a window: mw- and 17 hexadecimal digits");
  if (is_set(event, "Heartbeat") || (!find(event, "Heartbeat") && is_set(config, "Heartbeat")))
    order.heartbeat = Heartbeat::Yes;
  return order;
}

void report_handler(const Context& context, const Value& event, const Value& config,
                    aws::Done done) {
  const auto begun = begin_report(context, event, config, done);
  if (begun) return;
  context.timers.soon([done = std::move(done), error = begun.error()]() mutable {
    done(std::unexpected(std::move(error)));
  });
}

}  // namespace hikae::upkeep
