#include "net/test_loop_test.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <filesystem>
#include <map>

#include "net/sockets.h"

namespace hikae::net {
namespace {

using SteadyClockOfTests = std::chrono::steady_clock;

}  // namespace

struct TestLoop::Impl {
  boost::asio::io_context context{1};
  TimerId next = 1;
  std::map<TimerId, std::unique_ptr<boost::asio::steady_timer>> timers;
};

TestLoop::TestLoop() : impl_(std::make_unique<Impl>()) {}
TestLoop::~TestLoop() = default;

boost::asio::io_context& TestLoop::io() { return impl_->context; }

SteadyTime TestLoop::steady_now() const {
  return SteadyTime{
      std::chrono::duration_cast<Duration>(SteadyClockOfTests::now().time_since_epoch())};
}

TimerId TestLoop::at(WallTime, std::move_only_function<void()>) {
  ADD_FAILURE() << "nothing here waits by the wall clock";
  return 0;
}

TimerId TestLoop::after(Duration wait, std::move_only_function<void()> callback) {
  const auto id = impl_->next++;
  auto timer = std::make_unique<boost::asio::steady_timer>(impl_->context, wait);
  timer->async_wait([this, id, callback = std::move(callback)](auto error) mutable {
    if (error) return;
    impl_->timers.erase(id);
    callback();
  });
  impl_->timers.emplace(id, std::move(timer));
  return id;
}

void TestLoop::soon(std::move_only_function<void()> callback) {
  boost::asio::post(impl_->context, std::move(callback));
}

void TestLoop::cancel(TimerId id) { impl_->timers.erase(id); }

bool TestLoop::run_until(const std::function<bool()>& done, Duration patience) {
  const auto end = steady_now() + patience;
  while (!done()) {
    if (steady_now() >= end) return false;
    impl_->context.restart();
    impl_->context.run_one_for(std::chrono::milliseconds(5));
    impl_->context.poll();
  }
  return true;
}

void TestLoop::run_for(Duration time) {
  run_until([] { return false; }, time);
}

RawClient::RawClient(TestLoop& loop, int port) : loop_(loop) {
  auto made = begin_connect(*parse_address("127.0.0.1", port));
  EXPECT_TRUE(made);
  socket_ = made.value_or(-1);
  pollfd ready{socket_, POLLOUT, 0};
  EXPECT_EQ(poll(&ready, 1, 5000), 1);
}

RawClient::~RawClient() { close(socket_); }

void RawClient::send(std::string_view bytes) { EXPECT_TRUE(send_all(bytes)); }

bool RawClient::send_all(std::string_view bytes) {
  return loop_.run_until([&] {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return errno != EAGAIN;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }) && bytes.empty();
}

void RawClient::end() { shutdown(socket_, SHUT_WR); }

void RawClient::take() {
  char buffer[65'536];
  while (true) {
    const auto got = recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got > 0) {
      got_.append(buffer, static_cast<std::size_t>(got));
      continue;
    }
    is_closed_ = got == 0 || errno != EAGAIN;
    return;
  }
}

std::string RawClient::read_until(std::string_view word, Duration patience) {
  loop_.run_until(
      [&] {
        take();
        return is_closed_ || got_.find(word) != std::string::npos;
      },
      patience);
  return std::exchange(got_, {});
}

std::string RawClient::read_bytes(std::size_t count, Duration patience) {
  loop_.run_until(
      [&] {
        take();
        return is_closed_ || got_.size() >= count;
      },
      patience);
  return std::exchange(got_, {});
}

std::string RawClient::read_all(Duration patience) {
  loop_.run_until(
      [&] {
        take();
        return is_closed_;
      },
      patience);
  return std::exchange(got_, {});
}

RawServer::RawServer(TestLoop& loop) : loop_(loop) {
  socket_ = listen_at(*parse_address("127.0.0.1", 0)).value_or(-1);
  port_ = port_of(socket_);
}

RawServer::~RawServer() { close(socket_); }

std::unique_ptr<RawClient> RawServer::accept() {
  Accepted accepted;
  loop_.run_until([&] {
    accepted = accept_one(socket_);
    return accepted.state == Accepting::One;
  });
  EXPECT_GE(accepted.socket, 0);
  return std::make_unique<RawClient>(loop_, RawClient::From::Connected, accepted.socket);
}

namespace {

using KeyOfTests = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using PaperOfTests = std::unique_ptr<X509, decltype(&X509_free)>;

KeyOfTests new_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void add_extension(X509* paper, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, paper, paper, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  X509_add_ext(paper, extension, -1);
  X509_EXTENSION_free(extension);
}

PaperOfTests new_paper(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* issuer_key) {
  PaperOfTests paper(X509_new(), X509_free);
  X509_set_version(paper.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(paper.get()), issuer ? 2 : 1);
  X509_gmtime_adj(X509_getm_notBefore(paper.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(paper.get()), 24 * 3600);
  X509_set_pubkey(paper.get(), key);
  auto* subject = X509_get_subject_name(paper.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(paper.get(), issuer ? X509_get_subject_name(issuer) : subject);
  if (issuer)
    add_extension(paper.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  else
    add_extension(paper.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(paper.get(), issuer_key, EVP_sha256());
  return paper;
}

void write_paper(const std::string& file, X509* paper) {
  auto* out = std::fopen(file.c_str(), "w");
  PEM_write_X509(out, paper);
  std::fclose(out);
}

}  // namespace

TestCertificates::TestCertificates() {
  folder = (std::filesystem::temp_directory_path() / "hikae-tls-XXXXXX").string();
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  ca_file = folder + "/ca.pem";
  certificate_file = folder + "/certificate.pem";
  key_file = folder + "/key.pem";
  const auto ca_key = new_key();
  const auto ca = new_paper(ca_key.get(), "test authority", nullptr, ca_key.get());
  const auto key = new_key();
  const auto certificate = new_paper(key.get(), "localhost", ca.get(), ca_key.get());
  write_paper(ca_file, ca.get());
  write_paper(certificate_file, certificate.get());
  auto* out = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
}

TestCertificates::~TestCertificates() { std::filesystem::remove_all(folder); }

}  // namespace hikae::net
