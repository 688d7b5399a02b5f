#include "net/stream.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/invariant.h"

namespace hikae::net {
namespace {

constexpr std::size_t kRecordBytes = 16 * 1024;  // TLS's largest

bool is_to_come(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

ssize_t receive_bytes(int socket, char* into, std::size_t size) {
  ssize_t got;
  do got = recv(socket, into, size, 0);
  while (got < 0 && errno == EINTR);
  return got;
}

// OpenSSL's own socket BIO writes with write(2), and a peer that is gone would end the process by
// SIGPIPE.
int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int bio_write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = send(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && is_to_come(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const auto got = receive_bytes(socket_of(bio), into, static_cast<std::size_t>(size));
  if (got < 0 && is_to_come(errno)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    INVARIANT(made != nullptr, "OpenSSL has memory for a method");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

SSL* new_ssl(int socket, const TlsContext& context) {
  auto* ssl = SSL_new(context.get());
  auto* bio = BIO_new(socket_method());
  INVARIANT(ssl && bio, "OpenSSL has memory for a connection");
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  return ssl;
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

void Stream::FreeSsl::operator()(SSL* ssl) const { SSL_free(ssl); }

Stream::Stream(int socket) : socket_(socket) {}

Stream::Stream(int socket, const TlsContext& server)
    : socket_(socket), tls_(new_ssl(socket, server)) {
  SSL_set_accept_state(tls_.get());
}

Stream::Stream(int socket, const TlsContext& client, const std::string& host)
    : socket_(socket), tls_(new_ssl(socket, client)) {
  SSL_set_connect_state(tls_.get());
  SSL_set_hostflags(tls_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool is_number = is_address(host);
  const int named = is_number
                        ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), host.c_str())
                        : SSL_set1_host(tls_.get(), host.c_str());
  INVARIANT(named == 1, "a host can be asked for in a certificate");
  if (!is_number) SSL_set_tlsext_host_name(tls_.get(), host.c_str());
}

Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

IoResult Stream::failed(std::string why) {
  why_ = std::move(why);
  return {IoState::Failed};
}

IoResult Stream::tls_result(int code) {
  switch (SSL_get_error(tls_.get(), code)) {
    case SSL_ERROR_WANT_READ: return {IoState::WantRead};
    case SSL_ERROR_WANT_WRITE: return {IoState::WantWrite};
    case SSL_ERROR_ZERO_RETURN: return {IoState::Ended};
    case SSL_ERROR_SYSCALL:
      if (ERR_peek_error() == 0) return failed(code == 0 ? "it ended early" : std::strerror(errno));
      break;
    default: break;
  }
  const auto verified = SSL_get_verify_result(tls_.get());
  if (verified == X509_V_OK) return failed(tls_error_text());
  ERR_clear_error();
  return failed(std::string("the certificate is not trusted: ") +
                X509_verify_cert_error_string(verified));
}

IoResult Stream::handshake() {
  if (!tls_ || SSL_is_init_finished(tls_.get())) return {};
  ERR_clear_error();
  const int code = SSL_do_handshake(tls_.get());
  return code == 1 ? IoResult{} : tls_result(code);
}

IoResult Stream::read(char* into, std::size_t size) {
  if (tls_) {
    ERR_clear_error();
    std::size_t got = 0;
    const int code = SSL_read_ex(tls_.get(), into, size, &got);
    return code == 1 ? IoResult{IoState::Done, got} : tls_result(code);
  }
  const auto got = receive_bytes(socket_, into, size);
  if (got > 0) return {IoState::Done, static_cast<std::size_t>(got)};
  if (got == 0) return {IoState::Ended};
  return is_to_come(errno) ? IoResult{IoState::WantRead} : failed(std::strerror(errno));
}

IoResult Stream::write(std::string_view first, std::string_view second) {
  if (tls_) {
    std::string together;
    auto bytes = first.empty() ? second : first;
    // One record where a small head and its body fit in one.
    if (!first.empty() && !second.empty() && first.size() < kRecordBytes) {
      together.reserve(std::min(kRecordBytes, first.size() + second.size()));
      together.append(first).append(second.substr(0, kRecordBytes - first.size()));
      bytes = together;
    }
    bytes = bytes.substr(0, kRecordBytes);
    ERR_clear_error();
    std::size_t sent = 0;
    const int code = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
    return code == 1 ? IoResult{IoState::Done, sent} : tls_result(code);
  }
  iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                    {const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  const auto sent = sendmsg(socket_, &message, MSG_NOSIGNAL);
  if (sent >= 0) return {IoState::Done, static_cast<std::size_t>(sent)};
  return is_to_come(errno) ? IoResult{IoState::WantWrite} : failed(std::strerror(errno));
}

void Stream::end() {
  if (tls_ && SSL_is_init_finished(tls_.get())) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  shutdown(socket_, SHUT_WR);
}

}  // namespace hikae::net
