#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/escape.h"
#include "base/time.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

const char* code_of(Colour colour) {
  switch (colour) {
    case Colour::Good: return "\x1b[32m";
    case Colour::Bad: return "\x1b[31m";
    case Colour::Warn: return "\x1b[33m";
    case Colour::Dim: return "\x1b[2m";
    case Colour::Bold: return "\x1b[1m";
    case Colour::None: break;
  }
  return "";
}

/// Columns that a cell takes: our own colour codes take none.
int width_of(std::string_view cell) {
  std::string plain;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    if (cell[at] != '\x1b') {
      plain += cell[at];
      continue;
    }
    while (at < cell.size() && cell[at] != 'm') ++at;
  }
  return columns_of(plain);
}

bool is_of_an_instant(std::string_view key) {
  for (const auto* end : {"Time", "Date", "At", "Instant", "Last"})
    if (key.ends_with(end)) return true;
  return false;
}

bool is_data_of_a_run(std::string_view key) {
  return key == "Inputs" || key == "Outputs" || key == "Parameters";
}

/// "…:00.123Z" becomes "…:00Z".
void to_seconds_inside(Value& value) {
  if (auto* list = value.if_array())
    for (auto& item : *list) to_seconds_inside(item);
  auto* object = value.if_object();
  if (!object) return;
  for (auto& member : *object) {
    if (is_data_of_a_run(member.key())) continue;
    to_seconds_inside(member.value());
    if (!member.value().is_string() || !is_of_an_instant(member.key())) continue;
    const auto at = parse_iso(text_of(member.value()));
    if (at && iso_ms(*at) == text_of(member.value())) member.value() = iso(*at);
  }
}

void write_line(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fputc('\n', to);
  std::fflush(to);
}

}  // namespace

Output::Output(Format format) : format_(format), terminal_(isatty(STDOUT_FILENO) == 1) {
  const auto* no_colour = std::getenv("NO_COLOR");
  colours_ = terminal_ && (!no_colour || !*no_colour);
}

void Output::line(std::string_view text) {
  end_progress();
  write_line(stdout, text);
}

void Output::error(std::string_view text) {
  end_progress();
  write_line(stderr, "hikae: " + printable(text));
}

void Output::block(std::string_view head, std::string_view text, Colour colour) {
  const std::string indent(static_cast<std::size_t>(width_of(head)), ' ');
  for (bool is_first = true; is_first || !text.empty(); is_first = false) {
    const auto end = std::min(text.find('\n'), text.size());
    auto one = text.substr(0, end);
    if (one.ends_with('\r')) one.remove_suffix(1);
    line((is_first ? std::string(head) : indent) + painted(one, colour));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Output::value(const Value& value) {
  auto shown = value;
  to_seconds_inside(shown);
  write_line(stdout, text::to_pretty_json(shown));
}

std::string Output::painted(std::string_view text, Colour colour) const {
  const auto safe = printable(text);
  return colours_ && colour != Colour::None ? code_of(colour) + safe + "\x1b[0m" : safe;
}

void Output::progress(std::string_view text) {
  if (!terminal_ || json()) return;
  std::fprintf(stdout, "\r\x1b[K%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stdout);
  in_progress_ = true;
}

void Output::end_progress() {
  if (!std::exchange(in_progress_, false)) return;
  std::fputs("\r\x1b[K", stdout);
}

std::vector<std::string> TextTable::lines() const {
  std::vector<int> widths;
  for (const auto& cell : head_) widths.push_back(width_of(cell));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  std::vector<std::string> lines;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size())
        line += std::string(static_cast<std::size_t>(widths[i] - width_of(row[i]) + 2), ' ');
    }
    lines.push_back(std::move(line));
  };
  add(head_);
  for (const auto& row : rows_) add(row);
  return lines;
}

void TextTable::print(Output& out) const {
  for (const auto& line : lines()) out.line(line);
}

}  // namespace hikae::cli
