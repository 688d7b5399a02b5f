// Documents as the API shows them.
#include "plane/ssm/ssm.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

std::string sleeping(int seconds) {
  return R"({"schemaVersion":"0.3","description":"sleeps","parameters":{"Who":{"type":"String",)"
         R"("default":"me"}},"mainSteps":[{"name":"s","action":"aws:sleep","inputs":{"Duration":"PT)" +
         std::to_string(seconds) + R"(S"}}]})";
}

struct DocumentDesk : TestKernel {
  Library library{{{"AWS-Sleep",
                    "schemaVersion: '0.3'\nmainSteps:\n- name: s\n  action: "
                    "aws:sleep\n  inputs:\n    Duration: PT1S\n"}}};
  Ssm service{*kernel, library, secrets};
  DocumentDesk() {
    ok(service, "CreateDocument",
       Object{{"Name", "doc"},
              {"Content", sleeping(1)},
              {"DocumentType", "Automation"},
              {"VersionName", "first"},
              {"Tags", Array{Object{{"Key", "team"}, {"Value", "ops"}}}}});
  }
  static Object named(Object more = {}) {
    more["Name"] = "doc";
    return more;
  }
  void update(int seconds, Object more = {}) {
    more["Content"] = sleeping(seconds);
    ok(service, "UpdateDocument", named(std::move(more)));
  }
  std::string listed(std::string_view filters) {
    std::string names;
    const auto answer = ok(service, "ListDocuments", Object{{"Filters", json(filters)}});
    for (const auto& one : list_at(answer, "DocumentIdentifiers"))
      names += (names.empty() ? "" : " ") + str(text_at(one, "Name"));
    return names;
  }
};

TEST(SsmDocuments, WhatIsSaidToBeJsonIsJson) {
  DocumentDesk desk;
  const std::string flow =
      "{schemaVersion: '0.3', mainSteps: [{name: s, action: aws:sleep, inputs: {Duration: PT1S}}]}";
  Object input{{"Name", "flow"}, {"Content", flow}, {"DocumentType", "Automation"}};
  input["DocumentFormat"] = "JSON";
  EXPECT_EQ(desk.refused(desk.service, "CreateDocument", input), "InvalidDocumentContent");
  EXPECT_EQ(desk.refused(desk.service, "UpdateDocument",
                         desk.named({{"Content", flow}, {"DocumentFormat", "JSON"}})),
            "InvalidDocumentContent");
  input["DocumentFormat"] = "YAML";
  EXPECT_EQ(desk.refused(desk.service, "CreateDocument", input), "");
}

TEST(SsmDocuments, ADocumentThatComesWithHikaeHasOneVersion) {
  DocumentDesk desk;
  const auto started = [&](const char* version) {
    return desk.refused(desk.service, "StartAutomationExecution",
                        Object{{"DocumentName", "AWS-Sleep"},
                               {"DocumentVersion", version},
                               {"Parameters", Object{{"Unknown", Array{"x"}}}}});
  };
  EXPECT_EQ(started("9"), "AutomationDefinitionVersionNotFoundException");
  for (const auto* version : {"1", "$DEFAULT", "$LATEST"})
    EXPECT_EQ(started(version), "InvalidAutomationExecutionParametersException") << version;
}

TEST(SsmDocuments, AVersionIsNamedByNumberWordOrName) {
  DocumentDesk desk;
  desk.update(2, {{"VersionName", "second"}});
  const auto content = [&](Object more) {
    return str(
        text_at(desk.ok(desk.service, "GetDocument", desk.named(std::move(more))), "Content"));
  };
  EXPECT_EQ(content({}), sleeping(1));
  EXPECT_EQ(content({{"DocumentVersion", "$DEFAULT"}}), sleeping(1));
  EXPECT_EQ(content({{"DocumentVersion", "$LATEST"}}), sleeping(2));
  EXPECT_EQ(content({{"VersionName", "second"}}), sleeping(2));
  EXPECT_EQ(desk.refused(desk.service, "GetDocument", desk.named({{"DocumentVersion", "7"}})),
            "InvalidDocumentVersion");
  EXPECT_EQ(desk.refused(desk.service, "UpdateDocument",
                         desk.named({{"Content", sleeping(3)}, {"VersionName", "second"}})),
            "DuplicateDocumentVersionName");
}

