#include "mail_reader.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>

#include "process.h"

namespace hikae::tests {
namespace {

std::string without_carriage_returns(std::string_view raw) {
  std::string text(raw);
  std::erase(text, '\r');
  return text;
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const auto value = kLetters.find(c);
    if (value == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    bytes += static_cast<char>(bits >> have & 0xff);
  }
  return bytes;
}

std::string from_quoted(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      bytes += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
    } else if (i + 2 < text.size()) {
      int code = 0;
      std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16);
      bytes += static_cast<char>(code);
      i += 2;
    }
  }
  return bytes;
}

/// Words of RFC 2047; blanks between two of them mean nothing.
std::string from_words(std::string_view text) {
  constexpr std::string_view kBegin = "=?UTF-8?B?";
  std::string out;
  while (!text.empty()) {
    const auto begin = text.find(kBegin);
    const auto between = text.substr(0, begin);
    if (begin == std::string_view::npos || between.find_first_not_of(' ') != between.npos ||
        out.empty())
      out += between;
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin + kBegin.size());
    const auto end = text.find("?=");
    out += from_base64(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
  return out;
}

/// The value of a header in its block; continuation lines are joined.
std::string header_in(std::string_view block, std::string_view name) {
  const auto text = "\n" + std::string(block);
  const auto at = text.find("\n" + std::string(name) + ":");
  if (at == std::string::npos) return {};
  std::string value;
  for (std::size_t i = at + name.size() + 2; i < text.size(); ++i) {
    if (text[i] != '\n') {
      value += text[i];
      continue;
    }
    if (i + 1 >= text.size() || (text[i + 1] != ' ' && text[i + 1] != '\t')) break;
  }
  value.erase(0, value.find_first_not_of(' '));
  return from_words(value);
}

/// The text part with its own headers: the mail itself, or the first part of several.
std::string_view text_part_of(std::string_view mail) {
  const auto begin = mail.find("Content-Type: text/plain");
  if (begin == std::string_view::npos) return {};
  mail.remove_prefix(begin);
  return mail.substr(0, mail.find("\n--"));
}

std::string body_of(std::string_view mail) {
  const auto part = text_part_of(mail);
  const auto blank = part.find("\n\n");
  if (blank == std::string_view::npos) return {};
  const auto text = part.substr(blank + 2);
  const auto encoding = header_in(part.substr(0, blank), "Content-Transfer-Encoding");
  const auto decoded = encoding == "base64"             ? from_base64(text)
                       : encoding == "quoted-printable" ? from_quoted(text)
                                                        : std::string(text);
  return without_carriage_returns(decoded);
}

}  // namespace

bool ReadMail::says(std::string_view word) const {
  return subject.find(word) != std::string::npos || body.find(word) != std::string::npos;
}

ReadMail read_mail(std::string_view raw) {
  const auto text = without_carriage_returns(raw);
  const auto head = std::string_view(text).substr(0, text.find("\n\n"));
  return {header_in(head, "Message-ID"), header_in(head, "From"), header_in(head, "To"),
          header_in(head, "Subject"), body_of(text)};
}

std::vector<ReadMail> read_mails(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".eml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<ReadMail> mails;
  for (const auto& file : files) mails.push_back(read_mail(read_text(file.string())));
  return mails;
}

std::vector<ReadMail> mails_that_say(const std::vector<ReadMail>& mails, std::string_view to,
                                     const std::vector<std::string>& words) {
  std::vector<ReadMail> found;
  for (const auto& mail : mails)
    if (mail.to.find(to) != std::string::npos &&
        std::all_of(words.begin(), words.end(), [&](const auto& word) { return mail.says(word); }))
      found.push_back(mail);
  return found;
}

std::string shown(const std::vector<ReadMail>& mails) {
  std::string text = std::to_string(mails.size()) + " mails\n";
  for (const auto& mail : mails) text += "To: " + mail.to + "\n" + mail.subject + "\n" + mail.body;
  return text;
}

}  // namespace hikae::tests
