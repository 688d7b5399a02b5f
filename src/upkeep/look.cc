#include "upkeep/look.h"

#include <algorithm>
#include <memory>

#include "base/seeded_bugs.h"
#include "upkeep/of_plan.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

std::vector<retention::Image> images_in(const Look& look) {
  std::vector<retention::Image> images;
  images.reserve(look.images.size());
  for (const auto& found : look.images) images.push_back(found.image);
  return images;
}

/// The rule in force; absent where everything is kept.
std::optional<retention::Rule> rule_of(const Look& look) {
  return look.is_held ? std::nullopt : look.choice.rule;
}

class Looking : public std::enable_shared_from_this<Looking> {
 public:
  using Done = std::move_only_function<void(Result<Look>)>;
  Looking(const Context& context, const PruneRequest& request, std::vector<ImageId> gone, Done done)
      : context_(context), request_(request), gone_(std::move(gone)), done_(std::move(done)) {}

  void start() {
    const auto& id = request_.instance.text();
    auto filter = request_.owner.maker == Maker::Article
                      ? exact_filter("tag:" + str(kNameTag), {request_.server_name})
                      : exact_filter("source-instance-id", {id});
    list(std::move(filter), [self = shared_from_this()](Result<std::vector<FoundImage>> found) {
      self->got_images_by_source(std::move(found));
    });
  }

 private:
  using Images = std::move_only_function<void(Result<std::vector<FoundImage>>)>;

  void list(Value filter, Images done) {
    find_images(context_, request_.owner, Array{std::move(filter)}, std::move(done));
  }

  // An EC2-compatible endpoint may not know that filter; hikae's own images carry a tag.
  void got_images_by_source(Result<std::vector<FoundImage>> found) {
    const bool unknown_filter =
        !found && found.error().kind == ErrorKind::Invalid && request_.owner.maker == Maker::Hikae;
    if (!unknown_filter) return got_images(std::move(found));
    list(exact_filter("tag:" + str(kSourceInstanceTag), {request_.instance.text()}),
         [self = shared_from_this()](Result<std::vector<FoundImage>> again) {
           self->got_images(std::move(again));
         });
  }

  void got_images(Result<std::vector<FoundImage>> found) {
    if (!found)
      return done_(in_context(Result<Look>(std::unexpected(std::move(found.error()))),
                              "cannot list the images of " + request_.instance.text()));
    look_.images = std::move(*found);
    std::erase_if(look_.images, [&](const FoundImage& image) { return !is_meant(image); });
    if (request_.owner.maker == Maker::Hikae)
      look_.plans = leave_to_other_plans(look_.images, request_.instance, request_.plan);
    list_all(context_, "ec2", "DescribeTags",
             Object{{"Filters", Array{exact_filter("resource-id", {request_.instance.text()})}}},
             "Tags", [self = shared_from_this()](Result<Array> tags) { self->got_tags(tags); });
  }

  [[nodiscard]] bool is_meant(const FoundImage& found) const {
    if (std::ranges::find(gone_, found.image.id) != gone_.end()) return false;
    return request_.owner.maker == Maker::Hikae ||
           (found.name_tag == request_.server_name && found.image.source == request_.instance);
  }

  void got_tags(const Result<Array>& tags) {
    if (!tags)
      return done_(in_context(Result<Look>(std::unexpected(tags.error())),
                              "cannot read the tags of " + request_.instance.text()));
    const Value instance = Object{{"Tags", *tags}};
    look_.is_held = is_held(instance) && !SeededBugs::has(SeededBug::HoldIgnored);
    auto tag = tag_of(instance, request_.generation_tag);
    if (request_.generations) tag = *request_.generations;
    look_.choice = retention::choose_rule(request_.generation_tag, tag, request_.keep, look_.plans);
    if (SeededBugs::has(SeededBug::OneGenerationTooFew) && look_.choice.rule)
      look_.choice.rule->last = std::max(1, look_.choice.rule->last - 1);
    const auto why = look_.is_held ? "the instance is on hold (tag " + str(kHoldTag) + ")"
                                   : look_.choice.warning;
    look_.plan = retention::decide(request_.instance, images_in(look_), rule_of(look_),
                                   context_.clock.now(), why);
    done_(std::move(look_));
  }

  Context context_;
  PruneRequest request_;
  std::vector<ImageId> gone_;
  Done done_;
  Look look_;
};

}  // namespace

const FoundImage* Look::find(const ImageId& id) const {
  const auto at =
      std::ranges::find_if(images, [&](const FoundImage& found) { return found.image.id == id; });
  return at == images.end() ? nullptr : &*at;
}

const FoundImage* Look::oldest_to_go(const std::function<bool(const ImageId&)>& except) const {
  const FoundImage* oldest = nullptr;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto& image = images[i].image;
    if (plan.decisions[i].verdict == retention::Verdict::Keep || except(image.id)) continue;
    if (!oldest ||
        std::tie(image.created, image.id) < std::tie(oldest->image.created, oldest->image.id))
      oldest = &images[i];
  }
  return oldest;
}

void look(const Context& context, const PruneRequest& request, std::vector<ImageId> gone,
          std::move_only_function<void(Result<Look>)> done) {
  std::make_shared<Looking>(context, request, std::move(gone), std::move(done))->start();
}

bool would_go(const Look& look, const InstanceId& instance, const ImageId& image, WallTime began,
              WallTime now) {
  auto images = images_in(look);
  images.push_back({.id = image,
                    .name = "",
                    .state = "available",
                    .created = began,
                    .source = instance,
                    .ours = retention::Ours::Yes,
                    .protection = ""});
  const auto plan = retention::decide(instance, images, rule_of(look), now);
  return plan.decisions.back().verdict == retention::Verdict::Delete;
}

}  // namespace hikae::upkeep
