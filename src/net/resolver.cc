#include "net/resolver.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstring>

#include "base/escape.h"

namespace hikae::net {
namespace {

using TcpResolver = boost::asio::ip::tcp::resolver;

Result<std::vector<SocketAddress>> addresses_of(const TcpResolver::results_type& found) {
  std::vector<SocketAddress> out;
  for (const auto& entry : found) {
    const auto endpoint = entry.endpoint();
    auto& address = out.emplace_back();
    std::memcpy(&address.bytes, endpoint.data(), endpoint.size());
    address.size = static_cast<socklen_t>(endpoint.size());
  }
  return out;
}

}  // namespace

struct Resolver::Impl {
  boost::asio::io_context& io;
  TcpResolver resolver;
};

Resolver::Resolver(boost::asio::io_context& io) : impl_(new Impl{io, TcpResolver(io)}) {}
Resolver::~Resolver() = default;

void Resolver::resolve(const std::string& host, int port, Done done) {
  if (auto address = parse_address(host, port)) {
    boost::asio::post(impl_->io, [address = *address, done = std::move(done)]() mutable {
      done(std::vector<SocketAddress>{address});
    });
    return;
  }
  impl_->resolver.async_resolve(
      host, std::to_string(port),
      [host, done = std::move(done)](const boost::system::error_code& error,
                                     const TcpResolver::results_type& found) mutable {
        if (error == boost::asio::error::operation_aborted) return;
        if (error)
          return done(fail(ErrorKind::Io,
                           "the name " + printable(host) + " is not known: " + error.message()));
        done(addresses_of(found));
      });
}

}  // namespace hikae::net
