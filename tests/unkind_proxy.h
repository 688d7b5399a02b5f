// A network that does what networks do: between a client and a server it loses requests and
// answers, cuts them, delays them and delivers them twice. Seeded: the n-th request of a seed meets
// the same harm every time.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hikae::tests {

enum class Harm {
  None,
  RequestLost,    // never delivered
  AnswerLost,     // delivered, and the line closed
  AnswerCut,      // delivered, and the line closed in the middle of the answer
  AnswerDelayed,  // by up to a second
  AnswerTwice,    // the same bytes once more behind themselves
  RequestTwice,   // delivered twice; of CreateImage the second answer comes back
};
inline constexpr std::size_t kHarms = 7;

/// HTTP/1.1 whose messages have a Content-Length, in front of 127.0.0.1:`port`. Threads of its own;
/// destroying it closes every line.
class UnkindProxy {
 public:
  struct Options {
    int port = 0;  // of the server behind
    std::uint64_t seed = 1;
    unsigned harmed_percent = 40;  // of all requests
    /// By words in a request:
    std::vector<std::string> spared;   // always delivered, and a refusal always heard
    std::vector<std::string> unheard;  // delivered once, and the answer always lost
  };
  explicit UnkindProxy(Options options);
  ~UnkindProxy();
  UnkindProxy(const UnkindProxy&) = delete;
  UnkindProxy& operator=(const UnkindProxy&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] int times(Harm harm) const { return counts_[static_cast<std::size_t>(harm)]; }
  /// "request lost 3, answer lost 4, …"
  [[nodiscard]] std::string counted() const;

 private:
  void accept_lines();
  void serve(int client);
  [[nodiscard]] Harm harm_of(const std::string& request);
  /// False where the client's line is to be closed.
  [[nodiscard]] bool exchange(int client, const std::string& request);
  [[nodiscard]] std::optional<std::string> deliver(const std::string& request) const;
  void pause(std::uint64_t milliseconds);

  const Options options_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<std::uint64_t> requests_{0};
  std::array<std::atomic<int>, kHarms> counts_{};
  std::mutex mutex_;  // guards what follows
  std::condition_variable ending_;
  bool is_ending_ = false;
  std::vector<int> lines_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;  // the only one that adds to them
};

}  // namespace hikae::tests
