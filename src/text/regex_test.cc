#include "text/regex.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace hikae::text {
namespace {

bool regex_matches(std::string_view pattern, std::string_view text) {
  return Regex::compile(pattern).value().matches(text).value();
}

std::string regex_refusal(std::string_view pattern) {
  const auto regex = Regex::compile(pattern);
  return regex ? "accepted" : regex.error().message;
}

struct RegexCase {
  const char* pattern;
  std::vector<const char*> yes;
  std::vector<const char*> no;
};

TEST(Regex, ItMatchesTheWholeValueAsJavaDoes) {
  const RegexCase cases[] = {
      {"INFO|ERROR", {"INFO", "ERROR"}, {"INFOX", "", "xERROR"}},
      {"^m?i-([a-z0-9]{8}|[a-z0-9]{17})$",
       {"i-12345678", "mi-0123456789abcdef0"},
       {"i-1234567", "i-123456789", "xi-12345678"}},
      {"[a-zA-Z0-9_.-]+", {"a.b-c_1"}, {"", "a b"}},
      {R"(^arn:(aws|aws-cn):iam::[0-9]{12}:role\/.*$)",
       {"arn:aws:iam::123456789012:role/x"},
       {"arn:aws:iam::12345678901:role/x", "arn:aws:iam::123456789012:user/x"}},
      {R"(\d+\s\w*)", {"12 a_b", "1\t"}, {"a", "12"}},
      {"a{2,3}", {"aa", "aaa"}, {"a", "aaaa"}},
      {"a{2,}b?", {"aa", "aaaaab"}, {"ab"}},
      {"(ab){2}", {"abab"}, {"ab", "ababab"}},
      {"(?:a|b)*c", {"c", "abac"}, {"abd"}},
      {"(a*)*", {"", "aaa"}, {"b"}},
      {"(|a)+", {"", "aa"}, {"b"}},
      {"a.c",
       {"abc",
        "a\xE3\x81\x82"
        "c"},
       {"a\nc", "ac"}},
      {"(?s)a.c", {"a\nc"}, {}},
      {"(?i)abc[d-f]", {"ABCe", "abcF"}, {"abcg"}},
      {"(?i:a)b", {"Ab", "ab"}, {"AB"}},
      {"[^abc]", {"d", "]"}, {"a", ""}},
      {R"([\w\-\]\\]+)", {"a-]\\"}, {"a b"}},
      {"[a-]", {"a", "-"}, {"b"}},
      {R"(\p{Alpha}\P{Digit})", {"a-", "zz"}, {"1a", "a1"}},
      {R"(\x41\u3042)", {"A\xE3\x81\x82"}, {"A"}},
      {R"(.*\bfoo\b.*)", {"a foo b", "foo"}, {"afoo", "foo1"}},
      {R"(\Aa\z)", {"a"}, {"a\n"}},
      {"^a$", {"a"}, {"a\n", "ba"}},
      {"(?<name>a)b", {"ab"}, {"b"}},
      {"a+?b*?", {"aab"}, {"b"}},
  };
  for (const auto& [pattern, yes, no] : cases) {
    for (const auto* text : yes)
      EXPECT_TRUE(regex_matches(pattern, text)) << pattern << " " << text;
    for (const auto* text : no)
      EXPECT_FALSE(regex_matches(pattern, text)) << pattern << " " << text;
  }
}

TEST(Regex, LookAheadsAskWhatFollows) {
  const auto* password = R"((?=.*[A-Z])(?=.*\d)(?!.*\s).{4,})";
  EXPECT_TRUE(regex_matches(password, "abC1"));
  EXPECT_FALSE(regex_matches(password, "abc1"));
  EXPECT_FALSE(regex_matches(password, "aBc 1"));
  EXPECT_TRUE(regex_matches("(?!aws|amazon)[a-z]+", "backup"));
  EXPECT_FALSE(regex_matches("(?!aws|amazon)[a-z]+", "awsome"));
  EXPECT_TRUE(regex_matches("(?=a(?!bc))ab.*", "abd"));
  EXPECT_FALSE(regex_matches("(?=a(?!bc))ab.*", "abc"));
  EXPECT_TRUE(regex_matches("(a(?=b|$)|b)*", "abba"));
  EXPECT_TRUE(regex_matches("(?=ab$)a.*\n?", "ab\n"));
}

TEST(Regex, WhatIsNotReadIsRefusedWithTheReason) {
  EXPECT_EQ(regex_refusal(R"((a)\1)"),
            R"(the pattern '(a)\1': back-references are not supported; rewrite the pattern without)"
            " (character 5)");
  for (const auto* pattern : {"(?<=a)b", "(?<!a)b", "a++", "(?>a)", "[a[b]]", "[a&&b]", R"(\p{L})",
                              "(?m)a", R"(\Qa\E)", R"((?<n>a)\k<n>)"})
    EXPECT_NE(regex_refusal(pattern).find("not supported"), std::string::npos) << pattern;
  for (const auto* pattern : {"(", ")", "a)", "[", "[]", "[b-a]", "*a", "a**", "a{", "a{2,1}",
                              "a{x}", "\\", "\\y", "a{1001}", "(?<n", "[\\", "\\u12"})
    EXPECT_FALSE(Regex::compile(pattern)) << pattern;
}

TEST(Regex, RepetitionsThatMultiplyAreRefused) {
  EXPECT_EQ(Regex::compile("((a{100}){100}){100}").error().kind, ErrorKind::Limit);
  EXPECT_EQ(Regex::compile("((((){1000}){1000}){1000}){1000}").error().kind, ErrorKind::Limit);
  EXPECT_EQ(Regex::compile(std::string(100, '(') + std::string(100, ')')).error().kind,
            ErrorKind::Limit);
}

TEST(Regex, PatternsThatRuinOthersTakeLinearTime) {
  const std::string text(4000, 'a');
  EXPECT_FALSE(regex_matches("(a+)+b", text));
  EXPECT_FALSE(regex_matches("(a|aa)*b", text));
  EXPECT_TRUE(regex_matches("((?=a*$)a)*", text));
  EXPECT_FALSE(Regex::compile("a*").value().matches(std::string(5000, 'a')));
}

/// The slow way: tries every split.
bool slow_match(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  const bool one = !text.empty() && (pattern[0] == '.' || pattern[0] == text[0]);
  if (pattern.size() > 1 && pattern[1] == '*')
    return slow_match(pattern.substr(2), text) || (one && slow_match(pattern, text.substr(1)));
  return one && slow_match(pattern.substr(1), text.substr(1));
}

TEST(Regex, ItAgreesWithASlowMatcherOnRandomPatterns) {
  rc::check([] {
    std::string pattern;
    for (const int kind : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
      pattern += "ab.ab."[kind];
      if (kind >= 3) pattern += '*';
      if (pattern.size() > 12) break;
    }
    const auto text = *rc::gen::container<std::string>(rc::gen::element('a', 'b'));
    RC_PRE(text.size() < 20);
    RC_ASSERT(regex_matches(pattern, text) == slow_match(pattern, text));
    // What a look-ahead promises of the rest is what the rest does.
    RC_ASSERT(regex_matches("(?=" + pattern + "$)[ab]*", text) == slow_match(pattern, text));
  });
}

}  // namespace
}  // namespace hikae::text
