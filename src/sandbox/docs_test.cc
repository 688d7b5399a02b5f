// The examples of docs/faults.md are read by the program itself.
#include <fstream>
#include <iterator>

#include "sandbox/world_fixture.h"
#include "text/yaml.h"

namespace hikae::sandbox {
namespace {

std::vector<Value> documented_examples() {
  std::ifstream file(HIKAE_SOURCE_DIR "/docs/faults.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  constexpr std::string_view kOpen = "```yaml\n";
  std::vector<Value> examples;
  for (auto at = page.find(kOpen); at != std::string::npos; at = page.find(kOpen, at)) {
    at += kOpen.size();
    const auto end = page.find("```", at);
    text::Diagnostics problems;
    const auto tree = text::read_tree(page.substr(at, end - at), problems);
    EXPECT_TRUE(tree) << page.substr(at, end - at);
    if (tree) examples.push_back(tree->value);
    at = end + 3;
  }
  return examples;
}

class DocumentedTest : public WorldTest {};

TEST_F(DocumentedTest, EveryFaultHasAnExampleThatIsRead) {
  std::set<FaultAction> shown;
  for (const auto& example : documented_examples()) {
    if (!example.is_array()) continue;
    const auto rules = read_faults(example);
    ASSERT_TRUE(rules) << rules.error().text();
    for (const auto& rule : *rules) shown.insert(rule.action);
  }
  EXPECT_EQ(shown.size(), 11U);
}

TEST_F(DocumentedTest, TheFleetIsLoaded) {
  for (const auto& example : documented_examples()) {
    if (!example.is_object()) continue;
    const auto loaded = sandbox_->load_fleet(kHere, example);
    ASSERT_TRUE(loaded) << loaded.error().text();
  }
  EXPECT_EQ(sandbox_->instances(kHere).size(), 21U);
}

}  // namespace
}  // namespace hikae::sandbox
