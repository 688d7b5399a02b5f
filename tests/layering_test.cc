// The house: includes point down, never up, and only to the folders that CMakeLists.txt lists.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace hikae {
namespace {

namespace fs = std::filesystem;

struct Folder {
  int floor = 0;
  std::set<std::string> uses;
};

std::string read(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The folders as CMakeLists.txt declares them.
std::map<std::string, Folder> declared_folders() {
  std::map<std::string, Folder> folders;
  const auto text = read(fs::path(HIKAE_SOURCE_DIR) / "CMakeLists.txt");
  for (auto at = text.find("\nhikae_folder("); at != std::string::npos;
       at = text.find("\nhikae_folder(", at + 1)) {
    const auto begin = at + std::string("\nhikae_folder(").size();
    std::istringstream words(text.substr(begin, text.find(')', begin) - begin));
    std::string name, word;
    words >> name;
    std::string section;
    while (words >> word) {
      if (word == "FLOOR" || word == "USES" || word == "LIBS")
        section = word;
      else if (section == "FLOOR")
        folders[name].floor = std::stoi(word);
      else if (section == "USES")
        folders[name].uses.insert(word);
    }
  }
  return folders;
}

std::string folder_of(const fs::path& file, const fs::path& root) {
  return fs::relative(file, root).begin()->string();
}

TEST(Layering, EveryFolderIsDeclaredAndUsesOnlyFoldersBelowOrBesideItAsListed) {
  const auto folders = declared_folders();
  ASSERT_GT(folders.size(), 15U);
  for (const auto& [name, folder] : folders)
    for (const auto& used : folder.uses) {
      ASSERT_TRUE(folders.contains(used)) << name << " uses the undeclared folder " << used;
      EXPECT_LE(folders.at(used).floor, folder.floor) << name << " uses " << used << " above it";
    }
}

TEST(Layering, NoFileIncludesAFolderThatItsOwnDoesNotList) {
  const auto folders = declared_folders();
  const auto root = fs::path(HIKAE_SOURCE_DIR) / "src";
  int includes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto& path = entry.path();
    if ((path.extension() != ".cc" && path.extension() != ".h") || path.parent_path() == root)
      continue;
    const auto own = folder_of(path, root);
    ASSERT_TRUE(folders.contains(own)) << path << " stands in an undeclared folder";
    std::istringstream lines(read(path));
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("#include \"")) continue;
      const auto target = line.substr(10, line.find('"', 10) - 10);
      const auto slash = target.find('/');
      ASSERT_NE(slash, std::string::npos) << path << ": include as \"folder/file.h\": " << line;
      const auto used = target.substr(0, slash);
      ++includes;
      EXPECT_TRUE(used == own || folders.at(own).uses.contains(used))
          << path << " includes " << target << ", but " << own << " does not list " << used;
    }
  }
  EXPECT_GT(includes, 200);
}

TEST(Layering, ImplementationFilesStayUnderSixHundredLinesAndAHundredColumns) {
  const auto root = fs::path(HIKAE_SOURCE_DIR) / "src";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".cc" && entry.path().extension() != ".h") continue;
    std::istringstream lines(read(entry.path()));
    int count = 0;
    for (std::string line; std::getline(lines, line);) ++count;
    EXPECT_LE(count, 600) << entry.path() << ": split by noun, not by number";
  }
}

TEST(Layering, HeavyHeadersStayOutOfPublicHeaders) {
  const auto root = fs::path(HIKAE_SOURCE_DIR) / "src";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".h") continue;
    const auto text = read(entry.path());
    for (const auto* heavy : {"<boost/asio", "<boost/beast", "<CLI/", "<rapidcheck", "<absl/"})
      EXPECT_EQ(text.find(heavy), std::string::npos) << entry.path() << " includes " << heavy;
  }
}

TEST(Layering, TheCoreReadsNoClockNoEntropyAndKnowsNoShell) {
  const auto root = fs::path(HIKAE_SOURCE_DIR) / "src";
  const std::set<std::string> world{"os", "cli"};
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".cc" && entry.path().extension() != ".h") continue;
    if (world.contains(folder_of(entry.path(), root)) ||
        entry.path().stem().string().ends_with("_test"))
      continue;
    const auto text = read(entry.path());
    for (const auto* word :
         {"system_clock::now", "steady_clock::now", "random_device", "getrandom(",
          "std::this_thread::sleep", "popen(", "std::system(", "time(nullptr)"})
      EXPECT_EQ(text.find(word), std::string::npos) << entry.path() << " uses " << word;
  }
}

TEST(Layering, NobodyStartsAShellTestsIncluded) {
  const auto root = fs::path(HIKAE_SOURCE_DIR);
  const std::set<std::string> shells{"std::system(", " system(", "popen(", "/bin/sh"};
  // AWS-RunShellScript is a shell's script by its name: an embedded machine runs it in a confined
  // child (os/spawner.h), never hikae itself.
  const std::set<std::string> about_such_children{"command_run.cc", "commands_test.cc",
                                                  "spawner_test.cc"};
  for (const auto* folder : {"src", "tests", "tools", "bench", "fuzz"}) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".cc" && entry.path().extension() != ".h") continue;
      if (entry.path().filename() == "layering_test.cc") continue;
      const auto text = read(entry.path());
      for (const auto& word : shells) {
        if (word == "/bin/sh" && about_such_children.contains(entry.path().filename())) continue;
        EXPECT_EQ(text.find(word), std::string::npos) << entry.path() << " uses " << word;
      }
    }
  }
}

}  // namespace
}  // namespace hikae
