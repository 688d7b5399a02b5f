// hikae-match RULES.jsonl EVENTS.jsonl: how fast many rules are matched.
//
// One pattern, and one event, a line. Prints `eps=` (events per second) and `matches=` (pairs of an
// event and a rule it matches). Each event is read from its text, as it comes off a wire.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "pattern/matcher.h"
#include "pattern/pattern.h"

namespace {

using hikae::Result;

Result<std::vector<std::string>> lines_of(const char* path) {
  std::ifstream in(path);
  if (!in) return hikae::fail(hikae::ErrorKind::NotFound, fmt::format("cannot read {}", path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

Result<hikae::pattern::Matcher> read_rules(const char* path) {
  hikae::pattern::Matcher matcher;
  const auto lines = TRY(lines_of(path));
  for (std::size_t i = 0; i < lines.size(); ++i)
    matcher.add(fmt::format("{:07}", i), TRY(in_context(hikae::pattern::Pattern::parse(lines[i]),
                                                        fmt::format("{}:{}", path, i + 1))));
  return matcher;
}

Result<> run(const char* rules, const char* events) {
  auto matcher = TRY(read_rules(rules));
  const auto lines = TRY(lines_of(events));
  // The index is built by the first event; that is not the speed of matching.
  if (!lines.empty()) TRY(matcher.match_text(lines.front()));
  std::size_t matches = 0;
  const auto begun = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < lines.size(); ++i)
    matches +=
        TRY(in_context(matcher.match_text(lines[i]), fmt::format("{}:{}", events, i + 1))).size();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("eps={:.0f} matches={}\n", static_cast<double>(lines.size()) / took.count(), matches);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: hikae-match RULES.jsonl EVENTS.jsonl\n");
    return 2;
  }
  const auto done = run(argv[1], argv[2]);
  if (done) return 0;
  fmt::print(stderr, "hikae-match: {}\n", done.error().text());
  return 1;
}
