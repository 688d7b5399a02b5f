// The matcher held against the plain one over random rules and events: small alphabets, so that
// fields, values and lists collide often.
#include <gtest/gtest.h>

#include <array>

#include "base/entropy.h"
#include "pattern/matcher.h"
#include "pattern/plain_matcher_test.h"
#include "text/json.h"

namespace hikae::pattern {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : entropy_(seed) {}

  std::uint64_t roll(std::uint64_t bound) { return below(entropy_, bound); }
  bool one_in(std::uint64_t n) { return roll(n) == 0; }

  std::string word() {
    constexpr std::array<const char*, 12> kWords = {"",   "a",  "b",  "ab",       "aB",       "abc",
                                                    "ba", "cc", "a*", "10.0.0.1", "10.0.1.7", "B"};
    return kWords[roll(kWords.size())];
  }
  std::string nonempty_word() {
    auto text = word();
    return text.empty() ? "x" : text;
  }
  Value number() {
    constexpr std::array<double, 5> kFractions = {0.5, 1.0, 1.5, 2.0, -1.0};
    if (one_in(2)) return Value(static_cast<std::int64_t>(roll(5)) - 1);
    return Value(kFractions[roll(kFractions.size())]);
  }
  std::string key() {
    constexpr std::array<const char*, 7> kKeys = {"k", "l", "m", "n", "k.l", "l.m", "z"};
    return kKeys[roll(one_in(4) ? 7 : 4)];
  }

  // Events.
  Value leaf() {
    switch (roll(8)) {
      case 0: return Value(nullptr);
      case 1: return Value(true);
      case 2: return Value(false);
      case 3:
      case 4: return number();
      default: return Value(word());
    }
  }
  Value any_value(int depth) {
    if (depth <= 0 || one_in(3)) return leaf();
    if (one_in(2)) return map(depth - 1);
    Array list;
    for (auto n = roll(4); n > 0; --n) list.push_back(any_value(depth - 1));
    return list;
  }
  Value map(int depth) {
    Object object;
    for (auto n = roll(5); n > 0; --n) object[key()] = any_value(depth);
    return object;
  }

  // Patterns.
  Value strings_or_numbers() {
    const bool numbers = one_in(2);
    const auto one = [&] { return numbers ? number() : Value(word()); };
    if (one_in(2)) return one();
    Array list;
    for (auto n = 1 + roll(3); n > 0; --n) list.push_back(one());
    return list;
  }
  Value words_for(std::string_view op) {
    const auto one = [&] { return Value(op == "wildcard" ? wildcard() : nonempty_word()); };
    if (one_in(2)) return one();
    Array list;
    for (auto n = 1 + roll(3); n > 0; --n) list.push_back(one());
    return list;
  }
  std::string wildcard() {
    constexpr std::array<const char*, 8> kWild = {"*",   "a*", "*b", "a*b",
                                                  "*a*", "",   "ab", "*b*c\\*"};
    return kWild[roll(kWild.size())];
  }
  Value anything_but() {
    constexpr std::array<const char*, 4> kOps = {"prefix", "suffix", "equals-ignore-case",
                                                 "wildcard"};
    if (one_in(2)) return Object{{"anything-but", strings_or_numbers()}};
    const auto* op = kOps[roll(kOps.size())];
    return Object{{"anything-but", Object{{op, words_for(op)}}}};
  }
  Value numeric() {
    constexpr std::array<const char*, 5> kSigns = {"=", "<", "<=", ">", ">="};
    if (one_in(2)) return Object{{"numeric", Array{kSigns[roll(5)], number()}}};
    const auto low = static_cast<std::int64_t>(roll(3)) - 1;
    return Object{{"numeric", Array{one_in(2) ? ">" : ">=", low, one_in(2) ? "<" : "<=", low + 1}}};
  }
  Value ends() {
    const auto* op = one_in(2) ? "prefix" : "suffix";
    if (one_in(2)) return Object{{op, word()}};
    return Object{{op, Object{{"equals-ignore-case", word()}}}};
  }
  Value candidate() {
    switch (roll(12)) {
      case 0: return anything_but();
      case 1: return anything_but();
      case 2: return numeric();
      case 3: return Object{{"exists", one_in(2)}};
      case 4: return ends();
      case 5: return Object{{"equals-ignore-case", word()}};
      case 6: return Object{{"wildcard", wildcard()}};
      case 7: return Object{{"cidr", one_in(2) ? "10.0.0.0/24" : "10.0.0.0/8"}};
      case 8: return Object{{"exactly", word()}};
      default: return leaf();
    }
  }
  Value candidates() {
    Array list;
    for (auto n = 1 + roll(3); n > 0; --n) list.push_back(candidate());
    return list;
  }
  Value fields(int depth) {
    Object object;
    for (auto n = 1 + roll(3); n > 0; --n)
      object[key()] = depth > 0 && one_in(2) ? fields(depth - 1) : candidates();
    if (depth > 0 && one_in(4)) {
      Array branches;
      for (auto n = 2 + roll(2); n > 0; --n) branches.push_back(fields(depth - 1));
      object["$or"] = std::move(branches);
    }
    return object;
  }

