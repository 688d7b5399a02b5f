// Each item "Substitution" and "Selectors" of docs/reference/ssm-automation.md 13 that needs no
// running document.
#include "runbook/resolve.h"

#include <gtest/gtest.h>

#include <map>

#include "base/limits.h"
#include "text/json.h"
#include "text/selector.h"

namespace hikae::runbook {
namespace {

Value resolve_json(std::string_view text) { return text::parse_json(text).value(); }

/// Names to values; a null is declared and without a value.
class FixedReferences final : public References {
 public:
  explicit FixedReferences(std::string_view values) : values_(resolve_json(values)) {}
  [[nodiscard]] Result<std::optional<Value>> value_of(std::string_view name) const override {
    const auto* value = find(values_, name);
    if (!value) return fail(ErrorKind::Invalid, "'" + str(name) + "' is not declared");
    return value->is_null() ? std::optional<Value>() : std::optional(*value);
  }

 private:
  Value values_;
};

std::string resolved_json(std::string_view input, std::string_view values) {
  const auto result = resolve(resolve_json(input), FixedReferences(values));
  return result ? text::to_json(*result) : result.error().message;
}

TEST(Substitution, TypedWholeValue) {
  const auto* values = R"({"l":["a","b"],"i":5,"b":true,"m":{"x":1},"s":"t"})";
  EXPECT_EQ(resolved_json(
                R"({"l":"{{ l }}","i":"{{ i }}","b":"{{b}}","m":"{{ m }}","s":"{{ s }}"})", values),
            R"({"l":["a","b"],"i":5,"b":true,"m":{"x":1},"s":"t"})");
}

TEST(Substitution, ListSpliceOfNoOneAndManyElements) {
  const auto* input = R"({"ResourceIds":["{{ ami }}","{{ s.list }}","z"]})";
  EXPECT_EQ(resolved_json(input, R"({"ami":"ami-1","s.list":[]})"),
            R"({"ResourceIds":["ami-1","z"]})");
  EXPECT_EQ(resolved_json(input, R"({"ami":"ami-1","s.list":["snap-1"]})"),
            R"({"ResourceIds":["ami-1","snap-1","z"]})");
  EXPECT_EQ(resolved_json(input, R"({"ami":"ami-1","s.list":["snap-1","snap-2","snap-3"]})"),
            R"({"ResourceIds":["ami-1","snap-1","snap-2","snap-3","z"]})");
}

TEST(Substitution, NestedSpliceInInputPayload) {
  EXPECT_EQ(resolved_json(R"({"InputPayload":{"a":{"ids":["{{ s.ids }}"]},"b":[["{{ s.ids }}"]]}})",
                          R"({"s.ids":["i-1","i-2"]})"),
            R"({"InputPayload":{"a":{"ids":["i-1","i-2"]},"b":[["i-1","i-2"]]}})");
}

TEST(Substitution, AListThatWasWrittenInAListStaysOne) {
  EXPECT_EQ(resolved_json(R"([["a"],"x{{ l }}"])", R"({"l":["b"]})"), R"([["a"],"x[\"b\"]"])");
}

TEST(Substitution, EmbeddedIntegerBooleanListAndMapAreText) {
  EXPECT_EQ(resolved_json(R"("PT{{ i }}M {{ b }} {{ l }} {{ m }} {{ d }}")",
                          R"({"i":5,"b":true,"l":["a",1],"m":{"x":"y"},"d":1.5})"),
            R"("PT5M true [\"a\",1] {\"x\":\"y\"} 1.5")");
}

TEST(Substitution, UnknownBracesStayVerbatim) {
  const auto* text = R"("{{ color: red }} {{}} {{ a b }} {{ a. }} {{ global: }} { { x } } {{ x }")";
  EXPECT_EQ(resolved_json(text, "{}"), text);
}

TEST(Substitution, SpacesInsideBracesAreFree) {
  EXPECT_EQ(resolved_json(R"("{{x}}{{  x  }}{{\tx\n}}")", R"({"x":"1"})"), R"("111")");
}

TEST(Substitution, AReferenceThatIsExactlyOneHasNoTextAround) {
  EXPECT_EQ(whole_reference("{{ step.Out }}"), "step.Out");
  EXPECT_EQ(whole_reference("{{ssm:/a/b }}"), "ssm:/a/b");
  EXPECT_EQ(whole_reference(" {{ x }}"), std::nullopt);
  EXPECT_EQ(whole_reference("{{ x }}{{ y }}"), std::nullopt);
}

TEST(Substitution, BracesInFrontOfAReferenceAreText) {
  EXPECT_EQ(resolved_json(R"("{{{ x }}}")", R"({"x":"1"})"), R"("{1}")");
}

TEST(Substitution, ItIsOnePass) {
  EXPECT_EQ(resolved_json(R"(["{{ a }}","-{{ a }}"])", R"({"a":"{{ b }}","b":"secret"})"),
            R"(["{{ b }}","-{{ b }}"])");
}

TEST(Substitution, KeysAreNotResolved) {
  EXPECT_EQ(resolved_json(R"({"{{ a }}":"{{ a }}"})", R"({"a":"1"})"), R"({"{{ a }}":"1"})");
}

TEST(Substitution, PayloadTextIsNotEscaped) {
  EXPECT_EQ(resolved_json(R"("{ \"a\":\"{{ x }}\" }")", R"({"x":"q\"r"})"),
            R"("{ \"a\":\"q\"r\" }")");
}

TEST(Substitution, TwoTimeReferencesAtTwoInstantsDiffer) {
  const auto first = parse_iso("2026-01-01T18:30:05Z").value();
  EXPECT_EQ(global_date(first), "2026-01-01");
  EXPECT_EQ(global_date_time(first), "2026-01-01_18.30.05");
  EXPECT_EQ(global_date_time(first + hours(6)), "2026-01-02_00.30.05");
}

TEST(Substitution, AnAbsentOutputNamesTheReferenceAndItsPlace) {
  EXPECT_EQ(resolved_json(R"({"Tags":[{"Key":"Name","Value":"{{ Get.value }}-x"}]})",
                          R"({"Get.value":null})"),
            "Tags[0].Value: {{ Get.value }} has no value: the step that would set it found "
            "nothing, or did not run");
}

TEST(Substitution, AReferenceThatIsNotDeclaredNamesItsPlace) {
  EXPECT_EQ(resolved_json(R"({"a":["{{ x }}"]})", "{}"), "a[0]: 'x' is not declared");
}

TEST(Substitution, WhatItGrowsToIsBounded) {
  const std::string large(1'000'000, 'x');
  const auto values = text::to_json(Object{{"big", Value(large)}});
  Array inputs(20, Value("{{ big }}"));
  EXPECT_EQ(resolve(inputs, FixedReferences(values)).error().kind, ErrorKind::Limit);
  const auto many = text::to_json(Object{{"l", Array(limits::kSplicedItems, Value(1))}});
  EXPECT_EQ(resolve(Array(2, Value("{{ l }}")), FixedReferences(many)).error().kind,
            ErrorKind::Limit);
}

TEST(Substitution, ReferencesAreFoundInOrderWithRepetition) {
  const auto input = resolve_json(
      R"({"a":["{{ x }} {{ global:DATE }}"],"{{ no }}":{"b":"{{x}} {{ automation:EXECUTION_ID }}"}})");
  EXPECT_EQ(references_in(input),
            (std::vector<std::string>{"x", "global:DATE", "x", "automation:EXECUTION_ID"}));
}

std::string converted(std::string_view value, std::string_view type) {
  const auto result = convert(resolve_json(value), type);
  return result ? text::to_json(*result) : "refused";
}

TEST(Selectors, ConversionsOfSection4) {
  EXPECT_EQ(converted(R"("a")", "StringList"), R"(["a"])");
  EXPECT_EQ(converted(R"("12")", "Integer"), "12");
  EXPECT_EQ(converted(R"("true")", "Boolean"), "true");
  EXPECT_EQ(converted("12", "String"), R"("12")");
  EXPECT_EQ(converted("12", "StringList"), R"(["12"])");
  EXPECT_EQ(converted("false", "String"), R"("false")");
  EXPECT_EQ(converted("false", "StringList"), R"(["false"])");
  EXPECT_EQ(converted(R"(["a"])", "String"), R"("a")");
  EXPECT_EQ(converted("[12]", "Integer"), "12");
  EXPECT_EQ(converted("[true]", "Boolean"), "true");
}

TEST(Selectors, ConversionsThatChangeNothing) {
  EXPECT_EQ(converted(R"({"a":1})", "StringMap"), R"({"a":1})");
  EXPECT_EQ(converted(R"([{"a":1}])", "MapList"), R"([{"a":1}])");
  EXPECT_EQ(converted("[]", "StringList"), "[]");
  EXPECT_EQ(converted("[1,2]", "StringList"), R"(["1","2"])");
}

TEST(Selectors, OtherMismatchesAreErrors) {
  EXPECT_EQ(converted(R"(["a","b"])", "String"), "refused");
  EXPECT_EQ(converted("[]", "String"), "refused");
  EXPECT_EQ(converted("null", "String"), "refused");
  EXPECT_EQ(converted(R"({"a":1})", "String"), "refused");
  EXPECT_EQ(converted(R"("12a")", "Integer"), "refused");
  EXPECT_EQ(converted("1.5", "Integer"), "refused");
  EXPECT_EQ(converted("1", "Boolean"), "refused");
  EXPECT_EQ(converted(R"("a")", "StringMap"), "refused");
  EXPECT_EQ(converted(R"({"a":1})", "MapList"), "refused");
  EXPECT_EQ(converted("[[1]]", "StringList"), "refused");
  EXPECT_EQ(converted("1", "Number"), "refused");
}

TEST(Selectors, OfTheSixExamplesEachFitsItsDeclaredType) {
  const auto answer = resolve_json(R"({"Reservations":[{"Instances":[{"ImageId":"ami-1",
    "State":{"Code":16,"Name":"running"},"Monitoring":{"State":"disabled"},"BlockDeviceMappings":[{"DeviceName":"/dev/xvda",
    "Ebs":{"DeleteOnTermination":true,"VolumeId":"vol-1"}}]}]}]})");
  const auto output = [&](std::string_view selector, std::string_view type) {
    const auto parsed = text::Selector::parse(selector).value();
    const auto found = parsed.select(answer);
    if (!found) return std::string("absent");
    const auto fit = convert_found(*found, parsed, type);
    return fit ? text::to_json(*fit) : "refused";
  };
  EXPECT_EQ(output("$.Reservations[0].Instances[0].ImageId", "String"), R"("ami-1")");
  EXPECT_EQ(output("$.Reservations[0].Instances[0].BlockDeviceMappings[0].Ebs.DeleteOnTermination",
                   "Boolean"),
            "true");
  EXPECT_EQ(output("$.Reservations[0].Instances[0].State.Code", "Integer"), "16");
  EXPECT_EQ(output("$.Reservations..BlockDeviceMappings..VolumeId", "StringList"), R"(["vol-1"])");
  EXPECT_EQ(output("$.Reservations[0].Instances[0].BlockDeviceMappings[0]", "StringMap"),
            R"({"DeviceName":"/dev/xvda","Ebs":{"DeleteOnTermination":true,"VolumeId":"vol-1"}})");
  EXPECT_EQ(output("$.Reservations..Instances..State", "MapList"),
            R"([{"Code":16,"Name":"running"}])");
  EXPECT_EQ(output("$.Reservations..Monitoring..State", "MapList"), "refused");
  EXPECT_EQ(output("$.Reservations..State", "StringList"), "refused");
  EXPECT_EQ(output("$.Reservations[0].Instances[9].ImageId", "String"), "absent");
}

}  // namespace
}  // namespace hikae::runbook
