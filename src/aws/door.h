// The server's door: one HTTP request in, one answer out. It proves who asks, finds what is asked,
// reads it, asks the cloud behind (the router), and writes what that answers. What HTTP is, and
// what an answer means, is others' business (net/server.h, aws/wire.h).
//
//   request -> who signed it? -> which operation? -> may that key? -> value -> cloud -> bytes
//
// One thread. Nothing of it is durable: a request that has had no answer may have been executed, as
// at AWS.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "aws/cloud.h"
#include "aws/sigv4.h"
#include "aws/wire.h"
#include "base/http.h"
#include "base/log.h"
#include "base/ports.h"

namespace hikae::aws {

/// What a key of this installation may do. Keys of assumed roles are `Admin` here: what their role
/// may is the business of IAM.
enum class KeyRole {
  ReadOnly,  // calls that change nothing
  Operator,  // also what a night needs: runs, windows, machines, images, messages, objects
  Admin,     // everything, also stacks, functions, roles and keys
};

[[nodiscard]] std::string_view to_text(KeyRole role);

/// An access key as the door must know it.
struct KnownKey {
  std::string secret;
  std::string session_token;  // empty: a long-lived key
  std::string account;        // whose state it sees
  std::string caller;         // the ARN in whose name it calls
  KeyRole role = KeyRole::Admin;
  std::optional<WallTime> expires;  // absent: never
};

/// Who knows the keys.
class KeyRing {
 public:
  virtual ~KeyRing() = default;
  [[nodiscard]] virtual std::optional<KnownKey> find_key(std::string_view access_key) const = 0;
};

enum class Authentication {
  On,
  Off,  // whoever reaches the door is the installation's administrator: for loopback only
};

struct DoorOptions {
  Authentication authentication = Authentication::On;
  std::string account = "123456789012";  // of requests that nobody signed
  std::string region = "us-east-1";      // of requests whose scope names none
  std::function<Result<>()> reset;       // POST /_hikae/reset; empty: there is no such path
};

class Door {
 public:
  using Reply = std::move_only_function<void(HttpResponse)>;

  /// All outlive the door. `clock` is the one that clients sign by: the real one.
  Door(Cloud& cloud, const KeyRing& keys, const WallClock& clock, Entropy& entropy, Log& log,
       DoorOptions options);
  ~Door();

  /// Calls `reply` once, at once or later. A refusal has the form of the protocol that was asked
  /// in.
  void answer(HttpRequest request, Reply reply);

 private:
  struct Guest;
  [[nodiscard]] Result<Guest> admit(const HttpRequest& request, Dialect dialect);
  [[nodiscard]] Result<Guest> prove(const HttpRequest& request, Dialect dialect);
  [[nodiscard]] Guest stranger(const HttpRequest& request, Dialect dialect) const;
  void ask(const Found& found, const Guest& guest, HttpRequest request, std::string id,
           Reply reply);
  void ask_inside(std::string_view target, const Guest& guest, const HttpRequest& request,
                  std::string id, Reply reply);
  [[nodiscard]] bool is_of_a_page(const HttpRequest& request) const;
  [[nodiscard]] HttpResponse own_path(const HttpRequest& request) const;
  void log_once(const std::string& what, Object fields);
  [[nodiscard]] const std::string& date();

  Cloud& cloud_;
  const KeyRing& keys_;
  const WallClock& clock_;
  Entropy& entropy_;
  Log& log_;
  DoorOptions options_;
  SigningKeys signing_keys_;
  std::set<std::string> logged_;
  std::int64_t dated_ = 0;  // the second that `date_` is of
  std::string date_;
};

}  // namespace hikae::aws
