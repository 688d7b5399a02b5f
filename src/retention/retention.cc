// The problem: at night, after a new image, older ones should go. Deleting one too many cannot be
// undone; keeping one too many costs a little money. So every doubt keeps.
//
// An example, keep 2, instance i-1, newest first:
//
//   ami-5  pending                  kept: not available, so it is no generation
//   ami-4  available                kept: the newest good one (1 of 2)
//   ami-3  failed, ours             goes: ended failed, ami-4 is newer and good
//   ami-2  available                kept: 2 of 2
//   ami-9  available, not ours      kept: hikae did not make it
//   ami-1  available                goes: the third good one, the rule keeps the newest 2
//
// The idea: first say which images are good. Rank those from the newest. Collect, for each, all
// parts of the rule that keep it. What nothing keeps, goes. Everything that is not good keeps by
// default and never takes part in counting, so a night of failing images removes nothing.
//
// What can go wrong: a date that lies. EC2 writes CreationDate, not a tag, so nobody with tagging
// rights can move an image in the ranking; an image dated after now never counts. A protected image
// takes its rank like any other and stays beyond it, so protection can only keep more.
#include "retention/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "base/invariant.h"
#include "base/seeded_bugs.h"

namespace hikae::retention {
namespace {

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

std::int64_t day_of(WallTime t, Duration utc_offset) {
  const auto ms = unix_ms(t) + utc_offset.count();
  return ms >= 0 ? ms / kDayMs : (ms - kDayMs + 1) / kDayMs;
}

std::chrono::year_month_day date_of(std::int64_t day) {
  return std::chrono::sys_days{std::chrono::days{day}};
}

// 1970-01-01 was a Thursday, three days into its week.
std::int64_t week_of(std::int64_t day) {
  const auto shifted = day + 3;
  return shifted >= 0 ? shifted / 7 : (shifted - 6) / 7;
}

std::int64_t month_of(std::int64_t day) {
  const auto date = date_of(day);
  return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month());
}

std::int64_t year_of(std::int64_t day) { return static_cast<int>(date_of(day).year()); }

struct Period {
  int Rule::*count;
  std::int64_t (*bucket)(std::int64_t day);
  std::string_view word;
};

constexpr Period kPeriods[] = {
    {&Rule::daily, [](std::int64_t day) { return day; }, "daily"},
    {&Rule::weekly, week_of, "weekly"},
    {&Rule::monthly, month_of, "monthly"},
    {&Rule::yearly, year_of, "yearly"},
};

bool ended_failed(const Image& image) {
  return image.state == "failed" || image.state == "error" || image.state == "invalid";
}

/// Why an image is no generation; empty where it is one.
std::string why_not_good(const Image& image, const InstanceId& instance, WallTime now) {
  if (image.ours == Ours::No)
    return "foreign: " + (image.not_ours.empty() ? "hikae did not make it" : image.not_ours);
  if (image.source.empty()) return "its source instance is not known";
  if (image.source != instance)
    return fmt::format("it was made of another instance ({})", image.source.text());
  if (image.created > now) return fmt::format("dated in the future ({})", iso(image.created));
  if (image.state != "available")
    return fmt::format("{}, so it does not count as a generation",
                       image.state.empty() ? "of unknown state" : image.state);
  if (!image.doubt.empty()) return image.doubt + ", so it does not count as a generation";
  return {};
}

class Decider {
 public:
  Decider(const InstanceId& instance, std::span<const Image> images, WallTime now);
  Plan run(const std::optional<Rule>& rule, std::string_view no_rule_reason) &&;

 private:
  void apply(const Rule& rule);
  void keep_newest(const Rule& rule);
  void keep_within(const Rule& rule);
  void keep_periods(const Rule& rule, const Period& period);
  void settle_good(const Rule& rule);
  void settle_failed();
  void keep(std::size_t ranked, std::string why);
  void drop(std::size_t index, std::string why);

