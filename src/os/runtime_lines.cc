#include "os/runtime_lines.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hikae::os {
namespace {

constexpr std::size_t kRuntimeLinesMost = 16;  // a runtime has one or two
constexpr int kListenBacklog = 16;

std::unexpected<Error> no_listener() {
  return fail(ErrorKind::Io, std::string("no address for a function's runtime on this machine: ") +
                                 std::strerror(errno));
}

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Result<RuntimeLines> RuntimeLines::open() {
  RuntimeLines lines;
  lines.listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (lines.listener_ < 0) return no_listener();
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof own;
  auto* address = reinterpret_cast<sockaddr*>(&own);
  if (bind(lines.listener_, address, size) != 0 || listen(lines.listener_, kListenBacklog) != 0 ||
      getsockname(lines.listener_, address, &size) != 0)
    return no_listener();
  lines.address_ = "127.0.0.1:" + std::to_string(ntohs(own.sin_port));
  return lines;
}

RuntimeLines::~RuntimeLines() {
  for (const auto& line : lines_) close(line.socket);
  if (limits_ && listener_ >= 0) close(listener_);
}

void RuntimeLines::add_polled(std::vector<pollfd>& polled) const {
  polled.push_back({listener_, POLLIN, 0});
  for (const auto& line : lines_) {
    const auto wanted = line.out.empty() ? POLLIN : POLLIN | POLLOUT;
    polled.push_back({line.socket, static_cast<short>(wanted), 0});
  }
}

void RuntimeLines::work(const Handler& handler) {
  accept_all();
  for (auto& line : lines_) {
    flush(line);
    if (line.socket >= 0) read_line(line, handler);
  }
  std::erase_if(lines_, [](const Line& line) { return line.socket < 0; });
}

void RuntimeLines::accept_all() {
  while (true) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int socket =
        accept4(listener_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) return;
    const bool is_ours = expected_.erase(ntohs(peer.sin_port)) > 0;
    if (!is_ours || lines_.size() >= kRuntimeLinesMost) {
      close(socket);
      continue;
    }
    lines_.push_back({++last_, socket, std::make_unique<net::RequestCodec>(*limits_), {}});
  }
}

void RuntimeLines::read_line(Line& line, const Handler& handler) {
  std::array<char, 16'384> bytes;
  while (line.socket >= 0) {
    const auto got = recv(line.socket, bytes.data(), bytes.size(), 0);
    if (got < 0 && would_wait()) break;
    if (got <= 0) {
      close(std::exchange(line.socket, -1));
      return;
    }
    if (line.ends) continue;  // what comes behind the last request is dropped
    line.codec->feed({bytes.data(), static_cast<std::size_t>(got)});
    if (line.codec->take_expectation()) line.out += "HTTP/1.1 100 Continue\r\n\r\n";
    next_request(line, handler);
  }
  flush(line);
}

void RuntimeLines::next_request(Line& line, const Handler& handler) {
  while (line.is_answered && !line.ends) {
    auto request = line.codec->next();
    if (request && !*request) return;
    line.is_answered = false;
    if (!request) {
      answer(line.id, {request.error().status, {}, ""});
      line.ends = true;
      return;
    }
    line.ends = (*request)->afterwards != net::Afterwards::KeepAlive;
    handler(line.id, std::move((*request)->request));
  }
}

void RuntimeLines::answer(LineId id, HttpResponse response) {
  const auto line = std::ranges::find(lines_, id, &Line::id);
  if (line == lines_.end() || std::exchange(line->is_answered, true)) return;
  const auto afterwards = line->ends ? net::Afterwards::Close : net::Afterwards::KeepAlive;
  line->out += net::write_response_head(response, response.body.size(), afterwards);
  line->out += response.body;
  flush(*line);
}

void RuntimeLines::flush(Line& line) {
  while (line.socket >= 0 && !line.out.empty()) {
    const auto sent = send(line.socket, line.out.data(), line.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && would_wait()) return;
    if (sent < 0) {
      close(std::exchange(line.socket, -1));
      return;
    }
    line.out.erase(0, static_cast<std::size_t>(sent));
  }
  if (line.socket >= 0 && line.ends && line.is_answered) close(std::exchange(line.socket, -1));
}

}  // namespace hikae::os
