// TLS settings: who we are (a server's certificate), whom we trust (a client's authorities).
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace hikae::net {

/// TLS 1.2 and later. Buffers are given back between two records.
class TlsContext {
 public:
  /// Errors: `Invalid` where a file cannot be read, or the key is not the certificate's.
  [[nodiscard]] static Result<TlsContext> for_server(const std::string& certificate_file,
                                                     const std::string& key_file);
  /// Trusts the authorities in `ca_file`, or the system's where it is empty. Always verifies.
  [[nodiscard]] static Result<TlsContext> for_client(const std::string& ca_file);

  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

 private:
  explicit TlsContext(SSL_CTX* context);
  std::shared_ptr<SSL_CTX> context_;
};

/// OpenSSL's own words for the oldest error of this thread, which is taken away.
[[nodiscard]] std::string tls_error_text();

}  // namespace hikae::net
