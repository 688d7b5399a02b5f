#include "os/connect_broker.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <utility>

namespace hikae::os {
namespace {

constexpr timeval kBrokerPatience{5, 0};

/// Of one descriptor; the message is one byte.
struct DescriptorMessage {
  char byte = 1;
  iovec bytes{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr head{};
  DescriptorMessage() {
    head.msg_iov = &bytes;
    head.msg_iovlen = 1;
    head.msg_control = room;
    head.msg_controllen = sizeof room;
  }
};

/// The process of a thread: descriptors are the process's, questions are the thread's.
pid_t process_of(pid_t thread) {
  const auto path = "/proc/" + std::to_string(thread) + "/status";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  std::array<char, 1024> text{};
  const auto got = read(file, text.data(), text.size());
  close(file);
  const std::string_view status(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  const auto at = status.find("Tgid:\t");
  if (at == std::string_view::npos) return -1;
  pid_t process = -1;
  std::from_chars(status.data() + at + 6, status.data() + status.size(), process);
  return process;
}

/// A duplicate of the child's socket; -1: errno says why.
int socket_of(pid_t thread, int number) {
  const int process = static_cast<int>(syscall(SYS_pidfd_open, process_of(thread), 0U));
  if (process < 0) return -1;
  const int taken = static_cast<int>(syscall(SYS_pidfd_getfd, process, number, 0U));
  close(process);
  return taken;
}

/// ::ffff:127.0.0.1 is what a socket of IPv6 calls 127.0.0.1.
bool is_mapped(const sockaddr_in& plain, const sockaddr_in6& wanted) {
  return IN6_IS_ADDR_V4MAPPED(&wanted.sin6_addr) && plain.sin_port == wanted.sin6_port &&
         std::memcmp(&plain.sin_addr, &wanted.sin6_addr.s6_addr[12], sizeof plain.sin_addr) == 0;
}

bool is_meant(const sockaddr_storage& left, const sockaddr_storage& right) {
  if (left.ss_family == AF_INET && right.ss_family == AF_INET6)
    return is_mapped(reinterpret_cast<const sockaddr_in&>(left),
                     reinterpret_cast<const sockaddr_in6&>(right));
  if (left.ss_family != right.ss_family) return false;
  if (left.ss_family == AF_INET) {
    const auto& a = reinterpret_cast<const sockaddr_in&>(left);
    const auto& b = reinterpret_cast<const sockaddr_in&>(right);
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
  }
  const auto& a = reinterpret_cast<const sockaddr_in6&>(left);
  const auto& b = reinterpret_cast<const sockaddr_in6&>(right);
  return a.sin6_port == b.sin6_port &&
         std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0;
}

int port_of_socket(int socket) {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size);
  return ntohs(own.sin_port);
}

/// 0 or an errno. Waits at most for the patience, even where the child's socket would wait longer.
int connect_patiently(int socket, const NumericAddress& to) {
  timeval before{};
  socklen_t size = sizeof before;
  getsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &before, &size);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &kBrokerPatience, sizeof kBrokerPatience);
  const int error = connect(socket, to.get(), to.size) == 0 ? 0 : errno;
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &before, sizeof before);
  return error;
}

}  // namespace

ConnectBroker::ConnectBroker(ConnectBroker&& other) noexcept
    : allowed_(std::move(other.allowed_)),
      child_(std::exchange(other.child_, -1)),
      ours_(std::exchange(other.ours_, -1)),
      questions_(std::exchange(other.questions_, -1)) {}

ConnectBroker::~ConnectBroker() {
  for (const int descriptor : {child_, ours_, questions_})
    if (descriptor >= 0) close(descriptor);
}

Result<ConnectBroker> ConnectBroker::prepare(std::vector<NumericAddress> allowed) {
  ConnectBroker made;
  made.allowed_ = std::move(allowed);
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(ErrorKind::Io, std::string("no socket for a child: ") + std::strerror(errno));
  made.ours_ = ends[0];
  made.child_ = ends[1];
  return made;
}

bool ConnectBroker::hand_over(int questions) const {
  DescriptorMessage message;
  auto* header = CMSG_FIRSTHDR(&message.head);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof questions);
  std::memcpy(CMSG_DATA(header), &questions, sizeof questions);
  return sendmsg(child_, &message.head, MSG_NOSIGNAL) == 1;
}

void ConnectBroker::take() {
  close(std::exchange(child_, -1));
  DescriptorMessage message;
  ssize_t got = 0;
  do got = recvmsg(ours_, &message.head, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  const auto* header = got == 1 ? CMSG_FIRSTHDR(&message.head) : nullptr;
  if (header && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(&questions_, CMSG_DATA(header), sizeof questions_);
}

std::optional<int> ConnectBroker::answer() {
  seccomp_notif asked{};
  if (ioctl(questions_, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) return std::nullopt;
  std::optional<int> port;
  seccomp_notif_resp told{};
  told.id = asked.id;
  told.error =
      -connect_for(asked.id, static_cast<pid_t>(asked.pid), static_cast<int>(asked.data.args[0]),
                   asked.data.args[1], asked.data.args[2], port);
  // A child that has ended meanwhile hears nothing.
  (void)!ioctl(questions_, SECCOMP_IOCTL_NOTIF_SEND, &told);
  return port;
}

int ConnectBroker::connect_for(unsigned long long id, pid_t thread, int socket,
                               unsigned long long address, unsigned long long size,
                               std::optional<int>& port) const {
  NumericAddress wanted;
  if (size < sizeof(sockaddr_in) || size > sizeof wanted.storage) return EINVAL;
  wanted.size = static_cast<socklen_t>(size);
  iovec here{&wanted.storage, static_cast<std::size_t>(size)};
  iovec there{reinterpret_cast<void*>(address), static_cast<std::size_t>(size)};
  if (process_vm_readv(thread, &here, 1, &there, 1, 0) != static_cast<ssize_t>(size)) return EACCES;
  const auto found = std::ranges::find_if(
      allowed_, [&](const NumericAddress& one) { return is_meant(one.storage, wanted.storage); });
  if (found == allowed_.end()) return EACCES;
  const int taken = socket_of(thread, socket);
  if (taken < 0) return EACCES;
  const bool still_asks = ioctl(questions_, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
  const int error = still_asks ? connect_patiently(taken, wanted) : ESRCH;
  if (found == allowed_.begin() && (error == 0 || error == EINPROGRESS))
    port = port_of_socket(taken);
  close(taken);
  return error;
}

}  // namespace hikae::os
