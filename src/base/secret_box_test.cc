#include "base/secret_box.h"

#include <gtest/gtest.h>

#include "base/entropy.h"

namespace hikae {
namespace {

struct Boxes {
  SeededEntropy entropy{7};
  AesSecretBox box{SecretKey{1, 2, 3}, entropy};
  AesSecretBox other{SecretKey{1, 2, 4}, entropy};
};

TEST(SecretBox, OpensWhatItSealed) {
  Boxes boxes;
  for (const std::string plain : {"", "p", "a longer value, 日本語, with \n and \"quotes\""})
    EXPECT_EQ(boxes.box.open(boxes.box.seal(plain, "x").value(), "x"), plain);
}

TEST(SecretBox, TheSameValueIsNeverSealedTheSameWay) {
  Boxes boxes;
  EXPECT_NE(boxes.box.seal("secret", "x"), boxes.box.seal("secret", "x"));
}

TEST(SecretBox, SealedTextDoesNotShowTheValue) {
  Boxes boxes;
  EXPECT_EQ(boxes.box.seal("secret", "x")->find("secret"), std::string::npos);
}

TEST(SecretBox, AnotherKeyOrAnotherPlaceDoesNotOpenIt) {
  Boxes boxes;
  const auto sealed = boxes.box.seal("secret", "x").value();
  EXPECT_FALSE(boxes.other.open(sealed, "x"));
  EXPECT_FALSE(boxes.box.open(sealed, "y"));
}

TEST(SecretBox, NoChangedDigitIsAccepted) {
  Boxes boxes;
  const auto sealed = boxes.box.seal("secret", "x").value();
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(boxes.box.open(changed, "x")) << i;
  }
  EXPECT_FALSE(boxes.box.open("", "x"));
  EXPECT_FALSE(boxes.box.open("zz", "x"));
  EXPECT_FALSE(boxes.box.open(sealed.substr(1), "x"));
}

}  // namespace
}  // namespace hikae
