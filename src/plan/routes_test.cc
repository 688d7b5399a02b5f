#include "plan/routes.h"

#include <gtest/gtest.h>

#include "plan/config.h"

namespace hikae::plan {
namespace {

std::string who_answers(const std::vector<Route>& routes, std::string_view name) {
  for (const auto& line : routes)
    if (line.name() == name) return std::string(to_text(line.answerer));
  return "nobody";
}

Result<Config> config_with_routes(const std::string& routes, text::Diagnostics& problems) {
  return read_config(
      "cloud: aws\naws: {routes: {" + routes +
          "}}\nnotify: [ops@example.com]\nplans:\n  - {name: nightly, at: '03:30'}\n",
      problems);
}

TEST(Routes, MachinesAndParametersAreAwssAndTheRestIsHikaes) {
  const auto routes = default_routes();
  for (const auto* name : {"ec2", "sts", "ssm:SendCommand", "ssm:DescribeInstanceInformation",
                           "ssm:GetParameter", "ssm:PutParameter"})
    EXPECT_EQ(who_answers(routes, name), "aws") << name;
  for (const auto* name : {"ssm", "events", "sns", "lambda", "cloudformation"})
    EXPECT_EQ(who_answers(routes, name), "hikae") << name;
  for (const auto* name : {"lambda:Invoke", "sns:Publish"})
    EXPECT_EQ(who_answers(routes, name), "known") << name;
  EXPECT_EQ(who_answers(routes, "rds"), "nobody");
}

TEST(Routes, EachDefaultLineIsOneThatHikaeYamlCouldSay) {
  for (const auto& line : default_routes()) {
    const auto read = read_route(line.name(), to_text(line.answerer));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->name(), line.name());
  }
}

TEST(Routes, HikaeYamlChangesThemLineByLine) {
  text::Diagnostics problems;
  const auto config =
      config_with_routes("'ssm:SendCommand': hikae, 'sns:Publish': aws, rds: aws", problems);
  ASSERT_TRUE(config) << config.error().message;
  const auto routes = routes_with(config->cloud.routes);
  EXPECT_EQ(who_answers(routes, "ssm:SendCommand"), "hikae");
  EXPECT_EQ(who_answers(routes, "sns:Publish"), "aws");
  EXPECT_EQ(who_answers(routes, "rds"), "aws");
  EXPECT_EQ(who_answers(routes, "ssm:ListCommands"), "aws");
  EXPECT_EQ(routes.size(), default_routes().size() + 1);
}

TEST(Routes, ALineThatNamesNothingIsRefusedWhereItStands) {
  for (const auto* line : {"'ssm:SendComand': aws", "ssn: aws", "ec2: nobody",
                           "'ec2:RunInstances': "
                           "known",
                           "'hikae-desk:PutSetting': aws"}) {
    text::Diagnostics problems;
    EXPECT_FALSE(config_with_routes(line, problems)) << line;
    ASSERT_FALSE(problems.empty());
    EXPECT_EQ(problems.front().position.line, 2) << line;
  }
}

}  // namespace
}  // namespace hikae::plan
