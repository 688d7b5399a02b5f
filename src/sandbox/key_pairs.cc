// CreateKeyPair, ImportKeyPair, DescribeKeyPairs, DeleteKeyPair. Of a key that is made here only
// the public half is kept: nobody logs in to an embedded machine.
#include <fmt/format.h>

#include <array>

#include "aws/base64.h"
#include "sandbox/key_material.h"
#include "sandbox/network_places.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/tagging.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kKeyNameMost = 255;
constexpr std::size_t kKeyPairsMost = 5'000;      // of one account and region
constexpr std::size_t kKeyMaterialMost = 16'384;  // bytes of what is imported

constexpr std::array kKeyFields{PathField{"key-pair-id", "KeyPairId"},
                                PathField{"fingerprint", "KeyFingerprint"},
                                PathField{"key-name", "KeyName"}};

const KeyPair* key_by_name(const Incoming& in, std::string_view name) {
  for (const auto id : in.region.keys.candidates({"key-name", name}))
    if (in.region.keys.find(id)->name == name) return in.region.keys.find(id);
  return nullptr;
}

Error no_such_key(std::string_view name) {
  return ec2_error("InvalidKeyPair.NotFound",
                   fmt::format("The key pair '{}' does not exist", name));
}

bool is_key_name(std::string_view name) {
  const auto is_ascii = [](char c) { return c >= ' ' && c <= '~'; };
  return name.size() <= kKeyNameMost && name.front() != ' ' && name.back() != ' ' &&
         std::ranges::all_of(name, is_ascii);
}

/// A row with the name and the tags of the call.
Result<KeyPair> read_new_key(const Incoming& in) {
  KeyPair row;
  row.name = TRY(required_text(in, "KeyName"));
  if (!is_key_name(row.name))
    return std::unexpected(invalid_value(
        row.name, "KeyName",
        "It has at most 255 ASCII characters and neither begins nor ends with a blank."));
  const auto tags = TRY(read_tag_specifications(in, {"key-pair"}));
  if (!tags.empty()) row.tags = tags.begin()->second;
  row.created = in.now;
  return row;
}

Result<> can_add_key(const Incoming& in, const std::string& name) {
  if (key_by_name(in, name))
    return std::unexpected(ec2_error("InvalidKeyPair.Duplicate",
                                     fmt::format("The keypair '{}' already exists.", name)));
  if (in.region.keys.rows().size() >= kKeyPairsMost)
    return std::unexpected(ec2_error("ResourceLimitExceeded",
                                     fmt::format("There are {} key pairs already", kKeyPairsMost)));
  return {};
}

/// Keeps the row and answers what CreateKeyPair and ImportKeyPair have in common.
Object add_key(Incoming& in, KeyPair row, const KeyMaterial& key) {
  row.id = in.world.new_id("key-");
  row.type = key.type;
  row.fingerprint = key.fingerprint;
  row.public_key = key.public_key;
  Object output{{"KeyName", row.name},
                {"KeyPairId", row.id},
                {"KeyFingerprint", row.fingerprint},
                {"Tags", render(row.tags)}};
  in.region.keys.add(std::move(row), in.now);
  return output;
}

/// What the world's entropy gives: a few ids, 68 bits each.
std::string drawn_text(World& world) {
  constexpr int kDraws = 4;
  std::string drawn;
  for (int i = 0; i < kDraws; ++i) drawn += world.new_id("");
  return drawn;
}

Result<KeyMaterial> make_key(Incoming& in, std::string_view type, std::string_view name) {
  if (type == "ed25519") return make_ed25519_key(drawn_text(in.world), name);
  return make_rsa_key();
}

Result<> check_key_form(const Value& input) {
  const auto type = text_at(input, "KeyType", "rsa");
  if (type != "rsa" && type != "ed25519")
    return std::unexpected(invalid_value(type, "KeyType", "It is rsa or ed25519."));
  const auto format = text_at(input, "KeyFormat", "pem");
  if (format == "pem") return {};
  return std::unexpected(invalid_value(
      format, "KeyFormat", "The embedded cloud writes pem; puttygen makes a ppk file of it."));
}

Result<KeyMaterial> read_imported(const Incoming& in) {
  const auto base64 = TRY(required_text(in, "PublicKeyMaterial"));
  const auto text = aws::from_base64(base64);
  if (!text || text->size() > kKeyMaterialMost)
    return std::unexpected(
        ec2_error("InvalidKey.Format", "Key is not in valid OpenSSH public key format"));
  return read_public_key(*text);
}

Object key_object(const KeyPair& row, bool shows_key) {
  Object out{{"KeyPairId", row.id},
             {"KeyName", row.name},
             {"KeyType", row.type},
             {"KeyFingerprint", row.fingerprint},
             {"CreateTime", iso_ms(row.created)},
             {"Tags", render(row.tags)}};
  if (shows_key) out["PublicKey"] = fmt::format("{} {}", row.public_key, row.name);
  return out;
}

/// Those that KeyNames names; all where it names none.
Result<Array> keys_by_name(const Incoming& in) {
  const bool shows_key = is_true_at(in.input(), "IncludePublicKey");
  const auto names = TRY(text_list(in, "KeyNames"));
  Array rows;
  for (const auto& name : names) {
    const auto* row = key_by_name(in, name);
    if (!row) return std::unexpected(no_such_key(name));
    rows.push_back(key_object(*row, shows_key));
  }
  if (names.empty())
    for (const auto& [id, row] : in.region.keys.rows()) rows.push_back(key_object(row, shows_key));
  return rows;
}

/// What DeleteKeyPair names, by id or by name; nullptr where it is gone already.
Result<const KeyPair*> doomed_key(const Incoming& in) {
  const auto id = text_at(in.input(), "KeyPairId");
  const auto name = text_at(in.input(), "KeyName");
  if (id.empty() && name.empty()) return std::unexpected(missing_parameter("KeyName"));
  if (!id.empty() && !name.empty())
    return std::unexpected(
        ec2_error("InvalidParameterCombination", "KeyName and KeyPairId cannot be given together"));
  return id.empty() ? key_by_name(in, name) : in.region.keys.find(id);
}

}  // namespace

Result<Value> create_key_pair(Incoming& in) {
  auto row = TRY(read_new_key(in));
  TRY_DO(check_key_form(in.input()));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_add_key(in, row.name));
  const auto key = TRY(make_key(in, text_at(in.input(), "KeyType", "rsa"), row.name));
  auto output = add_key(in, std::move(row), key);
  output["KeyMaterial"] = key.secret;
  return output;
}

Result<Value> import_key_pair(Incoming& in) {
  auto row = TRY(read_new_key(in));
  const auto key = TRY(read_imported(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_add_key(in, row.name));
  return add_key(in, std::move(row), key);
}

Result<Value> describe_key_pairs(Incoming& in) {
  return describe_objects(
      in, {"KeyPairs", "KeyPairIds", "KeyPairId", "InvalidKeyPair.NotFound", "key pair ID"},
      TRY(keys_by_name(in)), kKeyFields);
}

/// One that is not there is as good as deleted.
Result<Value> delete_key_pair(Incoming& in) {
  const auto* row = TRY(doomed_key(in));
  TRY_DO(end_dry_run(in));
  if (row) in.region.keys.erase(std::string(row->id), in.now);
  return Object{};
}

}  // namespace hikae::sandbox
