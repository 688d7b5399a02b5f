// What the outside knows of an installation that is killed again and again: what was acknowledged,
// what was seen, what a mail server took. It is kept apart from the program, and each record that a
// kill leaves behind is held against it (docs/reference/reliability.md 4.2).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crash_record.h"
#include "mail_reader.h"

namespace hikae::tests {

class CrashExpected {
 public:
  struct Rules {
    int keep = 0;                      // generations
    std::set<std::string> on_purpose;  // instances that are stopped, and to stay so
    std::vector<std::string> subscribers;
  };
  explicit CrashExpected(Rules rules) : rules_(std::move(rules)) {}

  enum class Acknowledged { Yes, No };
  enum class Hold { On, Off };
  /// A command that sets or takes away a hold was given; No: it was killed before it answered.
  void hold(const std::string& instance, Hold wanted, Acknowledged acknowledged);
  /// What `hikae backup` wrote before it was killed.
  void said(const std::string& out);

  /// What is wrong in what a kill has left behind, one line each; then that is what is known.
  [[nodiscard]] std::vector<std::string> look(const CrashRecord& now,
                                              const std::vector<ReadMail>& mails);
  /// What is wrong once all is done. `instants`: (window/instant, target) that were due.
  [[nodiscard]] std::vector<std::string> look_at_end(
      const CrashRecord& now, const std::vector<ReadMail>& mails,
      const std::vector<std::pair<std::string, std::string>>& instants) const;

 private:
  struct Held {
    std::optional<Hold> known;
    std::optional<Hold> tried;  // and not acknowledged
  };
  using Found = std::vector<std::string>;
  void nothing_is_lost(const CrashRecord& now, Found& found) const;
  void what_was_said_is_so(const CrashRecord& now, Found& found) const;
  void holds_are_as_acknowledged(const CrashRecord& now, Found& found);
  void who_is_stopped_is_owed_a_start(const CrashRecord& now, Found& found) const;
  void one_image_a_run(const CrashRecord& now, Found& found);
  void enough_generations(const CrashRecord& now, Found& found) const;
  void both_sides_agree(const CrashRecord& now, Found& found) const;
  void once_an_instant(const CrashRecord& now, Found& found) const;
  void the_server_has_what_is_noted(const CrashRecord& now, const std::vector<ReadMail>& mails,
                                    Found& found) const;
  void told(const std::string& id, const CrashRun& run, const std::vector<ReadMail>& mails,
            Found& found) const;

  Rules rules_;
  CrashRecord before_;
  std::map<std::string, Held> holds_;
  std::set<std::pair<std::string, std::string>> said_;          // (change, image)
  std::map<std::string, std::set<std::string>> images_of_run_;  // every one that was ever seen
};

}  // namespace hikae::tests
