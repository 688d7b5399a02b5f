// Parameter Store as the API shows it.
#include "plane/ssm/ssm.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

struct ParameterDesk : TestKernel {
  Library library{{}};
  Ssm service{*kernel, library, secrets};

  Value put(std::string_view name, std::string_view value, Object more = {}) {
    return ok(service, "PutParameter", request(name, value, std::move(more)));
  }
  static Object request(std::string_view name, std::string_view value, Object more = {}) {
    Object input{{"Name", name}, {"Value", value}, {"Type", "String"}};
    for (const auto& [member, given] : more) input[member] = given;
    return input;
  }
  std::string put_refused(std::string_view name, std::string_view value, Object more = {}) {
    return refused(service, "PutParameter", request(name, value, std::move(more)));
  }
  void overwrite(std::string_view name, std::string_view value) {
    put(name, value, {{"Overwrite", true}});
  }
  Value get(std::string_view name, bool opened = false) {
    const auto answer =
        ok(service, "GetParameter", Object{{"Name", name}, {"WithDecryption", opened}});
    return *find(answer, "Parameter");
  }
  std::string names_in(const Value& answer) {
    std::string names;
    for (const auto& one : list_at(answer, "Parameters"))
      names += (names.empty() ? "" : " ") + str(text_at(one, "Name"));
    return names;
  }
  std::string described(std::string_view filters) {
    return names_in(ok(service, "DescribeParameters", Object{{"ParameterFilters", json(filters)}}));
  }
};

TEST(Parameters, EachPutIsAVersionAndTheLatestIsShown) {
  ParameterDesk desk;
  EXPECT_EQ(desk.put("/a/b", "one"), json(R"({"Version":1,"Tier":"Standard"})"));
  desk.overwrite("/a/b", "two");
  EXPECT_EQ(desk.get("/a/b"),
            json(R"({"Name":"/a/b","Type":"String","Value":"two","Version":2,)"
                 R"("LastModifiedDate":"2026-01-01T18:30:00.000Z",)"
                 R"("ARN":"arn:aws:ssm:ap-northeast-1:123456789012:parameter/a/b",)"
                 R"("DataType":"text"})"));
  EXPECT_EQ(text_at(desk.get("/a/b:1"), "Value"), "one");
  EXPECT_EQ(text_at(desk.get("/a/b:1"), "Selector"), ":1");
  EXPECT_EQ(text_at(desk.get("arn:aws:ssm:ap-northeast-1:123456789012:parameter/a/b"), "Value"),
            "two");
}

TEST(Parameters, AVersionThatIsNotThereIsSaid) {
  ParameterDesk desk;
  desk.put("a", "1");
  EXPECT_EQ(desk.refused(desk.service, "GetParameter", Object{{"Name", "a:9"}}),
            "ParameterVersionNotFound");
  EXPECT_EQ(desk.refused(desk.service, "GetParameter", Object{{"Name", "b"}}), "ParameterNotFound");
}

TEST(Parameters, ASecureStringIsShownInClearOnlyWhereItIsAskedFor) {
  ParameterDesk desk;
  desk.put("/db/password", "hunter22", {{"Type", "SecureString"}});
  EXPECT_NE(text_at(desk.get("/db/password"), "Value"), "hunter22");
  EXPECT_EQ(text_at(desk.get("/db/password", true), "Value"), "hunter22");
}

TEST(Parameters, ASecureStringIsNowhereInTheDatabase) {
  ParameterDesk desk;
  desk.put("/db/password", "hunter22", {{"Type", "SecureString"}});
  desk.put("/db/password", "hunter23", {{"Type", "SecureString"}, {"Overwrite", true}});
  for (const auto* kind : {"parameter", "parameter-version"})
    for (const auto& [id, row] : desk.kernel->tables().rows(desk.scope, kind))
      EXPECT_EQ(text::to_json(row).find("hunter"), std::string::npos) << id;
  EXPECT_EQ(text_at(desk.get("/db/password:1", true), "Value"), "hunter22");
}

TEST(Parameters, OverwritingIsSaidAndKeepsTheType) {
  ParameterDesk desk;
  desk.put("a", "1");
  EXPECT_EQ(desk.put_refused("a", "2"), "ParameterAlreadyExists");
  EXPECT_EQ(desk.put_refused("a", "2", {{"Overwrite", true}, {"Type", "StringList"}}),
            "HierarchyTypeMismatchException");
  EXPECT_EQ(
      desk.put_refused(
          "a", "2", {{"Overwrite", true}, {"Tags", Array{Object{{"Key", "k"}, {"Value", "v"}}}}}),
      "ValidationException");
  const Object untyped{{"Name", "a"}, {"Value", "3"}, {"Overwrite", true}};
  desk.ok(desk.service, "PutParameter", untyped);
  EXPECT_EQ(text_at(desk.get("a"), "Type"), "String");
}

