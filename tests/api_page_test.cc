// docs/api.md is made of what the house and the sandbox answer. Set HIKAE_WRITE_DOCS to write it
// anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "aws/table.h"
#include "os/data_folder.h"
#include "sandbox/operations.h"
#include "world.h"

namespace hikae::tests {
namespace {

const std::string kApiPage = HIKAE_SOURCE_DIR "/docs/api.md";

/// What is answered in another's place: the machines know it.
constexpr std::string_view kOfMachines[] = {"ec2", "ssm"};

using Answered = std::map<std::string, std::set<std::string>, std::less<>>;

Answered all_that_is_answered() {
  const auto data = *os::new_temporary_folder();
  Answered all;
  for (const auto& [service, operation] :
       open_house(data, cli::ClockKind::Virtual)->house().answered())
    if (!service.starts_with("hikae")) all[service].insert(operation);
  std::filesystem::remove_all(data);
  const auto& models = aws::table::Table::linked();
  for (const auto service : kOfMachines)
    for (const auto& operation : models.operations_of(*models.find_service(service)))
      if (sandbox::find_operation(service, models.text(operation.name)))
        all[std::string(service)].insert(std::string(models.text(operation.name)));
  return all;
}

std::string page_of(const Answered& all) {
  std::ostringstream page;
  page
      << "# What hikae answers of AWS's API\n\n"
         "Made of the code by `ApiPage.ListsWhatIsAnswered` (HIKAE_WRITE_DOCS=1 writes it anew): "
         "an "
         "operation stands\nhere because `hikae up --listen` answers it. Every other operation of "
         "these and all other services gets a well-formed\nerror of its protocol at once "
         "(`UnknownOperationException`, `InvalidAction`, `NotImplemented`), never a 5xx.\nWhere an "
         "answer differs from AWS's: [differences.md](differences.md).\n\n"
         "With `cloud: aws` all of `ec2`, `sts` and what `ssm` knows of machines and parameters is "
         "AWS's own to answer.\n\n| service | operations |\n|---|---|\n";
  std::size_t count = 0;
  for (const auto& [service, operations] : all) {
    page << "| " << service << " | " << operations.size() << " |\n";
    count += operations.size();
  }
  page << "| all | " << count << " |\n";
  for (const auto& [service, operations] : all) {
    page << "\n## " << service << "\n\n";
    for (const auto& operation : operations) page << "- " << operation << "\n";
  }
  return page.str();
}

TEST(ApiPage, ListsWhatIsAnswered) {
  const auto page = page_of(all_that_is_answered());
  if (std::getenv("HIKAE_WRITE_DOCS")) std::ofstream(kApiPage) << page;
  std::ifstream in(kApiPage);
  std::ostringstream written;
  written << in.rdbuf();
  EXPECT_EQ(written.str(), page)
      << "HIKAE_WRITE_DOCS=1 house_tests --gtest_filter=ApiPage* writes it";
}

}  // namespace
}  // namespace hikae::tests
