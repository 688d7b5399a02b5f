// DescribeImageAttribute, ModifyImageAttribute, ResetImageAttribute.
#include <fmt/format.h>

#include <array>

#include "sandbox/images.h"
#include "sandbox/operations.h"
#include "sandbox/permissions.h"
#include "sandbox/render.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::array<std::string_view, 3> kChangeable{"launchPermission", "description",
                                                      "imdsSupport"};

Array disks_of(const Image& image) {
  Array list;
  for (const auto& mapping : image.mappings) list.push_back(render(mapping));
  return list;
}

/// The latest launch of a machine that is still known; EC2 tells it a day late.
std::string last_launched(const Incoming& in, const Image& image) {
  WallTime last{};
  for (const auto& [id, machine] : in.region.instances.rows())
    if (machine.image == image.id) last = std::max(last, machine.launched);
  return last == WallTime{} ? std::string{} : iso_ms(last);
}

/// One of the attributes that are a text; an image that has none answers an empty map.
struct TextAttribute {
  std::string_view name;    // as asked for
  std::string_view member;  // as answered
  std::string (*value)(const Incoming& in, const Image& image);
};

constexpr std::array kTextAttributes{
    TextAttribute{"description", "Description",
                  [](const Incoming&, const Image& i) { return i.description; }},
    TextAttribute{"kernel", "KernelId", [](const Incoming&, const Image&) { return str(""); }},
    TextAttribute{"ramdisk", "RamdiskId", [](const Incoming&, const Image&) { return str(""); }},
    TextAttribute{"sriovNetSupport", "SriovNetSupport",
                  [](const Incoming&, const Image&) { return str("simple"); }},
    TextAttribute{"bootMode", "BootMode",
                  [](const Incoming&, const Image& i) { return i.boot_mode; }},
    TextAttribute{"tpmSupport", "TpmSupport",
                  [](const Incoming&, const Image&) { return str(""); }},
    TextAttribute{"uefiData", "UefiData", [](const Incoming&, const Image&) { return str(""); }},
    TextAttribute{"lastLaunchedTime", "LastLaunchedTime", last_launched},
    TextAttribute{"imdsSupport", "ImdsSupport", [](const Incoming&, const Image& i) {
                    return str(i.needs_imds_tokens ? "v2.0" : "");
                  }}};

Error unknown_attribute(std::string_view attribute) {
  return invalid_value(attribute, "Attribute",
                       "It is launchPermission, blockDeviceMapping, productCodes, description, "
                       "kernel, ramdisk, sriovNetSupport, bootMode, tpmSupport, uefiData, "
                       "lastLaunchedTime or imdsSupport.");
}

Result<> add_attribute(const Incoming& in, const Image& image, std::string_view attribute,
                       Object& out) {
  if (attribute == "launchPermission")
    out["LaunchPermissions"] = render_permissions(image.is_public, image.shared_with);
  else if (attribute == "blockDeviceMapping")
    out["BlockDeviceMappings"] = disks_of(image);
  else if (attribute == "productCodes")
    out["ProductCodes"] = Array{};
  else {
    const auto found = std::ranges::find(kTextAttributes, attribute, &TextAttribute::name);
    if (found == kTextAttributes.end()) return std::unexpected(unknown_attribute(attribute));
    const auto value = found->value(in, image);
    out[found->member] = value.empty() ? Object{} : Object{{"Value", value}};
  }
  return {};
}

/// What one call of ModifyImageAttribute changes: EC2 takes one attribute a call.
struct ImageChange {
  Permissions permissions{};
  std::optional<std::string> description{};
  bool needs_imds_tokens = false;

  [[nodiscard]] int count() const {
    return (permissions.is_empty() ? 0 : 1) + (description ? 1 : 0) + (needs_imds_tokens ? 1 : 0);
  }
};

/// `Description: {Value}` or `Attribute: description, Value`.
std::optional<std::string> read_text_change(const Value& input, std::string_view member,
                                            std::string_view attribute) {
  if (const auto* value = find_path(input, {member, "Value"})) return str(text_of(*value));
  if (text_at(input, "Attribute") == attribute) return str(text_at(input, "Value"));
  return std::nullopt;
}

Result<> check_changeable(std::string_view attribute) {
  if (attribute.empty() || std::ranges::find(kChangeable, attribute) != kChangeable.end())
    return {};
  return std::unexpected(
      invalid_value(attribute, "Attribute",
                    fmt::format("What can be changed is {}.", fmt::join(kChangeable, ", "))));
}

