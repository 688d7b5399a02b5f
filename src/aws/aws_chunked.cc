#include "aws/aws_chunked.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "aws/sigv4_digest.h"
#include "aws/sigv4_text.h"
#include "base/escape.h"
#include "base/invariant.h"

namespace hikae::aws {
namespace {

constexpr std::string_view kChecksumPrefix = "x-amz-checksum-";
constexpr std::size_t kTrailerBytes = 4096;

/// A table for a reflected polynomial: one look-up a byte.
template <class Word>
constexpr std::array<Word, 256> crc_table(Word polynomial) {
  std::array<Word, 256> table{};
  for (std::size_t i = 0; i < 256; ++i) {
    Word word = i;
    for (int bit = 0; bit < 8; ++bit)
      word =
          (word & 1) ? static_cast<Word>((word >> 1) ^ polynomial) : static_cast<Word>(word >> 1);
    table[i] = word;
  }
  return table;
}

constexpr auto kCrc32 = crc_table<std::uint32_t>(0xEDB88320U);
constexpr auto kCrc32c = crc_table<std::uint32_t>(0x82F63B78U);
constexpr auto kCrc64Nvme = crc_table<std::uint64_t>(0x9A6C9329AC4BC9B5U);

/// Big-endian, as AWS prints it.
template <class Word>
std::string crc_bytes(const std::array<Word, 256>& table, std::string_view bytes) {
  Word word = ~Word{0};
  for (const char c : bytes)
    word = static_cast<Word>(table[(word ^ static_cast<unsigned char>(c)) & 0xFF] ^ (word >> 8));
  word = ~word;
  std::string out;
  for (int shift = 8 * static_cast<int>(sizeof(Word)) - 8; shift >= 0; shift -= 8)
    out += static_cast<char>((word >> shift) & 0xFF);
  return out;
}

std::string sha1_bytes(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha1(), nullptr);
  INVARIANT(done == 1, "SHA-1 of bytes in memory cannot fail");
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string base64_of(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return out;
}

std::unexpected<Error> incomplete(std::string why) {
  return fail(ErrorKind::Invalid, "IncompleteBody",
              "The request body terminated unexpectedly: " + std::move(why));
}

std::string upper_name(std::string_view algorithm) {
  std::string out(algorithm);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

Result<> check_one(std::string_view name, std::string_view value, std::string_view body) {
  const auto algorithm = sigv4::lower_of(name).substr(kChecksumPrefix.size());
  if (algorithm == "type" || algorithm == "algorithm" || algorithm == "mode") return {};
  const auto computed = checksum_of(algorithm, body);
  if (computed.empty())
    return fail(ErrorKind::Invalid, "InvalidRequest",
                "The algorithm type you specified in " + printable(name) +
                    " is invalid: use crc32, crc32c, crc64nvme, sha1 or sha256");
  if (computed != value)
    return fail(ErrorKind::Invalid, "BadDigest",
                fmt::format("The {} you specified did not match the calculated checksum.",
                            upper_name(algorithm)));
  return {};
}

/// What is read so far of a body of chunks.
struct ChunkReader {
  std::string_view rest;

  Result<std::string_view> line() {
    const auto end = rest.find("\r\n");
    if (end == std::string_view::npos) return incomplete("a line of it does not end");
    const auto out = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return out;
  }

  /// One chunk's data; empty at the last.
  Result<std::string_view> chunk() {
    const auto text = TRY(line());
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, 16);
    if (error != std::errc() || end != text.data() + text.size())
      return incomplete("a chunk's size is no hexadecimal number");
    if (size == 0) return std::string_view();
    if (size > rest.size() || rest.size() - size < 2 || rest.substr(size, 2) != "\r\n")
      return incomplete("a chunk is not as long as it says");
    const auto out = rest.substr(0, size);
    rest.remove_prefix(size + 2);
    return out;
  }
};

Result<std::string> joined_chunks(ChunkReader& reader) {
  std::string out;
  while (true) {
    const auto chunk = TRY(reader.chunk());
    if (chunk.empty()) return out;
    out += chunk;
  }
}

/// Each line a header, until an empty one or the end. What x-amz-trailer announced must be there.
Result<> check_trailer(ChunkReader& reader, const HttpRequest& request, std::string_view body) {
  if (reader.rest.size() > kTrailerBytes) return incomplete("its trailer is too long");
  std::vector<std::string> seen;
  while (!reader.rest.empty()) {
    const auto line = TRY(reader.line());
    if (line.empty()) break;
    const auto mark = std::min(line.find(':'), line.size());
    const auto name = sigv4::lower_of(line.substr(0, mark));
    auto value = mark < line.size() ? line.substr(mark + 1) : std::string_view();
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (name.starts_with(kChecksumPrefix)) TRY_DO(check_one(name, value, body));
    seen.push_back(name);
  }
  if (!reader.rest.empty()) return incomplete("something stands behind its end");
  const auto* announced = find_header(request.headers, "x-amz-trailer");
  if (announced && std::ranges::find(seen, sigv4::lower_of(*announced)) == seen.end())
    return fail(ErrorKind::Invalid, "InvalidRequest",
                "The trailer " + printable(*announced) + " that x-amz-trailer names is not there");
  return {};
}

Result<> check_length(const HttpRequest& request, std::size_t size) {
  const auto* said = find_header(request.headers, "x-amz-decoded-content-length");
  if (said && *said != std::to_string(size))
    return fail(ErrorKind::Invalid, "IncompleteBody",
                fmt::format("You did not provide the number of bytes specified by the "
                            "x-amz-decoded-content-length HTTP header: {} came, not {}",
                            size, printable(*said)));
  return {};
}

void drop_encoding(HttpHeaders& headers) {
  const auto* encoding = find_header(headers, "content-encoding");
  if (!encoding) return;
  std::string left;
  for (auto part : sigv4::split_at(*encoding, ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!sigv4::is_same_name(part, "aws-chunked") && !part.empty())
      left += (left.empty() ? "" : ",") + std::string(part);
  }
  std::erase_if(headers, [](const auto& header) {
    return sigv4::is_same_name(header.first, "content-encoding");
  });
  if (!left.empty()) headers.emplace_back("Content-Encoding", std::move(left));
}

}  // namespace

std::string checksum_of(std::string_view algorithm, std::string_view bytes) {
  if (algorithm == "crc32") return base64_of(crc_bytes(kCrc32, bytes));
  if (algorithm == "crc32c") return base64_of(crc_bytes(kCrc32c, bytes));
  if (algorithm == "crc64nvme") return base64_of(crc_bytes(kCrc64Nvme, bytes));
  if (algorithm == "sha1") return base64_of(sha1_bytes(bytes));
  if (algorithm != "sha256") return {};
  const auto digest = sigv4::sha256_of(bytes);
  return base64_of({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<> check_checksums(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers)
    if (sigv4::lower_of(name).starts_with(kChecksumPrefix))
      TRY_DO(check_one(name, value, request.body));
  return {};
}

Result<> decode_aws_chunked(HttpRequest& request) {
  const auto* payload = find_header(request.headers, "x-amz-content-sha256");
  if (!payload || !payload->starts_with("STREAMING-")) return {};
  if (*payload != sigv4::kUnsignedTrailer)
    return fail(ErrorKind::Unsupported, "NotImplemented",
                "A header you provided implies functionality that is not implemented: "
                "x-amz-content-sha256: " +
                    printable(*payload) + "; only " + std::string(sigv4::kUnsignedTrailer) +
                    " and whole bodies are read");
  ChunkReader reader{request.body};
  auto body = TRY(joined_chunks(reader));
  TRY_DO(check_length(request, body.size()));
  TRY_DO(check_trailer(reader, request, body));
  request.body = std::move(body);
  drop_encoding(request.headers);
  return {};
}

}  // namespace hikae::aws
