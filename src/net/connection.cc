// What can go wrong here, and why it does not:
// - An answer may come inside the handler's call, and with it the next request of the pipeline, and
//   so on: answers only change the state, one loop (pump) moves it, so the stack does not grow.
// - A pipeline that never runs dry would keep everybody else waiting: after a few rounds the loop
//   goes to the end of the queue.
// - Whoever closes a socket with unread bytes in it makes the kernel send a reset, which may take
//   the answer away from the client: what still comes is read and dropped for a moment.
// - Nothing here may be used after left(): every callback holds the connection weakly.
#include "net/connection.h"

#include <algorithm>
#include <charconv>
#include <exception>

#include "base/escape.h"

namespace hikae::net {
namespace {

constexpr int kRoundsOfOne = 32;
constexpr std::size_t kLingeringBytes = std::size_t{4} * 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// For HEAD the handler may know the length of a body that it does not make.
std::size_t length_for_head(const HttpResponse& response) {
  std::size_t length = response.body.size();
  if (const auto* said = find_header(response.headers, "content-length"))
    std::from_chars(said->data(), said->data() + said->size(), length);
  return length;
}

}  // namespace

Connection::Connection(ConnectionHost& host, std::unique_ptr<Watch> watch, Stream stream,
                       PeerInfo peer)
    : host_(host),
      watch_(std::move(watch)),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      codec_(host.options().limits),
      since_(host.timers().steady_now()) {}

void Connection::start() { pump(); }

std::optional<SteadyTime> Connection::expires_at() const {
  const auto& patience = host_.options().patience;
  const auto rate = std::max<std::size_t>(patience.bytes_per_second, 1);
  switch (phase_) {
    case Phase::Handshake:
    case Phase::Head: return since_ + patience.head;
    case Phase::Idle: return since_ + patience.idle;
    case Phase::Body:
    case Phase::Writing:
      return since_ + patience.transfer + seconds(static_cast<std::int64_t>(moved_bytes_ / rate));
    case Phase::Lingering: return since_ + patience.lingering;
    case Phase::Answering:
    case Phase::Gone: break;
  }
  return std::nullopt;
}

void Connection::expire() {
  const auto self = shared_from_this();
  if (phase_ != Phase::Head && phase_ != Phase::Body) return close();
  refuse({408, "the request took too long to arrive"});
  pump();
}

void Connection::close() {
  if (phase_ == Phase::Gone) return;
  const auto self = shared_from_this();
  phase_ = Phase::Gone;
  release();
  watch_.reset();
  host_.left(*this);
}

void Connection::pump() {
  if (is_pumping_) return;
  const auto self = shared_from_this();
  is_pumping_ = true;
  auto next = Next::GoOn;
  try {
    for (int round = 0; next == Next::GoOn && round < kRoundsOfOne; ++round) next = step();
  } catch (const std::exception&) {
    // Of the handler, or of memory: it costs this connection, not the loop.
    close();
    next = Next::Wait;
  }
  is_pumping_ = false;
  if (next == Next::Wait) return;
  host_.timers().soon([weak = weak_from_this()] {
    if (const auto connection = weak.lock()) connection->pump();
  });
}

Connection::Next Connection::step() {
  switch (phase_) {
    case Phase::Handshake: return shake_hands();
    case Phase::Idle:
    case Phase::Head:
    case Phase::Body: return take_request();
    case Phase::Writing: return write_more();
    case Phase::Lingering: return linger();
    case Phase::Answering:
    case Phase::Gone: break;
  }
  return Next::Wait;
}

Connection::Next Connection::wait_for(IoResult result) {
  const auto again = [weak = weak_from_this()] {
    if (const auto connection = weak.lock()) connection->pump();
  };
  if (result.state == IoState::WantRead)
    watch_->readable(again);
  else if (result.state == IoState::WantWrite)
    watch_->writable(again);
  else
    close();
  return Next::Wait;
}

Connection::Next Connection::shake_hands() {
  const auto result = stream_.handshake();
  if (result.state != IoState::Done) return wait_for(result);
  enter(Phase::Idle);
  return Next::GoOn;
}

Connection::Next Connection::take_request() {
  auto received = codec_.next();
  if (!received) {
    refuse(received.error());
    return Next::GoOn;
  }
  if (*received) {
    hand_over(std::move(**received));
    return phase_ == Phase::Answering ? Next::Wait : Next::GoOn;
  }
  if (codec_.take_expectation()) {
    begin_writing(std::string(kContinue), {}, Afterwards::KeepAlive);
    return Next::GoOn;
  }
  if (const auto phase = reading_phase(); phase != phase_) enter(phase);
  return read_more();
}

Connection::Next Connection::read_more() {
  if (std::exchange(is_drained_, false)) return wait_for({IoState::WantRead});
  auto& buffer = host_.buffer();
  const auto result = stream_.read(buffer.data(), buffer.size());
  if (result.state != IoState::Done) return wait_for(result);
  is_drained_ = !stream_.is_tls() && result.bytes < buffer.size();
  if (phase_ == Phase::Body) {
    if (!host_.hold(result.bytes, held_bytes_)) {
      refuse_as_busy();
      return Next::GoOn;
    }
    held_bytes_ += result.bytes;
  }
  codec_.feed({buffer.data(), result.bytes});
  if (phase_ == Phase::Body) moved_bytes_ += result.bytes;
  return Next::GoOn;
}

Connection::Phase Connection::reading_phase() const {
  if (codec_.is_idle()) return Phase::Idle;
  return codec_.is_in_body() ? Phase::Body : Phase::Head;
}

void Connection::enter(Phase phase) {
  if (phase == Phase::Idle)
    host_.became_idle(*this);
  else if (phase_ == Phase::Idle)
    host_.became_busy(*this);
  phase_ = phase;
  since_ = host_.timers().steady_now();
  moved_bytes_ = 0;
}

void Connection::hand_over(ReceivedRequest received) {
  enter(Phase::Answering);
  afterwards_ = received.afterwards;
  is_head_request_ = received.request.method == "HEAD";
  host_.handle(std::move(received.request), peer_, make_reply());
  release();  // who sent it is known by now
}

void Connection::release() {
  if (const auto held = std::exchange(held_bytes_, 0)) host_.release(held);
}

Server::Reply Connection::make_reply() {
  // Dropped without an answer it must not leave the client waiting for ever.
  struct Once {
    std::weak_ptr<Connection> weak;
    explicit Once(std::weak_ptr<Connection> to) : weak(std::move(to)) {}
    Once(Once&&) = default;
    ~Once() {
      if (const auto connection = weak.lock()) connection->close();
    }
    void operator()(HttpResponse response) {
      const auto connection = weak.lock();
      weak.reset();
      if (connection) connection->answer(std::move(response));
    }
  };
  return Once(weak_from_this());
}

void Connection::answer(HttpResponse response) {
  if (phase_ != Phase::Answering) return;
  if (host_.is_stopping()) afterwards_ = Afterwards::Close;
  const auto length = is_head_request_ ? length_for_head(response) : response.body.size();
  auto head = write_response_head(response, length, afterwards_);
  const bool is_bare = is_head_request_ || !has_body(response.status);
  begin_writing(std::move(head), is_bare ? std::string() : std::move(response.body), afterwards_);
  pump();
}

void Connection::refuse(const HttpFault& fault) {
  host_.refused();
  write_last({fault.status,
              {{"Content-Type", "text/plain; charset=utf-8"}},
              printable(fault.reason) + "\n"});
}

/// What came of the body is let go with the connection.
void Connection::refuse_as_busy() { write_last(host_.options().busy); }

void Connection::write_last(const HttpResponse& response) {
  release();
  auto head = write_response_head(response, response.body.size(), Afterwards::Close);
  begin_writing(std::move(head), response.body, Afterwards::Close);
}

void Connection::begin_writing(std::string head, std::string body, Afterwards afterwards) {
  head_ = std::move(head);
  body_ = std::move(body);
  written_ = 0;
  afterwards_ = afterwards;
  enter(Phase::Writing);
}

Connection::Next Connection::write_more() {
  while (written_ < head_.size() + body_.size()) {
    const auto of_head = std::min(written_, head_.size());
    const auto result = stream_.write(std::string_view(head_).substr(of_head),
                                      std::string_view(body_).substr(written_ - of_head));
    if (result.state != IoState::Done) return wait_for(result);
    written_ += result.bytes;
    moved_bytes_ += result.bytes;
  }
  std::string().swap(head_);
  std::string().swap(body_);
  if (afterwards_ == Afterwards::Close) {
    stream_.end();
    enter(Phase::Lingering);
  } else {
    enter(reading_phase());
  }
  return Next::GoOn;
}

Connection::Next Connection::linger() {
  auto& buffer = host_.buffer();
  while (moved_bytes_ < kLingeringBytes) {
    const auto result = stream_.read(buffer.data(), buffer.size());
    if (result.state != IoState::Done) return wait_for(result);
    moved_bytes_ += result.bytes;
  }
  close();
  return Next::Wait;
}

}  // namespace hikae::net
