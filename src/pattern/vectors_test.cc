// Every case of tests/data/eventpattern.json, valid and invalid; where the guide and the published
// engine differ on numbers, numbers compare by value.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pattern/matcher.h"
#include "text/json.h"

namespace hikae::pattern {
namespace {

Value read_vectors() {
  std::ifstream file(std::string(HIKAE_TEST_DATA) + "/eventpattern.json");
  std::stringstream text;
  text << file.rdbuf();
  auto value = text::parse_json(text.str());
  EXPECT_TRUE(value) << value.error().text();
  return value ? *value : Value{};
}

std::string id_of(const Value& vector) {
  return std::string(text_at(vector, "id")) + " " + std::string(text_at(vector, "pattern"));
}

TEST(PatternVectors, ValidPatternsMatchAsStated) {
  std::size_t checked = 0;
  const auto vectors = read_vectors();
  for (const auto& vector : vectors.as_array()) {
    if (!is_true_at(vector, "valid")) continue;
    const auto pattern = Pattern::parse(text_at(vector, "pattern"));
    ASSERT_TRUE(pattern) << id_of(vector) << ": " << pattern.error().text();
    Matcher matcher;
    matcher.add("rule", *pattern);
    for (const auto& event : list_at(vector, "events")) {
      const auto matched = matcher.match_text(text_at(event, "event"));
      ASSERT_TRUE(matched) << id_of(vector) << ": " << matched.error().text();
      EXPECT_EQ(!matched->empty(), is_true_at(event, "match"))
          << id_of(vector) << " against " << text_at(event, "event");
      ++checked;
    }
  }
  EXPECT_GT(checked, 300U);
}

TEST(PatternVectors, InvalidPatternsAreRefusedWithTheirPlaceAndTheCode) {
  std::size_t checked = 0;
  const auto vectors = read_vectors();
  for (const auto& vector : vectors.as_array()) {
    if (is_true_at(vector, "valid")) continue;
    const auto pattern = Pattern::parse(text_at(vector, "pattern"));
    ASSERT_FALSE(pattern) << id_of(vector);
    EXPECT_EQ(pattern.error().code, "InvalidEventPatternException") << id_of(vector);
    EXPECT_GT(pattern.error().message.size(), 20U) << id_of(vector);
    ++checked;
  }
  EXPECT_GT(checked, 50U);
}

TEST(PatternVectors, AllPatternsInOneMatcherAnswerAsEachAlone) {
  const auto vectors = read_vectors();
  Matcher all;
  for (const auto& vector : vectors.as_array())
    if (is_true_at(vector, "valid"))
      all.add(text_at(vector, "id"), Pattern::parse(text_at(vector, "pattern")).value());
  for (const auto& vector : vectors.as_array())
    for (const auto& event : list_at(vector, "events")) {
      const auto matched = all.match_text(text_at(event, "event"));
      ASSERT_TRUE(matched);
      EXPECT_EQ(std::ranges::count(*matched, text_at(vector, "id")) == 1,
                is_true_at(event, "match"))
          << id_of(vector) << " against " << text_at(event, "event");
      EXPECT_TRUE(std::ranges::is_sorted(*matched));
    }
}

}  // namespace
}  // namespace hikae::pattern
