// Conditions that name each other.
#include "stack/testing_template.h"
#include "stack/validate.h"

namespace hikae::stack {
namespace {

std::string errors_of_conditions(std::string_view conditions) {
  return testing::errors_of("Conditions: " + std::string(conditions) + R"(
Resources:
  Topic: {Type: AWS::SNS::Topic}
)");
}

TEST(ValidateConditions, ACircleIsFoundBeforeAnythingIsApplied) {
  const auto errors =
      errors_of_conditions("{C: !Condition D, D: !Not [!Condition C], E: !Equals [a, b]}");
  EXPECT_NE(errors.find("depends on itself"), std::string::npos) << errors;
}

TEST(ValidateConditions, OneThatIsNamedTwiceIsNoCircle) {
  EXPECT_EQ(errors_of_conditions("{A: !Equals [a, b], B: !Not [!Condition A], "
                                 "C: !And [!Condition A, !Condition B]}"),
            "");
}

}  // namespace
}  // namespace hikae::stack
