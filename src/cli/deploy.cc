// `hikae deploy`: bucket, zips, change set, and what CloudFormation makes of it.
#include <fmt/format.h>

#include "base/time.h"
#include "cli/deploy_bucket.h"
#include "cli/deployment.h"
#include "cli/stack_watch.h"

namespace hikae::cli {
namespace {

constexpr const char* kChangeSetPrefix = "hikae-";

/// What became of it.
struct Deployed {
  std::string change_set;  // its id; empty: nothing to change
  Array changes;           // as DescribeChangeSet lists them
  Value stack;             // as DescribeStacks shows it; null: not made
  Value first_failure;     // an event
};

bool says_nothing_changed(std::string_view reason) {
  return reason.find("didn't contain changes") != std::string_view::npos ||
         reason.find("No updates are to be performed") != std::string_view::npos;
}

Result<> upload(Output& out, CodeBucket& bucket, const Deployment& made) {
  const auto say = [&](const std::string& what) {
    if (!out.json()) out.line(what);
  };
  if (TRY(bucket.ensure()) == CodeBucket::Found::Made) say("bucket " + bucket.name() + " made");
  for (const auto& zip : made.zips)
    if (TRY(bucket.put(zip.key, zip.bytes)) == CodeBucket::Put::Sent) say("uploaded " + zip.key);
  TRY(bucket.put(made.body_key, made.body));
  return {};
}

/// A first creation that was rolled back leaves a stack that can only be deleted.
Result<Value> clear_rolled_back(Session& session, Output& out, Value stack) {
  if (text_at(stack, "StackStatus") != "ROLLBACK_COMPLETE") return stack;
  const auto id = str(text_at(stack, "StackId"));
  if (!out.json()) out.line("the stack of a first creation that was rolled back is deleted");
  StackWatch watch(session, out, id);
  TRY_DO(watch.begin());
  TRY(session.call("cloudformation", "DeleteStack", Object{{"StackName", id}}));
  auto after = TRY(watch.follow());
  if (after.is_null()) return after;
  return fail(ErrorKind::Conflict, "the stack that was rolled back could not be deleted: " +
                                       str(text_at(watch.first_failure(), "ResourceStatusReason")));
}

Result<std::string> create_change_set(Session& session, const Deployment& made,
                                      const CodeBucket& bucket, const Value& stack) {
  const bool is_new = stack.is_null() || text_at(stack, "StackStatus") == "REVIEW_IN_PROGRESS";
  const auto answer = TRY(session.call(
      "cloudformation", "CreateChangeSet",
      Object{{"StackName", made.stack},
             {"ChangeSetName", fmt::format("{}{}", kChangeSetPrefix, unix_ms(session.now()))},
             {"ChangeSetType", is_new ? "CREATE" : "UPDATE"},
             {"TemplateURL", TRY(bucket.url_of(made.body_key))},
             {"Parameters", parameters_of(made, bucket.name())},
             {"Capabilities", Array{"CAPABILITY_IAM"}},
             {"Tags", Array{Object{{"Key", "hikae:stack"}, {"Value", made.stack}}}}}));
  return str(text_at(answer, "Id"));
}

/// All pages of the change set, once it is made.
Result<Value> made_change_set(Session& session, const std::string& id) {
  Result<Value> set = Value();
  const auto is_made = [&] {
    set = session.call("cloudformation", "DescribeChangeSet", Object{{"ChangeSetName", id}});
    if (!set) return true;
    const auto status = text_at(*set, "Status");
    return status != "CREATE_PENDING" && status != "CREATE_IN_PROGRESS";
  };
  if (!session.run_until(is_made))
    return fail(ErrorKind::Timeout, "interrupted before the change set was made: " + id);
  auto whole = TRY(std::move(set));
  whole.as_object()["Changes"] = TRY(call_pages(session, "cloudformation", "DescribeChangeSet",
                                                Object{{"ChangeSetName", id}}, "Changes"));
  return whole;
}

void print_changes(Output& out, const Array& changes) {
  for (const auto& change : changes) {
    const auto* resource = find(change, "ResourceChange");
    if (!resource) continue;
    const auto action = text_at(*resource, "Action");
    const bool replaces = text_at(*resource, "Replacement") == "True";
    std::string properties;
    for (const auto& detail : list_at(*resource, "Details")) {
      const auto* target = find(detail, "Target");
      const auto name = target ? str(text_at(*target, "Name")) : std::string();
      if (!name.empty() && properties.find(name) == std::string::npos)
        properties += (properties.empty() ? "  " : ", ") + name;
    }
    out.line(fmt::format("{} {}  {}{}",
                         out.painted(replaces ? "Replace" : action,
                                     action == "Remove" || replaces ? Colour::Bad : Colour::Good),
                         out.painted(text_at(*resource, "LogicalResourceId"), Colour::Bold),
                         out.painted(text_at(*resource, "ResourceType"), Colour::Dim),
                         out.painted(properties, Colour::None)));
  }
}

Result<> execute(Session& session, Output& out, const std::string& stack_id, Deployed& deployed) {
  StackWatch watch(session, out, stack_id);
  TRY_DO(watch.begin());
  TRY(session.call("cloudformation", "ExecuteChangeSet",
                   Object{{"ChangeSetName", deployed.change_set}}));
  deployed.stack = TRY(watch.follow());
  deployed.first_failure = watch.first_failure();
  return {};
}

Result<Deployed> deploy_stack(const DeployOptions& options, Session& session, Output& out,
                              const Deployment& made) {
  auto stack = TRY(find_stack(session, made.stack));
  if (!stack.is_null()) TRY_DO(expect_own_stack(stack));
  CodeBucket bucket(session, made.stack);
  TRY_DO(upload(out, bucket, made));
  stack = TRY(clear_rolled_back(session, out, std::move(stack)));
  Deployed deployed{TRY(create_change_set(session, made, bucket, stack)), {}, stack, {}};
  const auto set = TRY(made_change_set(session, deployed.change_set));
  deployed.changes = list_at(set, "Changes");
  if (text_at(set, "Status") == "FAILED") {
    const auto why = str(text_at(set, "StatusReason"));
    const auto removed = session.call("cloudformation", "DeleteChangeSet",
                                      Object{{"ChangeSetName", deployed.change_set}});
    if (!says_nothing_changed(why))
      return fail(ErrorKind::Invalid, "CloudFormation refuses the change: " + why);
    if (!removed) return std::unexpected(removed.error());
    deployed.change_set.clear();
    return deployed;
  }
  if (!out.json()) print_changes(out, deployed.changes);
  if (options.use == ChangeSetUse::Execute)
    TRY_DO(execute(session, out, str(text_at(set, "StackId")), deployed));
  return deployed;
}

bool is_good_stack(const Value& stack) {
  const auto status = text_at(stack, "StackStatus");
  return status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE";
}

void print_outputs_of(Output& out, const Value& stack) {
  for (const auto& one : list_at(stack, "Outputs"))
    out.line(fmt::format("  {} = {}", out.painted(text_at(one, "OutputKey"), Colour::Bold),
                         out.painted(text_at(one, "OutputValue"), Colour::None)));
}

void print_failure(Output& out, const Deployed& deployed) {
  const auto& event = deployed.first_failure;
  if (event.is_null()) return;
  out.line(out.painted("first failure: " + str(text_at(event, "LogicalResourceId")) + " (" +
                           str(text_at(event, "ResourceType")) + ") " +
                           str(text_at(event, "ResourceStatus")),
                       Colour::Bad));
  out.block("  ", text_at(event, "ResourceStatusReason"), Colour::Bad);
}

void print_deployed(Output& out, const DeployOptions& options, const Deployment& made,
                    const Deployed& deployed) {
  for (const auto& note : made.notes) out.line(out.painted("note: " + note, Colour::Warn));
  if (deployed.change_set.empty()) {
    out.line("stack " + made.stack + ": nothing to change");
    return print_outputs_of(out, deployed.stack);
  }
  if (options.use == ChangeSetUse::Keep) {
    out.line("not executed: " + deployed.change_set);
    return out.line("hikae deploy does it; or aws cloudformation execute-change-set");
  }
  const auto status = text_at(deployed.stack, "StackStatus", "gone");
  out.line("stack " + made.stack + ": " +
           out.painted(status, is_good_stack(deployed.stack) ? Colour::Good : Colour::Bad));
  print_failure(out, deployed);
  print_outputs_of(out, deployed.stack);
  if (is_good_stack(deployed.stack))
    out.line(
        "each address gets a mail of SNS whose link has to be followed once\nhikae backup "
        "--all --stack " +
        made.stack);
}

Exit exit_of_deployed(const DeployOptions& options, const Deployed& deployed) {
  const bool is_done = deployed.change_set.empty() || options.use == ChangeSetUse::Keep;
  return is_done || is_good_stack(deployed.stack) ? Exit::Ok : Exit::Failed;
}

}  // namespace

Exit deploy(const DeployOptions& options) {
  Output out(options.what.common.format);
  const auto made = prepare_deployment(options.what);
  if (!made) return report(out, made.error());
  const auto session =
      open_account(options.what.common, made->stack, &made->config, made->config_file);
  if (!session) return report(out, session.error());
  const auto deployed = deploy_stack(options, **session, out, *made);
  if (!deployed) {
    report(out, deployed.error());
    return (*session)->interrupted() ? Exit::Interrupted : Exit::Failed;
  }
  if (!out.json()) {
    print_deployed(out, options, *made, *deployed);
  } else {
    Array notes;
    for (const auto& note : made->notes) notes.push_back(Value(note));
    out.value(Object{{"Stack", deployed->stack},
                     {"ChangeSetId", deployed->change_set},
                     {"Changes", deployed->changes},
                     {"FirstFailure", deployed->first_failure},
                     {"Notes", std::move(notes)}});
  }
  return exit_of_deployed(options, *deployed);
}

}  // namespace hikae::cli
