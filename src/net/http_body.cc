#include "net/http_body.h"

#include <algorithm>
#include <charconv>

namespace hikae::net {
namespace {

constexpr std::size_t kSizeDigits = 16;

std::unexpected<HttpFault> body_fault(int status, std::string reason) {
  return std::unexpected(HttpFault{status, std::move(reason)});
}

/// A chunk's extension: nobody needs one, but it may be there.
bool is_extension(std::string_view text) {
  const auto is_plain = [](char c) { return c > 0x20 && c < 0x7f; };
  return text.empty() || (text.starts_with(';') && std::ranges::all_of(text, is_plain));
}

}  // namespace

BodyReader::BodyReader(const BodyFraming& framing, BodyEnd end, const HttpLimits& limits)
    : limits_(&limits), left_(framing.content_length.value_or(0)) {
  if (framing.is_chunked)
    stage_ = Stage::Size;
  else if (left_ > 0)
    stage_ = Stage::Counted;
  else if (end == BodyEnd::ByClosing && !framing.content_length)
    stage_ = Stage::ToTheEnd;
}

std::expected<std::size_t, HttpFault> BodyReader::take(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (!is_whole() && used < bytes.size()) {
    const bool is_data =
        stage_ == Stage::Counted || stage_ == Stage::ToTheEnd || stage_ == Stage::Data;
    const auto rest = bytes.substr(used);
    const auto taken = is_data ? take_data(rest, body) : take_line(rest, body);
    if (!taken || *taken == 0) return taken ? used : taken;
    used += *taken;
  }
  return used;
}

std::expected<std::size_t, HttpFault> BodyReader::take_data(std::string_view bytes,
                                                            std::string& body) {
  const auto count = stage_ == Stage::ToTheEnd
                         ? bytes.size()
                         : static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  if (count > limits_->body_bytes - body.size()) return body_fault(413, "the body is too large");
  body.append(bytes.substr(0, count));
  if (stage_ == Stage::ToTheEnd) return count;
  left_ -= count;
  if (left_ == 0) stage_ = stage_ == Stage::Data ? Stage::DataEnd : Stage::Whole;
  return count;
}

std::expected<std::size_t, HttpFault> BodyReader::take_line(std::string_view bytes,
                                                            const std::string& body) {
  const auto feed = bytes.find('\n');
  const auto size = feed == std::string_view::npos ? bytes.size() : feed + 1;
  if (size > limits_->line_bytes) return body_fault(400, "a chunk's line is too long");
  if (stage_ == Stage::DataEnd && !std::string_view("\r\n").starts_with(bytes.substr(0, size)))
    return body_fault(400, "a chunk is not as long as it says");
  if (feed == std::string_view::npos) return 0;
  if (feed == 0 || bytes[feed - 1] != '\r')
    return body_fault(400, "a line that does not end with CRLF");
  const auto line = bytes.substr(0, feed - 1);
  auto wrong = stage_ == Stage::Size      ? take_size(line, body.size())
               : stage_ == Stage::Trailer ? take_trailer(line)
                                          : std::nullopt;
  if (wrong) return std::unexpected(std::move(*wrong));
  if (stage_ == Stage::DataEnd) stage_ = Stage::Size;
  return size;
}

std::optional<HttpFault> BodyReader::take_size(std::string_view line, std::size_t so_far) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), left_, 16);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (error != std::errc() || digits == 0 || digits > kSizeDigits ||
      !is_extension(line.substr(digits)))
    return HttpFault{400, "a chunk's size is none"};
  if (left_ > limits_->body_bytes - so_far) return HttpFault{413, "the body is too large"};
  stage_ = left_ == 0 ? Stage::Trailer : Stage::Data;
  return std::nullopt;
}

std::optional<HttpFault> BodyReader::take_trailer(std::string_view line) {
  if (line.empty()) {
    stage_ = Stage::Whole;
    return std::nullopt;
  }
  trailer_bytes_ += line.size();
  if (trailer_bytes_ > limits_->head_bytes) return HttpFault{400, "the trailer is too long"};
  return check_header_line(line, *limits_);
}

}  // namespace hikae::net
