// Every filter that EC2 documents for what backups look at, each with a value that finds something
// and one that finds nothing.
#include <span>

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

/// `finds` empty: it is about something that nothing here has.
struct DocumentedFilter {
  std::string_view name;
  std::string_view finds;
  std::string_view misses = "x-no-such-value";
};

constexpr DocumentedFilter kOfInstances[]{
    {"affinity", ""},
    {"architecture", "x86_64", "arm64"},
    {"availability-zone", "ap-northeast-1a", "ap-northeast-1b"},
    {"availability-zone-id", "ap-northeast-1-az1", "ap-northeast-1-az2"},
    {"block-device-mapping.attach-time", "2026-01-01T19:*", "2019*"},
    {"block-device-mapping.delete-on-termination", "true", "maybe"},
    {"block-device-mapping.device-name", "/dev/xvda", "/dev/xvd"},
    {"block-device-mapping.status", "attached", "detached"},
    {"block-device-mapping.volume-id", "vol-*", "vol-"},
    {"boot-mode", ""},
    {"capacity-reservation-id", ""},
    {"capacity-reservation-specification.capacity-reservation-preference", "open", "none"},
    {"capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id", ""},
    {"capacity-reservation-specification.capacity-reservation-target."
     "capacity-reservation-resource-group-arn",
     ""},
    {"client-token", "once", "twice"},
    {"current-instance-boot-mode", ""},
    {"dns-name", ""},
    {"ebs-optimized", "true", "True"},
    {"ena-support", "true", "no"},
    {"enclave-options.enabled", "false", "true"},
    {"group-id", "sg-*"},
    {"group-name", "default", "Default"},
    {"hibernation-options.configured", "false", "true"},
    {"host-id", ""},
    {"hypervisor", "xen", "nitro"},
    {"iam-instance-profile.arn", "arn:aws:iam::*:instance-profile/ops", "ops"},
    {"iam-instance-profile.id", "AIPA*"},
    {"iam-instance-profile.name", "ops", "op"},
    {"image-id", "ami-*"},
    {"instance-id", "i-*"},
    {"instance-lifecycle", "", "spot"},
    {"instance-state-code", "16", "32"},
    {"instance-state-name", "running", "RUNNING"},
    {"instance-type", "t3.*", "m5.*"},
    {"instance.group-id", "sg-*"},
    {"instance.group-name", "default", "other"},
    {"ip-address", ""},
    {"ipv6-address", ""},
    {"kernel-id", ""},
    {"key-name", "ops", "Ops"},
    {"launch-index", "1", "2"},
    {"launch-time", "2026-01-01T19:*", "2019*"},
    {"maintenance-options.auto-recovery", "default", "disabled"},
    {"metadata-options.http-endpoint", "enabled", "on"},
    {"metadata-options.http-protocol-ipv4", "enabled", "on"},
    {"metadata-options.http-protocol-ipv6", "disabled", "enabled"},
    {"metadata-options.http-put-response-hop-limit", "3", "4"},
    {"metadata-options.http-tokens", "required", "never"},
    {"metadata-options.instance-metadata-tags", "enabled", "on"},
    {"metadata-options.state", "applied", "pending"},
    {"monitoring-state", "enabled", "on"},
    {"network-interface.addresses.association.allocation-id", ""},
    {"network-interface.addresses.association.association-id", ""},
    {"network-interface.addresses.association.carrier-ip", ""},
    {"network-interface.addresses.association.customer-owned-ip", ""},
    {"network-interface.addresses.association.ip-owner-id", ""},
    {"network-interface.addresses.association.public-dns-name", ""},
    {"network-interface.addresses.association.public-ip", ""},
    {"network-interface.addresses.primary", "true", "false"},
    {"network-interface.addresses.private-dns-name", "ip-172-31-*.compute.internal"},
    {"network-interface.addresses.private-ip-address", "172.31.*", "10.*"},
    {"network-interface.association.allocation-id", ""},
    {"network-interface.association.association-id", ""},
    {"network-interface.association.carrier-ip", ""},
    {"network-interface.association.customer-owned-ip", ""},
    {"network-interface.association.ip-owner-id", ""},
    {"network-interface.association.public-dns-name", ""},
    {"network-interface.association.public-ip", ""},
    {"network-interface.attachment.attach-time", "2026-01-01T19:*", "2019*"},
    {"network-interface.attachment.attachment-id", "eni-attach-*"},
    {"network-interface.attachment.delete-on-termination", "true", "false"},
    {"network-interface.attachment.device-index", "0", "1"},
    {"network-interface.attachment.instance-id", "i-*"},
    {"network-interface.attachment.instance-owner-id", "123456789012", "1"},
    {"network-interface.attachment.network-card-index", "0", "1"},
    {"network-interface.attachment.status", "attached", "detached"},
    {"network-interface.availability-zone", "ap-northeast-1a", "ap-northeast-1b"},
    {"network-interface.deny-all-igw-traffic", "false", "true"},
    {"network-interface.description", "*"},
    {"network-interface.group-id", "sg-*"},
    {"network-interface.group-name", "default"},
    {"network-interface.ipv4-prefixes.ipv4-prefix", ""},
    {"network-interface.ipv6-address", ""},
    {"network-interface.ipv6-addresses.ipv6-address", ""},
    {"network-interface.ipv6-addresses.is-primary-ipv6", ""},
    {"network-interface.ipv6-native", "false", "true"},
    {"network-interface.ipv6-prefixes.ipv6-prefix", ""},
    {"network-interface.mac-address", "02:*", "03:*"},
    {"network-interface.network-interface-id", "eni-*"},
    {"network-interface.operator.managed", "false", "true"},
    {"network-interface.operator.principal", ""},
    {"network-interface.outpost-arn", ""},
    {"network-interface.owner-id", "123456789012", "1"},
    {"network-interface.private-dns-name", "ip-172-31-*"},
    {"network-interface.private-ip-address", "172.31.*"},
    {"network-interface.public-dns-name", ""},
    {"network-interface.requester-id", ""},
    {"network-interface.requester-managed", "false", "true"},
    {"network-interface.source-dest-check", "true", "no"},
    {"network-interface.status", "in-use", "available"},
    {"network-interface.subnet-id", "subnet-*"},
    {"network-interface.tag-key", "Net", "net"},
    {"network-interface.tag-value", "inner", "Inner"},
    {"network-interface.vpc-id", "vpc-*"},
    {"network-performance-options.bandwidth-weighting", ""},
    {"operator.managed", "false", "true"},
    {"operator.principal", ""},
    {"outpost-arn", ""},
    {"owner-id", "123456789012", "1"},
    {"placement-group-name", ""},
    {"placement-partition-number", ""},
    {"platform", "windows", "Windows"},
    {"platform-details", "Linux/UNIX", "linux"},
    {"private-dns-name", "ip-172-31-*"},
    {"private-dns-name-options.enable-resource-name-dns-a-record", "false", "true"},
    {"private-dns-name-options.enable-resource-name-dns-aaaa-record", "false", "true"},
    {"private-dns-name-options.hostname-type", "ip-name", "resource-name"},
    {"private-ip-address", "172.31.*"},
    {"product-code", ""},
    {"product-code.type", ""},
    {"ramdisk-id", ""},
    {"reason", "User initiated (*)"},
    {"requester-id", ""},
    {"reservation-id", "r-*"},
    {"root-device-name", "/dev/xvda"},
    {"root-device-type", "ebs", "instance-store"},
    {"source-dest-check", "true", "no"},
    {"spot-instance-request-id", ""},
    {"state-reason-code", "Client.UserInitiatedShutdown"},
    {"state-reason-message", "*User initiated shutdown"},
    {"subnet-id", "subnet-*"},
    {"tag:Name", "web", "Web"},
    {"tag-key", "Name", "name"},
    {"tenancy", "default", "dedicated"},
    {"tpm-support", ""},
    {"usage-operation", "RunInstances", "RunInstances:"},
    {"usage-operation-update-time", "2026-01-01T19:*"},
    {"virtualization-type", "hvm", "paravirtual"},
    {"vpc-id", "vpc-*"},
};

