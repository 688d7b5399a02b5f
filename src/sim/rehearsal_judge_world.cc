// What became of the world: instances and their power, images, snapshots, mails.
#include <fmt/format.h>

#include <algorithm>

#include "sim/history.h"
#include "sim/rehearsal_diff.h"
#include "sim/rehearsal_judge.h"

namespace hikae::sim::rehearsal {
namespace {

bool is_power_word(std::string_view what) {
  for (const auto* word :
       {"stopping", "stopped", "pending", "running", "rebooted", "shutting-down", "terminated"})
    if (what == word) return true;
  return false;
}

std::string joined_or(const std::vector<std::string>& words, std::string_view otherwise) {
  return words.empty() ? str(otherwise) : fmt::format("{}", fmt::join(words, " "));
}

class WorldJudge {
 public:
  WorldJudge(const Expected& expected, const Stage& stage, WallTime since,
             std::vector<Mismatch>& mismatches)
      : expected_(expected), stage_(stage), since_(since), mismatches_(mismatches) {}

  void judge() {
    for (const auto& wanted : expected_.instances) instance(wanted);
    if (expected_.images) things("images", "image", *expected_.images, images());
    if (expected_.snapshots) things("snapshots", "snapshot", *expected_.snapshots, snapshots());
    if (expected_.mail_count) mail_count();
    if (expected_.mails) mails();
  }

 private:
  void wrong(const std::string& key, std::string expected, std::string actual,
             std::vector<std::string> diff = {}) {
    mismatches_.push_back(
        {key, place_of(expected_, key), std::move(expected), std::move(actual), std::move(diff)});
  }

  // ---- instances ----

  void instance(const WantedInstance& wanted) {
    const auto key = "instances." + wanted.key;
    const auto all = stage_.machines().instances(stage_.scope());
    const auto found = std::ranges::find_if(all, [&](const Value& one) {
      return text_at(one, "InstanceId") == wanted.key || tag_value(one, "Name") == wanted.key;
    });
    if (found == all.end()) return wrong(key, "an instance of that name or id", "there is none");
    const auto id = str(text_at(*found, "InstanceId"));
    const auto state = str(text_at(object_at(*found, "State"), "Name"));
    if (!wanted.state.empty() && state != wanted.state) wrong(key, wanted.state, state);
    if (const auto was = power_of(id); wanted.was && *wanted.was != was)
      wrong(key, joined_or(*wanted.was, "untouched"), joined_or(was, "untouched"));
    if (wanted.stopped) stopped(key, id, *wanted.stopped);
    for (const auto& [tag, value] : wanted.tags) has_tag(key, *found, tag, value);
  }

  [[nodiscard]] std::vector<std::string> power_of(const std::string& id) const {
    std::vector<std::string> was;
    for (const auto& change : stage_.machines().changes(stage_.scope()))
      if (change.resource == id && !change.operation.empty() && is_power_word(change.what) &&
          change.at >= since_)
        was.push_back(change.what);
    return was;
  }

  void stopped(const std::string& key, const std::string& id, const Bound& bound) {
    Duration total{0};
    std::optional<WallTime> from;
    for (const auto& change : stage_.machines().changes(stage_.scope())) {
      if (change.resource != id || change.at < since_) continue;
      if (change.what == "stopping" && !from) from = change.at;
      if (change.what == "running" && from) total += change.at - *std::exchange(from, std::nullopt);
    }
    if (from) return wrong(key, "stopped " + bound.written, "it has not run again");
    if (!bound.holds(total.count())) wrong(key, "stopped " + bound.written, human(total));
  }

  void has_tag(const std::string& key, const Value& resource, const std::string& tag,
               const std::optional<std::string>& value) {
    const auto actual = tag_value(resource, tag);
    if (actual != value)
      wrong(key, value ? tag + "=" + *value : "no tag " + tag,
            actual ? tag + "=" + *actual : "no tag " + tag);
  }

  // ---- images and snapshots ----

