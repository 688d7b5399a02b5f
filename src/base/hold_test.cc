#include "base/hold.h"

#include <gtest/gtest.h>

namespace hikae {
namespace {

Value tagged(std::string_view key, std::string_view value) {
  return Object{{"Tags", Array{Object{{"Key", key}, {"Value", value}}}}};
}

TEST(Hold, AnyValueButFalseHoldsInWhateverLetters) {
  for (const auto* value : {"true", "True", "yes", "audit until May", "no", ""})
    EXPECT_TRUE(is_held(tagged("hikae:hold", value))) << value;
  for (const auto* value : {"false", "False", "FALSE"})
    EXPECT_FALSE(is_held(tagged("hikae:hold", value))) << value;
}

TEST(Hold, WithoutTheTagNothingIsHeld) {
  EXPECT_FALSE(is_held(Object{}));
  EXPECT_FALSE(is_held(tagged("Hikae:Hold", "true")));
}

}  // namespace
}  // namespace hikae
