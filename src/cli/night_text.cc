#include "cli/night_text.h"

#include <fmt/format.h>

#include "base/escape.h"

namespace hikae::cli {
namespace {

struct Phase {
  std::string_view change;  // as the sandbox's log names it
  std::string_view said;
  Colour colour;
};

constexpr Phase kPhases[] = {
    {"stopping", "stop", Colour::Warn},
    {"image-pending", "image", Colour::None},
    {"pending", "start", Colour::None},
    {"running", "running", Colour::Good},
    {"image-available", "available", Colour::Good},
    {"image-failed", "image failed", Colour::Bad},
    {"image-deregistered", "prune", Colour::Dim},
};

std::string clock_of(WallTime at, Duration zone_offset) {
  return iso(at + zone_offset).substr(11, 8);
}

std::string told_of(const sim::NightRow& row) {
  return row.mails == 0 ? "-" : fmt::format("{} mail{}", row.mails, row.mails == 1 ? "" : "s");
}

std::string pruned_of(const sim::NightRow& row) {
  if (row.pruned.empty()) return "-";
  return fmt::format("{}: {}", row.pruned.size(), row.pruned.front().why);
}

Colour colour_of_outcome(std::string_view outcome) {
  if (outcome == "Success") return Colour::Good;
  return outcome == "-" ? Colour::Dim : Colour::Bad;
}

}  // namespace

NightProgress::NightProgress(Output& out, const sandbox::Sandbox& sandbox, Scope scope,
                             Duration zone_offset)
    : out_(out),
      sandbox_(sandbox),
      scope_(std::move(scope)),
      zone_offset_(zone_offset),
      seen_(sandbox.changes(scope_).size()) {
  for (const auto& instance : sandbox.instances(scope_))
    for (const auto& tag : list_at(instance, "Tags"))
      if (text_at(tag, "Key") == "Name")
        names_[str(text_at(instance, "InstanceId"))] = text_at(tag, "Value");
}

const std::string& NightProgress::name_of(std::string_view instance) {
  const auto found = names_.find(instance);
  if (found != names_.end()) return found->second;
  return names_.emplace(instance, instance).first->second;
}

void NightProgress::say(WallTime at, std::string_view who, std::string_view what, Colour colour) {
  const auto name = out_.painted(who, Colour::Bold);
  const auto width = static_cast<std::size_t>(columns_of(who));
  out_.line(fmt::format("{}  {}{}{}", out_.painted(clock_of(at, zone_offset_), Colour::Dim), name,
                        std::string(width < 14 ? 14 - width : 1, ' '), out_.painted(what, colour)));
}

void NightProgress::follow() {
  const auto& changes = sandbox_.changes(scope_);
  for (; seen_ < changes.size(); ++seen_) {
    const auto& change = changes[seen_];
    for (const auto& phase : kPhases) {
      if (phase.change != change.what) continue;
      const auto what = change.what.starts_with("image") ? str(phase.said) + "  " + change.resource
                                                         : str(phase.said);
      say(change.at, name_of(change.instance), what, phase.colour);
    }
  }
}

void print_night(Output& out, const sim::Night& night, Duration zone_offset) {
  TextTable table({"INSTANCE", "NAME", "OUTCOME", "IMAGE", "STOPPED", "POWER", "GENERATIONS",
                   "PRUNED", "TOLD"});
  for (const auto& row : night.rows) {
    const auto image = row.image.empty() ? "-" : row.image + " " + row.image_state;
    table.add({row.instance, out.painted(row.name, Colour::Bold),
               out.painted(row.outcome, colour_of_outcome(row.outcome)),
               out.painted(image, row.image_state == "failed" ? Colour::Bad : Colour::None),
               row.stopped == Duration{} ? "-" : human(row.stopped),
               out.painted(row.power, row.power == "running" ? Colour::Good : Colour::Warn),
               fmt::format("{} -> {}", row.before, row.after),
               out.painted(pruned_of(row), Colour::None), told_of(row)});
  }
  table.print(out);
  for (const auto& row : night.rows)
    if (!row.reason.empty())
      out.block("  " + out.painted(row.name.empty() ? row.instance : row.name, Colour::Bold) + ": ",
                row.reason, Colour::Bad);
  out.line();
  out.line(out.painted("Who was told", Colour::Bold));
  for (const auto& mail : night.mails)
    out.line(fmt::format("  {}  {}  {}", out.painted(clock_of(mail.at, zone_offset), Colour::Dim),
                         out.painted(mail.to, Colour::None),
                         out.painted(mail.subject, Colour::None)));
  if (night.mails.empty()) out.line("  nobody: there was nothing to tell");
}

}  // namespace hikae::cli
