// Where functions reach the hikae that runs them: AWS's API on a port of this machine that is their
// own, with or without `--listen`, plain HTTP, opened when a function first runs. Nobody gets in
// without one of the keys that functions are given, or another of this hikae's.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/ports.h"
#include "base/result.h"
#include "house/house.h"
#include "os/real_loop.h"

namespace hikae::cli {

class FunctionDoor {
 public:
  FunctionDoor(os::RealLoop& loop, Entropy& entropy, Log& log);
  ~FunctionDoor();
  FunctionDoor(const FunctionDoor&) = delete;
  FunctionDoor& operator=(const FunctionDoor&) = delete;

  /// Whose API it is from now on; before that, and after leave(), nobody is in.
  void use(house::House& house);
  void leave();
  /// "http://127.0.0.1:40123". Error: `Io`.
  [[nodiscard]] Result<std::string> open();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hikae::cli
