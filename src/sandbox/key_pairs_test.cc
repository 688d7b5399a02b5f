#include "sandbox/key_material.h"

#include "aws/base64.h"
#include "sandbox/key_wire.h"
#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

// Made by ssh-keygen for this test; the fingerprints are those of ssh-keygen and openssl.
constexpr std::string_view kRsaLine =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCv/45IbkWtpq47Bh6kI4evGl0X6ap2clw5cZRuGkn7xokvmWJG"
    "j8T8nHcK76ciXFXTY4fLQfISsROcZIjSRIO8WBV634lq8rvHIRyf86s6Ojw9d91PJpqCyncfoffzJXeHEyHWBVe5"
    "XaX6jNWBHc5Ti+TLFUPTFJp8o/18nm6/Sb5Mprh+uFCtoZyMOGjQRG8eW4J1DV/OzNYqW6xFIqeHLar6HookMWbq"
    "j5Pscs5uo3k9UQPpVzrYyV2F96x+gQ6PFzx6FDvQCpktqsjo1ghHpvZZ8k01isrxXVMQMUhtAH5fGrXeetQmkbmP"
    "KLZO4ikZCRPgvIKGmy8tpKGMnteX test";
constexpr std::string_view kRsaFingerprint = "10:ce:60:03:a3:8a:3f:3c:c8:5b:fc:ae:4e:0c:ee:56";
constexpr std::string_view kEdLine =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFBEBvO5cIz9fwQnhOFj/orvL+dZQ09EMdKNlvTlhJ4S test";
constexpr std::string_view kEdFingerprint = "Dwtr4bphGKv6g8MJQHGYR1RB65mnQxE8McjrknkcW2c=";

class KeyPairsTest : public WorldTest {
 protected:
  Result<Value> import_key(std::string_view name, std::string_view material) {
    return ec2(
        "ImportKeyPair",
        text::to_json(Object{{"KeyName", name}, {"PublicKeyMaterial", aws::to_base64(material)}}));
  }
  std::string names() { return ids(ec2("DescribeKeyPairs", "{}"), "KeyPairs", "KeyName"); }
};

TEST_F(KeyPairsTest, ANewKeyIsShownOnce) {
  const auto made = ec2("CreateKeyPair", R"({"KeyName": "ops"})");
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(text_at(*made, "KeyMaterial").starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
  EXPECT_EQ(text_at(*made, "KeyFingerprint").size(), 59U);
  EXPECT_TRUE(text_at(*made, "KeyPairId").starts_with("key-"));
  const auto shown = ec2("DescribeKeyPairs", R"({"KeyNames": ["ops"], "IncludePublicKey": true})");
  ASSERT_TRUE(shown);
  const auto& row = list_at(*shown, "KeyPairs")[0];
  EXPECT_EQ(text_at(row, "KeyType"), "rsa");
  EXPECT_TRUE(text_at(row, "PublicKey").starts_with("ssh-rsa AAAA"));
  EXPECT_EQ(text::to_json(*shown).find("PRIVATE"), std::string::npos);
}

TEST_F(KeyPairsTest, AnEd25519KeyFollowsFromTheWorldsEntropy) {
  const auto first = make_ed25519_key("drawn", "k");
  const auto again = make_ed25519_key("drawn", "k");
  const auto other = make_ed25519_key("drawn otherwise", "k");
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(first->secret, again->secret);
  EXPECT_NE(first->public_key, other->public_key);
  EXPECT_TRUE(first->secret.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
  const auto read = read_public_key(first->public_key);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->fingerprint, first->fingerprint);
}

TEST_F(KeyPairsTest, AnImportedKeyHasTheFingerprintThatEc2Gives) {
  auto made = import_key("rsa", kRsaLine);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(text_at(*made, "KeyFingerprint"), kRsaFingerprint);
  made = import_key("ed", kEdLine);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(text_at(*made, "KeyFingerprint"), kEdFingerprint);
}

TEST_F(KeyPairsTest, AKeyInABlockIsTheSameKey) {
  const auto body = str(kRsaLine.substr(8, kRsaLine.rfind(' ') - 8));
  const auto block = "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"a \\\nb\"\n" +
                     body.substr(0, 70) + "\n" + body.substr(70) +
                     "\n---- END SSH2 PUBLIC KEY ----\n";
  const auto made = import_key("block", block);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(text_at(*made, "KeyFingerprint"), kRsaFingerprint);
}

TEST_F(KeyPairsTest, WhatIsNoKeyIsRefused) {
  const auto ed = aws::from_base64(str(kEdLine.substr(12, 68)));
  ASSERT_TRUE(ed);
  for (const std::string& text :
       {std::string("hello"), std::string("ssh-rsa"), std::string("ssh-rsa AAAA"),
        "ssh-rsa " + str(kEdLine.substr(12)), "ssh-ed25519 " + aws::to_base64(ed->substr(0, 40)),
        str(kEdLine).substr(0, 60), std::string("---- BEGIN SSH2 PUBLIC KEY ----"), std::string()})
    EXPECT_FALSE(import_key("bad", text)) << text;
  const auto answer = import_key("bad", "hello");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "InvalidKey.Format");
}

