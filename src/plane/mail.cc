#include "plane/mail.h"

#include <algorithm>

#include "base/escape.h"
#include "base/seeded_bugs.h"
#include "plane/checks.h"

namespace hikae::plane {
namespace mail {
namespace {

constexpr std::size_t kMailBytes = 8 * 1024 * 1024;  // body and attachments together
constexpr std::size_t kAttachments = 10;
constexpr std::size_t kSubjectBytes = 1000;
constexpr std::size_t kAboutBytes = 100;

std::string_view name_of(MailOutcome outcome) {
  return outcome == MailOutcome::Accepted ? "Accepted" : "Refused";
}

std::vector<Mail::Attachment> attachments_of(const Value& input) {
  std::vector<Mail::Attachment> list;
  for (const auto& one : list_at(input, "Attachments"))
    list.push_back({printable(text_at(one, "Name")),
                    printable(text_at(one, "ContentType", "application/octet-stream")),
                    str(text_at(one, "Content"))});
  return list;
}

std::size_t bytes_of(const Mail& mail) {
  auto bytes = mail.body.size();
  for (const auto& attachment : mail.attachments) bytes += attachment.bytes.size();
  return bytes;
}

/// Line breaks in what becomes a header line are made harmless here, whoever renders it.
Result<Mail> mail_of(const Value& input, WallTime now) {
  Mail mail;
  mail.message_id = printable(text_at(input, "MessageId"));
  if (SeededBugs::has(SeededBug::MessageIdsAnew)) mail.message_id += iso_ms(now);
  mail.from_name = printable(text_at(input, "FromName"));
  mail.to = str(text_at(input, "To"));
  mail.subject = printable(text_at(input, "Subject")).substr(0, kSubjectBytes);
  mail.body = str(text_at(input, "Body"));
  mail.attachments = attachments_of(input);
  mail.date = now;
  if (mail.message_id.empty() || mail.to.empty() || printable(mail.to) != mail.to)
    return aws::aws_error("ValidationException",
                          "hikae-mail:Send wants a MessageId and one address in To");
  if (bytes_of(mail) > kMailBytes || mail.attachments.size() > kAttachments)
    return aws::aws_error("ValidationException", "hikae-mail:Send: the mail to " + mail.to +
                                                     " is over 8 MiB or has over 10 attachments");
  return mail;
}

Value row_of(const MailNote& note) {
  Object row{{"MessageId", note.message_id},
             {"To", note.to},
             {"Subject", note.subject},
             {"At", iso_ms(note.at)},
             {"Outcome", name_of(note.outcome)}};
  if (!note.why.empty()) row["Why"] = note.why;
  for (const auto& [key, value] : note.about) row[key] = value;
  return row;
}

Object about_of(const Value& input) {
  Object about;
  for (const auto* key : {"InstanceId", "RunId"})
    if (const auto id = text_at(object_at(input, "About"), key); !id.empty())
      about[key] = printable(id.substr(0, kAboutBytes));
  return about;
}

bool was_taken(const engine::Tables& tables, const Scope& scope, std::string_view message_id) {
  const auto* row = tables.get(scope, kMailRows, message_id);
  return row && text_at(*row, "Outcome") == name_of(MailOutcome::Accepted);
}

Result<Value> list(const Ask& ask) {
  std::vector<const Value*> rows;
  for (const auto& [id, row] : ask.rows(kMailRows)) rows.push_back(&row);
  std::ranges::stable_sort(
      rows, [](const Value* a, const Value* b) { return text_at(*a, "At") > text_at(*b, "At"); });
  const auto limit = std::clamp<std::int64_t>(int_at(ask.input, "Limit").value_or(100), 1, 10'000);
  Array mails;
  for (const auto* row : rows) {
    if (mails.size() == static_cast<std::size_t>(limit)) break;
    mails.push_back(*row);
  }
  return Object{{"Mails", std::move(mails)}};
}

}  // namespace
}  // namespace mail

MailService::MailService(engine::Kernel& kernel, Mailer& mailer)
    : Service("hikae-mail", kernel), mailer_(mailer) {
  on_late("Send", [this](aws::Request request, aws::Done done) {
    send(std::move(request), std::move(done));
  });
  on("List", mail::list);
}

void MailService::send(aws::Request request, aws::Done done) {
  auto ready = mail::mail_of(request.input, kernel().now());
  if (!ready) return answer_later(kernel(), std::move(done), std::unexpected(ready.error()));
  const Key key{request.scope, ready->message_id};
  if (mail::was_taken(kernel().tables(), key.first, key.second))
    return answer_later(kernel(), std::move(done),
                        Object{{"MessageId", key.second}, {"Where", mailer_.where()}});
  auto& waiting = out_[key];
  waiting.push_back(std::move(done));
  if (waiting.size() == 1) hand_over(key, *std::move(ready), mail::about_of(request.input));
}

void MailService::hand_over(const Key& key, Mail mail, Object about) {
  MailNote note{mail.date, key.first,       key.second,
                mail.to,   mail.subject,    MailOutcome::Accepted,
                {},        std::move(about)};
  mailer_.send(std::move(mail), [this, key, note = std::move(note),
                                 alive = std::weak_ptr<bool>(alive_)](Result<> answer) mutable {
    if (!alive.expired()) taken(key, std::move(note), std::move(answer));
  });
}

void MailService::taken(const Key& key, MailNote note, Result<> answer) {
  note.at = kernel().now();
  if (SeededBugs::has(SeededBug::RefusedMailIsSent)) answer = {};
  if (!answer) {
    note.outcome = MailOutcome::Refused;
    note.why = answer.error().text();
  }
  kernel().perform([this, key, note = std::move(note), answer](engine::Turn& turn) mutable {
    turn.tables().put(key.first, kMailRows, key.second, mail::row_of(note));
    turn.after_commit([this, key, note = std::move(note), answer] {
      this->note(note);
      auto waiting = std::exchange(out_[key], {});
      out_.erase(key);
      for (auto& done : waiting) {
        if (answer)
          done(Object{{"MessageId", key.second}, {"Where", mailer_.where()}});
        else
          done(std::unexpected(answer.error()));
      }
    });
  });
}

void MailService::note(const MailNote& note) {
  ++(note.outcome == MailOutcome::Accepted ? accepted_ : refused_);
  notes_.push_back(note);
  if (notes_.size() > kNotes) notes_.pop_front();
  if (observer_) observer_(note);
}

}  // namespace hikae::plane