  std::span<const Image> images_;
  std::vector<std::size_t> ranked_;        // the good ones' indices, newest first
  std::vector<std::string> kept_because_;  // by rank
  std::vector<bool> failed_here_;          // by index: ours, of this instance, ended failed
  Plan plan_;
};

Decider::Decider(const InstanceId& instance, std::span<const Image> images, WallTime now)
    : images_(images), failed_here_(images.size()) {
  plan_.decisions.resize(images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto& image = images[i];
    auto& decision = plan_.decisions[i];
    decision.reason = why_not_good(image, instance, now);
    decision.good = decision.reason.empty();
    decision.foreign = image.ours == Ours::No;
    if (decision.good) ranked_.push_back(i);
    failed_here_[i] = image.ours == Ours::Yes && image.source == instance && ended_failed(image);
  }
  std::ranges::sort(ranked_, [&](std::size_t a, std::size_t b) {
    if (SeededBugs::has(SeededBug::NewestGoesFirst)) std::swap(a, b);
    return std::tie(images[a].created, images[a].id) > std::tie(images[b].created, images[b].id);
  });
  kept_because_.resize(ranked_.size());
  plan_.good_before = plan_.good_after = static_cast<int>(ranked_.size());
}

Plan Decider::run(const std::optional<Rule>& rule, std::string_view no_rule_reason) && {
  if (rule && !rule->empty()) {
    apply(*rule);
  } else {
    const std::string why =
        no_rule_reason.empty() ? "no rule says that any may go" : std::string(no_rule_reason);
    for (const auto index : ranked_) plan_.decisions[index].reason = why;
  }
  return std::move(plan_);
}

void Decider::apply(const Rule& rule) {
  keep_newest(rule);
  keep_within(rule);
  for (const auto& period : kPeriods) keep_periods(rule, period);
  settle_good(rule);
  settle_failed();
  const int promised = std::max(1, rule.last);
  INVARIANT(plan_.good_after >= std::min(promised, plan_.good_before),
            "a plan leaves as many good images as the rule promises");
  INVARIANT(ranked_.empty() || plan_.decisions[ranked_[0]].verdict == Verdict::Keep,
            "the newest good image stays");
}

void Decider::keep(std::size_t ranked, std::string why) {
  auto& reasons = kept_because_[ranked];
  if (!reasons.empty()) reasons += ", ";
  reasons += why;
}

void Decider::keep_newest(const Rule& rule) {
  if (!ranked_.empty() && rule.last == 0) keep(0, "the newest good one");
  for (std::size_t i = 0; i < ranked_.size() && std::cmp_less(i, rule.last); ++i)
    keep(i, fmt::format("generation {} of {}", i + 1, rule.last));
}

void Decider::keep_within(const Rule& rule) {
  if (rule.within_days == 0 || ranked_.empty()) return;
  const auto since = images_[ranked_[0]].created - Duration{rule.within_days * kDayMs};
  for (std::size_t i = 0; i < ranked_.size(); ++i)
    if (images_[ranked_[i]].created >= since)
      keep(i, fmt::format("within {} days of the newest", rule.within_days));
}

void Decider::keep_periods(const Rule& rule, const Period& period) {
  const int wanted = rule.*(period.count);
  int found = 0;
  std::optional<std::int64_t> last_bucket;
  for (std::size_t i = 0; i < ranked_.size() && found < wanted; ++i) {
    const auto bucket = period.bucket(day_of(images_[ranked_[i]].created, rule.utc_offset));
    if (bucket == last_bucket) continue;
    last_bucket = bucket;
    keep(i, fmt::format("{} {} of {}", period.word, ++found, wanted));
  }
}

void Decider::settle_good(const Rule& rule) {
  for (std::size_t i = 0; i < ranked_.size(); ++i) {
    auto& decision = plan_.decisions[ranked_[i]];
    if (!kept_because_[i].empty()) {
      decision.reason = kept_because_[i];
    } else {
      drop(ranked_[i],
           fmt::format("number {} from the newest; the rule keeps {}", i + 1, rule.text()));
    }
  }
}

void Decider::settle_failed() {
  if (ranked_.empty()) return;
  const auto newest_good = images_[ranked_[0]].created;
  for (std::size_t i = 0; i < images_.size(); ++i)
    if (failed_here_[i] && images_[i].created < newest_good)
      drop(i, "ended failed, and a newer good one exists");
}

void Decider::drop(std::size_t index, std::string why) {
  auto& decision = plan_.decisions[index];
  if (!images_[index].protection.empty()) {
    decision.reason = images_[index].protection + " (else it would go: " + why + ")";
    return;
  }
  decision.verdict = Verdict::Delete;
  decision.reason = std::move(why);
  if (decision.good) --plan_.good_after;
}

}  // namespace

std::string_view to_string(Verdict verdict) { return verdict == Verdict::Keep ? "keep" : "delete"; }

Plan decide(const InstanceId& instance, std::span<const Image> images,
            const std::optional<Rule>& rule, WallTime now, std::string_view no_rule_reason) {
  return Decider(instance, images, now).run(rule, no_rule_reason);
}

}  // namespace hikae::retention
