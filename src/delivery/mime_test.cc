// Mails read back by a small parser of the tests' own.
#include "delivery/mime.h"

#include <gtest/gtest.h>

#include <map>

#include "base/entropy.h"

namespace hikae::delivery {
namespace {

std::string unpacked_base64(std::string_view text) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto at = kLetters.find(c);
    if (at == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<unsigned>(at);
    count += 6;
    if (count >= 8) out += static_cast<char>(bits >> (count -= 8) & 255);
  }
  return out;
}

std::string unpacked_quoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

struct ReadMail {
  std::map<std::string, std::string> headers;  // unfolded
  std::string body;
};

ReadMail read_mail(std::string_view text) {
  ReadMail mail;
  std::string name;
  while (!text.starts_with("\r\n")) {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.starts_with(' ')) {
      mail.headers[name] += line;
    } else {
      const auto colon = line.find(':');
      name = std::string(line.substr(0, colon));
      mail.headers[name] = std::string(line.substr(colon + 2));
    }
  }
  mail.body = std::string(text.substr(2));
  return mail;
}

/// Decodes encoded words; white space between two of them goes.
std::string unworded(std::string text) {
  std::string out;
  bool after_word = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 10, "=?UTF-8?B?") == 0) {
      const auto end = text.find("?=", at + 10);
      if (after_word) out.erase(out.find_last_not_of(' ') + 1);
      out += unpacked_base64(text.substr(at + 10, end - at - 10));
      at = end + 2;
      after_word = true;
    } else {
      after_word = after_word && text[at] == ' ';
      out += text[at++];
    }
  }
  return out;
}

Mail letter() {
  Mail mail;
  mail.message_id = "abc@hikae";
  mail.from_name = "Night backup";
  mail.to = "ops@example.com";
  mail.subject = "hello";
  mail.body = "line one\nline two\n";
  mail.date = wall_ms(1'767'292'200'000);
  return mail;
}

std::string written(const Mail& mail) {
  auto text = to_mime(mail, "hikae@example.com");
  EXPECT_TRUE(text) << text.error().text();
  return text.value_or("");
}

void expect_short_lines(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    ASSERT_NE(end, std::string_view::npos);
    const auto line = text.substr(0, end);
    EXPECT_LE(line.size(), 76U) << line;
    EXPECT_EQ(line.find_first_of("\r\n"), std::string_view::npos);
    for (const char c : line) EXPECT_TRUE(c >= 32 && c <= 126) << line;
    text.remove_prefix(end + 2);
  }
}

