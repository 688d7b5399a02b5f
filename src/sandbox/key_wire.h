// How keys are written: the wire of SSH and the texts around it. What goes over that wire is a row
// of strings, each with its length in front (RFC 4251, section 5): "ssh-rsa", e, n or
// "ssh-ed25519", 32 bytes. An OpenSSH line is that in Base64.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hikae::sandbox {

void put_number(std::string& out, std::uint32_t number);
void put_string(std::string& out, std::string_view text);
/// A number's bytes, highest first, as a positive one: that never begins with a set bit.
void put_unsigned(std::string& out, std::string bytes);
/// Takes the next string off; nothing where there is none.
[[nodiscard]] std::optional<std::string_view> take_string(std::string_view& from);

/// The bytes as OpenSSH writes private keys.
[[nodiscard]] std::string openssh_pem(std::string_view bytes);
/// The Base64 of a PEM or RFC 4716 block: its lines without the first, the last and the headers
/// ("Comment: …", which go on in the next line after a backslash).
[[nodiscard]] std::string base64_of_block(std::string_view text);

[[nodiscard]] std::string digest_of(std::string_view bytes, const EVP_MD* kind);

}  // namespace hikae::sandbox
