#include "unkind_proxy.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/entropy.h"

namespace hikae::tests {
namespace {

constexpr std::size_t kMessageBytes = std::size_t{64} << 20;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool send_all(int line, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(line, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// How long the message at the beginning of `bytes` is; absent where its head is not whole.
std::optional<std::size_t> length_of_message(const std::string& bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  auto head = bytes.substr(0, end);
  std::ranges::transform(head, head.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto at = head.find("\r\ncontent-length:");
  std::size_t length = 0;
  if (at != std::string::npos) {
    const auto from = head.find_first_not_of(' ', at + 17);
    std::from_chars(head.data() + from, head.data() + head.size(), length);
  }
  return end + 4 + length;
}

/// The next message; what came behind it stays in `bytes`.
std::optional<std::string> take_message(int line, std::string& bytes) {
  std::array<char, 16'384> buffer;
  for (;;) {
    const auto length = length_of_message(bytes);
    if (length && bytes.size() >= *length) {
      auto message = bytes.substr(0, *length);
      bytes.erase(0, *length);
      return message;
    }
    const auto got = ::recv(line, buffer.data(), buffer.size(), 0);
    if (got <= 0 || bytes.size() > kMessageBytes) return std::nullopt;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::string_view name_of(Harm harm) {
  constexpr std::array<std::string_view, kHarms> kNames{
      "none",           "request lost", "answer lost",  "answer cut",
      "answer delayed", "answer twice", "request twice"};
  return kNames[static_cast<std::size_t>(harm)];
}

bool says_one_of(const std::string& request, const std::vector<std::string>& words) {
  return std::ranges::any_of(
      words, [&](const std::string& word) { return request.find(word) != std::string::npos; });
}

}  // namespace

UnkindProxy::UnkindProxy(Options options) : options_(std::move(options)) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listening_, 64) != 0)
    return;
  ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_lines(); });
}

UnkindProxy::~UnkindProxy() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    for (const int line : lines_) ::shutdown(line, SHUT_RDWR);
  }
  ending_.notify_all();
  ::shutdown(listening_, SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listening_);
}

std::string UnkindProxy::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::string UnkindProxy::counted() const {
  std::string text = fmt::format("{} requests", requests_.load());
  for (std::size_t i = 1; i < kHarms; ++i)
    text += fmt::format(", {} {}", name_of(static_cast<Harm>(i)), counts_[i].load());
  return text;
}

void UnkindProxy::accept_lines() {
  for (;;) {
    const int line = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (line < 0) return;
    const std::lock_guard lock(mutex_);
    if (is_ending_) {
      ::close(line);
      return;
    }
    lines_.push_back(line);
    threads_.emplace_back([this, line] { serve(line); });
  }
}

void UnkindProxy::serve(int client) {
  std::string bytes;
  while (const auto request = take_message(client, bytes))
    if (!exchange(client, *request)) break;
  const std::lock_guard lock(mutex_);
  std::erase(lines_, client);
  ::close(client);
}

Harm UnkindProxy::harm_of(const std::string& request) {
  const auto number = requests_++;
  if (says_one_of(request, options_.unheard)) return Harm::AnswerLost;
  SeededEntropy drawn(options_.seed * 1'000'003 + number);
  if (below(drawn, 100) >= options_.harmed_percent) return Harm::None;
  const auto harm = static_cast<Harm>(1 + below(drawn, kHarms - 1));
  const bool is_spared = says_one_of(request, options_.spared);
  return harm == Harm::RequestLost && is_spared ? Harm::AnswerLost : harm;
}

bool UnkindProxy::exchange(int client, const std::string& request) {
  const auto harm = harm_of(request);
  ++counts_[static_cast<std::size_t>(harm)];
  if (harm == Harm::RequestLost) return false;
  auto answer = deliver(request);
  // Who sends an image's creation once more by himself passes on what the second one was told.
  if (harm == Harm::RequestTwice) {
    auto second = deliver(request);
    if (request.find("Action=CreateImage") != std::string::npos) answer = std::move(second);
  }
  const bool is_refused = answer && answer->starts_with("HTTP/1.1 4");
  if (is_refused && says_one_of(request, options_.spared)) return send_all(client, *answer);
  if (!answer || harm == Harm::AnswerLost) return false;
  if (harm == Harm::AnswerCut) {
    send_all(client, std::string_view(*answer).substr(0, answer->size() / 2));
    return false;
  }
  if (harm == Harm::AnswerDelayed) pause(100 + answer->size() % 900);
  if (harm == Harm::AnswerTwice) *answer += *answer;
  return send_all(client, *answer);
}

std::optional<std::string> UnkindProxy::deliver(const std::string& request) const {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(options_.port);
  std::optional<std::string> answer;
  std::string bytes;
  if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send_all(server, request))
    answer = take_message(server, bytes);
  ::close(server);
  return answer;
}

void UnkindProxy::pause(std::uint64_t milliseconds) {
  std::unique_lock lock(mutex_);
  ending_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return is_ending_; });
}

}  // namespace hikae::tests
