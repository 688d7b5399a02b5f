// What commands print: tables on a terminal, plain lines elsewhere, JSON where asked for. Text from
// outside is made printable here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace hikae::cli {

enum class Format { Text, Json };
enum class Colour { None, Good, Bad, Warn, Dim, Bold };

/// Exit codes of all commands.
enum class Exit : int {
  Ok = 0,
  Failed = 1,
  Invalid = 2,
  Differs = 2,  // of `diff`
  Partly = 3,
  Usage = 64,
  Interrupted = 130
};

class Output {
 public:
  /// Colours only on a terminal, and never with NO_COLOR set.
  explicit Output(Format format);

  [[nodiscard]] bool json() const { return format_ == Format::Json; }
  [[nodiscard]] bool terminal() const { return terminal_; }
  void line(std::string_view text = {});
  void error(std::string_view text);
  /// `text` behind `head`: a line break in it begins a new line, indented as far as `head` is wide.
  void block(std::string_view head, std::string_view text, Colour colour);
  /// The one JSON document of a command; a record at its root. hikae's own instants are shown to
  /// the second; what runs were given and gave (Inputs, Outputs, Parameters) stays as it is.
  void value(const Value& value);
  [[nodiscard]] std::string painted(std::string_view text, Colour colour) const;
  /// Progress: rewritten in place on a terminal, not shown elsewhere.
  void progress(std::string_view text);
  void end_progress();

 private:
  Format format_;
  bool terminal_ = false;
  bool colours_ = false;
  bool in_progress_ = false;
};

/// Columns as wide as their widest cell (East Asian characters count two).
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) : head_(std::move(head)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::vector<std::string> lines() const;
  void print(Output& out) const;
  [[nodiscard]] bool empty() const { return rows_.empty(); }

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace hikae::cli
