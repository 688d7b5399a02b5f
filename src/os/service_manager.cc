#include "os/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "base/escape.h"

namespace hikae::os {
namespace {

constexpr const char* kNotifySocket = "NOTIFY_SOCKET";
constexpr const char* kWatchdogUsec = "WATCHDOG_USEC";
constexpr const char* kWatchdogPid = "WATCHDOG_PID";
constexpr std::size_t kStatusBytes = 400;

std::string take_word(const char* name) {
  const char* value = std::getenv(name);
  std::string word = value ? value : "";
  unsetenv(name);
  return word;
}

Result<std::int64_t> whole_number(const char* name, const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0) return number;
  return fail(ErrorKind::Invalid, std::string(name) + " is '" + printable(text) +
                                      "', no whole number from 1; whoever starts hikae as a "
                                      "service sets it, or leaves it out");
}

/// Whom a datagram goes to. An abstract name is as long as it is: it has no end mark.
struct ManagerAddress {
  sockaddr_un name{};
  socklen_t size = 0;
};

Result<ManagerAddress> address_of(const std::string& text) {
  ManagerAddress address;
  const bool is_one = text.size() > 1 && (text[0] == '/' || text[0] == '@');
  if (!is_one || text.size() >= sizeof address.name.sun_path)
    return fail(ErrorKind::Invalid, std::string(kNotifySocket) + " is '" + printable(text) +
                                        "': hikae knows /PATH and @NAME of at most 107 bytes");
  address.name.sun_family = AF_UNIX;
  std::memcpy(address.name.sun_path, text.data(), text.size());
  if (text[0] == '@') address.name.sun_path[0] = '\0';
  const auto end_mark = text[0] == '/' ? 1U : 0U;
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + end_mark);
  return address;
}

std::unexpected<Error> no_manager(const char* doing) {
  return fail(ErrorKind::Io, std::string("the service manager ($NOTIFY_SOCKET) cannot be ") +
                                 doing + ": " + std::strerror(errno) +
                                 "; start hikae without it, or look at its unit");
}

Result<int> connected(const std::string& to) {
  const auto address = TRY(address_of(to));
  const int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return no_manager("spoken to");
  if (connect(made, reinterpret_cast<const sockaddr*>(&address.name), address.size) == 0)
    return made;
  const auto error = no_manager("reached");
  close(made);
  return error;
}

/// Half of what the manager waits; absent where it waits for nobody, or for another process.
Result<std::optional<Duration>> interval_of(const ManagerWords& words) {
  if (words.watchdog_usec.empty()) return std::optional<Duration>{};
  const auto usec = TRY(whole_number(kWatchdogUsec, words.watchdog_usec));
  if (!words.watchdog_pid.empty() &&
      TRY(whole_number(kWatchdogPid, words.watchdog_pid)) != getpid())
    return std::optional<Duration>{};
  return std::optional<Duration>(std::max<Duration>(Duration(usec / 2000), Duration(1)));
}

}  // namespace

ManagerWords take_manager_words() {
  return {take_word(kNotifySocket), take_word(kWatchdogUsec), take_word(kWatchdogPid)};
}

Result<std::unique_ptr<ServiceManager>> ServiceManager::open(const ManagerWords& words) {
  std::unique_ptr<ServiceManager> manager(new ServiceManager());
  if (words.notify_socket.empty()) return manager;
  manager->interval_ = TRY(interval_of(words));
  manager->socket_ = TRY(connected(words.notify_socket));
  return manager;
}

ServiceManager::~ServiceManager() {
  if (timers_) timers_->cancel(next_);
  if (socket_ >= 0) close(socket_);
}

Result<> ServiceManager::tell(const std::string& words) const {
  if (socket_ < 0) return {};
  const auto sent = send(socket_, words.data(), words.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(words.size())) return {};
  return no_manager("told");
}

Result<> ServiceManager::ready(std::string_view status) const {
  return tell("READY=1\nSTATUS=" + printable(status.substr(0, kStatusBytes)));
}

void ServiceManager::keep_alive(Timers& timers) {
  if (socket_ < 0 || !interval_) return;
  timers_ = &timers;
  sign();
}

void ServiceManager::sign() {
  // A queue that is full holds earlier signs: the manager has not read, not hikae hung.
  (void)tell("WATCHDOG=1");
  next_ = timers_->after(*interval_, [this] { sign(); });
}

Result<> ServiceManager::stopping() const { return tell("STOPPING=1"); }

}  // namespace hikae::os
