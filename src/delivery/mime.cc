#include "delivery/mime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "delivery/mime_header.h"

namespace hikae::delivery {
namespace {

/// "Thu, 01 Jan 2026 18:30:00 +0000"
std::string mail_date(WallTime time) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time.time_since_epoch());
  const std::chrono::sys_days date{day};
  const std::chrono::year_month_day civil{date};
  return fmt::format("{}, {:02} {} {:04} {} +0000", kDays[std::chrono::weekday{date}.c_encoding()],
                     static_cast<unsigned>(civil.day()),
                     kMonths[static_cast<unsigned>(civil.month()) - 1],
                     static_cast<int>(civil.year()), iso(time).substr(11, 8));
}

Result<std::string> message_id_line(std::string_view id) {
  const auto is_bad = [](char c) { return c <= 32 || c >= 127 || c == '<' || c == '>'; };
  if (id.empty() || id.size() > 200 || std::ranges::any_of(id, is_bad))
    return fail(ErrorKind::Invalid,
                "the mail has no usable message id: 1 to 200 ASCII characters without blanks");
  return fmt::format("Message-ID: <{}{}>", id,
                     id.find('@') == std::string_view::npos ? "@hikae" : "");
}

/// Lines of text end in CRLF, also inside base64.
std::string with_crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

std::string text_part(std::string_view body) {
  const auto quoted = quoted_printable(body);
  const auto packed = base64_lines(with_crlf(body));
  const bool is_quoted = quoted.size() <= packed.size();
  return fmt::format(
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n"
      "\r\n{}\r\n",
      is_quoted ? "quoted-printable" : "base64", is_quoted ? quoted : packed);
}

/// RFC 2231: every byte but letters and digits escaped.
std::string file_name_parameter(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  };
  if (std::ranges::all_of(name, is_plain)) return fmt::format("filename=\"{}\"", name);
  std::string out = "filename*=UTF-8''";
  for (const char c : name)
    out += is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

Result<std::string> attachment_part(const Mail::Attachment& attachment) {
  TRY_DO(check_header_value("attachment's name", attachment.name));
  TRY_DO(check_header_value("attachment's type", attachment.content_type));
  const auto is_ascii = [](char c) { return c >= 32 && c <= 126; };
  const bool usable = attachment.content_type.find('/') != std::string::npos &&
                      std::ranges::all_of(attachment.content_type, is_ascii);
  return fmt::format(
      "Content-Type: {}\r\nContent-Disposition: attachment;\r\n {}\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
      usable ? attachment.content_type : "application/octet-stream",
      file_name_parameter(attachment.name), base64_lines(attachment.bytes));
}

Result<std::string> mail_headers(const Mail& mail, std::string_view from) {
  const auto sender = mail.from.empty() ? from : std::string_view(mail.from);
  std::string out;
  for (const auto& line :
       {TRY(mailbox_line("From", mail.from_name, sender)), TRY(mailbox_line("To", "", mail.to)),
        TRY(header_line("Subject", mail.subject)), "Date: " + mail_date(mail.date),
        TRY(message_id_line(mail.message_id)),
        // Keeps vacation answers away.
        std::string("Auto-Submitted: auto-generated"), std::string("MIME-Version: 1.0")})
    out += line + "\r\n";
  return out;
}

}  // namespace

Result<std::string> to_mime(const Mail& mail, std::string_view from) {
  auto out = TRY(mail_headers(mail, from));
  if (mail.attachments.empty()) return out + text_part(mail.body);
  // "=_" occurs in no quoted-printable and no base64 text.
  const auto boundary = "=_hikae_" + hex_of(mail.message_id + mail.body, 24);
  out += fmt::format("Content-Type: multipart/mixed;\r\n boundary=\"{}\"\r\n\r\n", boundary);
  out += fmt::format("--{}\r\n{}", boundary, text_part(mail.body));
  for (const auto& attachment : mail.attachments)
    out += fmt::format("--{}\r\n{}", boundary, TRY(attachment_part(attachment)));
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace hikae::delivery
