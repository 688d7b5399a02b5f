#include "functions/runtime.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/virtual_time.h"
#include "text/json.h"

namespace hikae::functions {
namespace {

/// Lambda's side as a list: gives what is queued to `next`, takes what is posted.
class ScriptedLambda final : public HttpExchange {
 public:
  explicit ScriptedLambda(Timers& timers) : timers_(timers) {}

  std::deque<HttpResponse> next;
  std::deque<int> post_statuses;  // 202 where empty
  std::vector<HttpRequest> posts;
  int asked_next = 0;

  void send(const HttpOrigin&, HttpRequest request, Duration, Done done) override {
    if (request.method == "GET") {
      ++asked_next;
      if (next.empty()) return;  // frozen
      auto answer = std::move(next.front());
      next.pop_front();
      return later(std::move(answer), std::move(done));
    }
    posts.push_back(std::move(request));
    int status = 202;
    if (!post_statuses.empty()) {
      status = post_statuses.front();
      post_statuses.pop_front();
    }
    later({status, {}, "{}"}, std::move(done));
  }

 private:
  void later(HttpResponse answer, Done done) {
    timers_.soon([answer = std::move(answer), done = std::move(done)]() mutable {
      done(std::move(answer));
    });
  }
  Timers& timers_;
};

class RuntimeTest : public ::testing::Test {
 protected:
  HttpResponse invocation(const std::string& id, const std::string& body,
                          Duration time = minutes(1)) {
    return {200,
            {{"Lambda-Runtime-Aws-Request-Id", id},
             {"Lambda-Runtime-Deadline-Ms", std::to_string(unix_ms(time_.now() + time))},
             {"Lambda-Runtime-Trace-Id", "Root=1"},
             {"Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:r:123456789012:function:f"}},
            body};
  }

  void run() {
    time_.run_while_busy([] { return false; }, time_.now() + hours(1));
  }

  /// The error that was posted last.
  Value posted_error() {
    const auto body = text::parse_json(lambda_.posts.back().body);
    return body ? *body : Value();
  }

