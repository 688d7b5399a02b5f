#include "os/child_lines.h"

#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "os/numeric_address.h"

namespace hikae::os {
namespace {

constexpr timeval kConnectPatience{5, 0};

}  // namespace

ChildLines::ChildLines(ChildLines&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      ours_(std::exchange(other.ours_, -1)),
      address_(other.address_),
      address_size_(other.address_size_) {}

ChildLines::~ChildLines() {
  close_child_end();
  if (ours_ >= 0) close(ours_);
}

void ChildLines::close_child_end() {
  if (const int end = std::exchange(child_, -1); end >= 0) close(end);
}

Result<ChildLines> ChildLines::prepare(const std::string& server) {
  ChildLines made;
  if (server.empty()) return made;
  const auto address = TRY(read_numeric_address(server));
  made.address_ = address.storage;
  made.address_size_ = address.size;
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(ErrorKind::Io, std::string("no socket for a child: ") + std::strerror(errno));
  made.ours_ = ends[0];
  made.child_ = ends[1];
  return made;
}

bool ChildLines::serve() {
  std::array<char, 16> asked;
  const auto got = recv(ours_, asked.data(), asked.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  for (auto i = got; i > 0; --i) {
    const int line = connect_to_server();
    hand_over(line);
    if (line >= 0) close(line);
  }
  return got > 0;
}

int ChildLines::connect_to_server() const {
  const int line = socket(address_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (line < 0) return -1;
  setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &kConnectPatience, sizeof kConnectPatience);
  if (connect(line, reinterpret_cast<const sockaddr*>(&address_), address_size_) == 0) {
    constexpr timeval kNone{};
    setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &kNone, sizeof kNone);
    return line;
  }
  close(line);
  return -1;
}

void ChildLines::hand_over(int line) const {
  char answer = line >= 0 ? 1 : 0;
  iovec bytes{&answer, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  if (line >= 0) {
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof line);
    std::memcpy(CMSG_DATA(header), &line, sizeof line);
  }
  // A child that reads nothing waits for nothing.
  (void)!sendmsg(ours_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace hikae::os
