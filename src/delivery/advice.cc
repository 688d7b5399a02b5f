#include "delivery/advice.h"

#include <fmt/format.h>

#include <array>

#include "delivery/clean.h"

namespace hikae::delivery {
namespace {

struct CodeAdvice {
  std::string_view part;  // of the error code
  std::string_view text;
};

/// The first part that occurs in the code counts.
constexpr std::array<CodeAdvice, 17> kByCode = {{
    {"InsufficientInstanceCapacity",
     "AWS has no room for this instance type in its zone right now. Try to start it again every "
     "few minutes; if it has to be up at once, change its type."},
    {"UnauthorizedOperation",
     "A permission is missing. Give the role that runs the document the permission that AWS "
     "names above (and kms:CreateGrant where volumes are encrypted)."},
    {"AccessDenied",
     "A permission is missing. Give the role that runs the document the permission that AWS "
     "names above."},
    {"RequestLimitExceeded", "AWS had too many calls at once. Nothing is wrong; run it again."},
    {"Throttl", "AWS had too many calls at once. Nothing is wrong; run it again."},
    {"InvalidAMIName.Malformed",
     "The image's name is not allowed. Correct the instance's Name tag: 3 to 128 letters, digits "
     "or ()[]. /-'@_ in the image's name."},
    {"InvalidAMIName.Duplicate",
     "There is an image of that name already. Look whether it is tonight's backup; if not, "
     "deregister it or change the Name tag."},
    {"ResourceLimitExceeded",
     "A quota of the account is reached. Delete images and snapshots that "
     "nobody needs, or ask for more in Service Quotas."},
    {"LimitExceeded",
     "A quota of the account is reached. Delete images and snapshots that nobody "
     "needs, or ask for more in Service Quotas."},
    {"InvalidInstanceID",
     "The instance does not exist any more. If that is right, take it out of "
     "the backup group; its images stay."},
    {"IncorrectInstanceState",
     "Somebody or something else was starting or stopping the instance. "
     "Look at it, then run the backup again."},
    {"IncorrectState",
     "Somebody or something else was starting or stopping the instance. Look at "
     "it, then run the backup again."},
    {"InUse", "What was to be deleted is still in use. Nothing is lost; look who uses it."},
    {"InvalidSnapshot",
     "A snapshot is missing or in use. The new image is not affected; look at "
     "the snapshots of the old one."},
    {"InvalidAMIID", "The image is not there (yet, or any more). Look at the list of backups."},
    {"ExpiredToken", "hikae's credentials have expired. Renew them, then run the backup again."},
    {"AuthFailure",
     "hikae's credentials are not accepted. Correct them, then run the backup "
     "again."},
}};

std::string_view by_code(std::string_view code) {
  for (const auto& [part, text] : kByCode)
    if (code.find(part) != std::string_view::npos) return text;
  return {};
}

std::string in_region(std::string_view region) {
  return is_plain_id(region) ? fmt::format(" --region {}", region) : std::string();
}

std::string behind(std::string_view words) { return words.empty() ? "" : " " + str(words); }

std::string again_advice(const RunFacts& run, const InstanceFacts& instance,
                         std::string_view words) {
  if (instance.id.empty() || !is_plain_id(run.document))
    return "Run the document again when the cause is gone.";
  if (run.document.starts_with("hikae"))
    return fmt::format("Back it up again when the cause is gone: hikae backup {}{}", instance.id,
                       behind(words));
  return fmt::format("Run it again when the cause is gone: hikae run {} --param InstanceId={}{}",
                     run.document, instance.id, behind(words));
}

std::string image_advice(const RunFacts& run, std::string_view region, std::string_view words) {
  if (run.image.state == ImageState::Unverified)
    return fmt::format(
        "Do not count on {} before it is available: aws ec2 describe-images "
        "--image-ids {}{}",
        run.image.id, run.image.id, in_region(region));
  if (run.image.state == ImageState::Unknown)
    return "Look whether an image was made: hikae backups" + behind(words);
  return {};
}

std::string cause_advice(const RunFacts& run) {
  if (run.failed)
    if (const auto known = by_code(run.failed->error_code); !known.empty()) return str(known);
  if (run.status == "TimedOut")
    return "A step took longer than it may. Look whether it is still going on before anything is "
           "started again.";
  if (run.status == "Cancelled" || run.status == "Canceled")
    return "Somebody cancelled the run. If that was not you, ask who did.";
  return {};
}

}  // namespace

std::string start_advice(const InstanceFacts& instance, std::string_view region) {
  return fmt::format(
      "If it should be running, START IT NOW: aws ec2 start-instances --instance-ids {}{}",
      instance.id, in_region(region));
}

std::vector<std::string> advice_for(const RunFacts& run, const InstanceFacts& instance,
                                    std::string_view region, std::string_view words) {
  std::vector<std::string> list;
  const auto add = [&](std::string text) {
    if (!text.empty()) list.push_back(std::move(text));
  };
  if (instance.power == Power::Stopped) add(start_advice(instance, region));
  if (instance.power == Power::Unknown && !instance.id.empty())
    add(
        fmt::format("Look whether it is running: aws ec2 describe-instance-status "
                    "--include-all-instances --instance-ids {}{}",
                    instance.id, in_region(region)));
  add(cause_advice(run));
  add(image_advice(run, region, words));
  if (run.parent.empty() && run.status != "Success") add(again_advice(run, instance, words));
  if (!run.parent.empty())
    add(
        fmt::format("This run is a part of run {}, which may have dealt with it: wait for its end "
                    "or look at it before you act.",
                    clean_line(run.parent, 60)));
  return list;
}

}  // namespace hikae::delivery
