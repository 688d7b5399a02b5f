// DescribeImageAttribute and ModifyImageAttribute: launch permissions and the description.
#include <fmt/format.h>

#include <array>

#include "sandbox/images.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

Error unknown_attribute(std::string_view attribute) {
  return ec2_error("InvalidParameterValue",
                   fmt::format("Value ({}) for parameter Attribute is invalid. The embedded cloud "
                               "knows launchPermission, description and blockDeviceMapping",
                               attribute));
}

Array launch_permissions(const Image& image) {
  Array list;
  if (image.is_public) list.push_back(Object{{"Group", "all"}});
  for (const auto& account : image.shared_with) list.push_back(Object{{"UserId", account}});
  return list;
}

Array disks_of(const Image& image) {
  Array list;
  for (const auto& mapping : image.mappings) list.push_back(render(mapping));
  return list;
}

bool is_account_id(std::string_view text) {
  constexpr std::size_t kAccountDigits = 12;
  return text.size() == kAccountDigits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Who gains and who loses the right to launch.
struct Permissions {
  std::vector<std::string> add, remove;  // account ids, or "all"
};

Result<> read_permission_list(const Value& holder, std::string_view member,
                              std::vector<std::string>& into) {
  for (const auto& item : list_at(holder, member)) {
    const auto group = text_at(item, "Group");
    const auto user = text_at(item, "UserId");
    if (group != "all" && !is_account_id(user))
      return std::unexpected(
          ec2_error("InvalidAMIAttributeItemValue",
                    fmt::format("Invalid attribute item value \"{}\" for launchPermission: it is "
                                "an account id of 12 digits or the group all",
                                group.empty() ? user : group)));
    into.emplace_back(group == "all" ? group : user);
  }
  return {};
}

/// The older form: OperationType with UserIds and UserGroups.
Result<Permissions> read_operation_type(const Incoming& in) {
  Permissions permissions;
  const auto type = text_at(in.input(), "OperationType");
  if (type != "add" && type != "remove")
    return std::unexpected(invalid_value(type, "OperationType", "It is add or remove."));
  auto& list = type == "add" ? permissions.add : permissions.remove;
  for (const auto& user : TRY(text_list(in, "UserIds"))) list.push_back(user);
  for (const auto& group : TRY(text_list(in, "UserGroups"))) list.push_back(group);
  for (const auto& item : list)
    if (item != "all" && !is_account_id(item))
      return std::unexpected(invalid_value(item, "UserIds", "It is an account id or all."));
  return permissions;
}

Result<Permissions> read_permissions(const Incoming& in) {
  if (find(in.input(), "OperationType")) return read_operation_type(in);
  Permissions permissions;
  const auto* launch = find(in.input(), "LaunchPermission");
  if (!launch) return permissions;
  TRY_DO(read_permission_list(*launch, "Add", permissions.add));
  TRY_DO(read_permission_list(*launch, "Remove", permissions.remove));
  return permissions;
}

void apply_permissions(Image& image, const Permissions& permissions) {
  for (const auto& who : permissions.add) {
    if (who == "all") image.is_public = true;
    if (who != "all") image.shared_with.insert(who);
  }
  for (const auto& who : permissions.remove) {
    if (who == "all") image.is_public = false;
    image.shared_with.erase(who);
  }
}

std::optional<std::string> read_new_description(const Value& input) {
  if (const auto* value = find_path(input, {"Description", "Value"})) return str(text_of(*value));
  if (text_at(input, "Attribute") == "description") return str(text_at(input, "Value"));
  return std::nullopt;
}

Result<> check_attribute(std::string_view attribute) {
  if (attribute.empty() || attribute == "launchPermission" || attribute == "description") return {};
  return std::unexpected(unknown_attribute(attribute));
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
  TRY_DO(end_dry_run(in));
  Object output{{"ImageId", image.id}};
  if (attribute == "launchPermission")
    output["LaunchPermissions"] = launch_permissions(image);
  else if (attribute == "description")
    output["Description"] = Object{{"Value", image.description}};
  else if (attribute == "blockDeviceMapping")
    output["BlockDeviceMappings"] = disks_of(image);
  else
    return std::unexpected(unknown_attribute(attribute));
  return output;
}

Result<Value> modify_image_attribute(Incoming& in) {
  TRY_DO(check_attribute(text_at(in.input(), "Attribute")));
  const auto& image = *TRY(own_image(in));
  const auto permissions = TRY(read_permissions(in));
  TRY_DO(end_dry_run(in));
  if (image.state != ImageState::Available)
    return std::unexpected(ec2_error(
        "InvalidAMIID.Unavailable",
        fmt::format("The image '{}' is {}, not available", image.id, to_string(image.state))));
  const auto description = read_new_description(in.input());
  in.region.images.change(image.id, in.now, [&](Image& i) {
    apply_permissions(i, permissions);
    if (description) i.description = *description;
  });
  return Object{};
}

}  // namespace hikae::sandbox