TEST(Parameters, NamesAreChecked) {
  ParameterDesk desk;
  for (const auto* name : {"a b", "a/b", "/a//b", "/a/", "/aws/x", "ssm-x", ""})
    EXPECT_EQ(desk.put_refused(name, "1"), "ValidationException") << name;
  std::string deep;
  for (int i = 0; i < 16; ++i) deep += "/x";
  EXPECT_EQ(desk.put_refused(deep, "1"), "HierarchyLevelLimitExceededException");
}

TEST(Parameters, AnAllowedPatternHoldsForLaterVersionsToo) {
  ParameterDesk desk;
  desk.put("n", "12", {{"AllowedPattern", "^\\d+$"}});
  EXPECT_EQ(desk.put_refused("n", "x", {{"Overwrite", true}}), "ParameterPatternMismatchException");
  EXPECT_EQ(desk.put_refused("m", "x", {{"AllowedPattern", "(("}}),
            "InvalidAllowedPatternException");
}

TEST(Parameters, ALongValueNeedsTheAdvancedTier) {
  ParameterDesk desk;
  const std::string longer(4097, 'x');
  EXPECT_EQ(desk.put_refused("a", longer), "ValidationException");
  EXPECT_EQ(text_at(desk.put("a", longer, {{"Tier", "Intelligent-Tiering"}}), "Tier"), "Advanced");
  EXPECT_EQ(desk.put_refused("a", "1", {{"Tier", "Standard"}, {"Overwrite", true}}),
            "ValidationException");
  EXPECT_EQ(desk.put_refused("b", std::string(8193, 'x'), {{"Tier", "Advanced"}}),
            "ValidationException");
}

TEST(Parameters, ByPathGivesThoseBelowInPagesOfTen) {
  ParameterDesk desk;
  for (const auto* name : {"/p/a", "/p/b", "/p/q/c", "/pp/d", "e"}) desk.put(name, "1");
  const auto by_path = [&](Object input) {
    input["Path"] = "/p";
    return desk.names_in(desk.ok(desk.service, "GetParametersByPath", std::move(input)));
  };
  EXPECT_EQ(by_path({}), "/p/a /p/b");
  EXPECT_EQ(by_path({{"Recursive", true}}), "/p/a /p/b /p/q/c");
  for (int i = 10; i < 22; ++i) desk.put("/many/" + std::to_string(i), "1");
  const auto first = desk.ok(desk.service, "GetParametersByPath", Object{{"Path", "/many/"}});
  EXPECT_EQ(list_at(first, "Parameters").size(), 10u);
  const auto rest = desk.ok(desk.service, "GetParametersByPath",
                            Object{{"Path", "/many/"}, {"NextToken", text_at(first, "NextToken")}});
  EXPECT_EQ(desk.names_in(rest), "/many/20 /many/21");
  EXPECT_FALSE(find(rest, "NextToken"));
}

TEST(Parameters, ByPathWithALabelGivesTheVersionThatHasIt) {
  ParameterDesk desk;
  desk.put("/p/a", "one");
  desk.overwrite("/p/a", "two");
  desk.put("/p/b", "x");
  desk.ok(desk.service, "LabelParameterVersion",
          Object{{"Name", "/p/a"}, {"ParameterVersion", 1}, {"Labels", Array{"prod"}}});
  const auto answer = desk.ok(
      desk.service, "GetParametersByPath",
      Object{{"Path", "/p"}, {"ParameterFilters", json(R"([{"Key":"Label","Values":["prod"]}])")}});
  ASSERT_EQ(list_at(answer, "Parameters").size(), 1u);
  EXPECT_EQ(text_at(list_at(answer, "Parameters")[0], "Value"), "one");
}

TEST(Parameters, DescribeFiltersByNamePathTypeAndTag) {
  ParameterDesk desk;
  desk.put("/p/a", "1", {{"Tags", Array{Object{{"Key", "team"}, {"Value", "ops"}}}}});
  desk.put("/p/q/b", "1", {{"Type", "StringList"}});
  desk.put("ab", "1", {{"Type", "SecureString"}});
  EXPECT_EQ(desk.described(R"([{"Key":"Name","Values":["/p/a"]}])"), "/p/a");
  EXPECT_EQ(desk.described(R"([{"Key":"Name","Option":"BeginsWith","Values":["/p"]}])"),
            "/p/a /p/q/b");
  EXPECT_EQ(desk.described(R"([{"Key":"Name","Option":"Contains","Values":["b"]}])"), "/p/q/b ab");
  EXPECT_EQ(desk.described(R"([{"Key":"Type","Values":["StringList","SecureString"]}])"),
            "/p/q/b ab");
  EXPECT_EQ(desk.described(R"([{"Key":"Path","Values":["/p"]}])"), "/p/a");
  EXPECT_EQ(desk.described(R"([{"Key":"Path","Option":"Recursive","Values":["/p"]}])"),
            "/p/a /p/q/b");
  EXPECT_EQ(desk.described(R"([{"Key":"tag:team","Values":["ops"]}])"), "/p/a");
  EXPECT_EQ(desk.described(R"([{"Key":"tag:team","Values":["dev"]}])"), "");
}

