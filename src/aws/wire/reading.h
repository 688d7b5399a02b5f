// What the readers of all protocols share: whose message it is, what was wrong with it first, and
// which names it had that no model knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/table.h"
#include "base/result.h"
#include "base/value.h"

namespace hikae::aws::wire {

/// A request is read strictly (somebody made a mistake and shall be told), an answer tolerantly
/// (a service that sends a number as text has still answered).
enum class Side { Request, Response };

enum class Fault {
  Malformed,   // the message itself cannot be read
  WrongValue,  // one of its values is not of its type
  TooMuch,     // one of our limits
};

class Reading {
 public:
  explicit Reading(Side side) : side_(side) {}

  [[nodiscard]] Side side() const { return side_; }
  /// The first fault counts; later ones are dropped.
  void fault(Fault fault, std::string message);
  [[nodiscard]] bool ok() const { return !fault_; }
  [[nodiscard]] std::optional<Fault> first() const { return fault_; }
  [[nodiscard]] const std::string& message() const { return message_; }

  void ignore(std::string_view name);
  [[nodiscard]] std::vector<std::string> take_ignored() { return std::move(ignored_); }

 private:
  Side side_;
  std::optional<Fault> fault_;
  std::string message_;
  std::vector<std::string> ignored_;
};

/// The scalar that `text` means for that shape. Where it means none, a request has a fault that
/// names `name`, an answer keeps the text.
[[nodiscard]] Value scalar_from(std::string_view text, const table::Shape& shape,
                                std::string_view name, Reading& reading);

}  // namespace hikae::aws::wire
