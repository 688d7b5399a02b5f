// The mail server of the simulated world, and every mail that it took.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/ports.h"
#include "base/virtual_time.h"

namespace hikae::sim {

struct TakenMail {
  WallTime at;
  std::string message_id;
  std::string to;
  std::string subject;
  std::string text;  // the body and what is attached
};

class Mailbox final : public Mailer {
 public:
  Mailbox(VirtualTime& time, Entropy& chaos) : time_(time), chaos_(chaos) {}

  void send(Mail mail, Done done) override;
  [[nodiscard]] std::string where() const override { return "the simulated mail server"; }

  /// Of a thousand mails so many are refused, and as many taken without saying so.
  void refuse_per_mille(std::uint64_t refused, std::uint64_t unsaid) {
    refused_ = refused;
    unsaid_ = unsaid;
  }
  /// The process died: nobody waits for an answer any more.
  void forget_all() { life_ = std::make_shared<int>(0); }
  [[nodiscard]] const std::vector<TakenMail>& taken() const { return taken_; }

 private:
  VirtualTime& time_;
  Entropy& chaos_;
  std::uint64_t refused_ = 0;
  std::uint64_t unsaid_ = 0;
  std::shared_ptr<int> life_ = std::make_shared<int>(0);
  std::vector<TakenMail> taken_;
};

}  // namespace hikae::sim