TEST(Parameters, AFilterThatDoesNotExistIsSaid) {
  ParameterDesk desk;
  const auto code = [&](std::string_view filters) {
    return desk.refused(desk.service, "DescribeParameters",
                        Object{{"ParameterFilters", json(filters)}});
  };
  EXPECT_EQ(code(R"([{"Key":"Colour","Values":["x"]}])"), "InvalidFilterKey");
  EXPECT_EQ(code(R"([{"Key":"Type","Option":"Contains","Values":["x"]}])"), "InvalidFilterOption");
  EXPECT_EQ(code(R"([{"Key":"Name"}])"), "InvalidFilterValue");
}

TEST(Parameters, ALabelStandsOnOneVersion) {
  ParameterDesk desk;
  desk.put("a", "one");
  desk.overwrite("a", "two");
  const auto label = [&](Object input) {
    input["Name"] = "a";
    return desk.ok(desk.service, "LabelParameterVersion", std::move(input));
  };
  EXPECT_EQ(label({{"ParameterVersion", 1}, {"Labels", Array{"prod", "1bad"}}}),
            json(R"({"InvalidLabels":["1bad"],"ParameterVersion":1})"));
  EXPECT_EQ(text_at(desk.get("a:prod"), "Value"), "one");
  label({{"Labels", Array{"prod"}}});
  EXPECT_EQ(text_at(desk.get("a:prod"), "Value"), "two");
  const auto history = desk.ok(desk.service, "GetParameterHistory", Object{{"Name", "a"}});
  EXPECT_TRUE(list_at(list_at(history, "Parameters")[0], "Labels").empty());
  EXPECT_EQ(text_at(list_at(history, "Parameters")[1], "Value"), "two");
}

TEST(Parameters, TheOldestOfAHundredVersionsGoesUnlessItIsLabelled) {
  ParameterDesk desk;
  desk.put("a", "0");
  for (int i = 1; i < 101; ++i) desk.overwrite("a", std::to_string(i));
  EXPECT_EQ(desk.refused(desk.service, "GetParameter", Object{{"Name", "a:1"}}),
            "ParameterVersionNotFound");
  EXPECT_EQ(text_at(desk.get("a:2"), "Value"), "1");
  desk.ok(desk.service, "LabelParameterVersion",
          Object{{"Name", "a"}, {"ParameterVersion", 2}, {"Labels", Array{"kept"}}});
  EXPECT_EQ(desk.put_refused("a", "x", {{"Overwrite", true}}), "ParameterMaxVersionLimitExceeded");
}

TEST(Parameters, DeletingTakesEveryVersion) {
  ParameterDesk desk;
  desk.put("a", "1");
  desk.overwrite("a", "2");
  EXPECT_EQ(desk.ok(desk.service, "DeleteParameters", Object{{"Names", Array{"a", "b"}}}),
            json(R"({"DeletedParameters":["a"],"InvalidParameters":["b"]})"));
  desk.put("a", "new");
  EXPECT_EQ(int_at(desk.get("a"), "Version"), 1);
  EXPECT_EQ(desk.refused(desk.service, "GetParameter", Object{{"Name", "a:2"}}),
            "ParameterVersionNotFound");
}

TEST(SsmTags, OfParametersAndWindowsAreAddedListedAndRemoved) {
  ParameterDesk desk;
  desk.put("/p", "1");
  Object resource{{"ResourceType", "Parameter"}, {"ResourceId", "/p"}};
  auto add = resource;
  add["Tags"] = json(R"([{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}])");
  desk.ok(desk.service, "AddTagsToResource", add);
  auto drop = resource;
  drop["TagKeys"] = Array{"a"};
  desk.ok(desk.service, "RemoveTagsFromResource", drop);
  EXPECT_EQ(desk.ok(desk.service, "ListTagsForResource", resource),
            json(R"({"TagList":[{"Key":"b","Value":"2"}]})"));
  resource["ResourceId"] = "/none";
  EXPECT_EQ(desk.refused(desk.service, "ListTagsForResource", resource), "InvalidResourceId");
  resource["ResourceType"] = "OpsItem";
  EXPECT_EQ(desk.refused(desk.service, "ListTagsForResource", resource), "InvalidResourceType");
}

}  // namespace
}  // namespace hikae::plane
