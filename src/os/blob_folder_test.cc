#include "os/blob_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "os/data_folder.h"

namespace hikae::os {
namespace {

constexpr std::size_t kTestBlobBytes = 1 << 20;

struct BlobPlace {
  BlobPlace() : folder(new_temporary_folder().value() + "/s3") {}
  ~BlobPlace() {
    std::error_code ignored;
    std::filesystem::remove_all(std::filesystem::path(folder).parent_path(), ignored);
  }
  [[nodiscard]] std::unique_ptr<BlobFolder> open() const {
    return BlobFolder::open(folder, kTestBlobBytes).value();
  }
  std::string folder;
};

TEST(BlobFolder, KeepsBytesForTheNextProcess) {
  const BlobPlace place;
  const std::string bytes("a\0b\n", 4);
  ASSERT_TRUE(place.open()->put("0123456789abcdef", bytes));
  EXPECT_EQ(place.open()->get("0123456789abcdef"), bytes);
  EXPECT_EQ(place.open()->ids(), std::vector<std::string>{"0123456789abcdef"});
}

TEST(BlobFolder, RemovesOneAndIgnoresWhatIsNotThere) {
  const BlobPlace place;
  const auto blobs = place.open();
  ASSERT_TRUE(blobs->put("00000000aaaaaaaa", "x"));
  EXPECT_TRUE(blobs->remove("00000000aaaaaaaa"));
  EXPECT_TRUE(blobs->remove("00000000aaaaaaaa"));
  EXPECT_EQ(blobs->get("00000000aaaaaaaa").error().kind, ErrorKind::NotFound);
}

TEST(BlobFolder, TakesNoIdThatCouldLeaveTheFolder) {
  const BlobPlace place;
  const auto blobs = place.open();
  for (const auto* id : {"../../etc/passwd", "", "ABCDEF0123456789", "0123456789abcde/"}) {
    EXPECT_EQ(blobs->put(id, "x").error().kind, ErrorKind::Invalid) << id;
    EXPECT_EQ(blobs->get(id).error().kind, ErrorKind::Invalid) << id;
    EXPECT_EQ(blobs->remove(id).error().kind, ErrorKind::Invalid) << id;
  }
}

TEST(BlobFolder, ForgetsWhatACrashLeftHalfWritten) {
  const BlobPlace place;
  static_cast<void>(place.open());
  std::ofstream(place.folder + "/0123456789abcdef.part") << "half";
  EXPECT_EQ(place.open()->ids(), std::vector<std::string>{});
  EXPECT_FALSE(std::filesystem::exists(place.folder + "/0123456789abcdef.part"));
}

TEST(BlobFolder, LetsOnlyItsOwnerIn) {
  namespace fs = std::filesystem;
  const BlobPlace place;
  ASSERT_TRUE(place.open()->put("0123456789abcdef", "x"));
  constexpr auto kOthers = fs::perms::group_all | fs::perms::others_all;
  EXPECT_EQ(fs::status(place.folder).permissions() & kOthers, fs::perms::none);
  EXPECT_EQ(fs::status(place.folder + "/0123456789abcdef").permissions() & kOthers,
            fs::perms::none);
}

}  // namespace
}  // namespace hikae::os