constexpr DocumentedFilter kOfStatuses[]{
    {"attached-ebs-status.status", ""},
    {"availability-zone", "ap-northeast-1a", "ap-northeast-1b"},
    {"availability-zone-id", "ap-northeast-1-az1"},
    {"event.code", ""},
    {"event.description", ""},
    {"event.instance-event-id", ""},
    {"event.not-after", ""},
    {"event.not-before", ""},
    {"event.not-before-deadline", ""},
    {"instance-state-code", "16", "80"},
    {"instance-state-name", "running", "stopped"},
    {"instance-status.reachability", "passed", "failed"},
    {"instance-status.status", "ok", "impaired"},
    {"operator.managed", "false", "true"},
    {"operator.principal", ""},
    {"system-status.reachability", "passed", "failed"},
    {"system-status.status", "ok", "impaired"},
};

constexpr DocumentedFilter kOfImages[]{
    {"architecture", "x86_64", "arm64"},
    {"block-device-mapping.delete-on-termination", "true", "maybe"},
    {"block-device-mapping.device-name", "/dev/xvda"},
    {"block-device-mapping.encrypted", "false", "maybe"},
    {"block-device-mapping.snapshot-id", "snap-*"},
    {"block-device-mapping.volume-size", "8", "9"},
    {"block-device-mapping.volume-type", "gp3", "st1"},
    {"creation-date", "2026-01-01T*", "2024*"},
    {"description", "for tests", "tests"},
    {"ena-support", "true", "no"},
    {"free-tier-eligible", "false", "true"},
    {"hypervisor", "xen", "ovm"},
    {"image-allowed", "true", "false"},
    {"image-id", "ami-*"},
    {"image-type", "machine", "kernel"},
    {"is-public", "true", "yes"},
    {"kernel-id", ""},
    {"manifest-location", "123456789012/night"},
    {"name", "night", "Night"},
    {"owner-alias", "amazon", "aws-marketplace"},
    {"owner-id", "123456789012", "1"},
    {"platform", "", "macos"},
    {"product-code", ""},
    {"product-code.type", ""},
    {"ramdisk-id", ""},
    {"root-device-name", "/dev/xvda"},
    {"root-device-type", "ebs", "instance-store"},
    {"source-image-id", "ami-*"},
    {"source-image-region", "ap-northeast-1", "us-east-1"},
    {"source-instance-id", "i-*"},
    {"sriov-net-support", ""},
    {"state", "available", "failed"},
    {"state-reason-code", ""},
    {"state-reason-message", ""},
    {"tag:Kind", "nightly", "daily"},
    {"tag-key", "Kind", "kind"},
    {"virtualization-type", "hvm", "paravirtual"},
};

