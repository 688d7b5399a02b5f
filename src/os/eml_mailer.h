// Mails as .eml files in a folder, where no server is configured. A file is there whole or not at
// all, also after a power cut; its name is made of the date and the message id, and a message id
// that has a file already gets no second one.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/ports.h"

namespace hikae::os {

class EmlMailer final : public Mailer {
 public:
  /// Creates the folder (mode 0700) where it is absent, and looks which mails are in it. `Io` where
  /// that fails. `timers` outlives the mailer.
  [[nodiscard]] static Result<std::unique_ptr<EmlMailer>> open(std::string folder, Timers& timers);

  /// Writes at once, answers later. `Io` where the disk refuses, `Invalid` where the mail cannot be
  /// written as MIME.
  void send(Mail mail, Done done) override;
  /// The folder.
  [[nodiscard]] std::string where() const override { return folder_; }

 private:
  EmlMailer(std::string folder, Timers& timers, std::set<std::string> known)
      : folder_(std::move(folder)), timers_(timers), known_(std::move(known)) {}
  [[nodiscard]] Result<> write(const Mail& mail);

  std::string folder_;
  Timers& timers_;
  std::set<std::string> known_;  // the part of file names that stands for the message id
};

}  // namespace hikae::os
