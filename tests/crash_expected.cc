#include "crash_expected.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace hikae::tests {
namespace {

bool is_final(const std::string& outcome) { return outcome != "Started" && outcome != "Waiting"; }

int changes_of(const CrashRecord& record, const std::string& resource, const std::string& what) {
  return static_cast<int>(
      std::count_if(record.changes.begin(), record.changes.end(), [&](const CrashChange& change) {
        return change.what == what && !change.operation.empty() &&
               (change.resource == resource || change.instance == resource);
      }));
}

int intents_of(const CrashRecord& record, const std::string& call, const std::string& instance) {
  return static_cast<int>(
      std::count_if(record.effects.begin(), record.effects.end(), [&](const auto& effect) {
        return effect.second.call == call &&
               effect.second.input.find('"' + instance + '"') != std::string::npos;
      }));
}

int images_acknowledged(const CrashRecord& record, const std::string& about) {
  return static_cast<int>(
      std::count_if(record.effects.begin(), record.effects.end(), [&](const auto& effect) {
        return effect.second.call == "CreateImage" && effect.second.outcome == "ok" &&
               effect.second.input.find(about + '"') != std::string::npos;
      }));
}

std::string_view word_in_subject(const std::string& status) {
  return status == "TimedOut" ? "TIMED OUT" : status == "Cancelled" ? "CANCELLED" : "FAILED";
}

}  // namespace

void CrashExpected::hold(const std::string& instance, Hold wanted, Acknowledged acknowledged) {
  auto& held = holds_[instance];
  if (acknowledged == Acknowledged::Yes)
    held = {wanted, std::nullopt};
  else
    held.tried = wanted;
}

void CrashExpected::said(const std::string& out) {
  std::istringstream lines(out);
  // The last line may have been cut off.
  for (std::string line; std::getline(lines, line) && !lines.eof();) {
    std::istringstream words(line);
    std::string time, name, what, image;
    if (!(words >> time >> name >> what >> image) || !image.starts_with("ami-")) continue;
    if (what == "image") said_.emplace("image-pending", image);
    if (what == "available") said_.emplace("image-available", image);
    if (what == "prune") said_.emplace("image-deregistered", image);
  }
}

std::vector<std::string> CrashExpected::look(const CrashRecord& now,
                                             const std::vector<ReadMail>& mails) {
  Found found;
  if (!now.damage.empty()) return {"damaged: " + now.damage};
  nothing_is_lost(now, found);
  what_was_said_is_so(now, found);
  holds_are_as_acknowledged(now, found);
  who_is_stopped_is_owed_a_start(now, found);
  one_image_a_run(now, found);
  enough_generations(now, found);
  both_sides_agree(now, found);
  once_an_instant(now, found);
  the_server_has_what_is_noted(now, mails, found);
  before_ = now;
  return found;
}

void CrashExpected::nothing_is_lost(const CrashRecord& now, Found& found) const {
  for (const auto& [number, hash] : before_.events) {
    const auto event = now.events.find(number);
    if (event == now.events.end() || event->second != hash)
      found.push_back(fmt::format("event {} of the journal is lost or changed", number));
  }
  for (const auto& [number, effect] : before_.effects) {
    const auto row = now.effects.find(number);
    if (row == now.effects.end() || row->second.input != effect.input ||
        (!effect.outcome.empty() && row->second.outcome != effect.outcome))
      found.push_back(fmt::format("effect {} ({}) is lost or changed", number, effect.call));
  }
  for (const auto& [id, outcome] : before_.ended) {
    const auto row = now.ended.find(id);
    if (row == now.ended.end() || row->second != outcome)
      found.push_back(
          fmt::format("{} {} had ended and has not, or otherwise", id.first, id.second));
  }
  for (const auto& id : before_.mails_accepted)
    if (!now.mails_accepted.contains(id)) found.push_back("the note of mail " + id + " is lost");
  if (now.changes.size() < before_.changes.size())
    found.push_back("the embedded cloud has forgotten changes");
}

void CrashExpected::what_was_said_is_so(const CrashRecord& now, Found& found) const {
  for (const auto& [what, image] : said_)
    if (changes_of(now, image, what) == 0)
      found.push_back(fmt::format("{} {} was said and is not so", what, image));
}

void CrashExpected::holds_are_as_acknowledged(const CrashRecord& now, Found& found) {
  for (auto& [instance, held] : holds_) {
    const auto is = now.held.contains(instance) ? Hold::On : Hold::Off;
    const bool is_expected = !held.known || is == held.known || is == held.tried;
    if (!is_expected) found.push_back("the hold of " + instance + " is not as acknowledged");
    held = {is, std::nullopt};
  }
}

void CrashExpected::who_is_stopped_is_owed_a_start(const CrashRecord& now, Found& found) const {
  for (const auto& [instance, power] : now.power) {
    const bool is_down = power == "stopped" || power == "stopping";
    if (is_down && !rules_.on_purpose.contains(instance) && !now.owed.contains(instance))
      found.push_back(instance + " is " + power + " and nothing is owed to it");
  }
}

