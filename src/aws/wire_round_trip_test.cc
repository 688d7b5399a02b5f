// Every operation of every service: what one side writes the other reads back.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <string>

#include "aws/table.h"
#include "aws/wire.h"
#include "aws/wire/services.h"
#include "aws/wire_cases_test.h"
#include "text/json.h"

namespace hikae::aws {
namespace {

constexpr int kCasesEach = 2;
constexpr std::size_t kShownDifferences = 10;

struct RoundTrips {
  std::size_t operations = 0, cases = 0, differences = 0, twins = 0;
};

void differs(RoundTrips& tally, const Operation& operation, const std::string& what) {
  if (++tally.differences <= kShownDifferences)
    ADD_FAILURE() << operation.service() << ":" << operation.name() << " " << what;
}

std::string name_of(const Operation& operation) {
  return str(operation.service()) + ":" + str(operation.name());
}

/// Some operations cannot be told apart by their bytes: those of services that share a signing name
/// and the operation (rds, docdb, neptune; chime and its successors), and four deprecated ones of
/// S3.
bool are_twins(const Operation& meant, const Operation& found) {
  const auto& table = table::Table::linked();
  const auto signing = [&](const Operation& one) {
    return table.text(wire::service_of(wire::record_of(one)).signing_name);
  };
  if (meant.service() != found.service()) return signing(meant) == signing(found);
  return meant.service() == "s3" && found.name() == str(meant.name()) + "Configuration";
}

void request_there_and_back(const Operation& operation, std::uint64_t seed, RoundTrips& tally) {
  const auto input = CaseMaker(seed, Fractions::Milliseconds).input(operation);
  auto request = write_request(operation, input);
  if (!request) return differs(tally, operation, "was not written: " + request.error().text());
  const auto& service = wire::service_of(wire::record_of(operation));
  const auto signing = table::Table::linked().text(service.signing_name);
  auto found = find_operation(*request, signing);
  if (!found) return differs(tally, operation, "was not found: " + found.error().text());
  if (found->operation.index() != operation.index()) {
    if (!are_twins(operation, found->operation))
      return differs(tally, operation, "was taken for " + name_of(found->operation));
    ++tally.twins;
    found->operation = operation;
  }
  const auto read = read_request(*found, *request);
  if (!read) return differs(tally, operation, "was not read: " + read.error().text());
  if (!read->ignored.empty()) differs(tally, operation, "ignored " + read->ignored.front());
  const auto sent = text::to_canonical_json(input), got = text::to_canonical_json(read->input);
  if (sent != got)
    differs(tally, operation,
            "sent " + sent + "\n got " + got + "\n by " + request->target + " " + request->body);
}

void response_there_and_back(const Operation& operation, std::uint64_t seed, RoundTrips& tally) {
  const auto output = CaseMaker(seed, Fractions::Milliseconds).output(operation);
  const auto& service = wire::service_of(wire::record_of(operation));
  const Found found{operation, wire::dialect_of_service(service)};
  const auto response = write_response(found, output, "00000000-1111-2222-3333-444444444444");
  const auto read = read_response(operation, response);
  if (!read) return differs(tally, operation, "was not read: " + read.error().text());
  const auto sent = text::to_canonical_json(output), got = text::to_canonical_json(*read);
  if (sent != got)
    differs(tally, operation, "sent " + sent + "\n got " + got + "\n by " + response.body);
}

/// One answers with all headers there are; the others have two members under one name, Event.
bool cannot_be_compared(const Operation& operation) {
  const auto name = name_of(operation);
  return name == "dataexchange:SendApiAsset" || name == "s3:GetBucketNotification" ||
         name == "s3:PutBucketNotification";
}

template <class OneWay>
RoundTrips every_operation(OneWay one_way) {
  RoundTrips tally;
  const auto count = static_cast<std::uint32_t>(Model::get().operation_count());
  for (std::uint32_t index = 0; index < count; ++index) {
    const auto operation = Model::get().operation(index);
    if (has_events(operation) || cannot_be_compared(operation)) continue;
    ++tally.operations;
    for (int i = 0; i < kCasesEach; ++i, ++tally.cases)
      one_way(operation, index * 100 + static_cast<std::uint64_t>(i), tally);
  }
  return tally;
}

TEST(WireRoundTrip, EveryRequestOfEveryOperationIsReadAsItWasWritten) {
  const auto tally = every_operation(request_there_and_back);
  EXPECT_GT(tally.operations, 12'000u);
  EXPECT_EQ(tally.differences, 0u);
  std::cout << "requests: " << tally.operations << " operations, " << tally.cases
            << " cases, twins " << tally.twins << ", differences " << tally.differences << "\n";
}

TEST(WireRoundTrip, EveryAnswerOfEveryOperationIsReadAsItWasWritten) {
  const auto tally = every_operation(response_there_and_back);
  EXPECT_GT(tally.operations, 12'000u);
  EXPECT_EQ(tally.differences, 0u);
  std::cout << "answers: " << tally.operations << " operations, " << tally.cases
            << " cases, differences " << tally.differences << "\n";
}

}  // namespace
}  // namespace hikae::aws
