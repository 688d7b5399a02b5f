// `hikae destroy`: the stack and its bucket go, the images stay.
#include <unistd.h>

#include <iostream>

#include "cli/deploy_bucket.h"
#include "cli/deployment.h"
#include "cli/stack_watch.h"

namespace hikae::cli {
namespace {

/// Asked before anything is opened, so that a signal ends it at once.
Result<> ask_first(const NamedStack& named, const Common& common) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || common.format == Format::Json)
    return fail(ErrorKind::Invalid, "nobody can be asked here: say --yes to delete the stack " +
                                        named.name + " and its bucket");
  std::cout << "This deletes the stack " << named.name << " and its bucket"
            << (common.region.empty() ? "" : " in " + common.region)
            << ". Images and snapshots stay.\nType the stack's name to go on: " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  if (line == named.name) return {};
  return fail(ErrorKind::Invalid, "nothing was deleted");
}

struct Destroyed {
  bool was_there = false;
  Value stack;  // null: it is gone
  Value first_failure;
  CodeBucket::Removed bucket = CodeBucket::Removed::Absent;
};

Result<Destroyed> destroy_stack(Session& session, Output& out, const std::string& name) {
  Destroyed done;
  auto stack = TRY(find_stack(session, name));
  if (!stack.is_null()) {
    TRY_DO(expect_own_stack(stack));
    done.was_there = true;
    const auto id = str(text_at(stack, "StackId"));
    StackWatch watch(session, out, id);
    TRY_DO(watch.begin());
    TRY(session.call("cloudformation", "DeleteStack", Object{{"StackName", id}}));
    done.stack = TRY(watch.follow());
    done.first_failure = watch.first_failure();
    // What is left may still need its code.
    if (!done.stack.is_null()) return done;
  }
  CodeBucket bucket(session, name);
  done.bucket = TRY(bucket.remove());
  if (!out.json() && done.bucket == CodeBucket::Removed::Gone)
    out.line("bucket " + bucket.name() + " deleted");
  return done;
}

void print_destroyed(Output& out, const std::string& name, const Destroyed& done) {
  if (!done.stack.is_null()) {
    out.line("stack " + name + ": " + out.painted(text_at(done.stack, "StackStatus"), Colour::Bad));
    out.block("  ", text_at(done.first_failure, "ResourceStatusReason"), Colour::Bad);
    return;
  }
  const bool nothing = !done.was_there && done.bucket == CodeBucket::Removed::Absent;
  out.line("stack " + name + (nothing ? " is not there: nothing to delete" : " is deleted"));
  if (!nothing) out.line("images and snapshots stay; logs of the functions too, in /aws/lambda");
}

}  // namespace

Exit destroy(const DestroyOptions& options) {
  const auto& common = options.what.common;
  Output out(common.format);
  const auto named = named_stack(options.what);
  if (!named) return report(out, named.error());
  if (options.asking == Asking::First)
    if (const auto asked = ask_first(*named, common); !asked) return report(out, asked.error());
  const auto* config = named->config ? &*named->config : nullptr;
  const auto session = open_account(common, named->name, config, named->config_file);
  if (!session) return report(out, session.error());
  const auto done = destroy_stack(**session, out, named->name);
  if (!done) {
    report(out, done.error());
    return (*session)->interrupted() ? Exit::Interrupted : Exit::Failed;
  }
  if (!out.json()) {
    print_destroyed(out, named->name, *done);
  } else {
    const bool is_gone = done->bucket == CodeBucket::Removed::Gone;
    out.value(Object{{"Stack", done->stack},
                     {"Deleted", done->was_there && done->stack.is_null()},
                     {"BucketDeleted", is_gone},
                     {"FirstFailure", done->first_failure}});
  }
  return done->stack.is_null() ? Exit::Ok : Exit::Failed;
}

}  // namespace hikae::cli