void CrashExpected::one_image_a_run(const CrashRecord& now, Found& found) {
  for (const auto& [id, image] : now.images)
    if (!image.run.empty()) images_of_run_[image.instance + " run " + image.run].insert(id);
  for (const auto& [run, images] : images_of_run_)
    if (images.size() > 1) found.push_back(fmt::format("{} has {} images", run, images.size()));
}

void CrashExpected::enough_generations(const CrashRecord& now, Found& found) const {
  for (const auto& [instance, power] : now.power) {
    const auto good = std::count_if(now.images.begin(), now.images.end(), [&](const auto& image) {
      return image.second.is_good && image.second.instance == instance;
    });
    if (good < rules_.keep)
      found.push_back(fmt::format("{} has {} good images of {}", instance, good, rules_.keep));
  }
}

/// Nothing is done to a machine without an intent on disk, nothing is started but what hikae has
/// stopped, and an image whose making was acknowledged has been made.
void CrashExpected::both_sides_agree(const CrashRecord& now, Found& found) const {
  constexpr std::pair<const char*, const char*> kChanges[] = {{"stopping", "StopInstances"},
                                                              {"pending", "StartInstances"},
                                                              {"image-pending", "CreateImage"}};
  std::map<std::string, int> balance;
  for (const auto& change : now.changes) {
    if (change.operation.empty()) continue;
    auto& down = balance[change.instance];
    down += change.what == "stopping" ? 1 : change.what == "pending" ? -1 : 0;
    if (down < 0 || down > 1)
      found.push_back(change.instance + " was started without a stop, or stopped twice");
  }
  for (const auto& [instance, power] : now.power)
    for (const auto& [what, call] : kChanges) {
      const int seen = changes_of(now, instance, what), meant = intents_of(now, call, instance);
      if (seen > meant)
        found.push_back(fmt::format("{}: {} of {} intents became {}", instance, call, meant, seen));
    }
  for (const auto& [instance, power] : now.power) {
    const int made = changes_of(now, instance, "image-pending");
    if (const int acknowledged = images_acknowledged(now, instance); made < acknowledged)
      found.push_back(fmt::format("{}: {} images were acknowledged and {} were made", instance,
                                  acknowledged, made));
  }
}

void CrashExpected::once_an_instant(const CrashRecord& now, Found& found) const {
  for (const auto& [key, row] : before_.instants) {
    const auto instant = now.instants.find(key);
    if (instant == now.instants.end())
      found.push_back(key.first + " " + key.second + " has lost its outcome");
    else if (is_final(row.outcome) && instant->second.outcome != row.outcome)
      found.push_back(key.first + " " + key.second + " was " + row.outcome + " and is " +
                      instant->second.outcome);
  }
  // Each window of this test opens once.
  std::map<std::pair<std::string, std::string>, int> runs;
  for (const auto& [id, run] : now.runs)
    if (!run.window.empty() && ++runs[{run.window, run.instance}] > 1)
      found.push_back(run.instance + " has more than one run of window " + run.window);
}

void CrashExpected::the_server_has_what_is_noted(const CrashRecord& now,
                                                 const std::vector<ReadMail>& mails,
                                                 Found& found) const {
  std::string given;
  for (const auto& mail : mails) given += mail.message_id + "\n";
  for (const auto& id : now.mails_accepted)
    if (given.find(id) == std::string::npos)
      found.push_back("mail " + id + " is noted as accepted, and the server does not have it");
}

std::vector<std::string> CrashExpected::look_at_end(
    const CrashRecord& now, const std::vector<ReadMail>& mails,
    const std::vector<std::pair<std::string, std::string>>& instants) const {
  Found found;
  for (const auto& [instance, power] : now.power)
    if (power != (rules_.on_purpose.contains(instance) ? "stopped" : "running"))
      found.push_back(instance + " is left " + power);
  for (const auto& instance : rules_.on_purpose)
    if (changes_of(now, instance, "pending") + changes_of(now, instance, "stopping") > 0)
      found.push_back(instance + " was to be left alone");
  for (const auto& instance : now.owed) found.push_back(instance + " is still owed a start");
  for (const auto& key : instants) {
    const auto row = now.instants.find(key);
    if (row == now.instants.end() || !is_final(row->second.outcome))
      found.push_back(key.first + " " + key.second + " has no outcome");
  }
  for (const auto& [id, run] : now.runs) {
    if (run.status.empty()) found.push_back("run " + id + " of " + run.instance + " never ended");
    if (run.status == "Success" && images_acknowledged(now, id) != 1)
      found.push_back("run " + id + " of " + run.instance + " succeeded without an image");
    if (run.status != "Success") told(id, run, mails, found);
  }
  return found;
}

/// At least once: a kill between a publication and its record gives a second mail.
void CrashExpected::told(const std::string& id, const CrashRun& run,
                         const std::vector<ReadMail>& mails, Found& found) const {
  const std::string word(word_in_subject(run.status));
  for (const auto& subscriber : rules_.subscribers)
    if (mails_that_say(mails, subscriber, {word, id, run.instance}).empty())
      found.push_back(fmt::format("{} was not told that run {} of {} ended as {}", subscriber, id,
                                  run.instance, run.status));
}

}  // namespace hikae::tests
