// Mails on their way out: the internal service "hikae-mail" in front of the mailer port, and what
// became of each mail, for people.
//
// On disk if the process dies: the outcome of every Send that was answered. A mail that the server
// took while its outcome was not yet on disk is sent once more, with the same message id.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/ports.h"
#include "plane/service.h"

namespace hikae::plane {

inline constexpr std::string_view kMailRows = "mail";  // by MessageId: {To, Subject, At, Outcome,
// and where it is known: InstanceId, RunId}

enum class MailOutcome { Accepted, Refused };

/// One attempt, as the server answered it.
struct MailNote {
  WallTime at;
  Scope scope;
  std::string message_id;
  std::string to;
  std::string subject;
  MailOutcome outcome = MailOutcome::Accepted;
  std::string why;  // of a refusal, in the server's words
  Object about;     // {InstanceId?, RunId?}
};

/// Send {MessageId, FromName, To, Subject, Body, Attachments: [{Name, ContentType, Content}],
/// About? {InstanceId?, RunId?}}: hands the mail to the mailer and answers {MessageId, Where} when
/// it was taken; the mailer's error where it was not. A MessageId that was taken before is not sent
/// again; one that is on its way is joined. List {Limit}: {Mails: […]}, newest first.
class MailService final : public Service {
 public:
  /// The mailer outlives the service. Mails that are out when the service ends are nobody's.
  MailService(engine::Kernel& kernel, Mailer& mailer);

  /// The last attempts of this process, oldest first; at most kNotes of them.
  [[nodiscard]] const std::deque<MailNote>& notes() const { return notes_; }
  [[nodiscard]] std::int64_t accepted() const { return accepted_; }
  [[nodiscard]] std::int64_t refused() const { return refused_; }
  /// Called with each attempt's note, when its outcome is on disk.
  void observe(std::function<void(const MailNote&)> observer) { observer_ = std::move(observer); }

  static constexpr std::size_t kNotes = 10'000;

 private:
  using Key = std::pair<Scope, std::string>;  // the scope and the message id
  void send(aws::Request request, aws::Done done);
  void hand_over(const Key& key, Mail mail, Object about);
  void taken(const Key& key, MailNote note, Result<> answer);
  void note(const MailNote& note);

  Mailer& mailer_;
  std::map<Key, std::vector<aws::Done>> out_;  // who waits for which mail
  std::deque<MailNote> notes_;
  std::int64_t accepted_ = 0;
  std::int64_t refused_ = 0;
  std::function<void(const MailNote&)> observer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hikae::plane
