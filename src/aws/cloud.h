// The port through which everything speaks the AWS API, inside and outside: the engine calls EC2
// that way, the plane and the sandbox answer that way. Values, no bytes.
#pragma once

#include <functional>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "base/value.h"

namespace hikae::aws {

/// One request.
/// - `service`: boto3's client name in lower case ("ec2", "ssm", "sts");
/// - `operation`: as in the service model ("CreateImage");
/// - `input`: an object whose members are the operation's own, PascalCase as in the API; timestamps
///   are ISO-8601 text ("2026-01-01T18:30:00.000Z");
/// - `caller`: the ARN in whose name; empty: hikae itself.
struct Request {
  Scope scope;
  std::string service;
  std::string operation;
  Value input;
  std::string caller;
};

/// Called exactly once, later (through the timers port), never inside the call. The answer is the
/// operation's output as an object, or an error with the AWS code verbatim in `Error::code`.
using Done = std::move_only_function<void(Result<Value>)>;

class Cloud {
 public:
  virtual ~Cloud() = default;
  virtual void call(Request request, Done done) = 0;
};

}  // namespace hikae::aws
