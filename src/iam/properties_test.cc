#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "iam/pattern.h"
#include "iam/testing_policies_test.h"

namespace hikae::iam {
namespace {

/// The plainest matcher there is.
bool plainly_matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return plainly_matches(pattern.substr(1), text) ||
           (!text.empty() && plainly_matches(pattern, text.substr(1)));
  if (text.empty()) return false;
  return (pattern[0] == '?' || pattern[0] == text[0]) &&
         plainly_matches(pattern.substr(1), text.substr(1));
}

rc::Gen<std::string> text_of_letters(const std::string& letters, int most) {
  return rc::gen::resize(most, rc::gen::container<std::string>(rc::gen::elementOf(letters)));
}

rc::Gen<Statement> any_statement() {
  return rc::gen::build<Statement>(
      rc::gen::set(&Statement::effect, rc::gen::element(Effect::Allow, Effect::Deny)),
      rc::gen::set(&Statement::actions,
                   rc::gen::map(rc::gen::element<std::string>("*", "ec2:*", "ec2:StopInstances",
                                                              "ec2:St?pInstances", "ssm:*"),
                                [](std::string action) {
                                  return Names{Polarity::Is, {std::move(action)}};
                                })),
      rc::gen::set(&Statement::resources,
                   rc::gen::map(rc::gen::element<std::string>("*", "arn:aws:ec2:*:*:instance/*",
                                                              "arn:aws:ec2:*:*:volume/*"),
                                [](std::string arn) {
                                  return std::optional(Names{Polarity::Is, {std::move(arn)}});
                                })));
}

Policies identity_of(std::vector<Statement> statements) {
  return {.identity = {{"p", {PolicyVersion::Of2012, "", std::move(statements)}}}};
}

TEST(Properties, MatchesWhatThePlainestMatcherMatches) {
  EXPECT_TRUE(rc::check([] {
    const auto pattern = *text_of_letters("ab:*?", 12);
    const auto text = *text_of_letters("ab:", 14);
    RC_ASSERT(matches(*pattern_of(pattern, nullptr), text) == plainly_matches(pattern, text));
  }));
}

TEST(Properties, EveryTextMatchesItselfAsALiteral) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    RC_ASSERT(matches(*pattern_of(text, nullptr, Wildcards::No), text));
  }));
}

TEST(Properties, ADocumentWithOtherLettersInItIsReadOrRefusedAndNeverMore) {
  const auto whole = std::string(
      R"({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"ec2:*",)"
      R"("Resource":"arn:aws:ec2:*:*:instance/${aws:username}","Condition":)"
      R"({"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*","b?"]},)"
      R"("IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"DateLessThan":{"aws:CurrentTime":"2026"}}}]})");
  EXPECT_TRUE(rc::check([&whole] {
    auto text = whole;
    for (int i = *rc::gen::inRange(1, 5); i > 0; --i)
      text[*rc::gen::inRange<std::size_t>(0, text.size())] =
          *rc::gen::elementOf(std::string("\"{}[]:,*?$aZ0-/\\"));
    const auto policy = parse_policy(text, PolicyUse::Identity);
    if (policy) (void)decide(stop_question(), {.identity = {{"p", *policy}}});
    const auto code = policy ? "" : policy.error().code;
    RC_ASSERT(code.empty() || code == "MalformedPolicyDocument");
  }));
}

TEST(Properties, ADenyThatAppliesAlwaysWins) {
  EXPECT_TRUE(rc::check([] {
    auto statements = *rc::gen::container<std::vector<Statement>>(any_statement());
    Statement deny{"", Effect::Deny, {Polarity::Is, {"*"}}, Names{Polarity::Is, {"*"}}, {}, {}};
    const auto at = *rc::gen::inRange<std::size_t>(0, statements.size() + 1);
    statements.insert(statements.begin() + static_cast<std::ptrdiff_t>(at), deny);
    RC_ASSERT(decide(stop_question(), identity_of(statements)).verdict == Verdict::ExplicitDeny);
  }));
}

TEST(Properties, AnotherAllowNeverTakesAway) {
  EXPECT_TRUE(rc::check([] {
    auto statements = *rc::gen::container<std::vector<Statement>>(any_statement());
    const bool before = decide(stop_question(), identity_of(statements)).is_allowed();
    auto more = *any_statement();
    more.effect = Effect::Allow;
    statements.push_back(more);
    RC_ASSERT(!before || decide(stop_question(), identity_of(statements)).is_allowed());
  }));
}

TEST(Properties, TheOrderOfStatementsDoesNotMatter) {
  EXPECT_TRUE(rc::check([] {
    auto statements = *rc::gen::container<std::vector<Statement>>(any_statement());
    const auto before = decide(stop_question(), identity_of(statements)).verdict;
    std::reverse(statements.begin(), statements.end());
    RC_ASSERT(decide(stop_question(), identity_of(statements)).verdict == before);
  }));
}

}  // namespace
}  // namespace hikae::iam
