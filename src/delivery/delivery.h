// Notifications on their way: pure machines over base/machine.h. An event on the bus becomes one
// delivery for each target of each rule it matches; a message published to a topic becomes one mail
// for each email subscription (docs/reference/schedules-events-sns-lambda-cfn.md 3.4, 3.6).
//
// Nothing is dropped in silence: what cannot be delivered ends as a row of the ledger, key
// "<kind>/<machine id>", with the reason (docs/reference/reliability.md S14).
//
// On disk if the process dies: what the engine journalled. Every effect is repeated at least once;
// ids are hashes of what is delivered, so a receiver can tell a second copy.
#pragma once

#include <memory>

#include "base/machine.h"

namespace hikae::delivery {

inline constexpr std::string_view kEventKind = "event";
inline constexpr std::string_view kDeliveryKind = "delivery";
inline constexpr std::string_view kMailKind = "mail";

/// Kind "event": `Started.input` is an event as EventBridge sends it. Asks hikae-bus:Match {Event}
/// for {Matches: [{RuleArn, TargetId, TargetArn, Input (text), RoleArn?, RetryPolicy?,
/// DeadLetterArn?, GroupId?}]} and starts one delivery for each. Outcome {"Status": "Matched|Dead",
/// "Matches": n, "Reason"?}.
[[nodiscard]] std::unique_ptr<MachineKind> make_event_kind();

/// Kind "delivery": `Started.input` {TargetArn, Body (text), EventId, RuleArn, TargetId?, RoleArn?,
/// RetryPolicy? {MaximumRetryAttempts, MaximumEventAgeInSeconds}, DeadLetterArn?, and for queues
/// GroupId? and MessageAttributes?}. Targets: SNS topics, SQS queues, Lambda functions, SSM
/// Automation documents; any other is dead at once. What is dead goes to the queue DeadLetterArn as
/// well, by a delivery of its own. Outcome {"Status": "Delivered|Dead", "Attempts": n, "Reason"?}.
[[nodiscard]] std::unique_ptr<MachineKind> make_delivery_kind();

/// Kind "mail": `Started.input` {SubscriptionArn, Endpoint (the address), Protocol
/// "email|email-json", TopicArn, DisplayName, MessageId, Subject?, Message,
/// Notice? (true: it tells that another mail is dead)}. Looks at the run and
/// the instance it is about, renders (delivery/render.h), and hands the mail to hikae-mail:Send
/// {MessageId, FromName, To, Subject, Body, Attachments: [{Name, ContentType, Content}]}; its
/// MessageId is a hash of (message, subscription), the same for every retry. Outcome {"Status":
/// "Sent|Dead", "MessageId", "Attempts": n, "Reason"?}.
[[nodiscard]] std::unique_ptr<MachineKind> make_mail_kind();

/// The delivery of one event to one target of one rule; the same for the same three.
[[nodiscard]] MachineId delivery_machine(const Scope& scope, std::string_view event_id,
                                         std::string_view rule_arn, std::string_view target_id);
/// The mail of one published message to one subscription.
[[nodiscard]] MachineId mail_machine(const Scope& scope, std::string_view message_id,
                                     std::string_view subscription_arn);

}  // namespace hikae::delivery
