// The codec: how long an answer of a thousand images or instances takes to write and to read, and a
// small request to find and read.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "aws/wire.h"

namespace hikae {
namespace {

Array tags_of(int number) {
  Array tags;
  for (const auto* key : {"Name", "AutoBackup", "hikae:installation"})
    tags.push_back(Object{{"Key", key}, {"Value", fmt::format("web{}", number)}});
  return tags;
}

/// As DescribeImages answers for an image that hikae made: 21 members, two devices, three tags.
Object image(int number) {
  Array devices;
  for (const auto* name : {"/dev/xvda", "/dev/sdf"})
    devices.push_back(Object{{"DeviceName", name},
                             {"Ebs", Object{{"DeleteOnTermination", true},
                                            {"SnapshotId", fmt::format("snap-{:017x}", number)},
                                            {"VolumeSize", 30},
                                            {"VolumeType", "gp3"},
                                            {"Iops", 3000},
                                            {"Throughput", 125},
                                            {"Encrypted", false}}}});
  return Object{{"Architecture", "x86_64"},
                {"CreationDate", "2026-01-01T18:30:00.000Z"},
                {"ImageId", fmt::format("ami-{:017x}", number)},
                {"ImageLocation", fmt::format("123456789012/web{}-20260101", number)},
                {"ImageType", "machine"},
                {"Public", false},
                {"OwnerId", "123456789012"},
                {"PlatformDetails", "Linux/UNIX"},
                {"UsageOperation", "RunInstances"},
                {"State", "available"},
                {"BlockDeviceMappings", std::move(devices)},
                {"Description", "made by hikae & kept for three nights"},
                {"EnaSupport", true},
                {"Hypervisor", "xen"},
                {"Name", fmt::format("web{}-20260101", number)},
                {"RootDeviceName", "/dev/xvda"},
                {"RootDeviceType", "ebs"},
                {"SriovNetSupport", "simple"},
                {"Tags", tags_of(number)},
                {"VirtualizationType", "hvm"}};
}

Value thousand_images() {
  Array images;
  for (int i = 0; i < 1000; ++i) images.push_back(image(i));
  return Object{{"Images", std::move(images)}};
}

aws::Found found_operation(std::string_view service, std::string_view name, aws::Dialect dialect) {
  return {*aws::Model::get().find(service, name), dialect};
}

void BM_WriteDescribeImagesOf1000(benchmark::State& state) {
  const auto output = thousand_images();
  const auto found = found_operation("ec2", "DescribeImages", aws::Dialect::Ec2);
  std::size_t bytes = 0;
  for (auto _ : state) bytes = aws::write_response(found, output, "r").body.size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(BM_WriteDescribeImagesOf1000)->Unit(benchmark::kMillisecond);

void BM_ReadDescribeImagesOf1000(benchmark::State& state) {
  const auto found = found_operation("ec2", "DescribeImages", aws::Dialect::Ec2);
  const auto response = aws::write_response(found, thousand_images(), "r");
  for (auto _ : state) benchmark::DoNotOptimize(aws::read_response(found.operation, response));
}
BENCHMARK(BM_ReadDescribeImagesOf1000)->Unit(benchmark::kMillisecond);

void read_one(benchmark::State& state, const HttpRequest& request, std::string_view service) {
  for (auto _ : state) {
    const auto found = aws::find_operation(request, service);
    benchmark::DoNotOptimize(aws::read_request(*found, request));
  }
}

void BM_ReadASmallEc2Request(benchmark::State& state) {
  read_one(state,
           {"POST",
            "/",
            {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
            "Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0"},
           "ec2");
}
BENCHMARK(BM_ReadASmallEc2Request);

void BM_ReadASmallJsonRequest(benchmark::State& state) {
  read_one(
      state,
      {"POST",
       "/",
       {{"X-Amz-Target", "AmazonSSM.GetDocument"}, {"Content-Type", "application/x-amz-json-1.1"}},
       "{\"Name\": \"hikae-backup\"}"},
      "ssm");
}
BENCHMARK(BM_ReadASmallJsonRequest);

void BM_ReadASmallS3Request(benchmark::State& state) {
  read_one(state, {"GET", "/assets/a/template.json", {}, ""}, "s3");
}
BENCHMARK(BM_ReadASmallS3Request);

}  // namespace
}  // namespace hikae

BENCHMARK_MAIN();
