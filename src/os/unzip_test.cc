#include "os/unzip.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>
#include <vector>

#include "os/data_folder.h"

namespace hikae::os {
namespace {

struct PackedFile {
  std::string name;
  std::string text;
  mode_t mode = S_IFREG | 0644;
};

class Unzip : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = new_temporary_folder().value();
    std::filesystem::create_directory(into());
    folder_ = open(into().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  void TearDown() override {
    close(folder_);
    std::filesystem::remove_all(root_);
  }
  std::string into() const { return root_ + "/into"; }
  std::string packed(const std::vector<PackedFile>& files) const {
    const auto path = root_ + "/made.zip";
    std::filesystem::remove(path);
    auto* archive = zip_open(path.c_str(), ZIP_CREATE, nullptr);
    for (const auto& file : files) {
      auto* source = zip_source_buffer(archive, file.text.data(), file.text.size(), 0);
      const auto index = zip_file_add(archive, file.name.c_str(), source, ZIP_FL_ENC_UTF_8);
      zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                       static_cast<zip_uint32_t>(file.mode) << 16);
    }
    EXPECT_EQ(zip_close(archive), 0);
    return read_file(path, std::size_t{10} << 20).value_or("");
  }
  std::string refusal(const std::vector<PackedFile>& files, const UnzipLimits& limits = {}) const {
    const auto done = unzip(packed(files), folder_, limits);
    EXPECT_TRUE(std::filesystem::is_empty(into()));
    return done ? "unpacked" : done.error().message;
  }

  std::string root_;
  int folder_ = -1;
};

TEST_F(Unzip, FilesLieWhereTheyWereWithTheRightToBeExecuted) {
  const auto archive = packed(
      {{"bootstrap", "run", S_IFREG | 0755}, {"lib/deep/one.py", std::string(200'000, 'x')}});
  ASSERT_TRUE(unzip(archive, folder_));
  EXPECT_EQ(read_file(into() + "/bootstrap", 100).value_or(""), "run");
  EXPECT_EQ(std::filesystem::file_size(into() + "/lib/deep/one.py"), 200'000U);
  struct stat program {
  }, plain{};
  ASSERT_EQ(stat((into() + "/bootstrap").c_str(), &program), 0);
  ASSERT_EQ(stat((into() + "/lib/deep/one.py").c_str(), &plain), 0);
  EXPECT_EQ(program.st_mode & 0777, 0755U);
  EXPECT_EQ(plain.st_mode & 0777, 0644U);
}

TEST_F(Unzip, NothingLeadsOutOfTheFolder) {
  EXPECT_NE(refusal({{"good", "x"}, {"../evil", "x"}}).find("leads out"), std::string::npos);
  EXPECT_NE(refusal({{"a/../../evil", "x"}}).find("leads out"), std::string::npos);
  EXPECT_NE(refusal({{"/etc/evil", "x"}}).find("absolute"), std::string::npos);
  EXPECT_NE(refusal({{"a\\..\\evil", "x"}}).find("character"), std::string::npos);
  EXPECT_NE(refusal({{"link", "/etc", S_IFLNK | 0777}}).find("link"), std::string::npos);
  EXPECT_NE(refusal({{"pipe", "", S_IFIFO | 0644}}).find("no file"), std::string::npos);
}

TEST_F(Unzip, WhatIsLargerThanAFunctionMayBeIsRefusedBeforeItIsWritten) {
  UnzipLimits limits{.bytes = 1'000'000, .files = 2, .depth = 2};
  EXPECT_NE(refusal({{"bomb", std::string(1'000'001, '\0')}}, limits).find("larger"),
            std::string::npos);
  EXPECT_NE(refusal({{"a", ""}, {"b", ""}, {"c", ""}}, limits).find("files"), std::string::npos);
  EXPECT_NE(refusal({{"a/b/c", ""}}, limits).find("too deep"), std::string::npos);
}

TEST_F(Unzip, WhatIsNoArchiveIsRefused) {
  EXPECT_EQ(unzip("hello", folder_).error().kind, ErrorKind::Invalid);
  EXPECT_FALSE(unzip("", folder_));
}

}  // namespace
}  // namespace hikae::os
