#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace hikae::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

template <class Things>
std::vector<std::string> names_of(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

/// In single quotes; what `special` names is escaped by a backslash before that.
std::string shell_quoted(std::string_view text, std::string_view special = {}) {
  std::string quoted = "'";
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) quoted += '\\';
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return quoted + "'";
}

// bash

constexpr std::string_view kBashHead =
    "_hikae() {\n"
    "  local word=\"${COMP_WORDS[COMP_CWORD]}\" command=\"${COMP_WORDS[1]}\"\n"
    "  local before=\"${COMP_WORDS[COMP_CWORD-1]}\" options=\"\" values=\"\" files=\"\"\n";

constexpr std::string_view kBashTail =
    "  case \"$word\" in\n"
    "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
    "    *) COMPREPLY=($(compgen -W \"$values\" $files -- \"$word\")) ;;\n"
    "  esac\n"
    "}\n"
    "complete -o filenames -F _hikae hikae";

std::string bash_reply(const Word& word) {
  if (!word.choices.empty())
    return "COMPREPLY=($(compgen -W \"" + joined(word.choices) + "\" -- \"$word\"))";
  if (word.takes == Takes::File) return "COMPREPLY=($(compgen -f -- \"$word\"))";
  if (word.takes == Takes::Folder) return "COMPREPLY=($(compgen -d -- \"$word\"))";
  return "COMPREPLY=()";
}

std::string bash_values(const CommandWords& command) {
  std::string cases;
  for (const auto& option : command.options)
    if (option.takes != Takes::Nothing)
      cases += fmt::format("    \"{} {}\") {}; return ;;\n", command.name, option.name,
                           bash_reply(option));
  return cases;
}

std::string bash_words(const CommandWords& command) {
  std::string values;
  bool is_file = false;
  for (const auto& operand : command.operands) {
    if (!operand.choices.empty()) values += (values.empty() ? "" : " ") + joined(operand.choices);
    is_file |= operand.takes == Takes::File;
  }
  return fmt::format("    {}) options=\"{}\" values=\"{}\" files=\"{}\" ;;\n", command.name,
                     joined(names_of(command.options)), values, is_file ? "-f" : "");
}

// zsh

std::string zsh_action(const Word& word) {
  if (!word.choices.empty()) return "(" + joined(word.choices) + ")";
  if (word.takes == Takes::File) return "_files";
  return word.takes == Takes::Folder ? "_files -/" : " ";
}

/// One argument of _arguments: colons and brackets part its fields.
std::string zsh_spec(const Word& option) {
  constexpr std::string_view kParts = "[]:\\";
  auto spec = option.name + "[";
  for (const char c : option.text) {
    if (kParts.find(c) != std::string_view::npos) spec += '\\';
    spec += c;
  }
  spec += "]";
  if (option.takes != Takes::Nothing)
    spec += ":" + option.name.substr(2) + ":" + zsh_action(option);
  return shell_quoted(spec);
}

std::string zsh_case(const CommandWords& command) {
  auto text = "    " + command.name + ") _arguments";
  for (const auto& option : command.options) text += " \\\n      " + zsh_spec(option);
  for (const auto& operand : command.operands) {
    // The last one may come more than once, where the command takes a list.
    const bool is_last = &operand == &command.operands.back();
    text += " \\\n      " + shell_quoted(std::string(is_last ? "*" : "") + ":" + operand.name +
                                         ":" + zsh_action(operand));
  }
  return text + " ;;\n";
}

// fish

std::string fish_argument(const Word& word) {
  if (!word.choices.empty()) return " -x -a " + shell_quoted(joined(word.choices));
  if (word.takes == Takes::File) return " -r -F";
  if (word.takes == Takes::Folder) return " -x -a '(__fish_complete_directories)'";
  return word.takes == Takes::Text ? " -x" : "";
}

std::string fish_lines(const CommandWords& command) {
  const auto seen = "complete -c hikae -n '__fish_seen_subcommand_from " + command.name + "'";
  std::string lines;
  for (const auto& option : command.options)
    lines += seen + " -l " + option.name.substr(2) + fish_argument(option) + " -d " +
             shell_quoted(option.text) + "\n";
  for (const auto& operand : command.operands) {
    if (!operand.choices.empty())
      lines += seen + " -a " + shell_quoted(joined(operand.choices)) + "\n";
    if (operand.takes == Takes::File) lines += seen + " -F\n";
  }
  return lines;
}

}  // namespace

std::string bash_completion(const AllWords& words) {
  std::string values, options;
  for (const auto& command : words.commands) {
    values += bash_values(command);
    options += bash_words(command);
  }
  return std::string(kBashHead) +
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \"" +
         joined(names_of(words.commands)) +
         "\" -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"$command $before\" in\n" +
         values +
         "  esac\n"
         "  case \"$command\" in\n" +
         options + "  esac\n" + std::string(kBashTail);
}

std::string zsh_completion(const AllWords& words) {
  std::string commands, cases;
  for (const auto& command : words.commands) {
    commands += "    " + shell_quoted(command.name + ":" + command.text) + "\n";
    cases += zsh_case(command);
  }
  return "#compdef hikae\n"
         "_hikae() {\n"
         "  local -a commands=(\n" +
         commands +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  local command=$words[2]\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _hikae ]; then _hikae \"$@\"; else compdef _hikae hikae; fi";
}

std::string fish_completion(const AllWords& words) {
  std::string lines = "complete -c hikae -f\n";
  for (const auto& command : words.commands) {
    lines += "complete -c hikae -n __fish_use_subcommand -a " + command.name + " -d " +
             shell_quoted(command.text) + "\n";
    lines += fish_lines(command);
  }
  lines.pop_back();
  return lines;
}

}  // namespace hikae::cli
