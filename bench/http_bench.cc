// The HTTP server alone, over loopback: requests per second and latency with 1, 16 and 256
// connections, CPU per request, with and without a signature to verify; memory of 10,000 idle
// connections, plain and TLS. The clients live in a child process, so that what is measured is the
// server's.
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "aws/sigv4.h"
#include "net/server.h"
#include "net/sockets.h"
#include "net/stream.h"
#include "os/real_loop.h"

namespace hikae {
namespace {

using BenchClock = std::chrono::steady_clock;

const aws::Credentials kKey{"AKIDBENCH", "a secret of the bench", ""};
constexpr int kIdleConnections = 10'000;
constexpr Duration kLoad = seconds(3);

HttpRequest bench_request(WallTime now) {
  HttpRequest request{"POST",
                      "/",
                      {{"Host", "127.0.0.1"},
                       {"X-Amz-Target", "AmazonSSM.DescribeInstanceInformation"},
                       {"Content-Type", "application/x-amz-json-1.1"},
                       {"User-Agent", "bench"}},
                      "{\"MaxResults\":5}"};
  aws::SigningKeys keys;
  aws::sign(keys, request, kKey, {"us-east-1", "ssm"}, now);
  return request;
}

std::string bytes_of(const HttpRequest& request) {
  auto out = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\r\n";
  return out + fmt::format("Content-Length: {}\r\n\r\n{}", request.body.size(), request.body);
}

/// "Name: 123 kB" of /proc/self/status.
long status_kb(const std::string& name) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name + ":")) return std::atol(line.c_str() + name.size() + 1);
  return 0;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

int connected_socket(int port) {
  const int socket = net::begin_connect(net::parse_address("127.0.0.1", port).value()).value();
  fcntl(socket, F_SETFL, 0);  // the child may wait
  return socket;
}

struct LoadFigures {
  double per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
};

/// In the child: one request at a time over each connection.
LoadFigures load(int port, int connections, const std::string& request) {
  struct Client {
    int socket;
    BenchClock::time_point sent;
  };
  const int poll = epoll_create1(0);
  std::vector<Client> clients;
  for (int i = 0; i < connections; ++i) clients.push_back({connected_socket(port), {}});
  std::vector<double> latencies;
  const auto send_one = [&](Client& client) {
    client.sent = BenchClock::now();
    (void)!write(client.socket, request.data(), request.size());
  };
  for (std::size_t i = 0; i < clients.size(); ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].socket, &event);
    send_one(clients[i]);
  }
  const auto begin = BenchClock::now();
  std::vector<epoll_event> events(256);
  std::string buffer(65'536, '\0');
  while (BenchClock::now() - begin < kLoad) {
    const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      auto& client = clients[events[static_cast<std::size_t>(i)].data.u64];
      // The answer is small and written at once: it comes in one piece.
      if (read(client.socket, buffer.data(), buffer.size()) <= 0) std::_Exit(1);
      latencies.push_back(
          std::chrono::duration<double, std::micro>(BenchClock::now() - client.sent).count());
      send_one(client);
    }
  }
  std::ranges::sort(latencies);
  const auto n = latencies.size();
  return {static_cast<double>(n) / std::chrono::duration<double>(kLoad).count(), latencies[n / 2],
          latencies[n * 99 / 100]};
}

