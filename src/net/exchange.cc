#include "net/exchange.h"

#include <fmt/format.h>

#include <cstring>

#include "base/escape.h"
#include "base/invariant.h"

namespace hikae::net {
namespace {

/// An answer to CONNECT is a head.
constexpr HttpLimits kTunnelLimits{.body_bytes = 0};

std::string connect_head(const HttpOrigin& origin, const Proxy& proxy) {
  const auto host =
      origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  auto head = fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n", host, origin.port);
  if (!proxy.authorization.empty()) head += "Proxy-Authorization: " + proxy.authorization + "\r\n";
  return head + "\r\n";
}

}  // namespace

Exchange::Exchange(ExchangeHost& host, Outgoing outgoing, HttpExchange::Done done)
    : host_(host), outgoing_(std::move(outgoing)), done_(std::move(done)) {}

void Exchange::limit(Duration timeout) {
  deadline_ = host_.timers().after(timeout, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->took_too_long();
  });
}

void Exchange::drop() {
  stage_ = Stage::Ended;
  cancel(deadline_);
  cancel(patience_);
  line_.reset();
}

void Exchange::cancel(std::optional<TimerId>& timer) {
  if (timer) host_.timers().cancel(*timer);
  timer.reset();
}

std::string Exchange::where() const {
  const auto& origin = outgoing_.origin;
  const auto text = fmt::format("{}://{}:{}", origin.scheme, printable(origin.host), origin.port);
  if (!outgoing_.proxy) return text;
  return fmt::format("{} through the proxy {}:{}", text, printable(outgoing_.proxy->host),
                     outgoing_.proxy->port);
}

std::unexpected<Error> Exchange::not_reached(const std::string& why) const {
  return fail(ErrorKind::Io, fmt::format("{} was not reached, nothing was sent: {}", where(), why));
}

void Exchange::took_too_long() {
  deadline_.reset();
  if (written_ == 0) return end(not_reached("it took too long"));
  end(fail(ErrorKind::Timeout,
           fmt::format("{} was sent the request and gave no whole answer in time; whether it acted "
                       "on it is not known",
                       where())));
}

void Exchange::lost(const std::string& why) {
  if (written_ > 0)
    return end(fail(ErrorKind::Unavailable,
                    fmt::format("{} was sent the request and gave no whole answer: {}; whether it "
                                "acted on it is not known",
                                where(), why)));
  // It was closed while nobody looked: once more, on a new line.
  if (!is_line_used_before_) return end(not_reached(why));
  line_.reset();
  connect();
}

void Exchange::end(Result<HttpResponse> result, std::unique_ptr<Line> line) {
  if (stage_ == Stage::Ended) return;
  const auto self = shared_from_this();
  drop();
  host_.ended(*this, std::move(line), std::move(result));
}

void Exchange::use(std::unique_ptr<Line> line) {
  is_line_used_before_ = true;
  line_ = std::move(line);
  begin_writing();
  // Not now: the pool that gave the line must not be called back within its own call.
  host_.timers().soon([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
}

void Exchange::connect() {
  is_line_used_before_ = false;
  stage_ = Stage::Resolving;
  const auto& proxy = outgoing_.proxy;
  host_.resolver().resolve(proxy ? proxy->host : outgoing_.origin.host,
                           proxy ? proxy->port : outgoing_.origin.port,
                           [weak = weak_from_this()](auto addresses) {
                             if (const auto self = weak.lock())
                               self->resolved(std::move(addresses));
                           });
}

void Exchange::resolved(Result<std::vector<SocketAddress>> addresses) {
  if (stage_ != Stage::Resolving) return;
  if (!addresses) return end(not_reached(addresses.error().message));
  addresses_ = std::move(*addresses);
  next_address_ = 0;
  why_ = "it has no address";
  next_address();
}

void Exchange::next_address() {
  cancel(patience_);
  line_.reset();
  while (next_address_ < addresses_.size()) {
    const auto socket = begin_connect(addresses_[next_address_++]);
    if (!socket) {
      why_ = socket.error().message;
      continue;
    }
    line_.reset(new Line{std::make_unique<Watch>(host_.io(), *socket), Stream(*socket)});
    stage_ = Stage::Connecting;
    patience_ = host_.timers().after(host_.options().connect, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->address_failed("it took too long to answer");
    });
    (void)wait_for(IoState::WantWrite);
    return;
  }
  end(not_reached(why_));
}

void Exchange::address_failed(std::string why) {
  if (next_address_ > 0)
    why = fmt::format("{} port {}: {}", addresses_[next_address_ - 1].text(),
                      addresses_[next_address_ - 1].port(), why);
  why_ = std::move(why);
  next_address();
}

void Exchange::pump() {
  const auto self = shared_from_this();
  while (step() == Next::GoOn) {
  }
}

Exchange::Next Exchange::step() {
  switch (stage_) {
    case Stage::Connecting: return check_connected();
    case Stage::Tunnel: return go_through_tunnel();
    case Stage::Handshake: return shake_hands();
    case Stage::Writing: return write_more();
    case Stage::Reading: return read_more();
    case Stage::Waiting:
    case Stage::Resolving:
    case Stage::Ended: break;
  }
  return Next::Wait;
}

Exchange::Next Exchange::wait_for(IoState state) {
  const auto again = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  };
  line_->watch->cancel();
  if (state == IoState::WantRead || stage_ == Stage::Writing) line_->watch->readable(again);
  if (state == IoState::WantWrite) line_->watch->writable(again);
  return Next::Wait;
}

