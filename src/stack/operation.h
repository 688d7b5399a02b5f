// The operation on a stack: the machine of kind "stack". One operation (create, update, delete) is
// one machine, with an id of its own; its resources are made by a provider that it calls through
// the port.
//
// `Started.input`:
//   StackName, StackId
//   Operation   "create" | "update" | "delete"
//   Template    the template as a value (not for delete)
//   Parameters  {name: text}
//   Imports     exports of other stacks {name: text}, as Fn::ImportValue gives them
//   Previous    the outcome of the operation before (for update and delete)
//   OnFailure   "ROLLBACK" (also where it is absent), "DO_NOTHING": what was done stays, and the
//               status is CREATE_FAILED or UPDATE_FAILED; "DELETE" (create): after the rollback
//               DELETE_COMPLETE
// First every parameter of a type AWS::SSM::Parameter::Value<…> is looked up by ssm:GetParameter
// {Name}, answered {Parameter: {Value}}; so is every `{{resolve:ssm:NAME}}` when the first resource
// needs it. Then, one at a time and in order of need, each resource:
//   Call{"hikae-stack", "CreateResource" | "UpdateResource" | "DeleteResource"}, input
//   {StackName, StackId, LogicalId, Type, Properties, Token, PhysicalId?, PreviousProperties?}
//   answered {PhysicalId, Attributes {…}}; after UpdateResource both may be absent: unchanged.
// An answer with Settles: true is of a resource that is not ready (or not gone) yet; then
//   Await{"hikae-stack", "ReadResource"} {StackName, StackId, LogicalId, Type, PhysicalId}
//   answered {Settles, Gone, Attributes} until it has settled.
// `Token` is the same however often the call is sent, and no other call has it.
//
// A failure rolls back what was done, in reverse order. A changed property that cannot be changed
// in place makes the new resource first; the old one goes when all else has succeeded. Signal
// "cancel" rolls back after the resource in hand.
//
// Outcome: {StackName, StackId, Status, StatusReason, Resources {LogicalId: {Type, PhysicalId,
// Attributes, Properties, …}} in order of making, Statuses {LogicalId: its latest event, also of
// resources that failed or are gone}, Outputs {name: text}, Parameters, Events
// [{Timestamp, LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus,
// ResourceStatusReason}]}. Status is CloudFormation's: CREATE_COMPLETE, ROLLBACK_COMPLETE,
// ROLLBACK_FAILED, UPDATE_COMPLETE, UPDATE_ROLLBACK_COMPLETE, UPDATE_ROLLBACK_FAILED,
// DELETE_COMPLETE, DELETE_FAILED.
#pragma once

#include <memory>

#include "base/machine.h"
#include "stack/conform.h"

namespace hikae::stack {

inline constexpr std::string_view kStackKind = "stack";
inline constexpr std::string_view kProviderService = "hikae-stack";

/// The kind for the engine. The resolved properties of every resource are checked once more just
/// before its call, with `checkers`.
[[nodiscard]] std::unique_ptr<MachineKind> make_stack_kind(Checkers checkers);

/// The outcome's members as they are so far, from what `Machine::save` gave; Status is then
/// CREATE_IN_PROGRESS, ROLLBACK_IN_PROGRESS, UPDATE_COMPLETE_CLEANUP_IN_PROGRESS, ….
[[nodiscard]] Value describe_stack(const Value& saved);

}  // namespace hikae::stack
