// The way out and the door, back to back: what the one writes the other reads.
#include "aws/remote.h"

#include <gtest/gtest.h>

#include "aws/door.h"
#include "base/entropy.h"
#include "base/value.h"
#include "base/virtual_time.h"

namespace hikae::aws {
namespace {

/// Every origin is one door.
class ToDoor final : public HttpExchange {
 public:
  explicit ToDoor(Door& door) : door_(door) {}
  void send(const HttpOrigin& origin, HttpRequest request, Duration, Done done) override {
    origins.push_back(origin.host);
    door_.answer(std::move(request), [done = std::move(done)](HttpResponse response) mutable {
      done(std::move(response));
    });
  }
  std::vector<std::string> origins;

 private:
  Door& door_;
};

class EchoCloud final : public Cloud {
 public:
  void call(Request request, Done done) override {
    last = std::move(request);
    done(answer);
  }
  Request last;
  Result<Value> answer = Object{};
};

class OneKey final : public KeyRing {
 public:
  std::optional<KnownKey> find_key(std::string_view access_key) const override {
    if (access_key != "AKIA") return std::nullopt;
    KnownKey key;
    key.secret = "secret";
    key.account = "123456789012";
    return key;
  }
};

/// Counts how often it is told to forget.
class CountingSource final : public CredentialSource {
 public:
  void credentials(Done done) override { done(Credentials{"AKIA", secret, ""}); }
  void forget() override { ++forgotten; }
  std::string secret = "secret";
  int forgotten = 0;
};

class RemoteTest : public ::testing::Test {
 protected:
  Result<Value> ask(std::string_view service, std::string_view operation, Object input) {
    Result<Value> result = fail(ErrorKind::Timeout, "never answered");
    remote_.call(
        {{"", "ap-northeast-1"}, str(service), str(operation), Value(std::move(input)), {}},
        [&](Result<Value> answer) { result = std::move(answer); });
    ours_.run_while_busy([] { return false; }, ours_.now() + seconds(1));
    return result;
  }

  VirtualTime theirs_{wall_ms(1'767'292'200'000)};
  VirtualTime ours_{wall_ms(1'767'292'200'000)};
  SeededEntropy entropy_{1};
  Log log_{theirs_, [](std::string_view) {}};
  EchoCloud cloud_;
  OneKey keys_;
  Door door_{cloud_, keys_, theirs_, entropy_, log_, {}};
  ToDoor exchange_{door_};
  CountingSource source_;
  Remote remote_{exchange_, source_, ours_, ours_, {}};
};

TEST_F(RemoteTest, ACallReachesTheDoorAsItWasMeant) {
  cloud_.answer = Object{{"Images", Array{Object{{"ImageId", "ami-1"}, {"State", "available"}}}}};
  const auto answer =
      ask("ec2", "DescribeImages",
          {{"Filters", Array{Object{{"Name", "tag:A"}, {"Values", Array{"1", "2"}}}}}});
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(text_at(list_at(*answer, "Images").front(), "ImageId"), "ami-1");
  EXPECT_EQ(cloud_.last.scope, (Scope{"123456789012", "ap-northeast-1"}));
  EXPECT_EQ(list_at(cloud_.last.input, "Filters").size(), 1U);
  EXPECT_EQ(exchange_.origins, std::vector<std::string>{"ec2.ap-northeast-1.amazonaws.com"});
}

TEST_F(RemoteTest, AnErrorComesBackVerbatim) {
  cloud_.answer = fail(ErrorKind::NotFound, "InvalidAMIID.NotFound", "no ami-1");
  const auto answer = ask("ec2", "DescribeImages", {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "InvalidAMIID.NotFound");
  EXPECT_EQ(answer.error().kind, ErrorKind::NotFound);
}

TEST_F(RemoteTest, AWrongSignatureIsNoStaleKey) {
  source_.secret = "old";
  EXPECT_FALSE(ask("ssm", "ListDocuments", {}));
  EXPECT_EQ(source_.forgotten, 0);
}

TEST_F(RemoteTest, AClockThatIsWrongIsPutRightByTheAnswer) {
  ours_.run_until(ours_.now() + hours(2));
  EXPECT_FALSE(ask("ssm", "ListDocuments", {}));
  const auto again = ask("ssm", "ListDocuments", {});
  EXPECT_TRUE(again) << again.error().text();
}

TEST_F(RemoteTest, InputThatFitsNoModelIsNotSent) {
  EXPECT_FALSE(ask("ec2", "StopInstances", {{"Instances", Array{"i-1"}}}));
  EXPECT_TRUE(exchange_.origins.empty());
}

TEST_F(RemoteTest, InternalServicesOfAnotherHikaeNeedItsAddress) {
  EXPECT_FALSE(ask("hikae-ledger", "Query", {}));
  EXPECT_TRUE(exchange_.origins.empty());
}

/// Gives every answer once more, in place of the next one's.
class Repeating final : public HttpExchange {
 public:
  explicit Repeating(HttpExchange& behind) : behind_(behind) {}
  void send(const HttpOrigin& origin, HttpRequest request, Duration timeout, Done done) override {
    if (last_) return done(*last_);
    behind_.send(origin, std::move(request), timeout,
                 [this, done = std::move(done)](Result<HttpResponse> response) mutable {
                   last_ = *response;
                   done(std::move(response));
                 });
  }

 private:
  HttpExchange& behind_;
  std::optional<HttpResponse> last_;
};

TEST_F(RemoteTest, AnAnswerThatCameBeforeIsNoneToTheNextRequest) {
  Repeating repeating(exchange_);
  Remote remote(repeating, source_, ours_, ours_, {});
  const auto read = [&] {
    Result<Value> result = fail(ErrorKind::Timeout, "never answered");
    remote.call({{"", "ap-northeast-1"}, "ssm", "ListDocuments", Object{}, {}},
                [&](Result<Value> answer) { result = std::move(answer); });
    ours_.run_while_busy([] { return false; }, ours_.now() + seconds(1));
    return result;
  };
  EXPECT_TRUE(read());
  const auto second = read();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Unavailable);
}

TEST_F(RemoteTest, AnAddressOfOneServiceGoesBeforeThatOfAll) {
  RemoteOptions options;
  options.endpoint_url = "http://all.example";
  options.endpoint_of = [](std::string_view service) {
    return std::string(service == "ec2" ? "http://ec2.example" : "");
  };
  Remote remote(exchange_, source_, ours_, ours_, options);
  for (const auto* operation : {"DescribeInstances", "DescribeImages"})
    remote.call({{"", "ap-northeast-1"}, "ec2", operation, Object{}, {}}, [](auto) {});
  remote.call({{"", "ap-northeast-1"}, "ssm", "ListDocuments", Object{}, {}}, [](auto) {});
  EXPECT_EQ(exchange_.origins,
            (std::vector<std::string>{"ec2.example", "ec2.example", "all.example"}));
}

}  // namespace
}  // namespace hikae::aws