  struct Things {
    Array all;               // at the end
    std::string id_member;   // "ImageId"
    std::string born, gone;  // as the world's log names them
  };
  [[nodiscard]] Things images() const {
    return {stage_.machines().images(stage_.scope()), "ImageId", "image-pending",
            "image-deregistered"};
  }
  [[nodiscard]] Things snapshots() const {
    return {stage_.machines().snapshots(stage_.scope()), "SnapshotId", "snapshot-begun",
            "snapshot-deleted"};
  }

  void things(const std::string& key, std::string_view word, const WantedThings& wanted,
              const Things& things) {
    std::map<std::string, std::int64_t> counts;
    std::vector<std::string> born;
    for (const auto& change : stage_.machines().changes(stage_.scope())) {
      if (change.at < since_ || change.operation.empty()) continue;
      if (change.what == things.born) born.push_back(change.resource), ++counts["new"];
      if (change.what == things.gone) ++counts["deleted"];
    }
    counts["total"] = static_cast<std::int64_t>(things.all.size());
    for (const auto& thing : things.all) {
      if (std::ranges::find(born, text_at(thing, things.id_member)) == born.end()) continue;
      ++counts[state_word(text_at(thing, "State"))];
      for (const auto& [tag, value] : wanted.tags) has_tag(key, thing, tag, value);
    }
    for (const auto& [count, bound] : wanted.counts)
      if (!bound.holds(counts[count]))
        wrong(key, fmt::format("{} {}", bound.written, count), std::to_string(counts[count]));
    if (!wanted.tags.empty() && born.empty())
      wrong(key, fmt::format("a new {} with these tags", word), "there is none");
  }

  /// Snapshots say it in words of their own.
  static std::string state_word(std::string_view state) {
    if (state == "completed") return "available";
    return state == "error" ? "failed" : str(state);
  }

  // ---- mails ----

  [[nodiscard]] std::vector<const TakenMail*> came() const {
    std::vector<const TakenMail*> came;
    for (const auto& mail : stage_.mails())
      if (mail.at >= since_) came.push_back(&mail);
    return came;
  }

  void mail_count() {
    const auto mails = came();
    if (!expected_.mail_count->holds(static_cast<std::int64_t>(mails.size())))
      wrong("mails", expected_.mail_count->written, std::to_string(mails.size()), lines_of(mails));
  }

  static std::string line_of(const TakenMail& mail) { return mail.to + ": " + mail.subject; }

  static std::vector<std::string> lines_of(const std::vector<const TakenMail*>& mails) {
    std::vector<std::string> lines;
    for (const auto* mail : mails) lines.push_back("+ " + line_of(*mail));
    return lines;
  }

  static bool is_wanted(const WantedMail& wanted, const TakenMail& mail) {
    return (wanted.to.empty() || mail.to == wanted.to) &&
           mail.subject.find(wanted.subject) != std::string::npos &&
           mail.text.find(wanted.text) != std::string::npos;
  }

  void mails() {
    auto left = came();
    std::vector<std::string> lines;
    bool others_may_come = false, is_missing = false;
    for (const auto& wanted : *expected_.mails) {
      if (wanted.is_gap) {
        others_may_come = true;
        continue;
      }
      const auto found =
          std::ranges::find_if(left, [&](const auto* mail) { return is_wanted(wanted, *mail); });
      is_missing = is_missing || found == left.end();
      if (found == left.end()) {
        lines.push_back(fmt::format("- {}: {} {}", wanted.to, wanted.subject, wanted.text));
        continue;
      }
      lines.push_back("  " + line_of(**found));
      left.erase(found);
    }
    for (const auto& line : lines_of(left)) lines.push_back(line);
    if (is_missing || (!others_may_come && !left.empty()))
      wrong("mails", "these mails", "others", std::move(lines));
  }

  const Expected& expected_;
  const Stage& stage_;
  WallTime since_;
  std::vector<Mismatch>& mismatches_;
};

}  // namespace

void judge_world(const Expected& expected, const Stage& stage, WallTime since,
                 std::vector<Mismatch>& mismatches) {
  WorldJudge(expected, stage, since, mismatches).judge();
}

}  // namespace hikae::sim::rehearsal
