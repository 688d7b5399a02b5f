#include "upkeep/leftovers.h"

#include <algorithm>
#include <memory>
#include <set>

#include "upkeep/images.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr Duration kAgeMin = hours(1);       // far above EC2's few minutes of stale reads
constexpr Duration kStuckAfter = hours(24);  // a snapshot that is still pending
constexpr std::size_t kLeftoversMax = 200;   // EC2: at most 200 values in a filter

class LeftoverSearch : public std::enable_shared_from_this<LeftoverSearch> {
 public:
  using Done = std::move_only_function<void(Result<std::vector<Leftover>>)>;
  LeftoverSearch(const Context& context, Owner owner, InstanceId instance, Done done)
      : context_(context),
        owner_(std::move(owner)),
        instance_(std::move(instance)),
        done_(std::move(done)) {}

  void start() {
    const auto& id = instance_.text();
    // By the tag the cloud need not read every description.
    auto of_instance =
        owner_.maker == Maker::Hikae
            ? exact_filter("tag:" + str(kSourceInstanceTag), {id})
            : wildcard_filter("description", "Created by CreateImage(" + id + ") for *");
    Array filters{exact_filter("tag:" + str(kAutoBackupTag), {str(kAutoBackupValue)}),
                  std::move(of_instance)};
    list_all(context_, "ec2", "DescribeSnapshots",
             Object{{"OwnerIds", Array{"self"}}, {"Filters", std::move(filters)}}, "Snapshots",
             [self = shared_from_this()](Result<Array> found) { self->got(std::move(found)); });
  }

 private:
  void got(Result<Array> found) {
    if (!found) return done_(std::unexpected(std::move(found.error())));
    for (const auto& snapshot : *found) consider(snapshot);
    if (rows_.empty()) return done_(std::move(rows_));
    ask_images();
  }

  void consider(const Value& snapshot) {
    const auto origin = origin_of(text_at(snapshot, "Description"));
    const auto state = text_at(snapshot, "State");
    const auto began = parse_iso(text_at(snapshot, "StartTime"));
    const bool settled = state == "completed" || state == "error";
    const auto age_min = settled ? kAgeMin : kStuckAfter;
    const bool old = began && *began + age_min <= context_.clock.now();
    if (origin.instance != instance_.text() || !old || is_held(snapshot)) return;
    if (!why_snapshot_not_ours(snapshot, owner_, instance_.text()).empty()) return;
    if (text_at(snapshot, "VolumeId") == kVolumeOfCopies) return;
    rows_.push_back({{str(text_at(snapshot, "SnapshotId")), origin.image, "planned", ""},
                     *began,
                     str(tag_of(snapshot, kPlanTag).value_or(""))});
  }

  void ask_images() {
    std::set<std::string> images;
    for (const auto& row : rows_)
      if (images.size() < kLeftoversMax) images.insert(row.row.image);
    asked_ = images;
    list_all(context_, "ec2", "DescribeImages",
             Object{{"Owners", Array{"self"}},
                    {"IncludeDisabled", true},
                    {"Filters", Array{exact_filter("image-id", {images.begin(), images.end()})}}},
             "Images",
             [self = shared_from_this()](Result<Array> found) { self->got_images(found); });
  }

  void got_images(const Result<Array>& found) {
    if (!found) return done_(std::unexpected(found.error()));
    for (const auto& image : *found)
      if (text_at(image, "State") != "deregistered") asked_.erase(str(text_at(image, "ImageId")));
    std::erase_if(rows_, [&](const auto& row) { return !asked_.contains(row.row.image); });
    if (rows_.size() > kLeftoversMax) rows_.resize(kLeftoversMax);
    if (rows_.empty()) return done_(std::move(rows_));
    std::vector<std::string> ids;
    for (const auto& row : rows_) ids.push_back(row.row.snapshot);
    find_used_snapshots(context_, ids, "",
                        [self = shared_from_this()](const Result<std::vector<std::string>>& used) {
                          self->got_used(used);
                        });
  }

  void got_used(const Result<std::vector<std::string>>& used) {
    if (!used) return done_(std::unexpected(used.error()));
    std::erase_if(rows_, [&](const auto& row) {
      return std::ranges::binary_search(*used, row.row.snapshot);
    });
    done_(std::move(rows_));
  }

  Context context_;
  Owner owner_;
  InstanceId instance_;
  Done done_;
  std::vector<Leftover> rows_;
  std::set<std::string> asked_;  // of the images asked for: those that are gone
};

}  // namespace

void find_leftovers(const Context& context, const Owner& owner, const InstanceId& instance,
                    std::move_only_function<void(Result<std::vector<Leftover>>)> done) {
  std::make_shared<LeftoverSearch>(context, owner, instance, std::move(done))->start();
}

}  // namespace hikae::upkeep
