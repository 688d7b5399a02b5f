// A mail as its reader sees it: the .eml files of a data folder, and what a server was given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hikae::tests {

struct ReadMail {
  std::string message_id;
  std::string from;
  std::string to;
  std::string subject;
  std::string body;                                      // of the text part, lines end in \n
  [[nodiscard]] bool says(std::string_view word) const;  // in subject or body
};

/// Unfolds and decodes (RFC 2047 and 2045, UTF-8 only).
[[nodiscard]] ReadMail read_mail(std::string_view raw);
/// All .eml files of a folder, by file name.
[[nodiscard]] std::vector<ReadMail> read_mails(const std::string& folder);
/// Those to that address whose subject or body has every word.
[[nodiscard]] std::vector<ReadMail> mails_that_say(const std::vector<ReadMail>& mails,
                                                   std::string_view to,
                                                   const std::vector<std::string>& words);
/// For messages of failed tests.
[[nodiscard]] std::string shown(const std::vector<ReadMail>& mails);

}  // namespace hikae::tests
