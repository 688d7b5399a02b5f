#include "os/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/virtual_time.h"
#include "os/data_folder.h"

namespace hikae::os {
namespace {

/// The other end of $NOTIFY_SOCKET.
class ManagerSocket {
 public:
  explicit ManagerSocket(std::string name) : name_(std::move(name)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (name_[0] == '@') address.sun_path[0] = '\0';
    const auto size = offsetof(sockaddr_un, sun_path) + name_.size() + (name_[0] == '@' ? 0 : 1);
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    is_bound_ =
        bind(socket_, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size)) == 0;
  }
  ~ManagerSocket() { close(socket_); }
  ManagerSocket(const ManagerSocket&) = delete;
  ManagerSocket& operator=(const ManagerSocket&) = delete;
  [[nodiscard]] bool is_bound() const { return is_bound_; }
  [[nodiscard]] ManagerWords words() const { return {name_, "", ""}; }
  /// The next datagram; empty where none has come.
  [[nodiscard]] std::string next() const {
    char bytes[512];
    const auto got = recv(socket_, bytes, sizeof bytes, 0);
    return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : "";
  }

 private:
  std::string name_;
  int socket_ = -1;
  bool is_bound_ = false;
};

std::string abstract_name() { return "@hikae-test-" + std::to_string(getpid()); }

TEST(ServiceManager, WithoutASocketNothingIsSaidAndNothingFails) {
  const auto manager = ServiceManager::open({"", "2000000", ""});
  ASSERT_TRUE(manager);
  VirtualTime time{WallTime{}};
  EXPECT_TRUE((*manager)->ready("up"));
  (*manager)->keep_alive(time);
  EXPECT_TRUE((*manager)->stopping());
  EXPECT_FALSE((*manager)->interval());
}

TEST(ServiceManager, ItTellsAnAbstractSocketThatItIsReadyAndThatItStops) {
  const ManagerSocket socket(abstract_name());
  ASSERT_TRUE(socket.is_bound());
  const auto manager = ServiceManager::open(socket.words());
  ASSERT_TRUE(manager) << manager.error().text();
  ASSERT_TRUE((*manager)->ready("next:\nnightly"));
  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=next:?nightly");
  ASSERT_TRUE((*manager)->stopping());
  EXPECT_EQ(socket.next(), "STOPPING=1");
}

TEST(ServiceManager, ASocketMayBeAFileToo) {
  const auto folder = new_temporary_folder();
  ASSERT_TRUE(folder);
  {
    const ManagerSocket socket(*folder + "/notify");
    ASSERT_TRUE(socket.is_bound());
    const auto manager = ServiceManager::open(socket.words());
    ASSERT_TRUE(manager) << manager.error().text();
    ASSERT_TRUE((*manager)->stopping());
    EXPECT_EQ(socket.next(), "STOPPING=1");
  }
  std::filesystem::remove_all(*folder);
}

TEST(ServiceManager, ASignOfLifeComesTwiceInWhatTheManagerWaits) {
  const ManagerSocket socket(abstract_name());
  auto words = socket.words();
  words.watchdog_usec = "60000000";
  words.watchdog_pid = std::to_string(getpid());
  VirtualTime time{WallTime{}};
  const auto manager = ServiceManager::open(words);
  ASSERT_TRUE(manager) << manager.error().text();
  EXPECT_EQ((*manager)->interval(), seconds(30));
  (*manager)->keep_alive(time);
  EXPECT_EQ(socket.next(), "WATCHDOG=1");
  time.run_until(WallTime{seconds(29)});
  EXPECT_EQ(socket.next(), "");
  time.run_until(WallTime{seconds(61)});
  EXPECT_EQ(socket.next(), "WATCHDOG=1");
  EXPECT_EQ(socket.next(), "WATCHDOG=1");
  EXPECT_EQ(socket.next(), "");
}

TEST(ServiceManager, ALoopThatStandsStillIsSilent) {
  const ManagerSocket socket(abstract_name());
  auto words = socket.words();
  words.watchdog_usec = "2000";
  VirtualTime time{WallTime{}};
  const auto manager = ServiceManager::open(words);
  ASSERT_TRUE(manager);
  (*manager)->keep_alive(time);
  EXPECT_EQ(socket.next(), "WATCHDOG=1");
  usleep(5000);
  EXPECT_EQ(socket.next(), "");
}

TEST(ServiceManager, NoSignIsGivenAfterItsEnd) {
  const ManagerSocket socket(abstract_name());
  auto words = socket.words();
  words.watchdog_usec = "2000000";
  VirtualTime time{WallTime{}};
  {
    const auto manager = ServiceManager::open(words);
    ASSERT_TRUE(manager);
    (*manager)->keep_alive(time);
  }
  EXPECT_EQ(socket.next(), "WATCHDOG=1");
  time.run_until(WallTime{seconds(10)});
  EXPECT_EQ(socket.next(), "");
}

TEST(ServiceManager, AnotherProcessesWatchdogIsNotOurs) {
  const ManagerSocket socket(abstract_name());
  const auto manager = ServiceManager::open({socket.words().notify_socket, "2000000", "1"});
  ASSERT_TRUE(manager);
  EXPECT_FALSE((*manager)->interval());
}

TEST(ServiceManager, WhatIsNoSocketOrNoNumberIsRefusedWithItsName) {
  const ManagerSocket socket(abstract_name());
  const auto name = socket.words().notify_socket;
  for (const auto& words :
       {ManagerWords{"relative", "", ""}, ManagerWords{"@", "", ""},
        ManagerWords{"/" + std::string(107, 'a'), "", ""}, ManagerWords{"vsock:2:1234", "", ""}}) {
    const auto manager = ServiceManager::open(words);
    ASSERT_FALSE(manager) << words.notify_socket;
    EXPECT_NE(manager.error().text().find("NOTIFY_SOCKET"), std::string::npos);
  }
  for (const auto* usec : {"0", "-1", "2s", "99999999999999999999"}) {
    const auto manager = ServiceManager::open({name, usec, ""});
    ASSERT_FALSE(manager) << usec;
    EXPECT_NE(manager.error().text().find("WATCHDOG_USEC"), std::string::npos);
  }
}

TEST(ServiceManager, WhereNobodyListensTheStartFails) {
  const auto manager = ServiceManager::open({"@hikae-test-nobody-is-here", "", ""});
  ASSERT_FALSE(manager);
  EXPECT_EQ(manager.error().kind, ErrorKind::Io);
}

TEST(ServiceManager, AManagerThatDoesNotReadHoldsNobodyUp) {
  const ManagerSocket socket(abstract_name());
  auto words = socket.words();
  words.watchdog_usec = "2000";
  VirtualTime time{WallTime{}};
  const auto manager = ServiceManager::open(words);
  ASSERT_TRUE(manager);
  (*manager)->keep_alive(time);
  time.run_until(WallTime{seconds(5)});  // thousands of signs; the queue takes a few hundred
  EXPECT_EQ(socket.next(), "WATCHDOG=1");
}

TEST(ServiceManager, WhatStandsInTheEnvironmentIsTakenOutOfIt) {
  setenv("NOTIFY_SOCKET", "/run/x", 1);
  setenv("WATCHDOG_USEC", "5", 1);
  const auto words = take_manager_words();
  EXPECT_EQ(words.notify_socket, "/run/x");
  EXPECT_EQ(words.watchdog_usec, "5");
  EXPECT_EQ(words.watchdog_pid, "");
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
}

}  // namespace
}  // namespace hikae::os
