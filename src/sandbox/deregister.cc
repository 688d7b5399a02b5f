// DeregisterImage. Stricter than EC2: a pending image cannot be deregistered (EC2 lets it go, and
// leaves its snapshots to be found by whoever looks).
#include <fmt/format.h>

#include "sandbox/images.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

Result<> can_be_deregistered(const Image& image) {
  if (image.guarded)
    return std::unexpected(ec2_error(
        "OperationNotPermitted",
        fmt::format("You can't deregister the AMI '{}': deregistration protection is enabled",
                    image.id)));
  if (image.state != ImageState::Pending) return {};
  return std::unexpected(
      ec2_error("IncorrectState",
                fmt::format("The image '{}' is pending; it can be deregistered once it is "
                            "available or failed (EC2 would allow this, the embedded cloud does "
                            "not)",
                            image.id)));
}

Object associated_result(Incoming& in, const std::string& snapshot) {
  const auto deleted = delete_own_snapshot(in, snapshot);
  std::string_view code = "success";
  if (!deleted) code = deleted.error().code == "InvalidSnapshot.InUse" ? "skipped" : "client-error";
  return {{"SnapshotId", snapshot}, {"ReturnCode", code}};
}

Array delete_associated(Incoming& in, const std::vector<Mapping>& mappings) {
  Array results;
  for (const auto& mapping : mappings)
    if (!mapping.snapshot.empty()) results.push_back(associated_result(in, mapping.snapshot));
  return results;
}

}  // namespace

Result<Value> deregister_image(Incoming& in) {
  const auto image = *TRY(own_image(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_be_deregistered(image));
  in.world.unschedule(in.region, image.id);
  in.region.images.change(image.id, in.now, [](Image& i) {
    i.state = ImageState::Deregistered;
    i.mappings.clear();
  });
  in.world.log(in.region, in.now, "image-deregistered", image.id, image.source_instance,
               in.cause());
  in.world.schedule(
      in.region,
      {.due = in.now + in.world.delays().forget, .step = Step::Forget, .subject = image.id});
  Object output{{"Return", true}};
  if (is_true_at(in.input(), "DeleteAssociatedSnapshots"))
    output["DeleteSnapshotResults"] = delete_associated(in, image.mappings);
  return output;
}

}  // namespace hikae::sandbox
