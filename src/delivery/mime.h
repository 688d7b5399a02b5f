// A mail as the bytes of RFC 5322 and MIME. Pure: the same mail gives the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/ports.h"
#include "base/result.h"

namespace hikae::delivery {

/// Headers, body and attachments; lines end in CRLF and are at most 76 bytes long (but for long
/// addresses). Body: text/plain; charset=utf-8, quoted-printable or base64, whichever is shorter;
/// attachments in multipart/mixed, base64. Other than ASCII in headers as RFC 2047 words, folded at
/// 75. Date from `mail.date`, Message-ID from `mail.message_id` (with "@hikae" where it has no
/// '@'). `from` is used where `mail.from` is empty. Errors: `Invalid` where an address is none, or
/// a header value holds a control character.
[[nodiscard]] Result<std::string> to_mime(const Mail& mail, std::string_view from);

/// `text` as one unstructured header, folded, without its last CRLF: "Subject: …".
[[nodiscard]] Result<std::string> header_line(std::string_view name, std::string_view text);
/// One address as it stands in an envelope: ASCII, one '@', no white space, at most 254 bytes.
[[nodiscard]] Result<> check_address(std::string_view address);
[[nodiscard]] std::string quoted_printable(std::string_view text);
/// Lines of 76 characters with CRLF between them.
[[nodiscard]] std::string base64_lines(std::string_view bytes);

}  // namespace hikae::delivery