constexpr DocumentedFilter kOfSnapshots[]{
    {"description", "by hand", "hand"},
    {"encrypted", "false", "maybe"},
    {"owner-alias", "amazon"},
    {"owner-id", "123456789012", "1"},
    {"progress", "100%", "100"},
    {"snapshot-id", "snap-*"},
    {"start-time", "2026-01-01T*", "2024*"},
    {"status", "completed", "error"},
    {"storage-tier", "standard", "archive"},
    {"tag:Kind", "nightly", "daily"},
    {"tag-key", "Kind", "kind"},
    {"transfer-type", ""},
    {"volume-id", "vol-*"},
    {"volume-size", "8", "80"},
};

constexpr DocumentedFilter kOfVolumes[]{
    {"attachment.attach-time", "2026-01-01T19:*", "2024*"},
    {"attachment.delete-on-termination", "true", "maybe"},
    {"attachment.device", "/dev/xvda"},
    {"attachment.instance-id", "i-*"},
    {"attachment.status", "attached", "busy"},
    {"availability-zone", "ap-northeast-1a", "ap-northeast-1b"},
    {"availability-zone-id", "ap-northeast-1-az1"},
    {"create-time", "2026-01-01T19:*", "2024*"},
    {"encrypted", "false", "maybe"},
    {"fast-restored", "false", "true"},
    {"multi-attach-enabled", "false", "true"},
    {"operator.managed", "false", "true"},
    {"operator.principal", ""},
    {"size", "8", "80"},
    {"snapshot-id", "snap-*"},
    {"status", "in-use", "error"},
    {"tag:Kind", "disk", "Disk"},
    {"tag-key", "Kind", "kind"},
    {"volume-id", "vol-*"},
    {"volume-type", "gp3", "st1"},
};

constexpr DocumentedFilter kOfTags[]{
    {"key", "Name", "name"},    {"resource-id", "i-*"}, {"resource-type", "instance", "Instance"},
    {"tag:Name", "web", "Web"}, {"value", "web*"},
};

constexpr DocumentedFilter kOfKeyPairs[]{
    {"fingerprint", "*="}, {"key-name", "ops", "Ops"}, {"key-pair-id", "key-*"},
    {"tag:Kind", "login"}, {"tag-key", "Kind"},
};

class DocumentedFiltersTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
    load(R"({"instances": [{"name": "win", "platform": "windows"}]})");
    must("CreateKeyPair", R"({"KeyName": "ops", "KeyType": "ed25519", "TagSpecifications": [
      {"ResourceType": "key-pair", "Tags": [{"Key": "Kind", "Value": "login"}]}]})");
    const auto image = make_image(kWeb, "night");
    wait(hours(1) / 2);
    must("CreateTags", R"({"Tags": [{"Key": "Kind", "Value": "nightly"}], "Resources": [")" +
                           image + R"(", ")" + first_snapshot() + "\"]}");
    must("ModifyImageAttribute",
         R"({"ImageId": ")" + image + R"(", "Description": {"Value": "for tests"}})");
    must("CopyImage", R"({"Name": "copied", "SourceRegion": "ap-northeast-1", "SourceImageId": ")" +
                          image + "\"}");
    must("CreateSnapshot", R"({"Description": "by hand", "VolumeId": ")" + first_volume() + "\"}");
    must("RunInstances", R"({"MinCount": 2, "MaxCount": 2, "ClientToken": "once", "KeyName": "ops",
      "IamInstanceProfile": {"Name": "ops"}, "EbsOptimized": true, "Monitoring": {"Enabled": true},
      "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 3,
                          "InstanceMetadataTags": "enabled"},
      "TagSpecifications": [
        {"ResourceType": "network-interface", "Tags": [{"Key": "Net", "Value": "inner"}]},
        {"ResourceType": "volume", "Tags": [{"Key": "Kind", "Value": "disk"}]}],
      "ImageId": ")" + image +
                             "\"}");
    must("StopInstances", R"({"InstanceIds": ["i-00000000000000002"]})");
    wait(hours(1) / 4);
  }

  void must(const std::string& operation, const std::string& input) {
    const auto done = ec2(operation, input);
    ASSERT_TRUE(done) << operation << ": " << done.error().text();
  }
  std::string first_snapshot() const {
    const auto all = sandbox_->snapshots(kHere);
    return all.empty() ? "" : str(text_at(all[0], "SnapshotId"));
  }
  std::string first_volume() const {
    const auto all = sandbox_->volumes(kHere);
    return all.empty() ? "" : str(text_at(all[0], "VolumeId"));
  }

  /// How many rows one value finds, or the error.
  std::string count(const std::string& operation, std::string_view list, std::string_view name,
                    std::string_view value) {
    const auto answer =
        ec2(operation, text::to_json(Object{
                           {"Filters", Array{Object{{"Name", name}, {"Values", Array{value}}}}}}));
    return answer ? std::to_string(list_at(*answer, list).size()) : answer.error().text();
  }

  void check(const std::string& operation, std::string_view list,
             std::span<const DocumentedFilter> filters) {
    for (const auto& [name, finds, misses] : filters) {
      EXPECT_EQ(count(operation, list, name, misses), "0") << name;
      if (finds.empty()) continue;
      const auto found = count(operation, list, name, finds);
      EXPECT_TRUE(found != "0" && found.size() < 3) << name << ": " << found;
    }
    EXPECT_EQ(code_of(operation, R"({"Filters": [{"Name": "no-such", "Values": ["x"]}]})"),
              "InvalidParameterValue");
  }
};

TEST_F(DocumentedFiltersTest, OfInstancesFindAndMiss) {
  check("DescribeInstances", "Reservations", kOfInstances);
}

TEST_F(DocumentedFiltersTest, OfInstanceStatusesFindAndMissAndTagsAreNotAmongThem) {
  check("DescribeInstanceStatus", "InstanceStatuses", kOfStatuses);
  EXPECT_EQ(code_of("DescribeInstanceStatus",
                    R"({"Filters": [{"Name": "tag:Name", "Values": ["web"]}]})"),
            "InvalidParameterValue");
}

TEST_F(DocumentedFiltersTest, OfImagesFindAndMiss) { check("DescribeImages", "Images", kOfImages); }

TEST_F(DocumentedFiltersTest, OfSnapshotsFindAndMiss) {
  check("DescribeSnapshots", "Snapshots", kOfSnapshots);
}

TEST_F(DocumentedFiltersTest, OfVolumesFindAndMiss) {
  check("DescribeVolumes", "Volumes", kOfVolumes);
}

TEST_F(DocumentedFiltersTest, OfTagsFindAndMiss) { check("DescribeTags", "Tags", kOfTags); }

TEST_F(DocumentedFiltersTest, OfKeyPairsFindAndMiss) {
  check("DescribeKeyPairs", "KeyPairs", kOfKeyPairs);
}

TEST_F(DocumentedFiltersTest, OnlyTheMachineThatIsMeantIsFound) {
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "reason", "Values": ["User*"]}]})"), "02");
  EXPECT_EQ(instance_ids(R"({"InstanceIds": ["i-00000000000000001", "i-00000000000000002"],
                             "Filters": [{"Name": "state-reason-code", "Values": ["Client*"]}]})"),
            "02");
}

TEST_F(DocumentedFiltersTest, ARequestHasAtMostFiftyOfThem) {
  const auto with = [&](int how_many) {
    Array filters;
    for (int i = 0; i < how_many; ++i)
      filters.push_back(Object{{"Name", "tag:Name"}, {"Values", Array{"web"}}});
    return code_of("DescribeInstances", text::to_json(Object{{"Filters", filters}}));
  };
  EXPECT_EQ(with(50), "ok");
  EXPECT_EQ(with(51), "FilterLimitExceeded");
}

}  // namespace
}  // namespace hikae::sandbox
