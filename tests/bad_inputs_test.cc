// The table of bad inputs, tests/data/bad-inputs.json: each is refused by the program with its
// place and a text, and the data folder stays what it was, to the byte.
//
// Two files are left out of that comparison, since they tell of the program and not of the backups:
// `lock` holds the number of the process that opened the folder last, and `hikae.log` gets a line
// for every opening.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr std::size_t kRowsOfAKind = 12;
constexpr std::string_view kKinds[] = {"document", "template", "configuration", "schedule", "tag"};
constexpr int kImagesEach = 3;

// Without a zone the plan is in UTC; no window fires while the test looks on.
constexpr std::string_view kTagConfig = R"yaml(
notify: [ops@example.com]
plans:
  - {name: yearly, schedule: "cron(30 3 1 1 ? *)", keep: 1, agent_check_minutes: false}
)yaml";

const Array& bad_inputs() {
  static const auto kRows = [] {
    auto rows = text::parse_json(read_text(HIKAE_TEST_DATA "/bad-inputs.json"));
    return rows && rows->is_array() ? rows->get_array() : Array{};
  }();
  return kRows;
}

std::vector<Object> bad_inputs_of(std::string_view kind) {
  std::vector<Object> rows;
  for (const auto& row : bad_inputs())
    if (text_at(row, "kind") == kind) rows.push_back(row.get_object());
  return rows;
}

using FolderContent = std::map<std::string, std::string>;

FolderContent content_of(const std::string& folder) {
  FolderContent files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto name = entry.path().lexically_relative(folder).string();
    if (name == "lock" || name == "hikae.log") continue;
    files[name] = entry.is_regular_file() ? read_text(entry.path().string()) : "no file";
  }
  return files;
}

/// "hikae.db is another, mail/x.eml is new"; empty where the two are the same.
std::string differences(const FolderContent& before, const FolderContent& after) {
  std::string all;
  for (const auto& [name, content] : after)
    if (const auto it = before.find(name); it == before.end())
      all += name + " is new, ";
    else if (it->second != content)
      all += name + " is another, ";
  for (const auto& [name, content] : before)
    if (!after.contains(name)) all += name + " is gone, ";
  return all;
}

/// Runs the program on the folder, which must stay as it is.
Answer harmless(const std::string& data, const std::vector<std::string>& words) {
  const auto before = content_of(data);
  auto answer = hikae(data, words);
  EXPECT_EQ(differences(before, content_of(data)), "");
  return answer;
}

std::string where(const Object& row) {
  return std::to_string(int_at(row, "line").value_or(0)) + ":" +
         std::to_string(int_at(row, "column").value_or(0)) + ": error: ";
}

/// What `check --json` found wrong, one line each: "3:5: error: …".
std::vector<std::string> errors_found(const Value& json) {
  std::vector<std::string> errors;
  for (const auto& file : list_at(json, "Files"))
    for (const auto& finding : list_at(file, "Findings"))
      if (text_at(finding, "Severity") == "error")
        errors.push_back(std::to_string(int_at(finding, "Line").value_or(0)) + ":" +
                         std::to_string(int_at(finding, "Column").value_or(0)) + ": error: " +
                         str(text_at(finding, "Path")) + ": " + str(text_at(finding, "Message")));
  return errors;
}

void expect_found(const Object& row, const Answer& answer) {
  const auto errors = errors_found(answer.json);
  EXPECT_EQ(static_cast<std::int64_t>(errors.size()), int_at(row, "errors"));
  for (const auto& error : errors)
    if (error.starts_with(where(row)) && error.find(text_at(row, "text")) != std::string::npos)
      return;
  ADD_FAILURE() << "not found: " << where(row) << text_at(row, "text") << "\n" << answer.ended.out;
}

void expect_refused(const Object& row, const Answer& answer) {
  const auto* error = find(answer.json, "Error");
  ASSERT_NE(error, nullptr) << answer.ended.out << answer.ended.err;
  const auto message = text_at(*error, "Message");
  EXPECT_NE(message.find(":" + where(row)), std::string_view::npos) << message;
  EXPECT_NE(message.find(text_at(row, "text")), std::string_view::npos) << message;
}

class BadInputs : public ::testing::Test {
 protected:
  /// One demo night for all rows: none of them may change it.
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    ASSERT_EQ(hikae(night(), {"demo"}).ended.exit_code, 0);
  }
  static void TearDownTestSuite() { folder_.reset(); }
  static std::string night() { return folder_->file("night"); }

  static void expect_files_refused(std::string_view kind) {
    for (const auto& row : bad_inputs_of(kind)) {
      const auto file = HIKAE_TEST_DATA "/bad-inputs/" + str(text_at(row, "file"));
      for (const auto& command : list_at(row, "commands")) {
        const auto word = str(text_of(command));
        SCOPED_TRACE(word + " " + file);
        const auto answer = harmless(night(), {word, file});
        EXPECT_EQ(answer.ended.exit_code, int_at(row, "exit"));
        word == "check" ? expect_found(row, answer) : expect_refused(row, answer);
      }
    }
  }

 private:
  inline static std::unique_ptr<TempFolder> folder_;
};

