// Reading obligations back from tags. A tag outlives what it tells of: people start servers by
// hand, stop them again, and a tag that could not be taken away stays. So the tag says only that
// hikae was about to stop the server then; EC2's own words say what has happened since:
//
//   launched after the tag            somebody started it: over
//   stopped long after the tag        our stop never took effect, and somebody else's did: theirs
//   stopped, and none of these        owed
//
// What can go wrong:
// - EC2 names no time for the stop (a guest that shut itself down). Then the tag is believed, for a
//   server left stopped is the worse fault.
// - Somebody else stopped it in the seconds between hikae's look and its tag. Nobody can tell.
#include "upkeep/traces.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/escape.h"
#include "base/stop_reason.h"
#include "upkeep/images.h"
#include "upkeep/ours.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr Duration kStopUnderWay = minutes(20);  // its tag, its sendings, a look that is stale
constexpr std::size_t kShownTagBytes = 80;

std::string_view state_name(const Value& instance) {
  return text_at(object_at(instance, "State"), "Name");
}

bool was_launched_after(const Value& instance, WallTime at) {
  const auto launched = parse_iso(text_at(instance, "LaunchTime"));
  return launched && *launched > at;
}

void judge_stopped(const Value& instance, StopTrace& trace) {
  const auto at = trace.stop.at;
  const auto stopped = time_in_reason(text_at(instance, "StateTransitionReason"));
  if (stopped && *stopped > at + kStopUnderWay) {
    trace.verdict = StopVerdict::Theirs;
    trace.why = fmt::format("somebody else stopped it at {}, later than hikae", iso(*stopped));
  } else {
    trace.verdict = StopVerdict::Owed;
    trace.why = fmt::format("run {} stopped it at {}", printable(trace.stop.run), iso(at));
  }
}

void judge_ours(const Value& instance, WallTime now, StopTrace& trace) {
  const auto at = trace.stop.at;
  const bool is_off = trace.state == "stopped" || trace.state == "stopping";
  if (was_launched_after(instance, at)) {
    trace.verdict = StopVerdict::Over;
    trace.why =
        fmt::format("it was started at {}, after hikae's stop", text_at(instance, "LaunchTime"));
  } else if (is_off && is_held(instance)) {
    trace.verdict = StopVerdict::Held;
    trace.why = fmt::format("it is on hold ({}); start it by hand when that is over", kHoldTag);
  } else if (is_off) {
    judge_stopped(instance, trace);
  } else if (now - at > kStopUnderWay) {
    trace.verdict = StopVerdict::Over;
    trace.why = "it runs";
  } else {
    trace.verdict = StopVerdict::Owed;
    trace.why = fmt::format("it runs, but run {} was about to stop it at {}",
                            printable(trace.stop.run), iso(at));
  }
}

BackupTrace backup_trace(const Value& image) {
  BackupTrace trace;
  trace.image = text_at(image, "ImageId");
  trace.instance = tag_of(image, kSourceInstanceTag).value_or("");
  trace.run = tag_of(image, kRunTag).value_or("");
  trace.plan = tag_of(image, kPlanTag).value_or("");
  trace.installation = tag_of(image, kInstallationTag).value_or("");
  if (const auto at = parse_iso(text_at(image, "CreationDate"))) trace.created = *at;
  return trace;
}

/// By state and by its snapshots, those of `completed` being whole.
void prove(const Value& image, const std::set<std::string, std::less<>>& completed,
           BackupTrace& trace) {
  const auto state = text_at(image, "State");
  if (state == "pending") return;
  trace.proof = ImageProof::Bad;
  if (state != "available") {
    trace.why = fmt::format("its image {} is {}", trace.image, printable(state));
    return;
  }
  if (tag_of(image, kConsistencyTag) == kConsistencyUnknown) {
    trace.why = fmt::format("nobody knows what its image {} holds ({}={})", trace.image,
                            kConsistencyTag, kConsistencyUnknown);
    return;
  }
  for (const auto& mapping : list_at(image, "BlockDeviceMappings")) {
    const auto snapshot = text_at(object_at(mapping, "Ebs"), "SnapshotId");
    if (snapshot.empty() || completed.contains(snapshot)) continue;
    trace.why = fmt::format("the snapshot {} of its image {} is not whole", snapshot, trace.image);
    return;
  }
  trace.proof = ImageProof::Good;
}

class TraceSearch : public std::enable_shared_from_this<TraceSearch> {
 public:
  using Done = std::move_only_function<void(Result<Traces>)>;
  TraceSearch(const Context& context, std::string installation, Done done)
      : context_(context), installation_(std::move(installation)), done_(std::move(done)) {}

