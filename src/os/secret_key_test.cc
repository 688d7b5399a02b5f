#include "os/secret_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "os/data_folder.h"

namespace hikae::os {
namespace {

struct KeyFolder {
  std::string folder = new_temporary_folder().value();
  std::string file = folder + "/secret.key";
  ~KeyFolder() { std::filesystem::remove_all(folder); }
};

TEST(SecretKeyFile, IsMadeOnceForItsOwnerOnly) {
  KeyFolder place;
  const auto first = keep_secret_key(place.file);
  ASSERT_TRUE(first);
  EXPECT_EQ(keep_secret_key(place.file), first);
  struct stat facts {};
  ASSERT_EQ(stat(place.file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(place.file + ".new"));
}

TEST(SecretKeyFile, IsAnotherInEachFolder) {
  KeyFolder one, two;
  EXPECT_NE(keep_secret_key(one.file), keep_secret_key(two.file));
}

TEST(SecretKeyFile, ThatIsNoKeyIsLeftAloneAndSaid) {
  KeyFolder place;
  std::ofstream(place.file) << "short";
  const auto key = keep_secret_key(place.file);
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message.find("is no key"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(place.file), 5u);
}

}  // namespace
}  // namespace hikae::os
