#include "runbook/actions/api_call.h"

#include "runbook/actions/inputs.h"
#include "runbook/run_failure.h"

namespace hikae::runbook {
namespace {

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (auto& letter : lower)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return lower;
}

}  // namespace

Result<> check_api_call(const Object& inputs) {
  TRY_DO(required_text(inputs, "Service"));
  TRY_DO(required_text(inputs, "Api"));
  // They make keys and send mail in hikae's own name, whoever has written the document.
  if (in_lower_case(text_at(inputs, "Service")).starts_with("hikae-"))
    return fail(ErrorKind::Invalid,
                "Service: a document calls services of AWS; those that begin with \"hikae-\" are "
                "for hikae's own commands");
  return {};
}

ApiCall api_call_of(const Object& inputs) {
  return {in_lower_case(text_at(inputs, "Service")), operation_name(text_at(inputs, "Api")),
          without_members(inputs, {"Service", "Api"})};
}

}  // namespace hikae::runbook
