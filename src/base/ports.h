// What the core may not touch by itself: clocks, timers, entropy, mail, the log. The real world
// (src/os) and the simulated one (src/sim) each implement all of them. Every port is used from the
// engine's thread only, unless it says so.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hikae {

class WallClock {
 public:
  virtual ~WallClock() = default;
  [[nodiscard]] virtual WallTime now() const = 0;
};

class SteadyClock {
 public:
  virtual ~SteadyClock() = default;
  [[nodiscard]] virtual SteadyTime steady_now() const = 0;
};

using TimerId = std::uint64_t;

/// Runs callbacks later, on the engine's thread, never inside the call that asked for it. Two
/// callbacks of one instant run in the order in which they were asked for. A wake-up is a hint: who
/// waits for an instant of the wall clock asks the wall clock again when it wakes. Nothing of it is
/// durable.
///
/// What names an instant waits by the wall clock (`at`); what waits for a while (a time-out, a
/// pause between two polls) waits by the steady clock (`after`), so that nobody who sets the wall
/// clock makes it wait for a day.
class Timers : public SteadyClock {
 public:
  /// At `when` by the wall clock, or as soon as possible where that has passed.
  virtual TimerId at(WallTime when, std::move_only_function<void()> callback) = 0;
  /// When `wait` has passed by the steady clock.
  virtual TimerId after(Duration wait, std::move_only_function<void()> callback) = 0;
  /// As soon as what is running now has ended.
  virtual void soon(std::move_only_function<void()> callback) = 0;
  /// When nothing else is ready: under the virtual clock before time moves, in the real world at
  /// the end of this round. What gathers several callbacks into one commit waits here.
  virtual void when_idle(std::move_only_function<void()> callback) { soon(std::move(callback)); }
  /// An id that has run, or was never given, is ignored.
  virtual void cancel(TimerId id) = 0;
};

class Entropy {
 public:
  virtual ~Entropy() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;
};

/// One mail, ready to be sent: every field is what goes on the wire after MIME encoding.
struct Mail {
  std::string message_id;  // stable over retries: the receiver may drop a second copy by it
  std::string from_name;   // the topic's display name
  std::string from;        // address; empty: the mailer's own
  std::string to;          // one address
  std::string subject;     // any UTF-8, no line breaks
  std::string body;        // plain text, UTF-8
  struct Attachment {
    std::string name;
    std::string content_type;
    std::string bytes;
  };
  std::vector<Attachment> attachments;
  WallTime date;
};

/// Hands a mail to the world: an SMTP server, or a folder of .eml files. `done` is called once,
/// later, with what the server said. A mail is sent at least once: a success is what the caller
/// must make durable.
class Mailer {
 public:
  using Done = std::move_only_function<void(Result<>)>;
  virtual ~Mailer() = default;
  virtual void send(Mail mail, Done done) = 0;
  /// Where mails go, for people: "smtp://mail.example.com:587", or the folder's path.
  [[nodiscard]] virtual std::string where() const = 0;
};

}  // namespace hikae
