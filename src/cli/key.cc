// `hikae key`: the access keys of this installation, with which clients sign.
#include <filesystem>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/serving.h"
#include "os/data_folder.h"

namespace hikae::cli {
namespace {

/// The files of one profile, in a folder of their own: `up --listen` writes its own anew.
struct ProfileFiles {
  std::string credentials, config;
};

Result<> check_profile_name(const std::string& name) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  if (!name.empty() && name.size() <= 64 && name.find_first_not_of(kLetters) == std::string::npos)
    return {};
  return fail(ErrorKind::Invalid,
              "--profile '" + printable(name) + "': write 1 to 64 letters, digits, _ or -");
}

Result<ProfileFiles> write_profile_of(Session& session, const std::string& name,
                                      const Value& made) {
  const auto folder = std::filesystem::path(session.data()) / "aws" / name;
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem)
    return fail(ErrorKind::Io, "cannot create " + folder.string() + ": " + problem.message());
  ProfileFiles files{(folder / "credentials").string(), (folder / "config").string()};
  TRY_DO(os::write_file(files.credentials,
                        "[" + name + "]\naws_access_key_id = " + str(text_at(made, "AccessKeyId")) +
                            "\naws_secret_access_key = " + str(text_at(made, "SecretAccessKey")) +
                            "\n"));
  auto config = "[profile " + name + "]\nregion = " + session.scope().region + "\n";
  const auto reach = TRY(reach_of(session.data()));
  if (!reach.url.empty()) config += "endpoint_url = " + reach.url + "\n";
  TRY_DO(os::write_file(files.config, config));
  return files;
}

void print_key(Output& out, const KeyOptions& options, const Value& made,
               const std::optional<ProfileFiles>& files) {
  if (out.json()) {
    Object shown{{"AccessKeyId", text_at(made, "AccessKeyId")},
                 {"SecretAccessKey", text_at(made, "SecretAccessKey")},
                 {"Name", options.name},
                 {"Role", options.role}};
    if (files) {
      shown["CredentialsFile"] = files->credentials;
      shown["ConfigFile"] = files->config;
    }
    return out.value(std::move(shown));
  }
  out.line("aws_access_key_id = " + str(text_at(made, "AccessKeyId")));
  out.line("aws_secret_access_key = " + str(text_at(made, "SecretAccessKey")));
  out.line(out.painted("The secret is shown this once.", Colour::Warn));
  if (!files) return;
  out.line("  export AWS_SHARED_CREDENTIALS_FILE=" + files->credentials);
  out.line("  export AWS_CONFIG_FILE=" + files->config + " AWS_PROFILE=" + options.profile);
}

Result<> create(const KeyOptions& options, Session& session, Output& out) {
  if (!options.profile.empty()) TRY_DO(check_profile_name(options.profile));
  const auto made = TRY(session.call("hikae-desk", "CreateKey",
                                     Object{{"Name", options.name}, {"Level", options.role}}));
  std::optional<ProfileFiles> files;
  std::optional<Error> unwritten;
  if (!options.profile.empty()) {
    auto written = write_profile_of(session, options.profile, made);
    if (written)
      files = std::move(*written);
    else
      unwritten = std::move(written.error());
  }
  print_key(out, options, made, files);
  // The key is there, and its secret was shown: only the files are not.
  if (unwritten) return std::unexpected(std::move(*unwritten));
  return {};
}

Result<> list_keys(Session& session, Output& out) {
  const auto answer = TRY(session.call("hikae-desk", "ListKeys", Object{}));
  if (out.json()) {
    out.value(answer);
    return {};
  }
  TextTable table({"KEY", "NAME", "ROLE", "STATUS", "CREATED"});
  for (const auto& one : list_at(answer, "Keys"))
    table.add({str(text_at(one, "AccessKeyId")), out.painted(text_at(one, "Name"), Colour::None),
               str(text_at(one, "Level")), str(text_at(one, "Status")),
               str(text_at(one, "CreateDate")).substr(0, 19)});
  table.empty() ? out.line("there are no keys; hikae key create NAME makes one") : table.print(out);
  return {};
}

Result<> delete_key(const KeyOptions& options, Session& session, Output& out) {
  TRY(session.call("hikae-desk", "DeleteKey", Object{{"AccessKeyId", options.name}}));
  if (out.json())
    out.value(Object{{"AccessKeyId", options.name}, {"Deleted", true}});
  else
    out.line("key " + out.painted(options.name, Colour::Bold) + " is deleted");
  return {};
}

Result<> act(const KeyOptions& options, Session& session, Output& out) {
  switch (options.action) {
    case KeyAction::Create: return create(options, session, out);
    case KeyAction::List: return list_keys(session, out);
    case KeyAction::Delete: return delete_key(options, session, out);
  }
  return {};
}

}  // namespace

Exit key(const KeyOptions& options) {
  Output out(options.common.format);
  const auto folder = options.action == KeyAction::Create ? Folder::MayBeNew : Folder::MustExist;
  auto session = open_session(options.common, {}, Sharing::WithRunning, folder);
  if (!session) return report(out, session.error());
  const auto done = act(options, **session, out);
  return done ? Exit::Ok : report(out, done.error());
}

}  // namespace hikae::cli
