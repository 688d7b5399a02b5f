// The forms of a key. What goes over the wire of SSH is a row of strings, each with its length in
// front (RFC 4251, section 5): "ssh-rsa", e, n or "ssh-ed25519", 32 bytes. An OpenSSH line is that
// in Base64; EC2's fingerprints are hashes of it, of a DER form, or of the private key, depending
// on the type and on who made the key.
#include "sandbox/key_material.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "aws/base64.h"
#include "sandbox/errors.h"
#include "sandbox/key_wire.h"

namespace hikae::sandbox {
namespace {

constexpr std::string_view kRsaName = "ssh-rsa";
constexpr std::string_view kEdName = "ssh-ed25519";
constexpr std::size_t kEdBytes = 32;
constexpr int kNewRsaBits = 2048;
constexpr std::array kRsaBits{1024, 2048, 4096};

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;

std::string line_of(std::string_view name, std::string_view wire) {
  return fmt::format("{} {}", name, aws::to_base64(wire));
}

std::unexpected<Error> openssl_failed(std::string_view doing) {
  return std::unexpected(
      ec2_error("InternalError", fmt::format("OpenSSL failed at {}; try again", doing)));
}

std::unexpected<Error> not_a_key() {
  return std::unexpected(
      ec2_error("InvalidKey.Format", "Key is not in valid OpenSSH public key format"));
}

std::string_view contents(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// "1f:51:ae"
std::string with_colons(std::string_view bytes) {
  std::string text;
  for (const char c : bytes)
    text += fmt::format("{}{:02x}", text.empty() ? "" : ":", static_cast<unsigned char>(c));
  return text;
}

// RSA.

void put_bignum(std::string& out, const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  put_unsigned(out, std::move(bytes));
}

BignumPtr number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  return BignumPtr(number);
}

Result<std::string> rsa_line(const EVP_PKEY* key) {
  const auto e = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  const auto n = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  if (!e || !n) return openssl_failed("reading a key's numbers");
  std::string wire;
  put_string(wire, kRsaName);
  put_bignum(wire, e.get());
  put_bignum(wire, n.get());
  return line_of(kRsaName, wire);
}

/// EC2's fingerprint of a key it has made: SHA-1 of the private key's DER.
Result<std::string> made_fingerprint(const EVP_PKEY* key) {
  const BioPtr der(BIO_new(BIO_s_mem()));
  if (!der || i2d_PKCS8PrivateKey_bio(der.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_failed("writing a key as DER");
  return with_colons(digest_of(contents(der.get()), EVP_sha1()));
}

/// EC2's fingerprint of one it was given: MD5 of the public key's DER.
Result<std::string> imported_fingerprint(EVP_PKEY* key) {
  const BioPtr der(BIO_new(BIO_s_mem()));
  if (!der || i2d_PUBKEY_bio(der.get(), key) != 1) return openssl_failed("writing a key as DER");
  return with_colons(digest_of(contents(der.get()), EVP_md5()));
}

Result<std::string> rsa_pem(EVP_PKEY* key) {
  const BioPtr pem(BIO_new(BIO_s_mem()));
  if (!pem || PEM_write_bio_PrivateKey_traditional(pem.get(), key, nullptr, nullptr, 0, nullptr,
                                                   nullptr) != 1)
    return openssl_failed("writing a key as PEM");
  return std::string(contents(pem.get()));
}

Result<KeyMaterial> imported_rsa(EVP_PKEY* key) {
  if (std::ranges::find(kRsaBits, EVP_PKEY_get_bits(key)) == kRsaBits.end()) return not_a_key();
  return KeyMaterial{"rsa", TRY(rsa_line(key)), TRY(imported_fingerprint(key)), {}};
}

BignumPtr bignum_of(std::string_view bytes) {
  return BignumPtr(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()), nullptr));
}

KeyPtr rsa_of(const BIGNUM* e, const BIGNUM* n) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e);
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  return KeyPtr(key);
}

