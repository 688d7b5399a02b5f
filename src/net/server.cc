#include "net/server.h"

#include <unistd.h>

#include <algorithm>

#include "base/invariant.h"
#include "net/connection.h"
#include "net/sockets.h"

namespace hikae::net {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} * 1024;
constexpr std::size_t kSmallBody = std::size_t{1} << 20;
constexpr int kAcceptedAtOnce = 64;       // then others have their turn
constexpr Duration kExhaustedPause{100};  // before a descriptor is asked for again
constexpr Duration kShortestLook{10};     // between two looks for who is too slow
constexpr Duration kLongestLook = seconds(1);

Duration look_pause(const HttpPatience& patience) {
  const auto shortest =
      std::min({patience.head, patience.idle, patience.transfer, patience.lingering});
  return std::clamp(shortest / 4, kShortestLook, kLongestLook);
}

}  // namespace

struct Server::Impl final : ConnectionHost, std::enable_shared_from_this<Server::Impl> {
  Impl(boost::asio::io_context& loop, Timers& its_timers, ServerOptions given, Handler to)
      : io(loop), times(its_timers), settings(std::move(given)), handler(std::move(to)) {}

  boost::asio::io_context& io;
  Timers& times;
  ServerOptions settings;
  Handler handler;
  std::optional<TlsContext> tls;
  std::unique_ptr<Watch> listening;
  int port = 0;
  // Both in the order in which they came there: the first of idle has been idle longest.
  ConnectionList idle;
  ConnectionList busy;
  std::string lent = std::string(kBufferBytes, '\0');
  ServerCounts counts;
  std::optional<TimerId> look;
  std::optional<TimerId> grace;
  std::optional<TimerId> pause;
  std::move_only_function<void()> stopped;
  bool is_told_to_stop = false;

  const ServerOptions& options() const override { return settings; }
  Timers& timers() override { return times; }
  std::string& buffer() override { return lent; }
  bool is_stopping() const override { return is_told_to_stop; }
  void refused() override { ++counts.refused; }
  bool hold(std::size_t more, std::size_t held) override {
    const auto all = settings.bodies_bytes;
    const auto most = held + more > kSmallBody ? all / 4 * 3 : all;
    if (counts.held_bytes + more > most) {
      ++counts.busy;
      return false;
    }
    counts.held_bytes += more;
    return true;
  }
  void release(std::size_t held) override { counts.held_bytes -= held; }

  void handle(HttpRequest request, const PeerInfo& peer, Reply reply) override {
    ++counts.requests;
    handler(std::move(request), peer, std::move(reply));
  }
  void became_idle(Connection& connection) override {
    idle.splice(idle.end(), connection.stands_idle ? idle : busy, connection.place);
    connection.stands_idle = true;
  }
  void became_busy(Connection& connection) override {
    busy.splice(busy.end(), idle, connection.place);
    connection.stands_idle = false;
  }
  void left(Connection& connection) override {
    (connection.stands_idle ? idle : busy).erase(connection.place);
    if (is_told_to_stop) finish_stop();
  }

  Result<> listen();
  void accept_all();
  void add(Accepted accepted);
  void make_room();
  void look_soon();
  void look_for_slow();
  void begin_stop(Duration patience, std::move_only_function<void()> done);
  void finish_stop();
  void close_all();
  void cancel(std::optional<TimerId>& timer);
  template <class Call>
  std::move_only_function<void()> weakly(Call call) {
    return [weak = weak_from_this(), call] {
      if (const auto self = weak.lock()) call(*self);
    };
  }
};

Result<> Server::Impl::listen() {
  if (settings.certificate_file.empty() != settings.key_file.empty())
    return fail(ErrorKind::Invalid, "TLS needs both a certificate and its key: give both or none");
  if (!settings.certificate_file.empty())
    tls = TRY(TlsContext::for_server(settings.certificate_file, settings.key_file));
  const auto address = TRY(parse_address(settings.address, settings.port));
  const int socket = TRY(listen_at(address));
  port = port_of(socket);
  listening = std::make_unique<Watch>(io, socket);
  listening->readable(weakly([](Impl& self) { self.accept_all(); }));
  return {};
}

