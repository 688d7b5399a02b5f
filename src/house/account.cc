#include "house/account.h"

#include "base/escape.h"
#include "upkeep/needs.h"

namespace hikae::house {
namespace {

/// Those of the doctor that the machines' own services do not answer.
const upkeep::NeededCall* read_of_account(std::string_view operation) {
  for (const auto& call : upkeep::needed_calls())
    if (call.by == upkeep::NeedBy::Doctor && call.service != "ec2" && call.operation == operation)
      return &call;
  return nullptr;
}

}  // namespace

void AccountReader::call(aws::Request request, aws::Done done) {
  const auto* read = read_of_account(request.operation);
  if (!read) {
    timers_.soon([done = std::move(done), name = printable(request.operation)]() mutable {
      done(fail(ErrorKind::Unsupported, "UnknownOperationException",
                "hikae-account: " + name + " is none of the reads that are passed on"));
    });
    return;
  }
  request.service = read->service;
  account_.call(std::move(request), std::move(done));
}

}  // namespace hikae::house