/// In the child: connections that have been answered once and then do nothing.
void stay_idle(int port, const std::string& request, bool is_tls) {
  // Nobody's certificate is checked here: what is measured is the other side.
  static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  std::string buffer(65'536, '\0');
  for (int i = 0; i < kIdleConnections; ++i) {
    const int socket = connected_socket(port);
    if (!is_tls) {
      (void)!write(socket, request.data(), request.size());
      (void)!read(socket, buffer.data(), buffer.size());
      continue;
    }
    auto* ssl = SSL_new(context);
    SSL_set_fd(ssl, socket);
    if (SSL_connect(ssl) != 1) std::_Exit(1);
    SSL_write(ssl, request.data(), static_cast<int>(request.size()));
    SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
  }
}

/// Runs `work` in a child while the loop serves; returns what it wrote.
std::string with_child(os::RealLoop& loop, const std::function<std::string()>& work,
                       const std::function<bool()>& until) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto text = work();
    (void)!write(ends[1], text.data(), text.size());
    if (text.empty()) pause();
    std::_Exit(0);
  }
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  std::string out(1024, '\0');
  ssize_t got = -1;
  loop.run_until([&] {
    got = read(ends[0], out.data(), out.size());
    return got >= 0 || until();
  });
  out.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  return out;
}

struct BenchServer {
  BenchServer(os::RealLoop& loop, bool is_verifying, net::ServerOptions options)
      : server(loop.io(), loop, std::move(options),
               [this, &loop, is_verifying](HttpRequest request, const net::PeerInfo&,
                                           net::Server::Reply reply) {
                 if (is_verifying && !is_signed(request, loop.now())) return reply({403, {}, {}});
                 reply({200,
                        {{"Content-Type", "application/x-amz-json-1.1"},
                         {"x-amzn-RequestId", "00000000-0000-4000-8000-000000000000"}},
                        "{\"InstanceInformationList\":[]}"});
               }) {
    if (const auto listening = server.listen(); !listening) {
      fmt::print("{}\n", listening.error().text());
      std::exit(1);
    }
  }

  bool is_signed(const HttpRequest& request, WallTime now) {
    const auto claim = aws::parse_authorization(request, aws::AuthWording::Json);
    return claim && aws::verify_signature(keys, request, *claim, kKey.secret, now,
                                          {aws::AuthWording::Json, {}, "ssm"});
  }

  aws::SigningKeys keys;
  net::Server server;
};

void bench_load(bool is_verifying) {
  for (const int connections : {1, 16, 256}) {
    os::RealLoop loop;
    BenchServer bench(loop, is_verifying, {});
    const auto request = bytes_of(bench_request(loop.now()));
    const auto before = cpu_seconds();
    const auto text = with_child(
        loop,
        [&] {
          const auto figures = load(bench.server.port(), connections, request);
          return fmt::format("{:>9.0f} requests/s  p50 {:>6.0f} us  p99 {:>6.0f} us",
                             figures.per_second, figures.p50_us, figures.p99_us);
        },
        [] { return false; });
    const auto requests = static_cast<double>(bench.server.counts().requests);
    fmt::print("{} {:>4} connections: {}  {:.1f} us of CPU a request\n",
               is_verifying ? "signed  " : "unsigned", connections, text,
               (cpu_seconds() - before) * 1e6 / requests);
  }
}

void bench_idle(const char* name, net::ServerOptions options) {
  os::RealLoop loop;
  const bool is_tls = !options.certificate_file.empty();
  BenchServer bench(loop, false, std::move(options));
  const auto request = bytes_of(bench_request(loop.now()));
  const long before = status_kb("VmRSS");
  (void)with_child(
      loop,
      [&] {
        stay_idle(bench.server.port(), request, is_tls);
        return std::string();
      },
      [&] { return bench.server.counts().idle == kIdleConnections; });
  const long after = status_kb("VmRSS");
  fmt::print("{}: {} idle connections: {:.2f} KiB each\n", name, kIdleConnections,
             static_cast<double>(after - before) / kIdleConnections);
}

}  // namespace
}  // namespace hikae

/// bench_http [CERTIFICATE KEY]
int main(int argc, char** argv) {
  hikae::bench_idle("plain", {});
  if (argc == 3) {
    hikae::net::ServerOptions options;
    options.certificate_file = argv[1];
    options.key_file = argv[2];
    hikae::bench_idle("TLS  ", options);
  }
  hikae::bench_load(false);
  hikae::bench_load(true);
}
