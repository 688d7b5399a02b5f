#include "plane/cloudformation/lookups.h"

#include <memory>

#include "plane/cloudformation/stack_rows.h"

namespace hikae::plane::cfn {
namespace {

struct LookupRun : std::enable_shared_from_this<LookupRun> {
  aws::Cloud& cloud;
  Scope scope;
  stack::ReferenceNames names;
  aws::Done done;
  Object found;

  LookupRun(aws::Cloud& c, const Scope& s, stack::ReferenceNames n, aws::Done d)
      : cloud(c), scope(s), names(std::move(n)), done(std::move(d)) {}

  void next() {
    if (names.empty()) return done(Value(std::move(found)));
    auto name = std::move(names.extract(names.begin()).value());
    cloud.call({scope, "ssm", "GetParameter", Object{{"Name", name}}, {}},
               [self = shared_from_this(), name](Result<Value> answer) {
                 auto text = stack::referred_text(name, answer);
                 if (!text)
                   return self->done(validation_error(
                       "Unable to fetch parameters [" + name +
                       "] from parameter store for this account: " + text.error().message));
                 self->found[name] = *std::move(text);
                 self->next();
               });
  }
};

/// The settled row of the stack that an update changes; nullopt: there is none.
std::optional<Value> row_before(const Ask& ask) {
  const auto found = stack_row(ask, text_at(ask.input, "StackName"));
  if (!found) return {};
  return settled(**found, state_of(ask, **found));
}

}  // namespace

bool may_look_up(const aws::Request& request) {
  const auto& operation = request.operation;
  if (operation != "CreateStack" && operation != "UpdateStack" && operation != "CreateChangeSet")
    return false;
  const auto body = text_at(request.input, "TemplateBody");
  return is_true_at(request.input, "UsePreviousTemplate") ||
         body.find("AWS::SSM::Parameter::Value") != std::string_view::npos ||
         body.find("{{resolve:") != std::string_view::npos;
}

stack::ReferenceNames names_to_look_up(const Ask& ask, const stack::Checkers& checkers) {
  const auto before = row_before(ask);
  const auto wanted = read_wanted(ask, checkers, before ? &*before : nullptr);
  if (!wanted) return {};
  stack::ReferenceNames names;
  for (const auto& parameter : wanted->lookups)
    if (const auto* name = find(wanted->given, text_of(parameter)))
      names.insert(str(text_of(*name)));
  for (const auto& [id, resource] : wanted->source.resources())
    names.merge(stack::sure_references_of(resource));
  return names;
}

void look_up(aws::Cloud& cloud, const Scope& scope, stack::ReferenceNames names, aws::Done done) {
  std::make_shared<LookupRun>(cloud, scope, std::move(names), std::move(done))->next();
}

}  // namespace hikae::plane::cfn
