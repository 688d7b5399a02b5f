#include "aws/endpoints.h"

#include <gtest/gtest.h>

namespace hikae::aws {
namespace {

std::string host_of(std::string_view service, std::string_view region) {
  const auto endpoint = aws_endpoint(service, region);
  return endpoint ? endpoint->origin.host : endpoint.error().text();
}

TEST(Endpoints, AServiceLivesInItsRegion) {
  EXPECT_EQ(host_of("ec2", "ap-northeast-1"), "ec2.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(host_of("sts", "ap-northeast-1"), "sts.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(host_of("events", "eu-west-1"), "events.eu-west-1.amazonaws.com");
}

TEST(Endpoints, EachPartitionHasASuffixOfItsOwn) {
  EXPECT_EQ(host_of("ec2", "cn-north-1"), "ec2.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(host_of("ec2", "us-iso-east-1"), "ec2.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(host_of("ec2", "us-isob-east-1"), "ec2.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(host_of("ec2", "us-gov-west-1"), "ec2.us-gov-west-1.amazonaws.com");
}

TEST(Endpoints, AGlobalServiceIsSignedForItsPartitionsRegion) {
  EXPECT_EQ(host_of("iam", "ap-northeast-1"), "iam.amazonaws.com");
  EXPECT_EQ(aws_endpoint("iam", "ap-northeast-1")->signing.region, "us-east-1");
  EXPECT_EQ(host_of("iam", "cn-northwest-1"), "iam.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(host_of("iam", "us-gov-east-1"), "iam.us-gov.amazonaws.com");
}

TEST(Endpoints, ASignatureNamesTheServiceBySigningName) {
  EXPECT_EQ(aws_endpoint("sesv2", "eu-west-1")->signing.service, "ses");
  EXPECT_EQ(aws_endpoint("ec2", "eu-west-1")->signing.service, "ec2");
}

TEST(Endpoints, AnEndpointOfOnesOwnKeepsItsPortAndPath) {
  const auto endpoint = own_endpoint("ssm", "us-east-1", "http://127.0.0.1:4780/aws/");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->origin, (HttpOrigin{"http", "127.0.0.1", 4780}));
  EXPECT_EQ(endpoint->base_path, "/aws");
  EXPECT_EQ(endpoint->signing.region, "us-east-1");
}

TEST(Endpoints, AnAddressOfSixStandsInBrackets) {
  const auto endpoint = own_endpoint("ssm", "us-east-1", "http://[::1]:80");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->origin.host, "::1");
  EXPECT_EQ(host_header(endpoint->origin), "[::1]");
}

TEST(Endpoints, WhatIsNoAddressIsRefused) {
  for (const auto* url :
       {"127.0.0.1:4780", "ftp://host", "http://", "http://user@host", "http://host?x",
        "http://host:0", "http://host:99999", "http://[::1", "https://ho st", "http://[::1]x"})
    EXPECT_FALSE(own_endpoint("ssm", "us-east-1", url)) << url;
}

TEST(Endpoints, WhatIsNoRegionIsRefused) {
  for (const auto* region : {"", "Tokyo", "a/b", "-x", "x-"})
    EXPECT_FALSE(aws_endpoint("ec2", region)) << region;
}

}  // namespace
}  // namespace hikae::aws