Exchange::Next Exchange::check_connected() {
  if (const int error = connect_error(line_->watch->descriptor())) {
    address_failed(std::strerror(error));
    return Next::Wait;
  }
  host_.connected();
  const bool is_https = outgoing_.origin.scheme == "https";
  if (is_https && outgoing_.proxy)
    open_tunnel();
  else if (is_https)
    start_tls();
  else
    begin_writing();
  return Next::GoOn;
}

void Exchange::open_tunnel() {
  stage_ = Stage::Tunnel;
  tunnel_head_ = connect_head(outgoing_.origin, *outgoing_.proxy);
  codec_.emplace(kTunnelLimits, ResponseCodec::AnswerTo::Head);
}

Exchange::Next Exchange::go_through_tunnel() {
  while (!tunnel_head_.empty()) {
    const auto sent = line_->stream.write(tunnel_head_, {});
    if (sent.state == IoState::WantWrite) return wait_for(sent.state);
    if (sent.state != IoState::Done) {
      address_failed("the proxy closed the connection");
      return Next::Wait;
    }
    tunnel_head_.erase(0, sent.bytes);
  }
  auto& buffer = host_.buffer();
  const auto got = line_->stream.read(buffer.data(), buffer.size());
  if (got.state == IoState::WantRead) return wait_for(got.state);
  if (got.state != IoState::Done) {
    end(not_reached("the proxy closed the connection"));
    return Next::Wait;
  }
  const auto received = codec_->feed({buffer.data(), got.bytes});
  if (!received) {
    end(not_reached("the proxy's answer is malformed: " + received.error().reason));
    return Next::Wait;
  }
  if (!*received) return Next::GoOn;
  const int status = (*received)->response.status;
  if (status / 100 == 2)
    start_tls();
  else
    end(not_reached(fmt::format("the proxy refused to connect, with status {}", status)));
  return Next::GoOn;
}

void Exchange::start_tls() {
  const auto tls = host_.tls();
  if (!tls) return end(not_reached(tls.error().message));
  stage_ = Stage::Handshake;
  line_->stream = Stream(line_->watch->descriptor(), *tls, outgoing_.origin.host);
}

Exchange::Next Exchange::shake_hands() {
  const auto result = line_->stream.handshake();
  if (result.state == IoState::WantRead || result.state == IoState::WantWrite)
    return wait_for(result.state);
  if (result.state == IoState::Done)
    begin_writing();
  else
    end(not_reached("no TLS connection could be agreed upon: " +
                    (result.state == IoState::Ended ? "it ended" : line_->stream.why())));
  return Next::GoOn;
}

void Exchange::begin_writing() {
  cancel(patience_);
  stage_ = Stage::Writing;
  written_ = 0;
  is_line_kept_ = true;
  codec_.emplace(host_.options().limits, outgoing_.answer_to);
}

Exchange::Next Exchange::write_more() {
  const auto& [head, body] = std::tie(outgoing_.head, outgoing_.body);
  while (written_ < head.size() + body.size()) {
    const auto of_head = std::min(written_, head.size());
    const auto sent = line_->stream.write(std::string_view(head).substr(of_head),
                                          std::string_view(body).substr(written_ - of_head));
    if (sent.state == IoState::Done) {
      written_ += sent.bytes;
      continue;
    }
    if (sent.state == IoState::WantRead || sent.state == IoState::WantWrite) {
      // Who refuses a large body may answer before it has all gone.
      const auto next = read_more();
      return stage_ == Stage::Writing ? wait_for(sent.state) : next;
    }
    if (written_ == 0) {
      lost(line_->stream.why());
      return Next::Wait;
    }
    is_line_kept_ = false;
    break;
  }
  stage_ = Stage::Reading;
  return Next::GoOn;
}

Exchange::Next Exchange::read_more() {
  auto& buffer = host_.buffer();
  const auto got = line_->stream.read(buffer.data(), buffer.size());
  if (got.state == IoState::WantRead || got.state == IoState::WantWrite) return wait_for(got.state);
  if (got.state != IoState::Done) {
    auto whole = codec_->end();
    if (whole && got.state == IoState::Ended)
      answered(std::move(*whole));
    else
      lost(got.state == IoState::Ended ? "it closed the connection" : line_->stream.why());
    return Next::Wait;
  }
  auto received = codec_->feed({buffer.data(), got.bytes});
  if (!received) {
    const auto& [status, reason] = received.error();
    end(fail(
        status == 413 ? ErrorKind::Limit : ErrorKind::Unavailable,
        fmt::format("{} gave an answer that was not taken: {}; whether it acted on the request "
                    "is not known",
                    where(), reason)));
    return Next::Wait;
  }
  if (*received) answered(std::move(**received));
  return Next::GoOn;
}

void Exchange::answered(ReceivedResponse received) {
  auto line = std::move(line_);
  const bool is_kept =
      received.afterwards == Afterwards::KeepAlive && is_line_kept_ && stage_ == Stage::Reading;
  if (!is_kept) line.reset();
  end(std::move(received.response), std::move(line));
}

}  // namespace hikae::net