  void start() {
    list_all(context_, "ec2", "DescribeInstances",
             Object{{"Filters", Array{exact_filter("tag-key", {str(kStoppedByTag)})}}},
             "Reservations",
             [self = shared_from_this()](Result<Array> found) { self->got_instances(found); });
  }

 private:
  void got_instances(const Result<Array>& found) {
    if (!found) return done_(std::unexpected(found.error()));
    for (const auto& reservation : *found)
      for (const auto& instance : list_at(reservation, "Instances")) consider(instance);
    std::ranges::sort(traces_.stops, {}, &StopTrace::instance);
    list_all(context_, "ec2", "DescribeImages",
             Object{{"Owners", Array{"self"}},
                    {"IncludeDisabled", true},
                    {"Filters", Array{exact_filter("tag-key", {str(kRunTag)})}}},
             "Images", [self = shared_from_this()](Result<Array> images) {
               self->got_images(std::move(images));
             });
  }

  void consider(const Value& instance) {
    const auto state = state_name(instance);
    if (state == "terminated" || state == "shutting-down") return;
    if (!tag_of(instance, kStoppedByTag)) return;
    auto trace = judge_stop(instance, installation_, context_.clock.now());
    if (!trace.stop.run.empty()) ++traces_.installations[trace.stop.installation];
    traces_.stops.push_back(std::move(trace));
  }

  void got_images(Result<Array> found) {
    if (!found) return done_(std::unexpected(found.error()));
    images_ = *std::move(found);
    list_all(context_, "ec2", "DescribeSnapshots",
             Object{{"OwnerIds", Array{"self"}},
                    {"Filters", Array{exact_filter("tag-key", {str(kRunTag)})}}},
             "Snapshots", [self = shared_from_this()](Result<Array> snapshots) {
               self->got_snapshots(snapshots);
             });
  }

  void got_snapshots(const Result<Array>& found) {
    if (!found) return done_(std::unexpected(found.error()));
    std::set<std::string, std::less<>> completed, images;
    for (const auto& snapshot : *found)
      if (text_at(snapshot, "State") == "completed")
        completed.emplace(text_at(snapshot, "SnapshotId"));
    for (const auto& image : images_) {
      images.emplace(text_at(image, "ImageId"));
      consider_image(image, completed);
    }
    for (const auto& snapshot : *found) {
      const auto origin = origin_of(text_at(snapshot, "Description")).image;
      traces_.lone_snapshots += !origin.empty() && !images.contains(origin) ? 1 : 0;
    }
    std::ranges::sort(traces_.backups, [](const BackupTrace& a, const BackupTrace& b) {
      return a.created != b.created ? a.created < b.created : a.image < b.image;
    });
    done_(std::move(traces_));
  }

  void consider_image(const Value& image, const std::set<std::string, std::less<>>& completed) {
    auto trace = backup_trace(image);
    const Owner owner{Maker::Hikae, trace.installation};
    const auto of_ec2 = text_at(image, "SourceInstanceId", trace.instance);
    if (!why_not_ours(image, owner, context_.scope, of_ec2).empty()) return;
    prove(image, completed, trace);
    ++traces_.installations[trace.installation];
    traces_.backups.push_back(std::move(trace));
  }

  Context context_;
  std::string installation_;
  Done done_;
  Traces traces_;
  Array images_;
};

}  // namespace

std::string_view to_string(StopVerdict verdict) {
  switch (verdict) {
    case StopVerdict::Owed: return "Owed";
    case StopVerdict::Over: return "Over";
    case StopVerdict::Theirs: return "Theirs";
    case StopVerdict::Held: return "Held";
    case StopVerdict::Foreign: break;
  }
  return "Foreign";
}

StopTrace judge_stop(const Value& instance, std::string_view installation, WallTime now) {
  StopTrace trace;
  trace.instance = text_at(instance, "InstanceId");
  trace.name = tag_of(instance, kNameTag).value_or("");
  trace.state = state_name(instance);
  trace.value = tag_of(instance, kStoppedByTag).value_or("");
  const auto stop = read_stopped_by(trace.value);
  if (!stop) {
    trace.why = fmt::format("its tag {} is none that hikae writes: {}", kStoppedByTag,
                            printable(trace.value.substr(0, kShownTagBytes)));
    return trace;
  }
  trace.stop = *stop;
  if (stop->installation != installation) {
    trace.why = stop->installation.empty()
                    ? "its tag does not say which hikae stopped it"
                    : fmt::format("another hikae stopped it: {}", printable(stop->installation));
    return trace;
  }
  judge_ours(instance, now, trace);
  return trace;
}

void find_traces(const Context& context, std::string installation,
                 std::move_only_function<void(Result<Traces>)> done) {
  std::make_shared<TraceSearch>(context, std::move(installation), std::move(done))->start();
}

}  // namespace hikae::upkeep
