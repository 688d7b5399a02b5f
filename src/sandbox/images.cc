// DescribeImages: the account's own images and those that others have made public or shared.
#include <array>

#include "sandbox/operations.h"
#include "sandbox/permissions.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

constexpr std::array kImageFields{
    FilterField<Image>{"name", [](const Image& i, const Filter& f) { return f.accepts(i.name); },
                       Indexed::Yes},
    FilterField<Image>{"source-instance-id",
                       [](const Image& i, const Filter& f) { return f.accepts(i.source_instance); },
                       Indexed::Yes},
    FilterField<Image>{"block-device-mapping.snapshot-id",
                       [](const Image& i, const Filter& f) {
                         return std::ranges::any_of(i.mappings, [&](const Mapping& m) {
                           return !m.snapshot.empty() && f.accepts(m.snapshot);
                         });
                       },
                       Indexed::Yes},
    FilterField<Image>{"image-id", [](const Image& i, const Filter& f) { return f.accepts(i.id); },
                       Indexed::ById},
    FilterField<Image>{
        "state", [](const Image& i, const Filter& f) { return f.accepts(to_string(i.state)); }},
    FilterField<Image>{"owner-id",
                       [](const Image& i, const Filter& f) { return f.accepts(i.owner); }},
    FilterField<Image>{"owner-alias",
                       [](const Image& i, const Filter& f) { return f.accepts(i.owner_alias); }},
    FilterField<Image>{"description",
                       [](const Image& i, const Filter& f) { return f.accepts(i.description); }},
    FilterField<Image>{
        "is-public",
        [](const Image& i, const Filter& f) { return f.accepts(flag_text(i.is_public)); }},
    FilterField<Image>{
        "creation-date",
        [](const Image& i, const Filter& f) { return f.accepts(iso_ms(i.created)); }},
    FilterField<Image>{"platform",
                       [](const Image& i, const Filter& f) { return f.accepts(i.platform); }},
    FilterField<Image>{"image-type",
                       [](const Image&, const Filter& f) { return f.accepts("machine"); }},
    FilterField<Image>{"root-device-type",
                       [](const Image&, const Filter& f) { return f.accepts("ebs"); }},
};

bool is_visible(const Image& image, const std::string& account) {
  return image.owner == account || image.is_public || image.shared_with.contains(account);
}

/// Owners see their own all the same.
bool is_deprecated_to(const Incoming& in, const Image& image) {
  return image.owner != in.account() && image.deprecates != WallTime{} &&
         image.deprecates <= in.seen;
}

bool is_owned_by(const Image& image, const std::vector<std::string>& owners,
                 const std::string& account) {
  return std::ranges::any_of(owners, [&](const std::string& owner) {
    if (owner == "self") return image.owner == account;
    return owner == image.owner || (!owner.empty() && owner == image.owner_alias);
  });
}

/// An id of a deregistered image, or of one that is not visible, does not exist for Describe.
Result<std::vector<const Image*>> seen_images(const Incoming& in,
                                              const std::vector<std::string>& ids) {
  auto rows = TRY(look_up<Image>(in, in.region.images, ids, kImageIds, kImageFields));
  const auto hidden = [&](const Image* row) {
    return row->state == ImageState::Deregistered || !is_visible(*row, in.account());
  };
  for (const auto* row : rows)
    if (!ids.empty() && hidden(row)) return std::unexpected(not_found({row->id}, kImageIds));
  std::erase_if(rows, hidden);
  return rows;
}

}  // namespace

Result<Value> describe_images(Incoming& in) {
  const auto ids = TRY(id_list(in, "ImageIds", kImageIds));
  const auto owners = TRY(text_list(in, "Owners"));
  const auto users = TRY(text_list(in, "ExecutableUsers"));
  TRY_DO(ids_or_pages(in, "ImageIds"));
  const auto page =
      TRY(read_page(in.input(), {.operation = "DescribeImages", .least = 1, .usual = SIZE_MAX}));
  auto rows = TRY(seen_images(in, ids));
  TRY_DO(end_dry_run(in));
  if (ids.empty() && !is_true_at(in.input(), "IncludeDeprecated"))
    std::erase_if(rows, [&](const Image* row) { return is_deprecated_to(in, *row); });
  if (!owners.empty())
    std::erase_if(rows, [&](const Image* row) { return !is_owned_by(*row, owners, in.account()); });
  if (!users.empty())
    std::erase_if(rows, [&](const Image* row) {
      return !is_given_to(users, row->is_public, row->shared_with, in.account());
    });
  Object output;
  cut_page(
      rows, page, [](const Image* row) { return row->id; }, output);
  Array images;
  images.reserve(rows.size());
  for (const auto* row : rows) images.push_back(render(*row));
  output["Images"] = std::move(images);
  return output;
}

}  // namespace hikae::sandbox
