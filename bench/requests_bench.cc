// Requests of AWS clients against a running hikae: how many a second, how long each takes, and what
// each costs the server in CPU, with 1, 16 and 256 connections. bench/requests.sh starts the
// server.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <vector>

#include "aws/sigv4.h"
#include "net/sockets.h"

namespace hikae {
namespace {

using BenchClock = std::chrono::steady_clock;
constexpr auto kLoad = std::chrono::seconds(3);

struct Target {
  int port;
  int server_pid;
  std::string access_key;  // empty: unsigned
  std::string secret;
};

struct Case {
  const char* name;
  const char* service;
  const char* amz_target;  // empty: a form of ec2
  std::string body;
};

std::string wire_bytes(const Case& one, const Target& target) {
  const bool is_form = *one.amz_target == '\0';
  HttpRequest request{"POST", "/", {{"Host", "127.0.0.1"}}, one.body};
  request.headers.emplace_back(
      "Content-Type",
      is_form ? "application/x-www-form-urlencoded; charset=utf-8" : "application/x-amz-json-1.1");
  if (!is_form) request.headers.emplace_back("X-Amz-Target", one.amz_target);
  if (!target.access_key.empty()) {
    aws::SigningKeys keys;
    const auto now =
        std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
    aws::sign(keys, request, {target.access_key, target.secret, ""}, {"us-east-1", one.service},
              WallTime(now.time_since_epoch()));
  }
  auto out = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\r\n";
  return out + fmt::format("Content-Length: {}\r\n\r\n{}", request.body.size(), request.body);
}

/// Of user and system time, from /proc/PID/stat.
double cpu_seconds_of(int pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto behind_name = text.rfind(')');
  long ticks = 0;
  std::size_t at = behind_name;
  for (int field = 2; field < 15 && at != std::string::npos; ++field) {
    at = text.find(' ', at + 1);
    if (field >= 13) ticks += std::atol(text.c_str() + at + 1);
  }
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "bench_requests: {}\n", why);
  std::_Exit(1);
}

struct Client {
  int socket = -1;
  BenchClock::time_point sent;
  std::string head;         // until its end has come
  std::size_t missing = 0;  // bytes of the body
  bool in_body = false;
};

/// Takes what has come; true when the answer is whole.
bool take(Client& client, std::string_view bytes) {
  if (!client.in_body) {
    client.head += bytes;
    const auto end = client.head.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    if (!client.head.starts_with("HTTP/1.1 200")) give_up(client.head);
    const auto length = client.head.find("ontent-Length: ");
    if (length == std::string::npos) give_up("an answer without its length: " + client.head);
    client.missing = std::stoul(client.head.substr(length + 15)) - (client.head.size() - end - 4);
    client.in_body = true;
  } else {
    client.missing -= bytes.size();
  }
  return client.missing == 0;
}

struct Load {
  const Target& target;
  const std::string& request;
  int poll = epoll_create1(0);
  std::vector<Client> clients;
  std::vector<double> latencies_us;

  void send(Client& client) {
    client.sent = BenchClock::now();
    client.head.clear();
    client.in_body = false;
    if (write(client.socket, request.data(), request.size()) !=
        static_cast<ssize_t>(request.size()))
      give_up("a request could not be written");
  }

  void connect(std::size_t index) {
    auto& client = clients[index];
    client.socket =
        net::begin_connect(net::parse_address("127.0.0.1", target.port).value()).value();
    fcntl(client.socket, F_SETFL, 0);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
    epoll_ctl(poll, EPOLL_CTL_ADD, client.socket, &event);
    send(client);
  }

  void read_some(Client& client, std::string& buffer) {
    const auto got = read(client.socket, buffer.data(), buffer.size());
    if (got <= 0) give_up("a connection was closed");
    if (!take(client, std::string_view(buffer).substr(0, static_cast<std::size_t>(got)))) return;
    latencies_us.push_back(
        std::chrono::duration<double, std::micro>(BenchClock::now() - client.sent).count());
    send(client);
  }

  double run(std::size_t connections) {
    clients.resize(connections);
    const auto begin = BenchClock::now();
    for (std::size_t i = 0; i < connections; ++i) connect(i);
    std::vector<epoll_event> events(256);
    std::string buffer(262'144, '\0');
    while (BenchClock::now() - begin < kLoad || latencies_us.size() < connections) {
      const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < ready; ++i)
        read_some(clients[events[static_cast<std::size_t>(i)].data.u64], buffer);
    }
    for (const auto& client : clients) close(client.socket);
    close(poll);
    return std::chrono::duration<double>(BenchClock::now() - begin).count();
  }
};

void measure(const Target& target, const Case& one, std::size_t connections) {
  const auto request = wire_bytes(one, target);
  Load load{target, request, epoll_create1(0), {}, {}};
  const auto before = cpu_seconds_of(target.server_pid);
  const auto seconds = load.run(connections);
  const auto cpu = cpu_seconds_of(target.server_pid) - before;
  auto& times = load.latencies_us;
  if (times.empty()) give_up(std::string("no answer in time: ") + one.name);
  std::ranges::sort(times);
  const auto n = static_cast<double>(times.size());
  fmt::print("{:<9} {:<34} {:>4}  {:>8.0f} /s  p50 {:>9.0f} us  p99 {:>9.0f} us  {:>8.1f} us CPU\n",
             target.access_key.empty() ? "unsigned" : "signed", one.name, connections, n / seconds,
             times[times.size() / 2], times[times.size() * 99 / 100], cpu * 1e6 / n);
  std::fflush(stdout);
}

void measure_all(const Target& target, const std::string& instance) {
  const std::string form = "Version=2016-11-15&Action=";
  const Case cases[] = {
      {"DescribeInstances of one", "ec2", "", form + "DescribeInstances&InstanceId.1=" + instance},
      {"DescribeInstances of 1,000", "ec2", "", form + "DescribeInstances&MaxResults=1000"},
      {"DescribeImages of 1,000", "ec2", "", form + "DescribeImages&Owner.1=self"},
      {"CreateTags", "ec2", "",
       form + "CreateTags&ResourceId.1=" + instance + "&Tag.1.Key=bench&Tag.1.Value=yes"},
      {"StartAutomationExecution", "ssm", "AmazonSSM.StartAutomationExecution",
       R"({"DocumentName":"bench-nothing"})"},
  };
  for (const auto& one : cases)
    for (const std::size_t connections : {1, 16, 256}) measure(target, one, connections);
}

}  // namespace
}  // namespace hikae

/// bench_requests PORT PID INSTANCE [ACCESS-KEY SECRET]
int main(int argc, char** argv) {
  if (argc != 4 && argc != 6) hikae::give_up("usage: PORT PID INSTANCE [ACCESS-KEY SECRET]");
  const hikae::Target target{std::atoi(argv[1]), std::atoi(argv[2]), argc == 6 ? argv[4] : "",
                             argc == 6 ? argv[5] : ""};
  hikae::measure_all(target, argv[3]);
}
