// The pool. What can go wrong: a kept line is closed by the other side just as a request goes out
// over it. Whether that request was acted on cannot be known then, so lines that wait are watched
// (an end that has arrived is seen before the next request), looked at once more when they are
// taken, and given up before AWS gives them up.
#include "net/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <list>
#include <map>

#include "net/exchange.h"

namespace hikae::net {
namespace {

constexpr std::size_t kClientBuffer = std::size_t{64} * 1024;

std::string host_with_port(const HttpOrigin& origin) {
  const auto host =
      origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  const bool is_default = origin.port == (origin.scheme == "https" ? 443 : 80);
  return is_default ? host : fmt::format("{}:{}", host, origin.port);
}

Result<> check_origin(const HttpOrigin& origin) {
  if ((origin.scheme != "https" && origin.scheme != "http") || origin.host.empty() ||
      origin.host.find('\0') != std::string::npos || origin.port < 1 || origin.port > 65'535)
    return fail(ErrorKind::Invalid, fmt::format("{}://{}:{} is no place to send a request to",
                                                origin.scheme, origin.host, origin.port));
  return {};
}

bool has_length(const HttpRequest& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

Result<Outgoing> outgoing_of(const HttpOrigin& origin, HttpRequest request,
                             const ClientOptions& options) {
  TRY_DO(check_origin(origin));
  Outgoing out;
  out.origin = origin;
  out.proxy = TRY(proxy_for(origin, options));
  if (!find_header(request.headers, "host"))
    request.headers.emplace(request.headers.begin(), "Host", host_with_port(origin));
  if (has_length(request))
    set_header(request.headers, "Content-Length", std::to_string(request.body.size()));
  // An http proxy reads from the request line where to go.
  if (out.proxy && origin.scheme == "http") {
    request.target = "http://" + host_with_port(origin) + request.target;
    if (!out.proxy->authorization.empty())
      set_header(request.headers, "Proxy-Authorization", out.proxy->authorization);
  }
  out.head = TRY(write_request_head(request));
  out.body = std::move(request.body);
  if (request.method == "HEAD") out.answer_to = ResponseCodec::AnswerTo::Head;
  return out;
}

}  // namespace

struct Client::Impl final : ExchangeHost, std::enable_shared_from_this<Client::Impl> {
  Impl(boost::asio::io_context& loop, Timers& its_timers, ClientOptions given)
      : context(loop), times(its_timers), settings(std::move(given)), names(loop) {}

  struct KeptLine {
    std::unique_ptr<Line> line;
    TimerId expiry = 0;
  };

  struct Pool {
    std::list<KeptLine> kept;  // the last used behind
    std::deque<std::shared_ptr<Exchange>> waiting;
    std::size_t lines = 0;  // kept and in use
  };

  boost::asio::io_context& context;
  Timers& times;
  ClientOptions settings;
  Resolver names;
  std::optional<Result<TlsContext>> trust;  // made by the first that needs it
  std::map<HttpOrigin, Pool> pools;
  std::map<const Exchange*, std::shared_ptr<Exchange>> running;
  std::string lent = std::string(kClientBuffer, '\0');
  ClientCounts counts;

  const ClientOptions& options() const override { return settings; }
  Timers& timers() override { return times; }
  boost::asio::io_context& io() override { return context; }
  Resolver& resolver() override { return names; }
  std::string& buffer() override { return lent; }
  void connected() override { ++counts.connected; }
  Result<TlsContext> tls() override {
    if (!trust) trust = TlsContext::for_client(settings.ca_file);
    return *trust;
  }
  void ended(Exchange& exchange, std::unique_ptr<Line> line, Result<HttpResponse> result) override;

  void start(std::shared_ptr<Exchange> exchange);
  void go_on(Pool& pool, const HttpOrigin& origin);
  std::unique_ptr<Line> take_kept(Pool& pool);
  void keep(const HttpOrigin& origin, std::unique_ptr<Line> line);
  void watch_kept(const HttpOrigin& origin, const Line* line);
  void look_at_kept(const HttpOrigin& origin, const Line* line);
  void forget(const HttpOrigin& origin, const Line* line);
};

void Client::Impl::start(std::shared_ptr<Exchange> exchange) {
  const auto origin = exchange->origin();
  auto& pool = pools[origin];
  pool.waiting.push_back(std::move(exchange));
  go_on(pool, origin);
}

/// Gives lines to those who wait, as long as there are any.
void Client::Impl::go_on(Pool& pool, const HttpOrigin& origin) {
  while (!pool.waiting.empty()) {
    auto line = take_kept(pool);
    if (!line && pool.lines >= settings.connections) return;
    const auto exchange = std::move(pool.waiting.front());
    pool.waiting.pop_front();
    running.emplace(exchange.get(), exchange);
    if (line) {
      ++counts.reused;
      exchange->use(std::move(line));
    } else {
      ++pool.lines;
      exchange->connect();
    }
  }
  if (pool.lines == 0) pools.erase(origin);
}

std::unique_ptr<Line> Client::Impl::take_kept(Pool& pool) {
  while (!pool.kept.empty()) {
    auto kept = std::move(pool.kept.back());
    pool.kept.pop_back();
    times.cancel(kept.expiry);
    kept.line->watch->cancel();
    char byte = 0;
    if (kept.line->stream.read(&byte, 1).state == IoState::WantRead) return std::move(kept.line);
    --pool.lines;
  }
  return nullptr;
}

void Client::Impl::keep(const HttpOrigin& origin, std::unique_ptr<Line> line) {
  const auto* raw = line.get();
  const auto expiry = times.after(settings.idle, [weak = weak_from_this(), origin, raw] {
    if (const auto self = weak.lock()) self->forget(origin, raw);
  });
  pools[origin].kept.push_back({std::move(line), expiry});
  watch_kept(origin, raw);
}

void Client::Impl::watch_kept(const HttpOrigin& origin, const Line* line) {
  line->watch->readable([weak = weak_from_this(), origin, line] {
    if (const auto self = weak.lock()) self->look_at_kept(origin, line);
  });
}

/// Something has come that nobody asked for: a TLS session ticket is fine, anything else is the
/// end.
void Client::Impl::look_at_kept(const HttpOrigin& origin, const Line* line) {
  const auto pool = pools.find(origin);
  if (pool == pools.end()) return;
  for (auto& kept : pool->second.kept) {
    if (kept.line.get() != line) continue;
    char byte = 0;
    if (kept.line->stream.read(&byte, 1).state == IoState::WantRead)
      return watch_kept(origin, line);
    return forget(origin, line);
  }
}

void Client::Impl::forget(const HttpOrigin& origin, const Line* line) {
  const auto found = pools.find(origin);
  if (found == pools.end()) return;
  auto& pool = found->second;
  const auto gone = std::erase_if(pool.kept, [&](const KeptLine& kept) {
    if (kept.line.get() != line) return false;
    times.cancel(kept.expiry);
    return true;
  });
  pool.lines -= gone;
  go_on(pool, origin);
}

void Client::Impl::ended(Exchange& exchange, std::unique_ptr<Line> line,
                         Result<HttpResponse> result) {
  const auto origin = exchange.origin();
  times.soon(
      [weak = weak_from_this(), done = exchange.take_done(), result = std::move(result)]() mutable {
        if (!weak.expired()) done(std::move(result));
      });
  auto& pool = pools[origin];
  if (running.erase(&exchange) == 0) {  // its time was over before its turn came
    std::erase_if(pool.waiting, [&](const auto& one) { return one.get() == &exchange; });
  } else if (line) {
    keep(origin, std::move(line));
  } else {
    --pool.lines;
  }
  go_on(pool, origin);
}

Client::Client(boost::asio::io_context& io, Timers& timers, ClientOptions options)
    : impl_(std::make_shared<Impl>(io, timers, std::move(options))) {}

Client::~Client() {
  for (const auto& [raw, exchange] : impl_->running) exchange->drop();
  for (auto& [origin, pool] : impl_->pools) {
    for (const auto& exchange : pool.waiting) exchange->drop();
    for (const auto& kept : pool.kept) impl_->times.cancel(kept.expiry);
  }
}

void Client::send(const HttpOrigin& origin, HttpRequest request, Duration timeout, Done done) {
  ++impl_->counts.requests;
  auto outgoing = outgoing_of(origin, std::move(request), impl_->settings);
  if (!outgoing) {
    impl_->times.soon(
        [weak = std::weak_ptr(impl_), done = std::move(done), error = outgoing.error()]() mutable {
          if (!weak.expired()) done(std::unexpected(std::move(error)));
        });
    return;
  }
  auto exchange = std::make_shared<Exchange>(*impl_, std::move(*outgoing), std::move(done));
  exchange->limit(timeout);
  impl_->start(std::move(exchange));
}

ClientCounts Client::counts() const {
  auto counts = impl_->counts;
  for (const auto& [origin, pool] : impl_->pools) counts.open += pool.lines;
  return counts;
}

}  // namespace hikae::net
