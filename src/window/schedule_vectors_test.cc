// tests/data/cron.json through the schedule's own entry. It stands here because reading JSON needs
// src/text, which src/schedule does not use.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/value.h"
#include "schedule/upcoming.h"
#include "text/json.h"

namespace hikae::window {
namespace {

Value cron_vectors() {
  std::ifstream file(HIKAE_TEST_DATA "/cron.json");
  std::stringstream bytes;
  bytes << file.rdbuf();
  auto value = text::parse_json(bytes.str());
  EXPECT_TRUE(value.has_value());
  return value ? *value : Value();
}

schedule::ScheduleQuery query_of(const Value& vector) {
  const auto service = text_at(vector, "service");
  schedule::ScheduleQuery query;
  query.expression = str(text_at(vector, "expression"));
  query.kind = service == "eventbridge-rule"        ? schedule::Kind::Rule
               : service == "eventbridge-scheduler" ? schedule::Kind::Scheduler
                                                    : schedule::Kind::Window;
  query.timezone = str(text_at(vector, "timezone", "UTC"));
  query.from = *parse_iso(text_at(vector, "from", "2026-01-01T00:00:00Z"));
  if (find(vector, "anchor")) query.anchor = *parse_iso(text_at(vector, "anchor"));
  query.offset = static_cast<int>(int_at(vector, "scheduleOffset").value_or(0));
  query.count = std::max<std::size_t>(list_at(vector, "next").size(), 1);
  return query;
}

TEST(ScheduleVectors, EveryValidOneFiresAsStated) {
  std::size_t seen = 0;
  const auto vectors = cron_vectors();
  for (const auto& vector : vectors.as_array()) {
    if (!is_true_at(vector, "valid")) continue;
    ++seen;
    auto query = query_of(vector);
    if (find(vector, "exhausted_after")) ++query.count;
    const auto instants = schedule::upcoming(query);
    ASSERT_TRUE(instants.has_value()) << text_at(vector, "id") << instants.error().message;
    Array found;
    for (const auto at : *instants) found.emplace_back(iso(at));
    EXPECT_EQ(text::to_json(found), text::to_json(list_at(vector, "next")))
        << text_at(vector, "id") << ": " << query.expression;
  }
  EXPECT_EQ(seen, 110U);
}

TEST(ScheduleVectors, EveryInvalidOneIsRefusedWithAReason) {
  std::size_t seen = 0;
  const auto vectors = cron_vectors();
  for (const auto& vector : vectors.as_array()) {
    if (is_true_at(vector, "valid")) continue;
    ++seen;
    const auto instants = schedule::upcoming(query_of(vector));
    ASSERT_FALSE(instants.has_value()) << text_at(vector, "id");
    EXPECT_EQ(instants.error().kind, ErrorKind::Invalid) << text_at(vector, "id");
    EXPECT_GT(instants.error().message.size(), 20U);
  }
  EXPECT_EQ(seen, 44U);
}

}  // namespace
}  // namespace hikae::window
