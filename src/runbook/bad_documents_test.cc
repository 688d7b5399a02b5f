// tests/data/bad-documents.json: for each document, every finding as a person reads it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "runbook/document.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

const std::filesystem::path kBadDocuments = std::filesystem::path(HIKAE_TEST_DATA);

std::string bad_document_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Value findings_of(const std::string& file) {
  text::Diagnostics problems;
  const auto document =
      read_document(bad_document_text(kBadDocuments / "bad-documents" / file), problems);
  EXPECT_FALSE(document) << file;
  Array list;
  for (const auto& problem : problems) list.push_back(Value(text::format(problem, file)));
  return list;
}

TEST(BadDocuments, EachIsRefusedWithItsPlacesAndTexts) {
  const auto table =
      text::parse_json(bad_document_text(kBadDocuments / "bad-documents.json")).value();
  for (const auto& expected : table.as_object())
    EXPECT_EQ(text::to_pretty_json(findings_of(std::string(expected.key()))),
              text::to_pretty_json(expected.value()));
}

TEST(BadDocuments, TheTableNamesEveryFileAndAtLeastTwelve) {
  const auto table =
      text::parse_json(bad_document_text(kBadDocuments / "bad-documents.json")).value();
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kBadDocuments / "bad-documents")) {
    ++files;
    EXPECT_TRUE(find(table, entry.path().filename().string())) << entry.path();
  }
  EXPECT_EQ(files, table.as_object().size());
  EXPECT_GE(files, 12U);
}

}  // namespace
}  // namespace hikae::runbook
