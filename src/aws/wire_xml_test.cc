#include "aws/wire_testing_test.h"

namespace hikae::aws::wire_tests {
namespace {

std::string tag_answer(std::string_view value) {
  return write_response(spoken("ec2", "DescribeTags", Dialect::Ec2),
                        Object{{"Tags", Array{Object{{"Value", value}}}}}, "r")
      .body;
}

std::string read_tags(std::string_view inside) {
  return answer_as("ec2", "DescribeTags", {200, {}, "<R><tagSet>" + str(inside) + "</tagSet></R>"});
}

TEST(WireXml, CharactersThatXmlCannotHoldAreReplaced) {
  EXPECT_NE(tag_answer("a\x1b\x01z").find("<value>a\uFFFD\uFFFDz</value>"), std::string::npos);
  EXPECT_NE(tag_answer("a\xff\xc3z").find("<value>a\uFFFD\uFFFDz</value>"), std::string::npos);
  EXPECT_NE(tag_answer("\xEF\xBF\xBF").find("<value>\uFFFD</value>"), std::string::npos);
}

TEST(WireXml, LineBreaksSurvive) {
  const auto body = tag_answer("a\r\nb\tc");
  EXPECT_EQ(answer_as("ec2", "DescribeTags", {200, {}, body}),
            R"({"Tags":[{"Value":"a\r\nb\tc"}]})");
}

TEST(WireXml, SpacesAloneAreAValue) {
  EXPECT_EQ(read_tags("<item><value>  </value><key/></item>"),
            R"({"Tags":[{"Value":"  ","Key":""}]})");
}

TEST(WireXml, LayoutBetweenElementsIsNoValue) {
  EXPECT_EQ(read_tags("\n  <item>\n    <value>a</value>\n  </item>\n"),
            R"({"Tags":[{"Value":"a"}]})");
}

TEST(WireXml, CommentsAndCdataInsideATextAreUnderstood) {
  EXPECT_EQ(read_tags("<item><value>a<!-- no -->b<![CDATA[<c>]]></value></item>"),
            R"({"Tags":[{"Value":"ab<c>"}]})");
}

TEST(WireXml, EntitiesOfADocumentTypeAreInert) {
  const std::string body =
      "<!DOCTYPE R [<!ENTITY a \"aaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>"
      "<R><tagSet><item><value>&a;&b;</value></item></tagSet></R>";
  EXPECT_EQ(answer_as("ec2", "DescribeTags", {200, {}, body}), R"({"Tags":[{"Value":"&a;&b;"}]})");
}

TEST(WireXml, PrefixesOfElementsDoNotMatter) {
  EXPECT_EQ(answer_as("ec2", "DescribeTags",
                      {200,
                       {},
                       "<n:R xmlns:n='x'><n:tagSet><n:item><n:key>a</n:key></n:item>"
                       "</n:tagSet></n:R>"}),
            R"({"Tags":[{"Key":"a"}]})");
}

TEST(WireXml, AnEmptyListArrivesAsOneAndAnAbsentOneDoesNot) {
  EXPECT_EQ(read_tags(""), R"({"Tags":[]})");
  EXPECT_EQ(answer_as("ec2", "DescribeTags", {200, {}, "<R/>"}), "{}");
}

TEST(WireXml, ElementsNewerThanTheModelAreDropped) {
  EXPECT_EQ(read_tags("<item><newer><value>x</value></newer><key>a</key></item>"),
            R"({"Tags":[{"Key":"a"}]})");
}

TEST(WireXml, AnAnswerNestedWithoutEndIsNotFollowed) {
  std::string body = "<R>";
  for (int i = 0; i < 200'000; ++i) body += "<tagSet><item>";
  const auto read = read_response(op("ec2", "DescribeTags"), {200, {}, body});
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::Unavailable);
}

TEST(WireXml, AnAnswerThatIsCutOffLeavesTheOutcomeUnknown) {
  const auto whole = tag_answer("x");
  const auto read =
      read_response(op("ec2", "DescribeTags"), {200, {}, whole.substr(0, whole.size() - 9)});
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::Unavailable);
  EXPECT_TRUE(read.error().code.empty());
}

TEST(WireXml, FlattenedListsAndMapsOfAnswersAreGathered) {
  const auto output = json(
      R"({"Messages":[{"MessageId":"1","Attributes":{"SenderId":"s","ApproximateReceiveCount":"2"}},
          {"MessageId":"2"}]})");
  const auto response =
      write_response(spoken("sqs", "ReceiveMessage", Dialect::Query), output, "r");
  EXPECT_NE(response.body.find("<ReceiveMessageResult><Message><MessageId>1</MessageId><Attribute>"
                               "<Name>SenderId</Name><Value>s</Value></Attribute>"),
            std::string::npos);
  EXPECT_EQ(answer_as("sqs", "ReceiveMessage", response), text::to_json(output));
}

TEST(WireXml, TimestampsOfAnswersHaveMilliseconds) {
  const auto response =
      write_response(spoken("iam", "GetRole", Dialect::Query),
                     json(R"({"Role":{"CreateDate":"2026-01-01T18:30:00Z"}})"), "r");
  EXPECT_NE(response.body.find("<CreateDate>2026-01-01T18:30:00.000Z</CreateDate>"),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::aws::wire_tests
