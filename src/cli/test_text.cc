// What `hikae test` says: of a failing test what was expected, what was, and the timeline; JUnit's
// XML; one JSON document.
#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "cli/test.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kMomentsShown = 400;

std::string instant_text(WallTime at) { return iso_ms(at).substr(11, 12); }

std::string place_text(const std::string& file, const text::Position& at) {
  return at.line > 0 ? fmt::format("{}:{}:{}", file, at.line, at.column) : file;
}

std::string answer_text(const sim::rehearsal::Moment& moment) {
  if (moment.times <= 1) return moment.answer;
  return fmt::format("{} ({} times, until {})", moment.answer, moment.times,
                     instant_text(moment.last));
}

/// Neither markup nor what XML 1.0 forbids; line breaks stay.
std::string xml_text(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    for (const char c : printable(text.substr(from, end - from))) {
      if (c == '&')
        out += "&amp;";
      else if (c == '<')
        out += "&lt;";
      else if (c == '>')
        out += "&gt;";
      else if (c == '"')
        out += "&quot;";
      else
        out += c;
    }
    if (end < text.size()) out += '\n';
    from = end + 1;
  }
  return out;
}

std::string seconds_of(Duration took) {
  return fmt::format("{}.{:03}", took.count() / 1000, took.count() % 1000);
}

Duration all_took(const TestedFile& tested) {
  Duration sum{0};
  for (const auto& played : tested.tests) sum += played.took;
  return sum;
}

std::string first_reason(const sim::rehearsal::Played& played) {
  if (!played.error.empty()) return played.error;
  const auto& first = played.mismatches.front();
  return fmt::format("{}: expected {}, was {}", first.key, first.expected, first.actual);
}

std::string case_xml(const TestedFile& tested, const sim::rehearsal::Played& played) {
  auto xml = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
                         xml_text(tested.file), xml_text(played.name), seconds_of(played.took));
  if (played.is_good()) return xml + "/>\n";
  const auto* kind = played.error.empty() ? "failure" : "error";
  xml += fmt::format(">\n      <{} message=\"{}\">", kind, xml_text(first_reason(played)));
  for (const auto& line : lines_about(played, tested.file)) xml += xml_text(line) + "\n";
  return xml + fmt::format("</{}>\n    </testcase>\n", kind);
}

/// A file that could not be read is a suite with one case, which is in error.
std::string mistakes_xml(const TestedFile& tested) {
  auto xml = fmt::format(
      "    <testcase classname=\"{0}\" name=\"{0} can be read\" time=\"0.000\">\n"
      "      <error message=\"{1}\">",
      xml_text(tested.file), xml_text(tested.mistakes.front()));
  for (const auto& mistake : tested.mistakes) xml += xml_text(mistake) + "\n";
  return xml + "</error>\n    </testcase>\n";
}

std::string suite_xml(const TestedFile& tested) {
  const auto failures = std::ranges::count_if(tested.tests, [](const auto& played) {
    return played.error.empty() && !played.mismatches.empty();
  });
  const bool is_unread = !tested.mistakes.empty();
  const auto errors = std::ranges::count_if(
                          tested.tests, [](const auto& played) { return !played.error.empty(); }) +
                      (is_unread ? 1 : 0);
  auto xml = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" "
      "time=\"{}\">\n",
      xml_text(tested.file), tested.tests.size() + (is_unread ? 1U : 0U), failures, errors,
      seconds_of(all_took(tested)));
  if (is_unread) xml += mistakes_xml(tested);
  for (const auto& played : tested.tests) xml += case_xml(tested, played);
  return xml + "  </testsuite>\n";
}

Value mismatch_value(const sim::rehearsal::Mismatch& mismatch) {
  Array diff;
  for (const auto& line : mismatch.diff) diff.emplace_back(line);
  return Object{{"Key", mismatch.key},          {"Line", mismatch.at.line},
                {"Column", mismatch.at.column}, {"Expected", mismatch.expected},
                {"Actual", mismatch.actual},    {"Diff", std::move(diff)}};
}

Value moment_value(const sim::rehearsal::Moment& moment) {
  return Object{{"At", iso_ms(moment.at)}, {"Step", moment.step},   {"What", moment.what},
                {"Answer", moment.answer}, {"Times", moment.times}, {"Last", iso_ms(moment.last)}};
}

Value played_value(const sim::rehearsal::Played& played) {
  Array mismatches, timeline;
  for (const auto& mismatch : played.mismatches) mismatches.push_back(mismatch_value(mismatch));
  for (const auto& moment : played.timeline) timeline.push_back(moment_value(moment));
  return Object{{"Name", played.name},
                {"Line", played.at.line},
                {"Outcome", played.is_good() ? "ok" : "failed"},
                {"Error", played.error},
                {"TookMs", played.took.count()},
                {"Mismatches", std::move(mismatches)},
                {"Timeline", std::move(timeline)}};
}

}  // namespace

std::vector<std::string> timeline_lines(const std::vector<sim::rehearsal::Moment>& timeline) {
  TextTable table({"instant", "step", "call", "answer"});
  const auto from = timeline.size() > kMomentsShown ? timeline.size() - kMomentsShown : 0;
  for (auto i = from; i < timeline.size(); ++i) {
    const auto& moment = timeline[i];
    table.add({instant_text(moment.at), printable(moment.step), printable(moment.what),
               printable(answer_text(moment))});
  }
  auto lines = table.lines();
  if (from > 0) lines.insert(lines.begin() + 1, fmt::format("... ({} before)", from));
  return lines;
}

std::vector<std::string> lines_about(const sim::rehearsal::Played& played,
                                     const std::string& file) {
  std::vector<std::string> lines;
  if (!played.error.empty()) lines.push_back(place_text(file, played.at) + ": " + played.error);
  for (const auto& mismatch : played.mismatches) {
    lines.push_back(place_text(file, mismatch.at) + ": " + mismatch.key);
    lines.push_back("  expected  " + mismatch.expected);
    lines.push_back("  was       " + mismatch.actual);
    for (const auto& line : mismatch.diff) lines.push_back("    " + line);
  }
  if (played.timeline.empty()) return lines;
  lines.push_back("timeline, from " + iso(played.timeline.front().at));
  for (const auto& line : timeline_lines(played.timeline)) lines.push_back("  " + line);
  return lines;
}

std::string to_junit(const std::vector<TestedFile>& files) {
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hikae test\">\n";
  for (const auto& tested : files) xml += suite_xml(tested);
  return xml + "</testsuites>\n";
}

Value to_value(const std::vector<TestedFile>& files) {
  Array list;
  std::int64_t good = 0, failed = 0;
  for (const auto& tested : files) {
    Array mistakes, tests;
    for (const auto& mistake : tested.mistakes) mistakes.emplace_back(mistake);
    for (const auto& played : tested.tests) {
      ++(played.is_good() ? good : failed);
      tests.push_back(played_value(played));
    }
    list.push_back(Object{
        {"File", tested.file}, {"Mistakes", std::move(mistakes)}, {"Tests", std::move(tests)}});
  }
  return Object{{"Files", std::move(list)}, {"Ok", good}, {"Failed", failed}};
}

}  // namespace hikae::cli
