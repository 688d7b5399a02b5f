// The images of earlier nights in a described fleet.
#pragma once

#include "sandbox/described.h"
#include "sandbox/fleet.h"
#include "sandbox/incoming.h"

namespace hikae::sandbox {

class ImageReader {
 public:
  ImageReader(World& world, const Scope& scope, FleetDraft& draft)
      : world_(world), scope_(scope), draft_(draft) {}

  /// One description, which may stand for several images. `machine`: whose; nullptr: of none here.
  [[nodiscard]] Result<> read(const Described& from, const Instance* machine);

 private:
  [[nodiscard]] Result<> read_one(const Described& from, const Instance* machine, std::int64_t n);
  [[nodiscard]] Result<> read_facts(const Described& from, Image& image);
  [[nodiscard]] Result<> read_texts(const Described& from, const Instance* machine, std::int64_t n,
                                    Image& image);
  void add_disks(const Instance* machine, Image& image);
  void add_snapshots(Image& image);

  World& world_;
  const Scope& scope_;
  FleetDraft& draft_;
};

}  // namespace hikae::sandbox
