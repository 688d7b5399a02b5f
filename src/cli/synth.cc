// `hikae synth`: what `hikae deploy` would bring, into a folder.
#include <filesystem>
#include <fstream>

#include "cli/deployment.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

/// Not os::write_file: what is made here is for others to read too.
Result<> write_public(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return {};
  return fail(ErrorKind::Io,
              path + " cannot be written: is the folder there, and the disk not full?");
}

Result<> write_all(const Deployment& made, const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(ErrorKind::Io, folder + " cannot be made: " + failed.message());
  TRY_DO(write_public(folder + "/template.json", text::to_pretty_json(made.template_value) + "\n"));
  for (const auto& zip : made.zips) TRY_DO(write_public(folder + "/" + zip.key, zip.bytes));
  return {};
}

}  // namespace

Exit synth(const SynthOptions& options) {
  Output out(options.what.common.format);
  const auto made = prepare_deployment(options.what);
  if (!made) return report(out, made.error());
  if (const auto written = write_all(*made, options.out); !written)
    return report(out, written.error());
  Array zips, notes;
  for (const auto& zip : made->zips)
    zips.push_back(Object{{"Parameter", zip.parameter}, {"File", zip.key}});
  for (const auto& note : made->notes) notes.push_back(Value(note));
  if (out.json()) {
    out.value(Object{{"Stack", made->stack},
                     {"Folder", options.out},
                     {"Template", "template.json"},
                     {"Functions", std::move(zips)},
                     {"Notes", std::move(notes)}});
    return Exit::Ok;
  }
  out.line(options.out + "/template.json");
  for (const auto& zip : made->zips)
    out.line(options.out + "/" + zip.key + "  (" + zip.parameter + ")");
  for (const auto& note : made->notes) out.line(out.painted("note: " + note, Colour::Warn));
  return Exit::Ok;
}

}  // namespace hikae::cli