  VirtualTime time_{*parse_iso("2026-03-01T18:40:00Z")};
  ScriptedLambda lambda_{time_};
  std::string logged_;
  Log log_{time_, [this](std::string_view line) { logged_ += str(line) + "\n"; }};
  Runtime runtime_{lambda_, time_, time_, log_, {"http", "127.0.0.1", 9001}};
};

void answer_with(const Invocation& invocation, const aws::Done&) { (void)invocation; }

TEST_F(RuntimeTest, ServesOneInvocationAfterTheOther) {
  lambda_.next = {invocation("id-1", "{\"n\":1}"), invocation("id-2", "{\"n\":2}")};
  std::vector<std::string> seen;
  runtime_.serve([&](const Invocation& one, aws::Done done) {
    seen.push_back(one.request_id + " " + one.function_arn);
    time_.soon([event = one.event, done = std::move(done)]() mutable { done(std::move(event)); });
  });
  run();
  ASSERT_EQ(lambda_.posts.size(), 2U);
  EXPECT_EQ(lambda_.posts[0].target, "/2018-06-01/runtime/invocation/id-1/response");
  EXPECT_EQ(lambda_.posts[0].body, "{\"n\":1}");
  EXPECT_EQ(lambda_.posts[1].body, "{\"n\":2}");
  EXPECT_EQ(seen[1], "id-2 arn:aws:lambda:r:123456789012:function:f");
  EXPECT_EQ(lambda_.asked_next, 3);
  EXPECT_FALSE(runtime_.ended());
  EXPECT_STREQ(getenv("_X_AMZN_TRACE_ID"), "Root=1");
}

TEST_F(RuntimeTest, AnErrorOfTheHandlerIsTheInvocationsAndTheNextOneIsServed) {
  lambda_.next = {invocation("id-1", "{}"), invocation("id-2", "{}")};
  runtime_.serve([&](const Invocation&, aws::Done done) {
    time_.soon([done = std::move(done)]() mutable {
      done(fail(ErrorKind::Denied, "Unauthorized\r\nOperation", "サーバー: no"));
    });
  });
  run();
  ASSERT_EQ(lambda_.posts.size(), 2U);
  EXPECT_EQ(lambda_.posts[0].target, "/2018-06-01/runtime/invocation/id-1/error");
  EXPECT_EQ(*find_header(lambda_.posts[0].headers, "Lambda-Runtime-Function-Error-Type"),
            "Function.UnauthorizedOperation");
  EXPECT_EQ(text_at(posted_error(), "errorMessage"), "サーバー: no");
  EXPECT_TRUE(list_at(posted_error(), "stackTrace").empty());
  EXPECT_FALSE(runtime_.ended());
  EXPECT_NE(logged_.find("\"request_id\":\"id-1\""), std::string::npos) << logged_;
}

TEST_F(RuntimeTest, AHandlerThatTakesTooLongIsToldOfBeforeItsDeadlineAndTheProcessEnds) {
  lambda_.next = {invocation("id-1", "{}", seconds(3))};
  aws::Done late;
  runtime_.serve([&](const Invocation&, aws::Done done) { late = std::move(done); });
  const auto began = time_.now();
  time_.run_while_busy([&] { return runtime_.ended().has_value(); }, time_.now() + hours(1));
  EXPECT_LT(time_.now() - began, seconds(3));
  EXPECT_GE(time_.now() - began, Duration{2500});
  ASSERT_EQ(lambda_.posts.size(), 1U);
  EXPECT_EQ(text_at(posted_error(), "errorType"), "timeout");
  ASSERT_TRUE(runtime_.ended());
  late(Value(Object{}));
  run();
  EXPECT_EQ(lambda_.posts.size(), 1U) << "an answer that comes late is dropped";
}

TEST_F(RuntimeTest, AnEventThatIsNoJsonNeverReachesTheHandler) {
  lambda_.next = {invocation("id-1", "{\"a\":")};
  runtime_.serve([](const Invocation& one, aws::Done done) {
    ADD_FAILURE() << "called";
    answer_with(one, done);
  });
  run();
  ASSERT_EQ(lambda_.posts.size(), 1U);
  EXPECT_NE(text_at(posted_error(), "errorMessage").find("no JSON"), std::string_view::npos);
}

TEST_F(RuntimeTest, AnAnswerThatIsTooLargeIsAnErrorOfThatInvocation) {
  lambda_.next = {invocation("id-1", "{}")};
  lambda_.post_statuses = {413};
  runtime_.serve([&](const Invocation&, aws::Done done) {
    time_.soon([done = std::move(done)]() mutable { done(Value(Object{})); });
  });
  run();
  ASSERT_EQ(lambda_.posts.size(), 2U);
  EXPECT_EQ(lambda_.posts[1].target, "/2018-06-01/runtime/invocation/id-1/error");
  EXPECT_EQ(lambda_.asked_next, 2);
}

TEST_F(RuntimeTest, EndsWhereLambdaItselfFailsOrGivesNoUsableId) {
  for (const auto& answer : {HttpResponse{500, {}, "{}"}, invocation("../init", "{}")}) {
    Runtime runtime(lambda_, time_, time_, log_, {"http", "127.0.0.1", 9001});
    lambda_.next = {answer};
    runtime.serve([](const Invocation& one, aws::Done done) { answer_with(one, done); });
    run();
    EXPECT_TRUE(runtime.ended());
  }
  EXPECT_TRUE(lambda_.posts.empty());
}

TEST_F(RuntimeTest, EndsWhereAnAnswerIsNotTaken) {
  lambda_.next = {invocation("id-1", "{}")};
  lambda_.post_statuses = {403};
  runtime_.serve([&](const Invocation&, aws::Done done) {
    time_.soon([done = std::move(done)]() mutable { done(Value(Object{})); });
  });
  run();
  EXPECT_TRUE(runtime_.ended());
  EXPECT_EQ(lambda_.asked_next, 1);
}

TEST_F(RuntimeTest, AFunctionThatCannotBeginSaysSo) {
  runtime_.refuse({ErrorKind::Invalid, "", "no region"});
  run();
  ASSERT_EQ(lambda_.posts.size(), 1U);
  EXPECT_EQ(lambda_.posts[0].target, "/2018-06-01/runtime/init/error");
  EXPECT_EQ(text_at(posted_error(), "errorMessage"), "no region");
  EXPECT_TRUE(runtime_.ended());
}

TEST(RuntimeApi, TheAddressIsHostAndPort) {
  const auto origin = read_runtime_api("127.0.0.1:9001");
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->host, "127.0.0.1");
  EXPECT_EQ(origin->port, 9001);
  for (const auto* bad : {"", "9001", ":9001", "127.0.0.1:", "127.0.0.1:0", "h:99999", "h:1x"})
    EXPECT_FALSE(read_runtime_api(bad)) << bad;
}

}  // namespace
}  // namespace hikae::functions
