// Stacks: create, update, delete (docs/reference/schedules-events-sns-lambda-cfn.md 5). A stack's
// row points at its latest operation, a machine; what it has become is that machine's record.
#include <algorithm>

#include "plane/cloudformation/cloudformation.h"
#include "plane/cloudformation/exports.h"
#include "plane/cloudformation/lookups.h"
#include "plane/cloudformation/stack_rows.h"
#include "plane/cloudformation/template_url.h"

namespace hikae::plane {
namespace cfn {
namespace {

Object stack_id_of(const Value& row) { return Object{{"StackId", text_at(row, "StackId")}}; }

/// The same request again: its first answer was lost.
bool is_same_request(const Ask& ask, const Value& row) {
  const auto token = text_at(ask.input, "ClientRequestToken");
  return !token.empty() && text_at(row, "ClientRequestToken") == token;
}

Result<std::string> failure_mode(const Value& input) {
  const auto mode = text_at(input, "OnFailure");
  if (!mode.empty() && find(input, "DisableRollback"))
    return validation_error("You can specify either DisableRollback or OnFailure, but not both.");
  if (is_true_at(input, "DisableRollback")) return std::string("DO_NOTHING");
  return str(mode);
}

Object operation_input(const Wanted& wanted, std::string_view on_failure) {
  Object input{
      {"Template", wanted.source.value}, {"Parameters", wanted.given}, {"Imports", wanted.imports}};
  if (!on_failure.empty()) input["OnFailure"] = on_failure;
  return input;
}

Result<Value> create_stack(const Ask& ask, const stack::Checkers& checkers) {
  const auto name = str(text_at(ask.input, "StackName"));
  TRY_DO(check_stack_name("stackName", name));
  if (const auto old = stack_row(ask, name)) {
    if (is_same_request(ask, **old)) return stack_id_of(**old);
    return aws::aws_error("AlreadyExistsException", "Stack [" + name + "] already exists");
  }
  const auto on_failure = TRY(failure_mode(ask.input));
  const auto wanted = TRY(read_wanted(ask, checkers, nullptr));
  auto row = new_stack_row(ask, name);
  // What cannot work at all is refused before anything is made.
  TRY(preview_of(ask, wanted, row, {Object{}, true}, checkers));
  move_deleted(ask, name);
  take_over(ask, row, wanted);
  for (const auto member : {"EnableTerminationProtection", "ClientRequestToken"})
    if (const auto* value = find(ask.input, member)) row[member] = *value;
  auto answer = stack_id_of(row);
  begin_operation(ask, std::move(row), "create", operation_input(wanted, on_failure));
  return answer;
}

bool can_change(std::string_view status) {
  return status != "DELETE_COMPLETE" && status != "ROLLBACK_COMPLETE" &&
         status != "ROLLBACK_FAILED" && status != "DELETE_FAILED" &&
         status != "REVIEW_IN_PROGRESS" && !status.empty();
}

Result<> check_changeable(const Value& row, const StackState& state) {
  if (state.is_finished && can_change(state.status())) return {};
  return validation_error("Stack:" + str(text_at(row, "StackId")) + " is in " +
                          str(state.status()) + " state and can not be updated.");
}

Result<Value> update_stack(const Ask& ask, const stack::Checkers& checkers) {
  const auto& row = *TRY(stack_row(ask, text_at(ask.input, "StackName")));
  if (is_same_request(ask, row)) return stack_id_of(row);
  const auto state = state_of(ask, row);
  TRY_DO(check_changeable(row, state));
  const auto before = settled(row, state);
  const auto wanted = TRY(read_wanted(ask, checkers, &before));
  const auto changes = TRY(preview_of(ask, wanted, row, state, checkers));
  if (!nothing_to_do(wanted, before, changes).empty())
    return validation_error("No updates are to be performed.");
  auto next = before.get_object();
  take_over(ask, next, wanted);
  next["LastUpdatedTime"] = iso_ms(ask.turn.now());
  next["ClientRequestToken"] = text_at(ask.input, "ClientRequestToken");
  auto input = operation_input(wanted, TRY(failure_mode(ask.input)));
  input["Previous"] = state.described;
  auto answer = stack_id_of(row);
  begin_operation(ask, std::move(next), "update", std::move(input));
  return answer;
}

Result<Value> cancel_update(const Ask& ask) {
  const auto& row = *TRY(stack_row(ask, text_at(ask.input, "StackName")));
  const auto state = state_of(ask, row);
  if (state.is_finished || state.status() != "UPDATE_IN_PROGRESS")
    return validation_error("CancelUpdateStack cannot be called from current stack status " +
                            str(state.status()));
  ask.turn.signal(operation_id(ask.scope, text_at(row, "Operation")), "cancel", Object{});
  return Object{};
}

/// The operation keeps what its policy says; RetainResources says it for this once.
Value with_retained(const Value& described, const Array& retained) {
  auto previous = described;
  auto* resources = previous.as_object().if_contains("Resources");
  if (!resources) return previous;
  for (const auto& id : retained)
    if (auto* resource = resources->as_object().if_contains(text_of(id)))
      resource->as_object()["DeletionPolicy"] = "Retain";
  return previous;
}

Result<> check_deletable(const Ask& ask, const Value& row, const StackState& state) {
  if (is_true_at(row, "EnableTerminationProtection"))
    return validation_error("Stack [" + str(text_at(row, "StackName")) +
                            "] cannot be deleted while TerminationProtection is enabled");
  if (!list_at(ask.input, "RetainResources").empty() && state.status() != "DELETE_FAILED")
    return validation_error("Invalid operation on stack [" + str(text_at(row, "StackId")) +
                            "]. The specified resources to retain must be in a stack whose status "
                            "is DELETE_FAILED.");
  if (state.is_finished) return {};
  return validation_error("Stack [" + str(text_at(row, "StackId")) +
                          "] cannot be deleted while "
                          "in status " +
                          str(state.status()) + "; wait until the operation has ended");
}

Result<Value> delete_stack(const Ask& ask) {
  const auto found = stack_row(ask, text_at(ask.input, "StackName"));
  if (!found) return Object{};
  const auto& row = **found;
  const auto state = state_of(ask, row);
  if (state.status() == "DELETE_COMPLETE" || state.status() == "DELETE_IN_PROGRESS")
    return Object{};
  TRY_DO(check_deletable(ask, row, state));
  TRY_DO(check_unimported(ask, row, state));
  erase_change_sets(ask, text_at(row, "StackId"));
  if (state.status() == "REVIEW_IN_PROGRESS") {
    ask.erase(kStackRows, str(text_at(row, "StackName")));
    return Object{};
  }
  auto next = settled(row, state).get_object();
  next["DeletionTime"] = iso_ms(ask.turn.now());
  begin_operation(
      ask, std::move(next), "delete",
      Object{{"Previous", with_retained(state.described, list_at(ask.input, "RetainResources"))}});
  return Object{};
}

Result<Value> protect(const Ask& ask) {
  auto row = *TRY(stack_row(ask, text_at(ask.input, "StackName")));
  row.as_object()["EnableTerminationProtection"] =
      is_true_at(ask.input, "EnableTerminationProtection");
  auto answer = stack_id_of(row);
  const auto name = str(text_at(row, "StackName"));
  ask.put(kStackRows, name, std::move(row));
  return answer;
}

}  // namespace
}  // namespace cfn

CloudFormation::CloudFormation(engine::Kernel& kernel, stack::Checkers checkers, aws::Cloud& cloud)
    : Service("cloudformation", kernel), checkers_(std::move(checkers)), cloud_(cloud) {
  add_changes();
  add_change_sets();
  add_views();
  add_templates();
}

void CloudFormation::add_changes() {
  on("CreateStack", [this](const Ask& ask) { return cfn::create_stack(ask, checkers_); });
  on("UpdateStack", [this](const Ask& ask) { return cfn::update_stack(ask, checkers_); });
  on("CancelUpdateStack", cfn::cancel_update);
  on("DeleteStack", cfn::delete_stack);
  on("UpdateTerminationProtection", cfn::protect);
}

void CloudFormation::call(aws::Request request, aws::Done done) {
  // Ours alone; nobody else says what Parameter Store holds.
  if (auto* input = request.input.if_object()) input->erase(cfn::kLookedUp);
  if (text_at(request.input, "TemplateURL").empty())
    return call_with_lookups(std::move(request), std::move(done));
  const auto place = cfn::template_place(text_at(request.input, "TemplateURL"));
  if (!place || !text_at(request.input, "TemplateBody").empty())
    return answer_later(
        kernel(), std::move(done),
        place ? cfn::validation_error("Specify exactly one of TemplateBody and TemplateURL.")
              : std::unexpected(place.error()));
  auto ask_for =
      aws::Request{request.scope, "s3", "GetObject",
                   Object{{"Bucket", place->bucket}, {"Key", place->key}}, request.caller};
  cloud_.call(std::move(ask_for), [this, request = std::move(request),
                                   done = std::move(done)](Result<Value> answer) mutable {
    auto body = cfn::template_in_answer(answer);
    if (!body) return done(std::unexpected(body.error()));
    auto& input = request.input.as_object();
    input.erase("TemplateURL");
    input["TemplateBody"] = *std::move(body);
    call_with_lookups(std::move(request), std::move(done));
  });
}

void CloudFormation::call_with_lookups(aws::Request request, aws::Done done) {
  if (!cfn::may_look_up(request)) return Service::call(std::move(request), std::move(done));
  kernel().perform(
      [this, request = std::move(request), done = std::move(done)](engine::Turn& turn) mutable {
        auto names =
            cfn::names_to_look_up({request.scope, request.input, request.caller, turn}, checkers_);
        turn.after_commit([this, names = std::move(names), request = std::move(request),
                           done = std::move(done)]() mutable {
          const auto scope = request.scope;
          cfn::look_up(cloud_, scope, std::move(names),
                       [this, request = std::move(request),
                        done = std::move(done)](Result<Value> found) mutable {
                         if (!found) return done(std::move(found));
                         request.input.as_object()[cfn::kLookedUp] = *std::move(found);
                         Service::call(std::move(request), std::move(done));
                       });
        });
      });
}

}  // namespace hikae::plane
