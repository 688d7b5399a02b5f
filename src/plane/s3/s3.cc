#include "plane/s3/s3.h"

namespace hikae::plane {

S3::S3(engine::Kernel& kernel, BlobStore& blobs, Log& log, s3::Bounds bounds)
    : Service("s3", kernel), shelf_(kernel, blobs, log, bounds) {
  add_buckets();
  add_bucket_settings();
  add_bucket_acl();
  add_writing();
  add_reading();
  add_deleting();
  add_lists();
  add_copying();
  add_uploads();
  add_upload_lists();
  add_object_tags();
}

void S3::on_s3(std::string operation, s3::S3Handler handler) {
  on(std::move(operation), [this, handler = std::move(handler)](const Ask& ask) {
    const Scope global{ask.scope.account, ""};
    return handler({{global, ask.input, ask.caller, ask.turn}, ask.scope.region, shelf_});
  });
}

}  // namespace hikae::plane
