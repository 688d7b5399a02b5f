#include "sim/mailbox.h"

#include "base/entropy.h"

namespace hikae::sim {
namespace {

constexpr Duration kMailTakes{300};

}  // namespace

void Mailbox::send(Mail mail, Done done) {
  const bool refused = below(chaos_, 1000) < refused_;
  const bool unsaid = below(chaos_, 1000) < unsaid_;
  time_.after(kMailTakes, [this, refused, unsaid, mail = std::move(mail),
                           life = std::weak_ptr<int>(life_), done = std::move(done)]() mutable {
    if (!refused) {
      auto text = mail.body;
      for (const auto& attachment : mail.attachments) text += "\n" + attachment.bytes;
      taken_.push_back({time_.now(), mail.message_id, mail.to, mail.subject, std::move(text)});
    }
    if (life.expired()) return;
    if (refused) return done(fail(ErrorKind::Unavailable, "451", "the mailbox is busy"));
    if (unsaid) return done(fail(ErrorKind::Timeout, "", "the mail server does not answer"));
    done({});
  });
}

}  // namespace hikae::sim
