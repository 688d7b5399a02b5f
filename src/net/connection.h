// One connection of the server, from its accept to its end. A state machine that is driven by three
// things: the socket is ready, an answer has come, its time is over.
//
//   Handshake -> Idle -> Head -> Body -> Answering -> Writing -> Idle …
//                                   (malformed, or the last one) -> Lingering -> gone
#pragma once

#include <cstdint>
#include <list>
#include <memory>

#include "net/http_codec.h"
#include "net/server.h"
#include "net/stream.h"
#include "net/watch.h"

namespace hikae::net {

class Connection;
using ConnectionList = std::list<std::shared_ptr<Connection>>;

/// What a connection asks of its server.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  [[nodiscard]] virtual const ServerOptions& options() const = 0;
  [[nodiscard]] virtual Timers& timers() = 0;
  /// Lent for one call.
  [[nodiscard]] virtual std::string& buffer() = 0;
  /// Whether answers should be the last of their connection.
  [[nodiscard]] virtual bool is_stopping() const = 0;
  virtual void handle(HttpRequest request, const PeerInfo& peer, Server::Reply reply) = 0;
  virtual void became_idle(Connection& connection) = 0;
  virtual void became_busy(Connection& connection) = 0;
  virtual void refused() = 0;
  /// A connection that holds `held` bytes of a body would hold `more`: false where all together may
  /// not. What is held is given back by release().
  [[nodiscard]] virtual bool hold(std::size_t more, std::size_t held) = 0;
  virtual void release(std::size_t held) = 0;
  /// The last call; the connection leaves the host's lists.
  virtual void left(Connection& connection) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ConnectionHost& host, std::unique_ptr<Watch> watch, Stream stream, PeerInfo peer);

  void start();
  /// When it has taken too long over what it does now; nothing where it waits for the handler.
  [[nodiscard]] std::optional<SteadyTime> expires_at() const;
  /// It has.
  void expire();
  /// At once. May be called several times.
  void close();

  // The host's: where it stands in the host's lists.
  ConnectionList::iterator place;
  bool stands_idle = false;

 private:
  enum class Phase : std::uint8_t {
    Handshake,
    Idle,
    Head,
    Body,
    Answering,
    Writing,
    Lingering,
    Gone
  };
  enum class Next { GoOn, Wait };

  void pump();
  [[nodiscard]] Next step();
  [[nodiscard]] Next shake_hands();
  [[nodiscard]] Next take_request();
  [[nodiscard]] Next read_more();
  [[nodiscard]] Next write_more();
  [[nodiscard]] Next linger();
  [[nodiscard]] Next wait_for(IoResult result);
  void hand_over(ReceivedRequest received);
  void answer(HttpResponse response);
  void refuse(const HttpFault& fault);
  void refuse_as_busy();
  void write_last(const HttpResponse& response);
  void release();
  void begin_writing(std::string head, std::string body, Afterwards afterwards);
  void enter(Phase phase);
  [[nodiscard]] Phase reading_phase() const;
  [[nodiscard]] Server::Reply make_reply();

  ConnectionHost& host_;
  std::unique_ptr<Watch> watch_;
  Stream stream_;
  PeerInfo peer_;
  RequestCodec codec_;
  SteadyTime since_;               // the phase's begin
  std::size_t held_bytes_ = 0;     // of the body that is read, as the host counts them
  std::uint64_t moved_bytes_ = 0;  // of a body or an answer, in this phase
  std::string head_;               // of the answer that is written; what has gone is counted
  std::string body_;
  std::size_t written_ = 0;
  Phase phase_ = Phase::Handshake;
  Afterwards afterwards_ = Afterwards::KeepAlive;
  bool is_pumping_ = false;
  bool is_drained_ = false;       // the last read took all that had come (plain sockets)
  bool is_head_request_ = false;  // HEAD: the answer's body stays here
};

}  // namespace hikae::net
