// DescribeVolumes.
#include <array>

#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::array kVolumeFields{
    FilterField<Volume>{"attachment.instance-id",
                        [](const Volume& v, const Filter& f) { return f.accepts(v.instance); },
                        Indexed::Yes},
    FilterField<Volume>{"volume-id",
                        [](const Volume& v, const Filter& f) { return f.accepts(v.id); }},
    FilterField<Volume>{"attachment.device",
                        [](const Volume& v, const Filter& f) { return f.accepts(v.device); }},
    FilterField<Volume>{"status",
                        [](const Volume& v, const Filter& f) { return f.accepts(state_of(v)); }},
    FilterField<Volume>{"availability-zone",
                        [](const Volume& v, const Filter& f) { return f.accepts(v.zone); }},
    FilterField<Volume>{"volume-type",
                        [](const Volume& v, const Filter& f) { return f.accepts(v.type); }},
    FilterField<Volume>{
        "size",
        [](const Volume& v, const Filter& f) { return f.accepts(std::to_string(v.size_gib)); }},
    FilterField<Volume>{"snapshot-id",
                        [](const Volume& v, const Filter& f) { return f.accepts(v.snapshot); }},
    FilterField<Volume>{
        "encrypted",
        [](const Volume& v, const Filter& f) { return f.accepts(flag_text(v.encrypted)); }},
};

}  // namespace

Result<Value> describe_volumes(Incoming& in) {
  const auto ids = TRY(id_list(in, "VolumeIds", kVolumeIds));
  TRY_DO(ids_or_pages(in, "VolumeIds"));
  const auto page = TRY(read_page(
      in.input(), {.operation = "DescribeVolumes", .most = 500, .beyond = Beyond::MeansTheMost}));
  auto rows = TRY(look_up<Volume>(in, in.region.volumes, ids, kVolumeIds, kVolumeFields));
  TRY_DO(end_dry_run(in));
  Object output;
  if (ids.empty())
    cut_page(
        rows, page, [](const Volume* row) { return row->id; }, output);
  Array list;
  for (const auto* row : rows) list.push_back(render(*row));
  output["Volumes"] = std::move(list);
  return output;
}

}  // namespace hikae::sandbox
