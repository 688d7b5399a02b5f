// `hikae backups`: the images there are.
#include <algorithm>

#include "cli/commands.h"
#include "cli/stack_parts.h"
#include "upkeep/tags.h"

namespace hikae::cli {
namespace {

std::string tag_of(const Value& image, std::string_view key) {
  for (const auto& tag : list_at(image, "Tags"))
    if (text_at(tag, "Key") == key) return str(text_at(tag, "Value"));
  return {};
}

std::string source_of(const Value& image) {
  const auto tagged = tag_of(image, upkeep::kSourceInstanceTag);
  return tagged.empty() ? str(text_at(image, "SourceInstanceId")) : tagged;
}

Result<Array> list_backups(const BackupsOptions& options, Session& session) {
  Array filters{Object{{"Name", "tag:" + str(upkeep::kAutoBackupTag)},
                       {"Values", Array{Value(str(upkeep::kAutoBackupValue))}}}};
  auto images = TRY(call_pages(session, "ec2", "DescribeImages",
                               Object{{"Owners", Array{"self"}}, {"Filters", filters}}, "Images"));
  // Of a deployed stack, what its own runs have made.
  const auto installation = session.is_deployed() ? TRY(installation_of_stack(session)) : "";
  Array wanted;
  for (auto& image : images) {
    const bool is_others =
        !installation.empty() && tag_of(image, upkeep::kInstallationTag) != installation;
    if (is_others) continue;
    if (options.instance.empty() || source_of(image) == options.instance)
      wanted.push_back(std::move(image));
  }
  std::stable_sort(wanted.begin(), wanted.end(), [](const Value& a, const Value& b) {
    return text_at(a, "CreationDate") > text_at(b, "CreationDate");
  });
  return wanted;
}

}  // namespace

Exit backups(const BackupsOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const auto images = list_backups(options, **session);
  if (!images) return report(out, images.error());
  if (out.json()) {
    out.value(Object{{"Backups", *images}});
    return Exit::Ok;
  }
  TextTable table({"CREATED", "IMAGE", "STATE", "INSTANCE", "NAME"});
  for (const auto& image : *images) {
    const auto state = text_at(image, "State");
    table.add({str(text_at(image, "CreationDate")).substr(0, 19), str(text_at(image, "ImageId")),
               out.painted(state, state == "available" ? Colour::Good : Colour::Warn),
               source_of(image), out.painted(tag_of(image, upkeep::kNameTag), Colour::None)});
  }
  table.empty() ? out.line("no backups yet") : table.print(out);
  return Exit::Ok;
}

}  // namespace hikae::cli