 private:
  SeededEntropy entropy_;
};

std::vector<std::string> expected_ids(const std::map<std::string, Value>& rules,
                                      const Value& event) {
  std::vector<std::string> ids;
  for (const auto& [id, pattern] : rules)
    if (plain::matches(pattern, event)) ids.push_back(id);
  return ids;
}

/// Adds to `matches` how many rules matched.
void check_events(Dice& dice, Matcher& matcher, const std::map<std::string, Value>& rules,
                  int count, std::size_t& matches) {
  for (int i = 0; i < count; ++i) {
    const auto event = dice.map(4);
    const auto matched = matcher.match(event);
    ASSERT_TRUE(matched) << matched.error().text();
    const std::vector<std::string> ids(matched->begin(), matched->end());
    const auto wanted = expected_ids(rules, event);
    matches += ids.size();
    if (ids == wanted) continue;
    std::vector<std::string> differing;
    std::ranges::set_symmetric_difference(ids, wanted, std::back_inserter(differing));
    FAIL() << text::to_json(event) << "\n against " << text::to_json(rules.at(differing.front()));
  }
}

TEST(MatcherAgainstPlain, RandomRulesAndEventsAgree) {
  std::size_t matches = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Dice dice(seed);
    Matcher matcher;
    std::map<std::string, Value> rules;
    const auto count = dice.one_in(4) ? 300U : 1U + dice.roll(40);
    for (unsigned i = 0; i < count; ++i) {
      const auto pattern = dice.fields(2);
      const auto id = "r" + std::to_string(dice.roll(1000));
      const auto parsed = Pattern::parse(text::to_json(pattern));
      if (!parsed) {  // too many combinations, or too long: nothing else may be wrong
        ASSERT_EQ(parsed.error().kind, ErrorKind::Limit) << parsed.error().text();
        continue;
      }
      matcher.add(id, *parsed);
      rules[id] = pattern;
    }
    ASSERT_NO_FATAL_FAILURE(check_events(dice, matcher, rules, 25, matches)) << "seed " << seed;
  }
  EXPECT_GT(matches, 1000U) << "rules that never match show nothing";
}

TEST(MatcherAgainstPlain, RulesThatComeAndGoAgree) {
  Dice dice(77);
  Matcher matcher;
  std::map<std::string, Value> rules;
  std::size_t matches = 0;
  for (int round = 0; round < 600; ++round) {
    const auto id = "r" + std::to_string(dice.roll(60));
    if (dice.one_in(3)) {
      matcher.remove(id);
      rules.erase(id);
    } else {
      const auto pattern = dice.fields(1);
      const auto parsed = Pattern::parse(text::to_json(pattern));
      ASSERT_TRUE(parsed) << parsed.error().text();
      matcher.add(id, *parsed);
      rules[id] = pattern;
    }
    ASSERT_EQ(matcher.size(), rules.size());
    ASSERT_NO_FATAL_FAILURE(check_events(dice, matcher, rules, 2, matches)) << "round " << round;
  }
  EXPECT_GT(matches, 1000U) << "rules that never match show nothing";
}

}  // namespace
}  // namespace hikae::pattern
