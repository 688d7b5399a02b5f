// A loop with timers for tests of this folder, and a client that sends whatever bytes it is told
// to.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/http.h"
#include "base/ports.h"

namespace boost::asio {
class io_context;
}

namespace hikae::net {

class TestLoop final : public Timers {
 public:
  TestLoop();
  ~TestLoop() override;

  [[nodiscard]] boost::asio::io_context& io();
  [[nodiscard]] SteadyTime steady_now() const override;
  TimerId at(WallTime when, std::move_only_function<void()> callback) override;
  TimerId after(Duration wait, std::move_only_function<void()> callback) override;
  void soon(std::move_only_function<void()> callback) override;
  void cancel(TimerId id) override;

  /// False where `patience` ran out before.
  bool run_until(const std::function<bool()>& done, Duration patience = seconds(10));
  void run_for(Duration time);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A plain socket in the test's hand.
class RawClient {
 public:
  enum class From { Connected };
  RawClient(TestLoop& loop, int port);
  RawClient(TestLoop& loop, From, int socket) : loop_(loop), socket_(socket) {}
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes);
  /// Lets the loop run where the socket is full; false where it broke.
  bool send_all(std::string_view bytes);
  void end();  // no more will be sent
  /// Everything that has come once `word` is in it, or once the other side has closed, or time is
  /// over.
  std::string read_until(std::string_view word, Duration patience = seconds(10));
  /// So many bytes, or fewer where the other side has closed or time is over.
  std::string read_bytes(std::size_t count, Duration patience = seconds(60));
  /// Everything that comes until the other side closes.
  std::string read_all(Duration patience = seconds(10));
  [[nodiscard]] bool is_closed() const { return is_closed_; }
  [[nodiscard]] int socket() const { return socket_; }

 private:
  void take();
  TestLoop& loop_;
  int socket_ = -1;
  bool is_closed_ = false;
  std::string got_;
};

/// A listening socket whose far side the test plays by hand.
class RawServer {
 public:
  explicit RawServer(TestLoop& loop);
  ~RawServer();
  [[nodiscard]] int port() const { return port_; }
  /// The next connection.
  std::unique_ptr<RawClient> accept();

 private:
  TestLoop& loop_;
  int socket_ = -1;
  int port_ = 0;
};

/// Files of a certificate authority and of a certificate for localhost and 127.0.0.1 that it
/// signed.
struct TestCertificates {
  TestCertificates();
  ~TestCertificates();
  std::string folder, ca_file, certificate_file, key_file;
};

}  // namespace hikae::net