Result<KeyMaterial> read_rsa_wire(std::string_view rest) {
  const auto e = take_string(rest);
  const auto n = take_string(rest);
  if (!e || !n || !rest.empty()) return not_a_key();
  const auto exponent = bignum_of(*e);
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get())) return not_a_key();
  const auto key = rsa_of(exponent.get(), bignum_of(*n).get());
  if (!key) return not_a_key();
  return imported_rsa(key.get());
}

// Ed25519.

std::string ed_wire(std::string_view public_bytes) {
  std::string wire;
  put_string(wire, kEdName);
  put_string(wire, public_bytes);
  return wire;
}

KeyMaterial ed_key(std::string_view public_bytes) {
  const auto wire = ed_wire(public_bytes);
  return {"ed25519", line_of(kEdName, wire), aws::to_base64(digest_of(wire, EVP_sha256())), {}};
}

/// The body of an OpenSSH private key without a passphrase. Both checks are the same number, which
/// only tells that decryption has succeeded: here there is none.
std::string ed_secret(std::string_view seed, std::string_view public_bytes, std::string_view name) {
  constexpr std::string_view kMagic{"openssh-key-v1\0", 15};
  constexpr std::size_t kBlock = 8;
  std::string inner;
  put_number(inner, 0);
  put_number(inner, 0);
  inner += ed_wire(public_bytes);
  put_string(inner, std::string(seed) + std::string(public_bytes));
  put_string(inner, name);
  for (char pad = 1; inner.size() % kBlock != 0; ++pad) inner += pad;
  std::string out(kMagic);
  put_string(out, "none");
  put_string(out, "none");
  put_string(out, "");
  put_number(out, 1);
  put_string(out, ed_wire(public_bytes));
  put_string(out, inner);
  return out;
}

// Reading.

Result<KeyMaterial> read_wire(std::string_view base64) {
  const auto bytes = aws::from_base64(base64);
  if (!bytes) return not_a_key();
  std::string_view rest = *bytes;
  const auto name = take_string(rest);
  if (name == kRsaName) return read_rsa_wire(rest);
  if (name != kEdName) return not_a_key();
  const auto point = take_string(rest);
  if (!point || point->size() != kEdBytes || !rest.empty()) return not_a_key();
  return ed_key(*point);
}

Result<KeyMaterial> read_der(std::string_view base64) {
  const auto bytes = aws::from_base64(base64);
  if (!bytes) return not_a_key();
  const auto* at = reinterpret_cast<const unsigned char*>(bytes->data());
  const KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes->size())));
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return not_a_key();
  return imported_rsa(key.get());
}

}  // namespace

Result<KeyMaterial> make_rsa_key() {
  const KeyPtr key(EVP_RSA_gen(kNewRsaBits));
  if (!key) return openssl_failed("making an RSA key");
  return KeyMaterial{"rsa", TRY(rsa_line(key.get())), TRY(made_fingerprint(key.get())),
                     TRY(rsa_pem(key.get()))};
}

Result<KeyMaterial> make_ed25519_key(std::string_view drawn, std::string_view name) {
  const auto seed = digest_of(drawn, EVP_sha256());
  const KeyPtr key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(seed.data()), seed.size()));
  std::string point(kEdBytes, '\0');
  auto size = point.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(point.data()),
                                          &size) != 1)
    return openssl_failed("making an Ed25519 key");
  auto made = ed_key(point);
  made.secret = openssh_pem(ed_secret(seed, point, name));
  return made;
}

Result<KeyMaterial> read_public_key(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto begin = std::min(text.find_first_not_of(kBlank), text.size());
  text.remove_prefix(begin);
  if (text.starts_with("---- BEGIN SSH2 PUBLIC KEY ----")) return read_wire(base64_of_block(text));
  if (text.starts_with("-----BEGIN PUBLIC KEY-----")) return read_der(base64_of_block(text));
  for (const auto name : {kRsaName, kEdName}) {
    if (!text.starts_with(name) || text.size() == name.size()) continue;
    auto rest = text.substr(name.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlank), rest.size()));
    auto key = TRY(read_wire(rest.substr(0, rest.find_first_of(kBlank))));
    if (!key.public_key.starts_with(name)) return not_a_key();
    return key;
  }
  return read_der(base64_of_block(text));
}

}  // namespace hikae::sandbox
