#include "aws/errors.h"
#include "plane/checks.h"
#include "plane/cloudformation/cloudformation.h"
#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

/// Codes that say "it is there already": what a repeated call meets when its first answer was lost.
const std::set<std::string, std::less<>> kThereAlready{
    "EntityAlreadyExists",       "EntityAlreadyExistsException", "DocumentAlreadyExists",
    "ResourceConflictException", "ParameterAlreadyExists",       "BucketAlreadyOwnedByYou"};

ResourceAsk ask_of(const aws::Request& request) {
  const auto member = [&](std::string_view name) { return str(text_at(request.input, name)); };
  const auto value = [&](std::string_view name) {
    const auto* found = find(request.input, name);
    return found ? *found : Value(Object());
  };
  return {request.scope,       member("StackName"), member("StackId"),
          member("LogicalId"), member("Type"),      member("PhysicalId"),
          member("Token"),     value("Properties"), value("PreviousProperties")};
}

/// Whether this very call was begun before (a restart in the middle of it): noted in the turn
/// before its first API call leaves.
bool begun_before(engine::Turn& turn, const ResourceAsk& ask) {
  if (turn.tables().get(ask.scope, "stack-call", ask.token)) return true;
  turn.tables().put(ask.scope, "stack-call", ask.token,
                    Object{{"StackId", ask.stack_id}, {"LogicalId", ask.logical_id}});
  return false;
}

}  // namespace

ResourceProvider::ResourceProvider(engine::Kernel& kernel, aws::Cloud& cloud)
    : Service("hikae-stack", kernel), cloud_(cloud) {
  const auto provides = [this](Action action) {
    return [this, action](aws::Request request, aws::Done done) {
      provide(action, std::move(request), std::move(done));
    };
  };
  on_late("CreateResource", provides(Action::Create));
  on_late("UpdateResource", provides(Action::Update));
  on_late("DeleteResource", provides(Action::Remove));
  on_late("ReadResource", [this](aws::Request request, aws::Done done) {
    read(std::move(request), std::move(done));
  });
}

/// Changes nothing, so it needs no turn.
void ResourceProvider::read(aws::Request request, aws::Done done) {
  const auto ask = ask_of(request);
  const auto* provider = provider_of(ask.type);
  if (!provider || !provider->read)
    return answer_later(kernel(), std::move(done), Value(Object{{"Settles", false}}));
  run_chain(cloud_, ask.scope, request.caller, provider->read(ask), std::move(done));
}

void ResourceProvider::provide(Action action, aws::Request request, aws::Done done) {
  kernel().perform([this, action, ask = ask_of(request), caller = request.caller,
                    done = std::move(done)](engine::Turn& turn) mutable {
    const auto* provider = provider_of(ask.type);
    if (!provider) {
      turn.after_commit([done = std::move(done), type = ask.type]() mutable {
        done(fail(ErrorKind::Unsupported, "UnsupportedResourceType",
                  "hikae makes no resources of type " + type));
      });
      return;
    }
    auto chain = action == Action::Create   ? provider->create(ask)
                 : action == Action::Update ? provider->update(ask)
                                            : provider->remove(ask);
    if (begun_before(turn, ask)) chain.tolerated.insert(kThereAlready.begin(), kThereAlready.end());
    turn.after_commit([this, scope = ask.scope, caller, chain = std::move(chain),
                       done = std::move(done)]() mutable {
      run_chain(cloud_, scope, caller, std::move(chain), std::move(done));
    });
  });
}

}  // namespace hikae::plane
