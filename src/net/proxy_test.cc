#include "net/proxy.h"

#include <gtest/gtest.h>

namespace hikae::net {
namespace {

std::string told_proxy(std::string_view text) {
  const auto proxy = parse_proxy(text);
  if (!proxy) return "refused";
  return proxy->host + " " + std::to_string(proxy->port) +
         (proxy->authorization.empty() ? "" : " " + proxy->authorization);
}

TEST(Proxy, ReadsAddressesAsPeopleWriteThem) {
  EXPECT_EQ(told_proxy("http://proxy.example.com:8080/"), "proxy.example.com 8080");
  EXPECT_EQ(told_proxy("HTTP://proxy"), "proxy 3128");
  EXPECT_EQ(told_proxy("proxy:1"), "proxy 1");
  EXPECT_EQ(told_proxy("[::1]:8080"), "::1 8080");
  EXPECT_EQ(told_proxy("http://u:p@h@proxy:1"), "proxy 1 Basic dTpwQGg=");
}

TEST(Proxy, RefusesWhatIsNone) {
  for (const auto* text : {"", "http://", "https://proxy:1", "socks5://proxy:1", "proxy:0",
                           "proxy:65536", "proxy:x", "a b:1", "http://user@"})
    EXPECT_EQ(told_proxy(text), "refused") << text;
}

TEST(Proxy, RepeatsNoPasswordInItsErrors) {
  EXPECT_EQ(parse_proxy("https://user:secret@proxy").error().message.find("secret"),
            std::string::npos);
}

TEST(Proxy, KnowsWhatIsReachedDirectly) {
  const HttpOrigin origin{"https", "ec2.eu.example.com", 443};
  for (const auto* list : {"*", "example.com", ".example.com", "EC2.eu.Example.com",
                           "x, example.com:443 ,y", "a,,ec2.eu.example.com"})
    EXPECT_TRUE(is_reached_directly(origin, list)) << list;
  for (const auto* list :
       {"", ",", ".", "ample.com", "example.com:80", "eu", "ec2.eu.example.com.x"})
    EXPECT_FALSE(is_reached_directly(origin, list)) << list;
  EXPECT_TRUE(is_reached_directly({"http", "169.254.169.254", 80}, "169.254.169.254"));
  EXPECT_TRUE(is_reached_directly({"http", "::1", 80}, "localhost,::1"));
}

TEST(Proxy, IsChosenByTheOriginsScheme) {
  const ClientOptions options{.https_proxy = "s:1", .http_proxy = "p:2", .no_proxy = "direct"};
  EXPECT_EQ(proxy_for({"https", "h", 443}, options).value()->host, "s");
  EXPECT_EQ(proxy_for({"http", "h", 80}, options).value()->host, "p");
  EXPECT_FALSE(proxy_for({"http", "direct", 80}, options).value());
  EXPECT_FALSE(proxy_for({"http", "h", 80}, ClientOptions{}).value());
}

}  // namespace
}  // namespace hikae::net