TEST_F(BadInputs, AreAtLeastTwelveOfEachKind) {
  for (const auto kind : kKinds) EXPECT_GE(bad_inputs_of(kind).size(), kRowsOfAKind) << kind;
}

TEST_F(BadInputs, DocumentsAreRefusedAtTheirPlace) { expect_files_refused("document"); }

TEST_F(BadInputs, TemplatesAreRefusedAtTheirPlace) { expect_files_refused("template"); }

TEST_F(BadInputs, ConfigurationsAreRefusedAtTheirPlace) { expect_files_refused("configuration"); }

TEST_F(BadInputs, SchedulesAreRefusedWithTheReason) {
  for (const auto& row : bad_inputs_of("schedule")) {
    const auto expression = str(text_at(row, "schedule"));
    SCOPED_TRACE(expression);
    std::vector<std::string> words{"next", "--schedule", expression, "--kind",
                                   str(text_at(row, "of"))};
    if (find(row, "timezone"))
      words.insert(words.end(), {"--timezone", str(text_at(row, "timezone"))});
    const auto answer = harmless(night(), words);
    EXPECT_EQ(answer.ended.exit_code, int_at(row, "exit"));
    const auto* error = find(answer.json, "Error");
    ASSERT_NE(error, nullptr) << answer.ended.out << answer.ended.err;
    EXPECT_NE(text_at(*error, "Message").find(text_at(row, "text")), std::string_view::npos)
        << text_at(*error, "Message");
  }
}

std::string tagged_instance(std::size_t row) {
  const auto number = std::to_string(100 + row);
  return "i-" + std::string(17 - number.size(), '0') + number;
}

/// A machine for each tag value of the table, with older backups.
std::string tagged_fleet(const std::vector<Object>& rows) {
  std::string fleet = "instances:\n";
  for (std::size_t i = 0; i < rows.size(); ++i)
    fleet += "  - id: " + tagged_instance(i) + "\n    name: server-" + std::to_string(i) +
             "\n    tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'false', " +
             "EC2BackupGen: '" + str(text_at(rows[i], "value")) + "'}\n    images: [{age: 1d, " +
             "name: 'hikae/{instance}/old-{n}', every: 1d, count: " + std::to_string(kImagesEach) +
             ", tags: {Name: '{name}', AutoBackup: 'true', 'hikae:source-instance': "
             "'{instance}', 'hikae:run': 'old-{n}'}}]\n";
  return fleet;
}

std::string joined(const Array& texts) {
  std::string all;
  for (const auto& text : texts) all += str(text_of(text)) + "\n";
  return all;
}

void expect_all_kept(const Object& row, const Value& report) {
  const auto warnings = joined(list_at(report, "Warnings"));
  EXPECT_NE(warnings.find("EC2BackupGen"), std::string::npos) << warnings;
  EXPECT_NE(warnings.find(text_at(row, "text")), std::string::npos) << warnings;
  EXPECT_EQ(list_at(report, "Images").size(), std::size_t{kImagesEach});
  for (const auto& image : list_at(report, "Images")) EXPECT_EQ(text_at(image, "Verdict"), "keep");
}

class BadTags : public ::testing::Test {
 protected:
  void SetUp() override {
    rows_ = bad_inputs_of("tag");
    // The real clock: under the virtual one every question takes time, and the time is kept.
    put_fleet(data(), tagged_fleet(rows_), cli::ClockKind::Real);
    const auto config = folder_.write("tags.yaml", std::string(kTagConfig));
    const auto applied = hikae(data(), {"apply", config});
    ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
  }
  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  TempFolder folder_;
  std::vector<Object> rows_;
};

TEST_F(BadTags, KeepEverythingAndAreNamedBeforeAnythingIsPruned) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    SCOPED_TRACE("'" + str(text_at(rows_[i], "value")) + "'");
    const auto answer = harmless(data(), {"prune", tagged_instance(i), "--dry-run"});
    EXPECT_EQ(answer.ended.exit_code, int_at(rows_[i], "exit"));
    const auto& reports = list_at(answer.json, "Reports");
    ASSERT_EQ(reports.size(), 1U) << answer.ended.out << answer.ended.err;
    expect_all_kept(rows_[i], reports.front());
  }
}

TEST_F(BadTags, LoseNoBackupWhenPruned) {
  const auto before = hikae(data(), {"backups"});
  const auto pruned = hikae(data(), {"prune"});
  const auto& reports = list_at(pruned.json, "Reports");
  ASSERT_EQ(reports.size(), rows_.size()) << pruned.ended.out << pruned.ended.err;
  for (const auto& report : reports) EXPECT_FALSE(list_at(report, "Warnings").empty());
  EXPECT_EQ(hikae(data(), {"backups"}).ended.out, before.ended.out);
  EXPECT_NE(before.ended.out.find(tagged_instance(0)), std::string::npos);
}

}  // namespace
}  // namespace hikae::tests
