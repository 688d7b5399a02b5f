// Waiting for a descriptor: the only place where this folder meets Asio's reactor.
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace hikae::net {

/// Owns a descriptor (non-blocking) and says when it can be read or written. Each call asks once;
/// the callback comes later, on the loop's thread, or, where the watch is gone by then, perhaps
/// still: it must hold its owner weakly.
class Watch {
 public:
  using Ready = std::move_only_function<void()>;

  Watch(boost::asio::io_context& io, int descriptor);
  ~Watch();  // closes the descriptor
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] int descriptor() const;
  void readable(Ready ready);
  void writable(Ready ready);
  /// Callbacks that wait are dropped.
  void cancel();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hikae::net
