#include "cli/test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/limits.h"
#include "os/data_folder.h"
#include "sandbox/filters.h"

namespace hikae::cli {
namespace {

namespace fs = std::filesystem;

sim::rehearsal::Sources sources_of(const TestOptions& options, const std::string& file) {
  return sources_beside(options.root.empty() ? fs::path(file).parent_path().string()
                                             : options.root);
}

struct ReadTests {
  TestedFile tested;
  std::vector<sim::rehearsal::Rehearsal> rehearsals;
};

ReadTests read_tests(const TestOptions& options, const std::string& file) {
  ReadTests read{{file, {}, {}}, {}};
  const auto text = os::read_file(file, limits::kConfigBytes);
  if (!text) {
    read.tested.mistakes.push_back(text.error().text());
    return read;
  }
  text::Diagnostics problems;
  const auto sources = sources_of(options, file);
  read.rehearsals = sim::rehearsal::read_rehearsals(*text, sources, problems);
  for (const auto& problem : problems) read.tested.mistakes.push_back(text::format(problem, file));
  return read;
}

bool is_chosen(const TestOptions& options, const std::string& file, const std::string& name) {
  if (options.filter.empty()) return true;
  const sandbox::Glob glob(options.filter);
  return glob.matches(name) || glob.matches(file + ": " + name);
}

void tell(Output& out, const std::string& file, const sim::rehearsal::Played& played,
          Shown timelines) {
  out.line(fmt::format(
      "{}  {}: {}  {}",
      played.is_good() ? out.painted("ok  ", Colour::Good) : out.painted("FAIL", Colour::Bad),
      out.painted(file, Colour::None), out.painted(played.name, Colour::Bold),
      out.painted("(" + human(played.took) + ")", Colour::Dim)));
  if (!played.is_good())
    for (const auto& line : lines_about(played, file))
      out.line("  " + out.painted(line, Colour::None));
  else if (timelines == Shown::Everything)
    for (const auto& line : timeline_lines(played.timeline))
      out.line("    " + out.painted(line, Colour::Dim));
}

void play_all(const TestOptions& options, Output& out, ReadTests& read) {
  for (const auto& mistake : read.tested.mistakes)
    if (!out.json()) out.error(mistake);
  for (const auto& rehearsal : read.rehearsals) {
    if (!is_chosen(options, read.tested.file, rehearsal.name)) continue;
    out.progress(rehearsal.name);
    read.tested.tests.push_back(sim::rehearsal::play(rehearsal));
    out.end_progress();
    if (!out.json()) tell(out, read.tested.file, read.tested.tests.back(), options.timelines);
  }
}

struct Counts {
  std::size_t good = 0, failed = 0, unreadable = 0;
};

Counts counts_of_tests(const std::vector<TestedFile>& files) {
  Counts counts;
  for (const auto& tested : files) {
    counts.unreadable += !tested.mistakes.empty();
    for (const auto& played : tested.tests) ++(played.is_good() ? counts.good : counts.failed);
  }
  return counts;
}

Result<> write_report(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return {};
  return fail(ErrorKind::Io, "cannot write " + path + "; its folder must be there");
}

Exit exit_of(const TestOptions& options, Output& out, const Counts& counts) {
  if (counts.unreadable > 0) return Exit::Invalid;
  if (counts.good + counts.failed == 0) {
    out.error("--filter '" + options.filter + "' leaves no test; * and ? are wildcards");
    return Exit::Invalid;
  }
  return counts.failed > 0 ? Exit::Failed : Exit::Ok;
}

}  // namespace

sim::rehearsal::Sources sources_beside(const std::string& folder) {
  return {[folder](const std::string& path) {
            return os::read_file((fs::path(folder) / path).lexically_normal().string(),
                                 limits::kConfigBytes);
          },
          [](const std::string& name) -> std::optional<std::string> {
            const auto* value = std::getenv(name.c_str());
            return value ? std::optional<std::string>(value) : std::nullopt;
          }};
}

Exit test(const TestOptions& options) {
  Output out(options.format);
  std::vector<TestedFile> files;
  for (const auto& file : options.files) {
    auto read = read_tests(options, file);
    play_all(options, out, read);
    files.push_back(std::move(read.tested));
  }
  const auto counts = counts_of_tests(files);
  if (out.json())
    out.value(to_value(files));
  else
    out.line(fmt::format("{} ok, {} failed{}", counts.good, counts.failed,
                         counts.unreadable > 0
                             ? fmt::format(", {} not played for their mistakes", counts.unreadable)
                             : ""));
  if (!options.junit.empty())
    if (const auto written = write_report(options.junit, to_junit(files)); !written) {
      out.error(written.error().text());
      return Exit::Invalid;
    }
  return exit_of(options, out, counts);
}

}  // namespace hikae::cli