TEST_F(KeyPairsTest, AnRsaKeyHasAnOddExponentAndAUsualLength) {
  const auto key_of = [](std::string_view e, std::string_view n) {
    std::string wire;
    put_string(wire, "ssh-rsa");
    put_string(wire, e);
    put_string(wire, n);
    return read_public_key("ssh-rsa " + aws::to_base64(wire)).has_value();
  };
  const std::string usual(256, '\xff');
  EXPECT_TRUE(key_of("\3", usual));
  EXPECT_FALSE(key_of("\2", usual));
  EXPECT_FALSE(key_of("\1", usual));
  EXPECT_FALSE(key_of("", usual));
  EXPECT_FALSE(key_of("\3", usual.substr(56)));
  EXPECT_FALSE(key_of("\3", ""));
}

TEST_F(KeyPairsTest, NamesAreUniqueAndChecked) {
  ASSERT_TRUE(import_key("k", kEdLine));
  EXPECT_EQ(code_of("CreateKeyPair", R"({"KeyName": "k", "KeyType": "ed25519"})"),
            "InvalidKeyPair.Duplicate");
  EXPECT_EQ(code_of("CreateKeyPair", R"({"KeyName": " k", "KeyType": "ed25519"})"),
            "InvalidParameterValue");
  EXPECT_EQ(code_of("CreateKeyPair", R"({"KeyName": "d", "KeyType": "dsa"})"),
            "InvalidParameterValue");
  EXPECT_EQ(code_of("CreateKeyPair", R"({"KeyName": "d", "DryRun": true})"), "DryRunOperation");
  EXPECT_EQ(code_of("DescribeKeyPairs", R"({"KeyNames": ["none"]})"), "InvalidKeyPair.NotFound");
  EXPECT_EQ(names(), "k");
}

TEST_F(KeyPairsTest, ADeletedKeyIsGoneAndMayBeDeletedAgain) {
  ASSERT_TRUE(import_key("k", kEdLine));
  EXPECT_EQ(code_of("DeleteKeyPair", R"({"KeyName": "k"})"), "ok");
  EXPECT_EQ(names(), "");
  EXPECT_EQ(code_of("DeleteKeyPair", R"({"KeyName": "k"})"), "ok");
  EXPECT_EQ(code_of("DeleteKeyPair", "{}"), "MissingParameter");
}

TEST_F(KeyPairsTest, AMachineIsLaunchedWithAKeyThatIsThere) {
  load();
  const auto launch = R"({"ImageId": "ami-0123456789abcdef0", "MinCount": 1, "MaxCount": 1,
                          "KeyName": "k"})";
  EXPECT_EQ(code_of("RunInstances", launch), "InvalidKeyPair.NotFound");
  ASSERT_TRUE(import_key("k", kEdLine));
  EXPECT_EQ(code_of("RunInstances", launch), "ok");
}

}  // namespace
}  // namespace hikae::sandbox
