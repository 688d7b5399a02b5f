// S3 as hikae answers it: what templates, functions' code and CDK's assets need of it, whole.
//
// Buckets and their objects, versions and multipart uploads included; policies, encryption,
// lifecycle, tags and the like are checked in form, kept and given back: they have no effect
// (docs/differences.md). Buckets are global and remember the region in which they were made.
//
// Bodies lie in the blob port, never in the tables. On disk if the process dies before the answer:
// all of the request or nothing; bodies that no row names are removed at the next start.
#pragma once

#include "plane/s3/rows.h"

namespace hikae::plane {

class S3 final : public Service {
 public:
  /// `blobs` and `log` outlive the service. Removes the bodies that nobody names.
  S3(engine::Kernel& kernel, BlobStore& blobs, Log& log, s3::Bounds bounds = {});

  /// Of all bodies.
  [[nodiscard]] std::size_t bytes() const { return shelf_.bytes(); }

 private:
  void on_s3(std::string operation, s3::S3Handler handler);
  void add_buckets();
  void add_bucket_settings();
  void add_bucket_acl();
  void add_writing();
  void add_reading();
  void add_deleting();
  void add_lists();
  void add_version_lists();
  void add_copying();
  void add_uploads();
  void add_upload_lists();
  void add_object_tags();

  s3::Shelf shelf_;
};

}  // namespace hikae::plane
