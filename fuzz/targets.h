// What is fuzzed: functions that take any bytes from outside. None may throw, hang, grow without
// bound or break a promise that the function itself checks (abort).
//
// The same functions run in three ways: under libFuzzer (tools/fuzz.sh), over the kept corpora in
// ./test (replay_test.cc), and over one file (a crash that was found).
#pragma once

#include <span>
#include <string_view>

namespace hikae::fuzz {

struct Target {
  std::string_view name;  // also the folder of its corpus
  void (*run)(std::string_view input);
};

void fuzz_document(std::string_view input);
void fuzz_expression(std::string_view input);
void fuzz_selector(std::string_view input);
void fuzz_schedule(std::string_view input);
void fuzz_pattern(std::string_view input);
void fuzz_template(std::string_view input);
void fuzz_config(std::string_view input);
void fuzz_journal(std::string_view input);
void fuzz_http(std::string_view input);

[[nodiscard]] std::span<const Target> targets();

/// Two texts in one input, parted by the first zero byte.
struct Pair {
  std::string_view first, second;
};
[[nodiscard]] Pair halves(std::string_view input);

/// A promise that does not hold ends the process: that is what a fuzzer notices.
void expect(bool holds, const char* promise);

}  // namespace hikae::fuzz
