#include "cli/installation.h"

#include <algorithm>
#include <filesystem>

#include "base/entropy.h"
#include "os/data_folder.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kInstallationMax = 64;
constexpr std::size_t kInstallationFileBytes = 256;

bool is_installation_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-';
}

}  // namespace

bool is_installation(std::string_view text) {
  return !text.empty() && text.size() <= kInstallationMax &&
         std::ranges::all_of(text, is_installation_letter);
}

std::string new_installation(Entropy& entropy) { return random_hex(entropy, 16); }

Result<std::string> installation_in_file(const std::string& path) {
  if (!std::filesystem::exists(path)) return "";
  auto text = TRY(os::read_file(path, kInstallationFileBytes));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (is_installation(text)) return text;
  return fail(ErrorKind::Invalid,
              path +
                  " holds no installation id; put back what stood there (it is the tag "
                  "hikae:installation of this hikae's images), or remove the file where this "
                  "hikae has made no image yet");
}

}  // namespace hikae::cli