TEST(SsmDocuments, AreDescribedWithTheirParameters) {
  DocumentDesk desk;
  const auto shown = *find(desk.ok(desk.service, "DescribeDocument", desk.named()), "Document");
  EXPECT_EQ(text_at(shown, "Description"), "sleeps");
  EXPECT_EQ(*find(shown, "Parameters"),
            json(R"([{"Name":"Who","Type":"String","DefaultValue":"me"}])"));
  EXPECT_EQ(text_at(shown, "HashType"), "Sha256");
  const auto own = desk.ok(desk.service, "DescribeDocument", Object{{"Name", "AWS-Sleep"}});
  EXPECT_EQ(text_at(*find(own, "Document"), "Owner"), "Amazon");
}

TEST(SsmDocuments, AreFilteredByNameOwnerAndTag) {
  DocumentDesk desk;
  EXPECT_EQ(desk.listed(R"([{"Key":"Owner","Values":["Self"]}])"), "doc");
  EXPECT_EQ(desk.listed(R"([{"Key":"Owner","Values":["Amazon"]}])"), "AWS-Sleep");
  EXPECT_EQ(desk.listed(R"([{"Key":"Name","Values":["AWS-"]}])"), "AWS-Sleep");
  EXPECT_EQ(desk.listed(R"([{"Key":"tag:team","Values":["ops"]}])"), "doc");
  EXPECT_EQ(desk.listed(R"([{"Key":"DocumentType","Values":["Command"]}])"), "");
  EXPECT_EQ(desk.refused(desk.service, "ListDocuments",
                         Object{{"Filters", json(R"([{"Key":"Colour","Values":["x"]}])")}}),
            "InvalidFilterKey");
}

TEST(SsmDocuments, OneVersionIsDeletedAndItsNumberNotGivenAgain) {
  DocumentDesk desk;
  desk.update(2);
  EXPECT_EQ(desk.refused(desk.service, "DeleteDocument", desk.named({{"DocumentVersion", "1"}})),
            "InvalidDocumentOperation");
  desk.ok(desk.service, "DeleteDocument", desk.named({{"DocumentVersion", "2"}}));
  desk.update(3);
  const auto versions = desk.ok(desk.service, "ListDocumentVersions", desk.named());
  ASSERT_EQ(list_at(versions, "DocumentVersions").size(), 2u);
  EXPECT_EQ(text_at(list_at(versions, "DocumentVersions")[1], "DocumentVersion"), "3");
}

TEST(SsmDocuments, ArePrivate) {
  DocumentDesk desk;
  const auto share = desk.named({{"PermissionType", "Share"}});
  EXPECT_TRUE(
      list_at(desk.ok(desk.service, "DescribeDocumentPermission", share), "AccountIds").empty());
  auto add = share;
  add["AccountIdsToAdd"] = Array{"210987654321"};
  EXPECT_EQ(desk.refused(desk.service, "ModifyDocumentPermission", add), "DocumentPermissionLimit");
}

TEST(SsmDocuments, AYamlDocumentIsGivenAsJsonWhereThatIsAsked) {
  DocumentDesk desk;
  const auto answer = desk.ok(desk.service, "GetDocument",
                              Object{{"Name", "AWS-Sleep"}, {"DocumentFormat", "JSON"}});
  EXPECT_EQ(text_at(json(text_at(answer, "Content")), "schemaVersion"), "0.3");
}

}  // namespace
}  // namespace hikae::plane