void Server::Impl::accept_all() {
  if (!listening) return;
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    auto accepted = accept_one(listening->descriptor());
    if (accepted.state == Accepting::None) break;
    if (accepted.state == Accepting::Exhausted) {
      make_room();
      pause = times.after(kExhaustedPause, weakly([](Impl& self) { self.accept_all(); }));
      return;
    }
    add(std::move(accepted));
  }
  listening->readable(weakly([](Impl& self) { self.accept_all(); }));
}

void Server::Impl::add(Accepted accepted) {
  ++counts.accepted;
  auto watch = std::make_unique<Watch>(io, accepted.socket);
  if (idle.size() + busy.size() >= settings.connections) make_room();
  if (idle.size() + busy.size() >= settings.connections) return;  // all are at work
  auto stream = tls ? Stream(accepted.socket, *tls) : Stream(accepted.socket);
  PeerInfo peer{accepted.peer.text(), accepted.peer.port(), tls.has_value()};
  auto connection =
      std::make_shared<Connection>(*this, std::move(watch), std::move(stream), std::move(peer));
  busy.push_back(connection);
  connection->place = std::prev(busy.end());
  connection->start();
  look_soon();
}

void Server::Impl::make_room() {
  if (!idle.empty()) std::shared_ptr(idle.front())->close();
}

void Server::Impl::look_soon() {
  if (look || (idle.empty() && busy.empty())) return;
  look = times.after(look_pause(settings.patience), weakly([](Impl& self) {
                       self.look.reset();
                       self.look_for_slow();
                       self.look_soon();
                     }));
}

void Server::Impl::look_for_slow() {
  const auto now = times.steady_now();
  std::vector<std::shared_ptr<Connection>> slow;
  const auto is_slow = [&](const auto& connection) {
    const auto end = connection->expires_at();
    return end && *end <= now;
  };
  for (const auto& connection : idle) {
    if (!is_slow(connection)) break;
    slow.push_back(connection);
  }
  std::ranges::copy_if(busy, std::back_inserter(slow), is_slow);
  counts.timed_out += slow.size();
  for (const auto& connection : slow) connection->expire();
}

void Server::Impl::begin_stop(Duration patience, std::move_only_function<void()> done) {
  is_told_to_stop = true;
  stopped = std::move(done);
  listening.reset();
  for (const auto& connection : std::vector(idle.begin(), idle.end())) connection->close();
  grace = times.after(patience, weakly([](Impl& self) {
                        self.grace.reset();
                        self.close_all();
                      }));
  finish_stop();
}

void Server::Impl::finish_stop() {
  if (!idle.empty() || !busy.empty() || !stopped) return;
  cancel(grace);
  times.soon(std::exchange(stopped, nullptr));
}

void Server::Impl::close_all() {
  for (const auto* list : {&idle, &busy})
    for (const auto& connection : std::vector(list->begin(), list->end())) connection->close();
}

void Server::Impl::cancel(std::optional<TimerId>& timer) {
  if (timer) times.cancel(*timer);
  timer.reset();
}

Server::Server(boost::asio::io_context& io, Timers& timers, ServerOptions options, Handler handler)
    : impl_(std::make_shared<Impl>(io, timers, std::move(options), std::move(handler))) {}

Server::~Server() {
  impl_->stopped = nullptr;
  impl_->listening.reset();
  impl_->close_all();
  for (auto* timer : {&impl_->look, &impl_->grace, &impl_->pause}) impl_->cancel(*timer);
}

Result<> Server::listen() { return impl_->listen(); }

int Server::port() const { return impl_->port; }

void Server::stop(Duration grace, std::move_only_function<void()> done) {
  impl_->begin_stop(grace, std::move(done));
}

ServerCounts Server::counts() const {
  auto counts = impl_->counts;
  counts.idle = impl_->idle.size();
  counts.open = counts.idle + impl_->busy.size();
  return counts;
}

}  // namespace hikae::net
