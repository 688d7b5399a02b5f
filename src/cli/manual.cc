#include "cli/manual.h"

#include <fmt/format.h>

#include <string_view>

namespace hikae::cli {
namespace {

/// Text as groff takes it: no escape, no request, dashes that can be copied.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool begins_line = out.empty() || out.back() == '\n';
    if (begins_line && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string slanted(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string heading(std::string_view title, std::string_view page, const AllWords& words) {
  return fmt::format(".TH {} 1 \"\" \"{}\" \"hikae\"\n.SH NAME\n{} \\- ", roff(title),
                     roff(words.version), roff(page));
}

std::string value_of(const Word& word) {
  std::string value;
  for (const auto& choice : word.choices) value += (value.empty() ? "" : "|") + slanted(choice);
  if (!value.empty()) return value;
  if (word.takes == Takes::File) return slanted("FILE");
  return slanted(word.takes == Takes::Folder ? "FOLDER" : "VALUE");
}

std::string item(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + "\n" + (text.empty() ? "\\&" : roff(text)) + "\n";
}

std::string option_items(const CommandWords& command) {
  std::string text;
  for (const auto& option : command.options)
    text += item(bold(option.name) + (option.takes == Takes::Nothing ? "" : " " + value_of(option)),
                 option.text);
  return text;
}

std::string operand_items(const CommandWords& command) {
  std::string text;
  for (const auto& operand : command.operands) {
    auto tag = slanted(operand.name);
    if (!operand.choices.empty()) tag += " (" + value_of(operand) + ")";
    text += item(tag, operand.text);
  }
  return text;
}

std::string synopsis(const CommandWords& command) {
  auto line = bold("hikae " + command.name);
  if (!command.options.empty()) line += " [" + slanted("OPTION") + "]...";
  for (const auto& operand : command.operands)
    line += operand.needed == Needed::Yes ? " " + slanted(operand.name)
                                          : " [" + slanted(operand.name) + "]";
  return line + "\n";
}

constexpr std::string_view kAboutProgram =
    ".SH ENVIRONMENT\n"
    ".TP\n\\fBHIKAE_DATA\\fR\nthe data folder, where no \\fB\\-\\-data\\fR is given\n"
    ".TP\n\\fBHIKAE_CONFIG\\fR\nthe hikae.yaml whose data folder is meant, where no "
    "\\fB\\-\\-config\\fR is given\n"
    ".TP\n\\fBAWS_REGION\\fR, \\fBAWS_DEFAULT_REGION\\fR, \\fBAWS_PROFILE\\fR\n"
    "the region, where no \\fB\\-\\-region\\fR is given; the other variables of AWS's tools say "
    "whose keys are used (hikae.yaml(5))\n"
    ".TP\n\\fBNOTIFY_SOCKET\\fR, \\fBWATCHDOG_USEC\\fR\n"
    "set by systemd; \\fBhikae up\\fR says there when it is ready, and that it is alive\n"
    ".SH EXIT STATUS\n"
    ".TP\n\\fB0\\fR\ndone\n"
    ".TP\n\\fB1\\fR\nfailed; of \\fBmatch\\fR: no match; of \\fBcheck\\fR: there are errors\n"
    ".TP\n\\fB2\\fR\nan event pattern is refused, or a file cannot be opened\n"
    ".TP\n\\fB3\\fR\npartly: some backups failed, or a mail has not left yet\n"
    ".TP\n\\fB64\\fR\nthe command line was wrong\n"
    ".TP\n\\fB130\\fR\nended by a signal before all was done\n";

}  // namespace

std::string manual_of_program(const AllWords& words) {
  auto page = heading("HIKAE", "hikae", words) + roff(words.text) + "\n.SH SYNOPSIS\n" +
              bold("hikae") + " " + slanted("COMMAND") + " [" + slanted("OPTION") +
              "]...\n.SH COMMANDS\n";
  for (const auto& command : words.commands)
    page += item(bold("hikae-" + command.name) + "(1)", command.text);
  return page + std::string(kAboutProgram) + ".SH SEE ALSO\nhikae.yaml(5)\n";
}

std::string manual_of_command(const CommandWords& command, const AllWords& words) {
  const auto name = "hikae-" + command.name;
  auto page =
      heading(name, name, words) + roff(command.text) + "\n.SH SYNOPSIS\n" + synopsis(command);
  if (const auto operands = operand_items(command); !operands.empty())
    page += ".SH OPERANDS\n" + operands;
  if (const auto options = option_items(command); !options.empty())
    page += ".SH OPTIONS\n" + options;
  if (!command.footer.empty()) page += ".SH NOTES\n" + roff(command.footer) + "\n";
  return page + ".SH SEE ALSO\nhikae(1), hikae.yaml(5)\n";
}

}  // namespace hikae::cli
