// The HTTP side of one environment's Runtime API: a listener on loopback that speaks only with the
// environment's own processes, since only connections that the broker has made are accepted
// (os/connect_broker.h). Used by the thread that watches the child; nothing blocks.
#pragma once

#include <poll.h>

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/http.h"
#include "net/http_codec.h"
#include "net/http_limits.h"
#include "os/numeric_address.h"

namespace hikae::os {

class RuntimeLines {
 public:
  using LineId = std::uint64_t;
  /// Called with each request: its line, which must be answered once, at once or later.
  using Handler = std::function<void(LineId, HttpRequest)>;

  /// Listens on a free port of 127.0.0.1. Error: `Io`.
  [[nodiscard]] static Result<RuntimeLines> open();
  RuntimeLines(RuntimeLines&&) = default;
  RuntimeLines& operator=(RuntimeLines&&) = delete;
  ~RuntimeLines();

  [[nodiscard]] const std::string& address() const { return address_; }  // "127.0.0.1:40123"
  /// A connection from that port is the environment's.
  void expect(int port) { expected_.insert(port); }
  void add_polled(std::vector<pollfd>& polled) const;
  /// Reads and writes what can be.
  void work(const Handler& handler);
  /// A line that is gone hears nothing.
  void answer(LineId id, HttpResponse response);

 private:
  struct Line {
    LineId id = 0;
    int socket = -1;
    std::unique_ptr<net::RequestCodec> codec;
    std::string out;
    bool is_answered = true;  // nothing is asked
    bool ends = false;        // when `out` has gone
  };
  RuntimeLines() = default;
  void accept_all();
  void read_line(Line& line, const Handler& handler);
  void flush(Line& line);
  void next_request(Line& line, const Handler& handler);

  std::unique_ptr<net::HttpLimits> limits_ = std::make_unique<net::HttpLimits>();
  int listener_ = -1;
  std::string address_;
  std::set<int> expected_;
  std::list<Line> lines_;
  LineId last_ = 0;
};

}  // namespace hikae::os
