#include "text/yaml.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "text/json.h"

namespace hikae::text {
namespace {

std::string tree_json(std::string_view text, YamlTags tags = YamlTags::Refuse) {
  Diagnostics problems;
  const auto tree = read_tree(text, problems, {.bytes_max = 0, .tags = tags});
  return tree ? to_json(tree->value) : tree.error().message;
}

/// "line:column code" of the first problem.
std::string first_problem(std::string_view text) {
  Diagnostics problems;
  if (read_tree(text, problems) || problems.empty()) return "accepted";
  const auto& first = problems.front();
  return std::to_string(first.position.line) + ":" + std::to_string(first.position.column) + " " +
         first.code;
}

TEST(Yaml, ScalarsAreReadConservatively) {
  EXPECT_EQ(tree_json("[true, False, null, ~, 12, -3, 1.5, 18446744073709551615]"),
            "[true,false,null,null,12,-3,1.5,18446744073709551615]");
  EXPECT_EQ(
      tree_json("[yes, No, on, off, y, 0755, 012345678901, 0x1F, 1_000, 12:30:45, 2024-01-01]"),
      R"(["yes","No","on","off","y","0755","012345678901","0x1F","1_000","12:30:45","2024-01-01"])");
  EXPECT_EQ(tree_json("[.inf, PT60M, +1, 1e5, 1., .5, 18446744073709551616, '1', \"true\"]"),
            R"([".inf","PT60M","+1","1e5","1.",".5","18446744073709551616","1","true"])");
}

TEST(Yaml, CoreTagsDecideOverTheFormOfAScalar) {
  EXPECT_EQ(tree_json("[!!str 12, !!int \"12\", ! 12, !!float 1, !!bool true]"),
            R"(["12",12,"12",1.0,true])");
}

TEST(Yaml, MapsKeepTheirOrderAndBlockTextItsLines) {
  EXPECT_EQ(tree_json("b: 1\na: |\n  x\n  y\nc: >\n  x\n  y\n"),
            R"({"b":1,"a":"x\ny\n","c":"x y\n"})");
}

TEST(Yaml, AnEmptyTextIsNull) {
  EXPECT_EQ(tree_json(""), "null");
  EXPECT_EQ(tree_json("# nothing\n"), "null");
}

TEST(Yaml, ATextWithoutAnAddressIsNull) { EXPECT_EQ(tree_json(std::string_view()), "null"); }

TEST(Yaml, DocumentMarkersAreReadAndASecondDocumentIsRefused) {
  EXPECT_EQ(tree_json("---\na: 1\n...\n"), R"({"a":1})");
  EXPECT_EQ(first_problem("a: 1\n---\nb: 2\n"), "2:1 yaml-documents");
}

TEST(Yaml, EveryNodeAndKeyHasItsPlaceInCharacters) {
  Diagnostics problems;
  const auto tree = read_tree("あ:\n  - い: {u/v: x}\n", problems).value();
  EXPECT_EQ(tree.places.at("/あ"), (Position{2, 3}));
  EXPECT_EQ(tree.places.at("/あ/0/い/u~1v"), (Position{2, 14}));
  EXPECT_EQ(tree.places.key_at("/あ/0/い/u~1v"), (Position{2, 9}));
  EXPECT_EQ(tree.places.at("/あ/0/い/none/at/all"), (Position{2, 8}));
}

TEST(Yaml, JsonWithTabsIsReadAndHasPlaces) {
  Diagnostics problems;
  const auto tree = read_tree("{\n\t\"a\": [1,\n\t\t{\"b\": true}]\n}", problems).value();
  EXPECT_EQ(to_json(tree.value), R"({"a":[1,{"b":true}]})");
  EXPECT_EQ(tree.places.at("/a/1/b"), (Position{3, 9}));
  EXPECT_EQ(tree.places.key_at("/a"), (Position{2, 2}));
}

TEST(Yaml, FlowStyleThatIsNoJsonIsReadAsYaml) {
  EXPECT_EQ(tree_json("{a: 1, b: [x]}"), R"({"a":1,"b":["x"]})");
  EXPECT_EQ(tree_json("[a, b]"), R"(["a","b"])");
}

TEST(Yaml, FlowStyleThatLooksLikeJsonIsReadAsYaml) {
  EXPECT_EQ(tree_json("[{action: error, operation: CreateImage}]"),
            R"([{"action":"error","operation":"CreateImage"}])");
  EXPECT_EQ(tree_json("{\"plans\": [{name: n}]}"), R"({"plans":[{"name":"n"}]})");
  EXPECT_EQ(tree_json("{ \"schemaVersion\": \"0.3\", # comment\n  mainSteps: []}"),
            R"({"schemaVersion":"0.3","mainSteps":[]})");
}

TEST(Yaml, WhatIsNeitherJsonNorYamlGetsTheErrorOfYaml) {
  EXPECT_EQ(first_problem("{\"a\": [1, 2}").find("json"), std::string::npos);
  EXPECT_EQ(first_problem("{\"a\": 1, \"a\": 2}"), "1:10 duplicate-key");
}

TEST(Yaml, AFileNamedJsonGetsTheErrorOfJson) {
  for (const auto* text : {"{\n \"a\": tru\n}", "{\n \"a\": [1,]\n}"}) {
    Diagnostics problems;
    EXPECT_FALSE(read_tree(text, problems, {.flow_text = flow_text_of("a.json")})) << text;
    ASSERT_EQ(problems.size(), 1U) << text;
    EXPECT_EQ(problems[0].code, "json-syntax");
    EXPECT_TRUE(read_tree(text, problems, {.flow_text = flow_text_of("a.yaml")})) << text;
  }
}

TEST(Yaml, AReferenceWithoutQuotesGetsASentenceOfItsOwn) {
  Diagnostics problems;
  ASSERT_FALSE(read_tree("a: 1\nb: {{ x }}\n", problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].position, (Position{2, 5}));
  EXPECT_NE(problems[0].hint.find("quotes"), std::string::npos);
  EXPECT_EQ(first_problem("- {{ x.y }}-z\n"), "1:4 yaml-key");
}

TEST(Yaml, EqualKeysAreRefusedWithBothLines) {
  Diagnostics problems;
  ASSERT_FALSE(read_tree("a: 1\nb: 2\na: 3\n", problems));
  EXPECT_EQ(problems[0].position, (Position{3, 1}));
  EXPECT_NE(problems[0].message.find("first on line 1"), std::string::npos);
}

TEST(Yaml, AllMistakesThatLeaveTheRestReadableAreReportedInOnePass) {
  Diagnostics problems;
  ASSERT_FALSE(read_tree("a: 1\na: 2\n<<: {}\nc: !x 1\nd: {{ e }}\n", problems));
  EXPECT_EQ(problems.size(), 4U);
}

TEST(Yaml, TabsGetAHint) {
  Diagnostics problems;
  ASSERT_FALSE(read_tree("a:\n\tb: 1\n", problems));
  EXPECT_EQ(problems[0].position.line, 2);
  EXPECT_NE(problems[0].hint.find("tabs"), std::string::npos);
}

TEST(Yaml, AliasesAreCopies) {
  EXPECT_EQ(tree_json("a: &x [1, {b: 2}]\nc: *x\n"), R"({"a":[1,{"b":2}],"c":[1,{"b":2}]})");
}

TEST(Yaml, AnAliasThatMultipliesIsStopped) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const auto n = std::to_string(i), p = std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [";
    for (int k = 0; k < 9; ++k) bomb += (k ? ", *a" : "*a") + p;
    bomb += "]\n";
  }
  EXPECT_EQ(first_problem(bomb).substr(0, 2), "5:");
}

TEST(Yaml, AliasesOfLongTextAreStopped) {
  std::string text = "a: &a " + std::string(500'000, 'x') + "\nb: [";
  for (int i = 0; i < 100; ++i) text += "*a, ";
  EXPECT_NE(first_problem(text + "]\n").find("too-many"), std::string::npos);
}

TEST(Yaml, AChainOfAliasesIsNoDeeperThanATextMayBe) {
  std::string text = "a0: &a0 [[[[[[[[[[1]]]]]]]]]]\n";
  for (int i = 1; i < 20; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [[[[[[[[[[*a" +
            std::to_string(i - 1) + "]]]]]]]]]]\n";
  EXPECT_NE(first_problem(text).find("too-deep"), std::string::npos);
}

TEST(Yaml, AnAliasInItsOwnAnchorAndOneWithoutAnyAreRefused) {
  EXPECT_EQ(first_problem("a: &x [1, *x]\n"), "1:11 yaml-alias");
  EXPECT_EQ(first_problem("a: *y\n"), "1:4 yaml-alias");
}

TEST(Yaml, DepthIsBounded) {
  const std::string open(limits::kTextDepth + 1, '[');
  EXPECT_NE(first_problem("a: " + open).find("too-deep"), std::string::npos);
  EXPECT_NE(first_problem(std::string(20'000, '[')).find("too-deep"), std::string::npos);
}

TEST(Yaml, ALongKeyAboveManyNodesStaysCheap) {
  std::string text = std::string(1000, 'k') + ":\n";
  for (int i = 0; i < 50'000; ++i) text += "- 1\n";
  Diagnostics problems;
  EXPECT_TRUE(read_tree(text, problems));
}

TEST(Yaml, ATextThatIsTooLargeIsRefusedUnread) {
  Diagnostics problems;
  ASSERT_FALSE(read_tree("a: 123", problems, {.bytes_max = 5, .tags = YamlTags::Refuse}));
  EXPECT_EQ(problems[0].code, "too-large");
}

TEST(Yaml, ShortFormsOfCloudFormationBecomeLongOnes) {
  EXPECT_EQ(
      tree_json("a: !Ref X\nb: !GetAtt R.Outputs.Y\nc: !Sub '${A}'\nd: !Join ['', [!Ref B, 1]]\n"
                "e: !GetAtt [R, Arn]\nf: !Condition C\n",
                YamlTags::Intrinsics),
      R"({"a":{"Ref":"X"},"b":{"Fn::GetAtt":["R","Outputs.Y"]},"c":{"Fn::Sub":"${A}"},)"
      R"("d":{"Fn::Join":["",[{"Ref":"B"},1]]},"e":{"Fn::GetAtt":["R","Arn"]},"f":{"Condition":"C"}})");
  EXPECT_NE(tree_json("a: !Reff X", YamlTags::Intrinsics).find("!Reff"), std::string::npos);
  EXPECT_NE(tree_json("a: !Ref X").find("!Ref"), std::string::npos);
}

TEST(Yaml, BytesThatAreNoTextAreRefusedWithTheirLine) {
  EXPECT_EQ(first_problem("a: 1\nb: \xff\n").substr(0, 2), "2:");
}

}  // namespace
}  // namespace hikae::text
