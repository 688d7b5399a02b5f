// Reads a file of tests (docs/testing-runbooks.md). Everything is checked here, fleets and faults
// included, so that a test that is played fails only by what its document does.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "sim/rehearsal_notes.h"
#include "sim/rehearsal_parts.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::array<std::string_view, 21> kTestKeys{
    "name",    "rows",      "document", "also",   "parameters", "request", "fleet",
    "tags",    "faults",    "answers",  "setup",  "start",      "seed",    "cancel",
    "restart", "meanwhile", "max_time", "linger", "expect",     "tests",   "define"};
constexpr std::size_t kRehearsalsMost = 10'000;  // of one file
constexpr Duration kMaxTime = hours(48);
constexpr std::string_view kUsualStart = "2026-05-01T12:00:00Z";

/// At the file's top: no name and no rows; in a test: no tests and no definitions.
std::vector<std::string_view> keys_without(std::initializer_list<std::string_view> not_here) {
  std::vector<std::string_view> keys;
  for (const auto key : kTestKeys)
    if (std::ranges::find(not_here, key) == not_here.end()) keys.push_back(key);
  return keys;
}

class FileReader {
 public:
  FileReader(Notes& notes, const Sources& sources) : notes_(notes), parts_(notes, sources) {}

  std::vector<Rehearsal> read() {
    const auto root = notes_.root();
    if (!notes_.is_map(root, keys_without({"name", "rows"}))) return {};
    const auto tests = notes_.items(root.at("tests"), "tests");
    if (tests.empty())
      notes_.wrong(root, "there are no tests", "add \"tests:\" with a list of them");
    for (const auto& test : tests) read_test(test, root);
    return std::move(rehearsals_);
  }

 private:
  void read_test(const Node& test, const Node& root) {
    if (!notes_.is_map(test, keys_without({"tests", "define"}))) return;
    if (!Layers({test}).find("rows")) return add(Layers({test, root}), name_of(test));
    const auto prefix = test.at("name") ? name_of(test) + ": " : std::string();
    const auto rows = notes_.items(test.at("rows"), "rows");
    if (rows.empty())
      notes_.wrong(test.at("rows"), "there are no rows", "write at least one, or no \"rows\"");
    for (const auto& row : rows)
      if (notes_.is_map(row, keys_without({"tests", "define", "rows"})))
        add(Layers({row, test, root}), prefix + name_of(row));
  }

  std::string name_of(const Node& test) {
    const auto name = notes_.take(test.described().text("name"), test);
    if (name.empty()) notes_.wrong(test, "this test has no name", "add \"name: WHAT IT SHOWS\"");
    return name;
  }

  void add(const Layers& layers, std::string name) {
    if (rehearsals_.size() >= kRehearsalsMost)
      return notes_.wrong(layers.nearest(),
                          fmt::format("there are more than {} tests", kRehearsalsMost),
                          "split the file");
    if (!names_.insert(name).second)
      notes_.wrong(layers.nearest(), fmt::format("there are two tests \"{}\"", name),
                   "give each a name of its own");
    rehearsals_.push_back(read_one(layers, std::move(name)));
  }

  Rehearsal read_one(const Layers& layers, std::string name) {
    Rehearsal test;
    test.name = std::move(name);
    test.at = notes_.place(layers.nearest());
    parts_.read_documents(layers, test);
    parts_.read_parameters(layers, test);
    parts_.read_fleet(layers, test);
    parts_.read_faults(layers, test);
    parts_.read_answers(layers, test);
    parts_.read_setup(layers, test);
    parts_.read_deeds(layers, test);
    read_times(layers, test);
    const auto expect = layers.below("expect");
    if (expect.empty())
      notes_.wrong(layers.nearest(), "this test expects nothing",
                   "add \"expect: {status: Success}\"");
    else
      test.expected = read_expected(notes_, expect);
    return test;
  }

  void read_times(const Layers& layers, Rehearsal& test) {
    const auto start = layers.find("start");
    const auto at = parse_iso(start ? notes_.scalar(start) : str(kUsualStart));
    if (at)
      test.start = *at;
    else
      notes_.wrong(start, "this is no instant", "write one like 2026-05-01T18:30:00Z");
    test.max_time = duration_of(layers, "max_time", kMaxTime);
    test.linger = duration_of(layers, "linger", Duration{0});
    const auto seed = layers.find("seed");
    if (!seed) return;
    if (const auto number = int_of(*seed.value); number && *number >= 0)
      test.seed = static_cast<std::uint64_t>(*number);
    else
      notes_.wrong(seed, "this is no seed", "write a whole number from 0 on");
  }

  Duration duration_of(const Layers& layers, std::string_view key, Duration otherwise) {
    const auto node = layers.find(key);
    if (!node) return otherwise;
    const auto bound = duration_bound(*node.value);
    if (bound && bound->least == bound->most) return Duration{bound->least};
    notes_.wrong(node, "this is no duration", "write seconds (90), or 15m, 36h, 30d");
    return otherwise;
  }

  Notes& notes_;
  Parts parts_;
  std::vector<Rehearsal> rehearsals_;
  std::set<std::string> names_;
};

}  // namespace

std::vector<Rehearsal> read_rehearsals(std::string_view text, const Sources& sources,
                                       text::Diagnostics& problems) {
  const auto tree = text::read_tree(text, problems);
  if (!tree) return {};
  Notes notes(*tree, problems);
  auto rehearsals = FileReader(notes, sources).read();
  if (text::has_errors(problems)) return {};
  return rehearsals;
}

}  // namespace hikae::sim::rehearsal
