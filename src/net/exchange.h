// One request of the client, from send() to its answer.
//
//   (a kept line)                                     Writing -> Reading -> done
//   Resolving -> Connecting -> Tunnel -> Handshake -> Writing …
//
// What may be sent again is decided by one fact: whether a byte of the request was handed to the
// connection.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http_codec.h"
#include "net/proxy.h"
#include "net/resolver.h"
#include "net/stream.h"
#include "net/watch.h"

namespace hikae::net {

/// A connection to an origin, ready for a request.
struct Line {
  std::unique_ptr<Watch> watch;
  Stream stream;
};

/// A request as it is sent.
struct Outgoing {
  HttpOrigin origin;
  std::optional<Proxy> proxy;
  std::string head;
  std::string body;
  ResponseCodec::AnswerTo answer_to = ResponseCodec::AnswerTo::Other;
};

class Exchange;

/// What an exchange asks of its client.
class ExchangeHost {
 public:
  virtual ~ExchangeHost() = default;
  [[nodiscard]] virtual const ClientOptions& options() const = 0;
  [[nodiscard]] virtual Timers& timers() = 0;
  [[nodiscard]] virtual boost::asio::io_context& io() = 0;
  [[nodiscard]] virtual Resolver& resolver() = 0;
  [[nodiscard]] virtual Result<TlsContext> tls() = 0;
  /// Lent for one call.
  [[nodiscard]] virtual std::string& buffer() = 0;
  virtual void connected() = 0;
  /// The last call. `line` may carry another request; nullptr where it cannot.
  virtual void ended(Exchange& exchange, std::unique_ptr<Line> line,
                     Result<HttpResponse> result) = 0;
};

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(ExchangeHost& host, Outgoing outgoing, HttpExchange::Done done);

  /// Counts from now on; before use() or connect() it waits for its turn.
  void limit(Duration timeout);
  /// Over a line that has carried another request before.
  void use(std::unique_ptr<Line> line);
  void connect();
  /// Takes back what is left to do later.
  void drop();

  [[nodiscard]] const HttpOrigin& origin() const { return outgoing_.origin; }
  [[nodiscard]] HttpExchange::Done take_done() { return std::move(done_); }

 private:
  enum class Stage { Waiting, Resolving, Connecting, Tunnel, Handshake, Writing, Reading, Ended };
  enum class Next { GoOn, Wait };

  void pump();
  [[nodiscard]] Next step();
  void next_address();
  void resolved(Result<std::vector<SocketAddress>> addresses);
  [[nodiscard]] Next check_connected();
  void open_tunnel();
  [[nodiscard]] Next go_through_tunnel();
  void start_tls();
  [[nodiscard]] Next shake_hands();
  void begin_writing();
  [[nodiscard]] Next write_more();
  [[nodiscard]] Next read_more();
  [[nodiscard]] Next wait_for(IoState state);
  void took_too_long();
  void address_failed(std::string why);
  void lost(const std::string& why);
  void answered(ReceivedResponse received);
  void end(Result<HttpResponse> result, std::unique_ptr<Line> line = nullptr);
  void cancel(std::optional<TimerId>& timer);
  [[nodiscard]] std::string where() const;
  [[nodiscard]] std::unexpected<Error> not_reached(const std::string& why) const;

  ExchangeHost& host_;
  Outgoing outgoing_;
  HttpExchange::Done done_;
  std::optional<TimerId> deadline_;
  std::optional<TimerId> patience_;  // with one address
  std::vector<SocketAddress> addresses_;
  std::size_t next_address_ = 0;
  std::string why_;  // the last address failed
  std::unique_ptr<Line> line_;
  std::optional<ResponseCodec> codec_;
  std::string tunnel_head_;
  std::size_t written_ = 0;
  Stage stage_ = Stage::Waiting;
  bool is_line_used_before_ = false;
  bool is_line_kept_ = true;  // afterwards, as far as our own writing went
};

}  // namespace hikae::net