Result<ImageChange> read_image_change(const Incoming& in) {
  constexpr std::size_t kTextMost = 255;
  TRY_DO(check_changeable(text_at(in.input(), "Attribute")));
  ImageChange change;
  change.permissions = TRY(read_permissions(in, kLaunchPermission));
  change.description = read_text_change(in.input(), "Description", "description");
  const auto imds = read_text_change(in.input(), "ImdsSupport", "imdsSupport");
  change.needs_imds_tokens = imds.has_value();
  if (imds && *imds != "v2.0")
    return std::unexpected(invalid_value(*imds, "ImdsSupport", "It can be set to v2.0 only."));
  if (change.description && change.description->size() > kTextMost)
    return std::unexpected(
        invalid_value(*change.description, "Description", "The limit is 255 characters."));
  if (change.count() == 1) return change;
  return std::unexpected(
      ec2_error(change.count() == 0 ? "MissingParameter" : "InvalidParameterCombination",
                fmt::format("A call changes one attribute of an image, this one changes {}",
                            change.count())));
}

/// Whoever may launch an image reads its disks: the account's own key cannot be given along.
Result<> can_be_shared(const Image& image, const Permissions& permissions) {
  const bool is_encrypted =
      std::ranges::any_of(image.mappings, [](const Mapping& m) { return m.encrypted; });
  if (permissions.add.empty() || !is_encrypted) return {};
  const bool is_to_all = std::ranges::find(permissions.add, "all") != permissions.add.end();
  const bool is_own_key = std::ranges::any_of(image.mappings, [](const Mapping& m) {
    return m.encrypted && (m.key.empty() || m.key.ends_with(kUsualKey));
  });
  if (!is_to_all && !is_own_key) return {};
  return std::unexpected(ec2_error(
      "OperationNotPermitted",
      fmt::format("The image '{}' has encrypted disks: it cannot be made public, and be shared "
                  "only where a key of your own encrypts them",
                  image.id)));
}

Result<> is_available(const Image& image) {
  if (image.state == ImageState::Available) return {};
  return std::unexpected(ec2_error(
      "InvalidAMIID.Unavailable",
      fmt::format("The image '{}' is {}, not available", image.id, to_string(image.state))));
}

}  // namespace

Result<const Image*> own_image(const Incoming& in) {
  const auto id = TRY(required_text(in, "ImageId"));
  if (!is_well_formed(id, kImageIds)) return std::unexpected(malformed_id(id, kImageIds));
  const auto* seen = in.see(in.region.images, id);
  const auto* image = in.region.images.find(id);
  if (!seen || !image) return std::unexpected(not_found({id}, kImageIds));
  if (image->state == ImageState::Deregistered)
    return std::unexpected(ec2_error("InvalidAMIID.Unavailable",
                                     fmt::format("The image ID '{}' is no longer available", id)));
  if (image->owner != in.account())
    return std::unexpected(
        ec2_error("AuthFailure", fmt::format("Not authorized for image:{}", id)));
  return image;
}

Result<Value> describe_image_attribute(Incoming& in) {
  const auto attribute = TRY(required_text(in, "Attribute"));
  const auto& image = *TRY(own_image(in));
  Object output{{"ImageId", image.id}};
  TRY_DO(add_attribute(in, image, attribute, output));
  TRY_DO(end_dry_run(in));
  return output;
}

Result<Value> modify_image_attribute(Incoming& in) {
  const auto& image = *TRY(own_image(in));
  const auto change = TRY(read_image_change(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(is_available(image));
  TRY_DO(can_be_shared(image, change.permissions));
  in.region.images.change(image.id, in.now, [&](Image& i) {
    apply_permissions(change.permissions, i.is_public, i.shared_with);
    if (change.description) i.description = *change.description;
    if (change.needs_imds_tokens) i.needs_imds_tokens = true;
  });
  return Object{};
}

Result<Value> reset_image_attribute(Incoming& in) {
  const auto attribute = TRY(required_text(in, "Attribute"));
  if (attribute != kLaunchPermission.attribute)
    return std::unexpected(
        invalid_value(attribute, "Attribute", "What can be reset is launchPermission."));
  const auto& image = *TRY(own_image(in));
  TRY_DO(end_dry_run(in));
  in.region.images.change(image.id, in.now, [](Image& i) {
    i.is_public = false;
    i.shared_with.clear();
  });
  return Object{};
}

}  // namespace hikae::sandbox
