// What may be typed: the commands, their options and operands, as `hikae --help` knows them. What
// completions and man pages are made of, so that neither can fall behind the program.
#pragma once

#include <string>
#include <vector>

namespace hikae::cli {

enum class Takes { Nothing, Text, File, Folder };
enum class Needed { No, Yes };

/// An option ("--clock") or an operand ("FILE").
struct Word {
  std::string name;
  std::string text;  // of the help; may be empty
  Takes takes = Takes::Nothing;
  std::vector<std::string> choices;  // of its value; empty: anything
  Needed needed = Needed::No;
};

struct CommandWords {
  std::string name;  // "up"
  std::string text;
  std::string footer;  // what the help ends with
  std::vector<Word> options;
  std::vector<Word> operands;
};

/// In the order of the help.
struct AllWords {
  std::string version;  // "hikae 0.1.0"
  std::string text;
  std::vector<CommandWords> commands;
};

}  // namespace hikae::cli
