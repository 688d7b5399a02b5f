#include "net/http_codec.h"

#include <algorithm>

namespace hikae::net {

struct RequestInProgress {
  RequestHead head;
  BodyReader reader;
};

struct ResponseInProgress {
  ResponseHead head;
  BodyReader reader;
};

namespace {

constexpr std::size_t kReserveBytes = std::size_t{64} * 1024;  // before a byte of the body has come
constexpr int kInformational = 8;                              // more of them is no answer
constexpr int kBlankLines = 4;                                 // in front of a request

std::unexpected<HttpFault> codec_fault(int status, std::string reason) {
  return std::unexpected(HttpFault{status, std::move(reason)});
}

/// The size of the head at the front of `pending`, with its empty line; nothing where it has not
/// all come. `scanned` remembers where to look on.
std::optional<std::size_t> head_size(std::string_view pending, std::size_t& scanned) {
  const auto end = pending.find("\r\n\r\n", scanned);
  if (end != std::string_view::npos) return end + 4;
  scanned = pending.size() < 3 ? 0 : pending.size() - 3;
  return std::nullopt;
}

/// A head that goes on for too long, or has a line end that will never make one.
std::optional<HttpFault> fault_of_part(std::string_view pending, const HttpLimits& limits) {
  if (pending.size() > limits.head_bytes) return HttpFault{431, "the head is too long"};
  const auto line = pending.find('\n');
  if (line == std::string_view::npos && pending.size() > limits.line_bytes)
    return HttpFault{414, "the first line is too long"};
  if (line != std::string_view::npos && (line == 0 || pending[line - 1] != '\r'))
    return HttpFault{400, "a line that does not end with CRLF"};
  return std::nullopt;
}

void take_front(std::string& pending, std::size_t count) {
  if (count == pending.size())
    std::string().swap(pending);  // gives the memory back
  else
    pending.erase(0, count);
}

/// Feeds what is pending to the body. True where it is whole.
std::expected<bool, HttpFault> take_body(BodyReader& reader, std::string& pending,
                                         std::string& body) {
  const auto used = reader.take(pending, body);
  if (!used) return std::unexpected(used.error());
  take_front(pending, *used);
  return reader.is_whole();
}

void reserve_body(std::string& body, const BodyFraming& framing) {
  body.reserve(std::min<std::uint64_t>(framing.content_length.value_or(0), kReserveBytes));
}

}  // namespace

RequestCodec::RequestCodec(const HttpLimits& limits) : limits_(&limits) {}
RequestCodec::~RequestCodec() = default;
RequestCodec::RequestCodec(RequestCodec&&) noexcept = default;

void RequestCodec::feed(std::string_view bytes) { pending_ += bytes; }

bool RequestCodec::is_idle() const { return !message_ && pending_.empty(); }

bool RequestCodec::is_in_body() const { return message_ != nullptr; }

bool RequestCodec::take_expectation() {
  return message_ && std::exchange(message_->head.expects_continue, false);
}

std::expected<bool, HttpFault> RequestCodec::take_head() {
  std::size_t blank_bytes = 0;
  while (std::string_view(pending_).substr(blank_bytes).starts_with("\r\n")) {
    if (++blank_lines_ > kBlankLines) return codec_fault(400, "empty lines, and no request");
    blank_bytes += 2;
  }
  if (blank_bytes > 0) {
    take_front(pending_, blank_bytes);
    scanned_ = 0;
  }
  const auto size = head_size(pending_, scanned_);
  const auto part = std::string_view(pending_).substr(0, size.value_or(pending_.size()));
  if (auto wrong = fault_of_part(part, *limits_)) return std::unexpected(std::move(*wrong));
  if (!size) return false;
  auto head = parse_request_head(part, *limits_);
  if (!head) return std::unexpected(std::move(head.error()));
  take_front(pending_, *size);
  scanned_ = 0;
  blank_lines_ = 0;
  reserve_body(head->request.body, head->framing);
  BodyReader reader(head->framing, BodyEnd::Framed, *limits_);
  message_.reset(new RequestInProgress{std::move(*head), reader});
  return true;
}

std::expected<std::optional<ReceivedRequest>, HttpFault> RequestCodec::next() {
  if (!message_) {
    const auto has_head = take_head();
    if (!has_head) return std::unexpected(has_head.error());
    if (!*has_head) return std::nullopt;
  }
  auto& head = message_->head;
  const auto is_whole = take_body(message_->reader, pending_, head.request.body);
  if (!is_whole) return std::unexpected(is_whole.error());
  if (!*is_whole) return std::nullopt;
  ReceivedRequest out{std::move(head.request), head.afterwards};
  message_.reset();
  return out;
}

ResponseCodec::ResponseCodec(const HttpLimits& limits, AnswerTo answer_to)
    : limits_(&limits), answer_to_(answer_to) {}
ResponseCodec::~ResponseCodec() = default;
ResponseCodec::ResponseCodec(ResponseCodec&&) noexcept = default;

std::expected<std::optional<ReceivedResponse>, HttpFault> ResponseCodec::feed(
    std::string_view bytes) {
  pending_ += bytes;
  while (true) {
    auto taken = take();
    const bool is_interim = taken && *taken && (*taken)->response.status < 200;
    if (!is_interim) return taken;
    if ((*taken)->response.status == 101 || ++informational_ > kInformational)
      return codec_fault(502, "an answer that was not asked for");
  }
}

std::expected<bool, HttpFault> ResponseCodec::take_head() {
  const auto size = head_size(pending_, scanned_);
  const auto part = std::string_view(pending_).substr(0, size.value_or(pending_.size()));
  if (auto wrong = fault_of_part(part, *limits_)) return std::unexpected(std::move(*wrong));
  if (!size) return false;
  HttpLimits limits = *limits_;
  // The length of an answer to HEAD is that of a body which does not come.
  if (answer_to_ == AnswerTo::Head) limits.body_bytes = SIZE_MAX;
  auto head = parse_response_head(part, limits);
  if (!head) return std::unexpected(std::move(head.error()));
  take_front(pending_, *size);
  scanned_ = 0;
  const bool is_bare = answer_to_ == AnswerTo::Head || !has_body(head->response.status);
  if (is_bare) head->framing = {};
  reserve_body(head->response.body, head->framing);
  BodyReader reader(head->framing, is_bare ? BodyEnd::Framed : BodyEnd::ByClosing, *limits_);
  message_.reset(new ResponseInProgress{std::move(*head), reader});
  return true;
}

std::expected<std::optional<ReceivedResponse>, HttpFault> ResponseCodec::take() {
  if (!message_) {
    const auto has_head = take_head();
    if (!has_head) return std::unexpected(has_head.error());
    if (!*has_head) return std::nullopt;
  }
  auto& head = message_->head;
  const auto is_whole = take_body(message_->reader, pending_, head.response.body);
  if (!is_whole) return std::unexpected(is_whole.error());
  if (!*is_whole) return std::nullopt;
  ReceivedResponse out{std::move(head.response), head.afterwards};
  message_.reset();
  // Bytes behind the one answer that was asked for: nobody knows what they are.
  if (!pending_.empty() && out.response.status >= 200) out.afterwards = Afterwards::Close;
  return out;
}

std::expected<ReceivedResponse, HttpFault> ResponseCodec::end() {
  if (!message_) return codec_fault(502, "the connection ended before an answer");
  if (!message_->reader.may_end())
    return codec_fault(502, "the connection ended within the answer");
  ReceivedResponse out{std::move(message_->head.response), Afterwards::Close};
  message_.reset();
  return out;
}

}  // namespace hikae::net
