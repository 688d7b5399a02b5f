#include "text/selector.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "text/json.h"

namespace hikae::text {
namespace {

constexpr const char* kSelectable = R"({"Reservations":[{"Instances":[
  {"InstanceId":"i-1","ImageId":"ami-1","State":{"Code":16,"Name":"running"},
   "BlockDeviceMappings":[{"DeviceName":"/dev/xvda",
     "Ebs":{"DeleteOnTermination":true,"VolumeId":"vol-1"}},
    {"DeviceName":"/dev/xvdb","Ebs":{"DeleteOnTermination":false,"VolumeId":"vol-2"}}]},
  {"InstanceId":"i-2","ImageId":"ami-2","State":{"Code":80,"Name":"stopped"}}]}],
  "Tags":[{"Key":"Name","Value":"web"},{"Key":"a.b","Value":"x"}],"odd key":{"x":1},"n":null})";

std::string selected(std::string_view selector) {
  const auto parsed = Selector::parse(selector);
  if (!parsed) return parsed.error().message;
  const auto found = parsed->select(parse_json(kSelectable).value());
  return found ? to_json(*found) : "absent";
}

TEST(Selector, AChildIsFoundByName) {
  EXPECT_EQ(selected("$.Reservations[0].Instances[0].ImageId"), R"("ami-1")");
}
TEST(Selector, ABooleanKeepsItsType) {
  EXPECT_EQ(
      selected("$.Reservations[0].Instances[0].BlockDeviceMappings[0].Ebs.DeleteOnTermination"),
      "true");
}
TEST(Selector, AnIntegerKeepsItsType) {
  EXPECT_EQ(selected("$.Reservations[0].Instances[0].State.Code"), "16");
}
TEST(Selector, ADeepScanGivesAListOfStrings) {
  EXPECT_EQ(selected("$.Reservations..BlockDeviceMappings..VolumeId"), R"(["vol-1","vol-2"])");
}
TEST(Selector, AMapIsFoundWhole) {
  EXPECT_EQ(selected("$.Reservations[0].Instances[0].BlockDeviceMappings[0]"),
            R"({"DeviceName":"/dev/xvda","Ebs":{"DeleteOnTermination":true,"VolumeId":"vol-1"}})");
}
TEST(Selector, ADeepScanGivesAListOfMaps) {
  EXPECT_EQ(selected("$.Reservations..Instances..State"),
            R"([{"Code":16,"Name":"running"},{"Code":80,"Name":"stopped"}])");
}
TEST(Selector, ADeepScanForOneIsAListAllTheSame) {
  EXPECT_EQ(selected("$..Reservations..Instances[0].InstanceId"), R"(["i-1"])");
}
TEST(Selector, TheRootIsTheWholeValue) { EXPECT_NE(selected("$").find("Tags"), std::string::npos); }

TEST(Selector, AnIndexOutOfRangeAndAnUnknownNameFindNothing) {
  EXPECT_EQ(selected("$.Reservations[0].Instances[7].ImageId"), "absent");
  EXPECT_EQ(selected("$.Reservations[0].Instances[-3]"), "absent");
  EXPECT_EQ(selected("$.Reservations.ImageId"), "absent");
  EXPECT_EQ(selected("$..Nothing"), "absent");
}

TEST(Selector, ANullThatIsThereIsFound) { EXPECT_EQ(selected("$.n"), "null"); }

TEST(Selector, TheSupersetIsRead) {
  EXPECT_EQ(selected("$.Tags[*].Value"), R"(["web","x"])");
  EXPECT_EQ(selected("$['odd key']['x']"), "1");
  EXPECT_EQ(selected("$.Reservations[0].Instances[-1].InstanceId"), R"("i-2")");
  EXPECT_EQ(selected("$.Tags[0:1].Key"), R"(["Name"])");
  EXPECT_EQ(selected("$.Tags[?(@.Key=='a.b')].Value"), R"(["x"])");
  EXPECT_EQ(selected("$..Instances[?(@.State.Code > 16 && @.InstanceId)].InstanceId"),
            R"(["i-2"])");
}

TEST(Selector, WhatIsFoundOnTwoWaysCountsOnce) {
  const auto nested = parse_json(R"({"a":{"a":{"b":1}}})").value();
  EXPECT_EQ(to_json(*Selector::parse("$..a..b")->select(nested)), "[1]");
}

TEST(Selector, ManyDeepPartsStayCheap) {
  Value value = 1;
  for (int i = 0; i < 60; ++i) value = Array{value, value.is_array() ? Value(1) : Value(2)};
  std::string text = "$";
  for (int i = 0; i < 100; ++i) text += "..*";
  EXPECT_FALSE(Selector::parse(text)->select(value));
}

TEST(Selector, MoreMatchesThanTheLimitAreNone) {
  Array many(limits::kSelectorMatches + 1, Value(1));
  EXPECT_FALSE(Selector::parse("$[*]")->select(many));
}

TEST(Selector, MistakesAreNamedWithTheirPlace) {
  for (const auto* text : {"", "Tags", "$Tags", "$.", "$..", "$.a[", "$.a[x]", "$.a['b]",
                           "$.a[?(b)]", "$.a[1", "$.a b", "$.a[?(@.x==)]"})
    EXPECT_FALSE(Selector::parse(text)) << text;
  EXPECT_EQ(selected("$.a[x]"),
            "the selector '$.a[x]': an index, a quoted key, '*', a slice or a filter is missing at "
            "character 5");
  EXPECT_FALSE(Selector::parse("$." + std::string(600, 'a')));
}

}  // namespace
}  // namespace hikae::text
