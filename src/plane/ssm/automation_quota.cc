#include "plane/ssm/automation_quota.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "aws/errors.h"
#include "base/escape.h"

namespace hikae::plane::automation {
namespace {

constexpr std::string_view kSettingRows = "service-setting";
constexpr std::string_view kAdaptive = "/ssm/automation/enable-adaptive-concurrency";
constexpr std::string_view kConcurrent = "/hikae/automation/concurrent-executions";
constexpr std::string_view kQueued = "/hikae/automation/queued-executions";
constexpr std::string_view kConcurrentRates = "/hikae/automation/concurrent-rate-controls";
constexpr std::string_view kQueuedRates = "/hikae/automation/queued-rate-controls";
constexpr std::size_t kAdaptiveExecutions = 500;
constexpr std::size_t kMostPlaces = 100'000;

struct Setting {
  std::string_view id;
  std::string_view by_default;
  std::size_t least;  // of a number
};

constexpr std::array<Setting, 5> kSettings{{{kAdaptive, "False", 0},
                                            {kConcurrent, "100", 1},
                                            {kQueued, "1000", 0},
                                            {kConcurrentRates, "25", 1},
                                            {kQueuedRates, "1000", 0}}};

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || at != end) return std::nullopt;
  return number;
}

/// "arn:aws:ssm:region:account:servicesetting/ssm/…" names the same.
std::string_view setting_id(const Ask& ask) {
  const auto given = text_at(ask.input, "SettingId");
  constexpr std::string_view kResource = ":servicesetting";
  const auto at = given.starts_with("arn:") ? given.find(kResource) : std::string_view::npos;
  return at == std::string_view::npos ? given : given.substr(at + kResource.size());
}

Result<const Setting*> find_setting(const Ask& ask) {
  const auto id = setting_id(ask);
  const auto* found = std::ranges::find(kSettings, id, &Setting::id);
  if (found != kSettings.end()) return found;
  std::string known;
  for (const auto& setting : kSettings) known += (known.empty() ? "" : ", ") + str(setting.id);
  return aws::aws_error("ServiceSettingNotFound",
                        fmt::format("The service setting {} is not known; there are: {}",
                                    printable(id.substr(0, 100)), known));
}

std::string_view value_of_setting(const Ask& ask, const Setting& setting) {
  const auto* row = ask.row(kSettingRows, setting.id);
  return row ? text_at(*row, "SettingValue") : setting.by_default;
}

std::size_t number_of_setting(const Ask& ask, std::string_view id) {
  const auto* setting = std::ranges::find(kSettings, id, &Setting::id);
  return number_in(value_of_setting(ask, *setting)).value_or(setting->least);
}

std::size_t places_in(const Ask& ask, Line line) {
  if (line == Line::RateControls) return number_of_setting(ask, kConcurrentRates);
  const auto places = number_of_setting(ask, kConcurrent);
  const bool is_adaptive = value_of_setting(ask, kSettings[0]) == "True";
  return is_adaptive ? std::max(places, kAdaptiveExecutions) : places;
}

Value shown_setting(const Ask& ask, const Setting& setting) {
  const auto* row = ask.row(kSettingRows, setting.id);
  Object out{{"SettingId", setting.id},
             {"SettingValue", value_of_setting(ask, setting)},
             {"ARN", arn_of("ssm", ask.scope, "servicesetting" + str(setting.id))},
             {"Status", row ? "Customized" : "Default"}};
  if (row)
    for (const std::string_view member : {"LastModifiedDate", "LastModifiedUser"})
      out[member] = text_at(*row, member);
  return Object{{"ServiceSetting", std::move(out)}};
}

Result<> check_setting(const Setting& setting, std::string_view value) {
  const bool is_switch = setting.id == kAdaptive;
  const auto number = number_in(value);
  if (is_switch ? value == "True" || value == "False"
                : number && *number >= setting.least && *number <= kMostPlaces)
    return {};
  return aws::aws_error(
      "ValidationException",
      fmt::format("{}: '{}' is not a value of this setting; give {}", setting.id,
                  printable(value.substr(0, 60)),
                  is_switch ? "True or False"
                            : fmt::format("a number from {} to {}", setting.least, kMostPlaces)));
}

}  // namespace

std::string place_in(const Ask& ask, Line line) {
  return fmt::format("ssm:{}/{}/{}*{}", line == Line::Executions ? "executions" : "rate-controls",
                     ask.scope.account, ask.scope.region, places_in(ask, line));
}

Result<> refuse_while_queue_is_full(const Ask& ask, Line line) {
  const auto place = place_in(ask, line);
  const auto& leases = ask.turn.kernel().leases();
  const auto most = number_of_setting(ask, line == Line::Executions ? kQueued : kQueuedRates);
  if (leases.holders(place) < places_in(ask, line) || leases.waiting(place) < most) return {};
  return aws::aws_error(
      "AutomationExecutionLimitExceededException",
      fmt::format("The number of simultaneously running Automation runbooks exceeded the allowable "
                  "limit: {} go on and {} wait. Start it again when some have ended, or raise the "
                  "service setting {}.",
                  leases.holders(place), leases.waiting(place),
                  line == Line::Executions ? kQueued : kQueuedRates));
}

Result<Value> get_setting(const Ask& ask) {
  const auto* setting = TRY(find_setting(ask));
  return shown_setting(ask, *setting);
}

Result<Value> update_setting(const Ask& ask) {
  const auto* setting = TRY(find_setting(ask));
  const auto value = text_at(ask.input, "SettingValue");
  TRY_DO(check_setting(*setting, value));
  ask.put(kSettingRows, setting->id,
          Object{{"SettingValue", value},
                 {"LastModifiedDate", iso_ms(ask.turn.now())},
                 {"LastModifiedUser", ask.caller}});
  return Object{};
}

Result<Value> reset_setting(const Ask& ask) {
  const auto* setting = TRY(find_setting(ask));
  ask.erase(kSettingRows, setting->id);
  return shown_setting(ask, *setting);
}

}  // namespace hikae::plane::automation