TEST(Mime, HasTheHeadersOfAMail) {
  const auto mail = read_mail(written(letter()));
  EXPECT_EQ(mail.headers.at("From"), "\"Night backup\" <hikae@example.com>");
  EXPECT_EQ(mail.headers.at("To"), "<ops@example.com>");
  EXPECT_EQ(mail.headers.at("Subject"), "hello");
  EXPECT_EQ(mail.headers.at("Date"), "Thu, 01 Jan 2026 18:30:00 +0000");
  EXPECT_EQ(mail.headers.at("Message-ID"), "<abc@hikae>");
  EXPECT_EQ(mail.headers.at("MIME-Version"), "1.0");
  EXPECT_EQ(mail.headers.at("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(unpacked_quoted(mail.body), "line one\r\nline two\r\n\r\n");
}

TEST(Mime, TheSameMailGivesTheSameBytes) {
  auto mail = letter();
  mail.attachments.push_back({"event.json", "application/json", "{}"});
  EXPECT_EQ(written(mail), written(mail));
}

TEST(Mime, SubjectsOfAnyLanguageComeBackAndStayShort) {
  for (const std::string subject :
       {"[hikae] FAILED 受注サーバー (i-0123456…): CreateImage refused – INSTANCE IS STOPPED",
        "plain but very long words follow one another so that the line has to be folded somewhere",
        "averyveryveryveryveryveryveryveryveryveryveryveryveryveryverylongsinglewordwithoutblank",
        "looks like =?UTF-8?B?a?= a word", " blank at the beginning", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", ""}) {
    auto mail = letter();
    mail.subject = subject;
    const auto text = written(mail);
    expect_short_lines(text);
    EXPECT_EQ(unworded(read_mail(text).headers.at("Subject")), subject);
  }
}

TEST(Mime, NamesWithQuotesOrOtherLettersStayNames) {
  auto mail = letter();
  mail.from_name = "The \"night\" <b@example.com>";
  EXPECT_EQ(read_mail(written(mail)).headers.at("From"),
            "\"The \\\"night\\\" <b@example.com>\" <hikae@example.com>");
  mail.from_name = "夜間バックアップ";
  EXPECT_EQ(unworded(read_mail(written(mail)).headers.at("From")),
            "夜間バックアップ <hikae@example.com>");
}

TEST(Mime, ALineBreakInAHeaderIsRefused) {
  for (std::string Mail::*field :
       {&Mail::subject, &Mail::from_name, &Mail::to, &Mail::message_id}) {
    auto mail = letter();
    mail.*field = "x@y\r\nBcc: all@example.com";
    const auto text = to_mime(mail, "hikae@example.com");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, ErrorKind::Invalid);
  }
  auto mail = letter();
  mail.attachments.push_back({"a\nb", "text/plain", ""});
  EXPECT_FALSE(to_mime(mail, "hikae@example.com"));
}

TEST(Mime, OnlyOneAddressIsAnAddress) {
  for (const auto* good : {"a@b", "first.last+tag@mail.example.com"})
    EXPECT_TRUE(check_address(good));
  for (const auto* bad :
       {"", "a", "@b", "a@", "a@b@c", "a@b,c@d", "a b@c", "<a@b>", "a@b\r\n", "-oQ@b", "ü@b"})
    EXPECT_FALSE(check_address(bad)) << bad;
}

TEST(Mime, AttachmentsComeBackByteForByte) {
  auto mail = letter();
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7);
  mail.attachments.push_back({"event.json", "application/json", bytes});
  mail.attachments.push_back({"日本.txt", "text/plain", "x"});
  const auto text = written(mail);
  expect_short_lines(text);
  const auto read = read_mail(text);
  const auto& type = read.headers.at("Content-Type");
  const auto boundary =
      "--" + type.substr(type.find('"') + 1, type.rfind('"') - type.find('"') - 1);
  std::vector<std::string> parts;
  auto at = read.body.find(boundary);
  while (read.body.compare(at + boundary.size(), 2, "--") != 0) {
    const auto next = read.body.find(boundary, at + 1);
    parts.push_back(read.body.substr(at + boundary.size() + 2, next - at - boundary.size() - 2));
    at = next;
  }
  ASSERT_EQ(parts.size(), 3U);
  const auto json = read_mail(parts[1]);
  EXPECT_EQ(unpacked_base64(json.body), bytes);
  EXPECT_NE(json.headers.at("Content-Disposition").find("filename=\"event.json\""),
            std::string::npos);
  EXPECT_NE(read_mail(parts[2]).headers.at("Content-Disposition").find("%E6%97%A5"),
            std::string::npos);
}

TEST(Mime, QuotedPrintableComesBackAndItsLinesAreShort) {
  SeededEntropy entropy(3);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (auto n = below(entropy, 400); n > 0; --n) {
      constexpr std::string_view kLetters = "ab =.\n\xe6\x97\xa5\t";
      text += below(entropy, 4) ? 'x' : kLetters[below(entropy, kLetters.size())];
    }
    const auto packed = quoted_printable(text);
    expect_short_lines(packed + "\r\n");
    std::string unix_text = unpacked_quoted(packed);
    std::erase(unix_text, '\r');
    EXPECT_EQ(unix_text, text);
  }
}

TEST(Mime, JapaneseTextIsPackedInBase64BecauseThatIsShorter) {
  auto mail = letter();
  for (int i = 0; i < 50; ++i) mail.body += "停止しています";
  const auto read = read_mail(written(mail));
  EXPECT_EQ(read.headers.at("Content-Transfer-Encoding"), "base64");
  auto text = unpacked_base64(read.body);
  std::erase(text, '\r');
  EXPECT_EQ(text, mail.body);
}

}  // namespace
}  // namespace hikae::delivery
