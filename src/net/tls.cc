#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>

#include "base/invariant.h"

namespace hikae::net {
namespace {

// Where systems keep their authorities, beside OpenSSL's own default.
constexpr const char* kSystemBundles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                          "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};

std::unexpected<Error> tls_failure(const std::string& what) {
  return fail(ErrorKind::Invalid, what + ": " + tls_error_text());
}

void load_system_authorities(SSL_CTX* context) {
  SSL_CTX_set_default_verify_paths(context);
  for (const auto* file : kSystemBundles)
    if (SSL_CTX_load_verify_file(context, file) == 1) break;
  ERR_clear_error();
}

}  // namespace

TlsContext::TlsContext(SSL_CTX* context) : context_(context, SSL_CTX_free) {
  INVARIANT(context != nullptr, "OpenSSL has memory for its settings");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Compression and renegotiation are only ever used to attack.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

Result<TlsContext> TlsContext::for_server(const std::string& certificate_file,
                                          const std::string& key_file) {
  TlsContext tls(SSL_CTX_new(TLS_server_method()));
  auto* context = tls.get();
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
    return tls_failure("the certificate " + certificate_file + " cannot be used");
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return tls_failure("the key " + key_file + " cannot be used");
  if (SSL_CTX_check_private_key(context) != 1)
    return tls_failure("the key " + key_file + " is not that of " + certificate_file);
  return tls;
}

Result<TlsContext> TlsContext::for_client(const std::string& ca_file) {
  TlsContext tls(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(tls.get(), SSL_VERIFY_PEER, nullptr);
  if (ca_file.empty()) {
    load_system_authorities(tls.get());
    return tls;
  }
  if (SSL_CTX_load_verify_file(tls.get(), ca_file.c_str()) != 1)
    return tls_failure("the authorities in " + ca_file + " cannot be read");
  return tls;
}

std::string tls_error_text() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason was given";
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

}  // namespace hikae::net
