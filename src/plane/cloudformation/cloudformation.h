// CloudFormation as hikae answers it: a template becomes resources of hikae's own services. The
// operation is a machine of kind "stack"; this service starts it and shows what became of it, and
// "hikae-stack" makes the single resources (providers.h).
#pragma once

#include "plane/service.h"
#include "stack/validate.h"

namespace hikae::plane {

class CloudFormation final : public Service {
 public:
  /// `cloud` answers s3:GetObject, for templates by URL, and ssm:GetParameter.
  CloudFormation(engine::Kernel& kernel, stack::Checkers checkers, aws::Cloud& cloud);
  /// A template by URL is fetched first; the operation then goes on as if it had come in the
  /// request.
  void call(aws::Request request, aws::Done done) override;

 private:
  /// What Parameter Store holds is known before the request is judged (lookups.h).
  void call_with_lookups(aws::Request request, aws::Done done);
  void add_changes();
  void add_change_sets();
  void add_views();
  void add_templates();
  stack::Checkers checkers_;
  aws::Cloud& cloud_;
};

/// The internal service "hikae-stack": CreateResource, UpdateResource, DeleteResource,
/// ReadResource.
class ResourceProvider final : public Service {
 public:
  /// `cloud` answers the providers' calls.
  ResourceProvider(engine::Kernel& kernel, aws::Cloud& cloud);

 private:
  enum class Action { Create, Update, Remove };
  void read(aws::Request request, aws::Done done);
  void provide(Action action, aws::Request request, aws::Done done);
  aws::Cloud& cloud_;
};

}  // namespace hikae::plane
