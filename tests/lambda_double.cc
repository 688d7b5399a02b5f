#include "lambda_double.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "text/json.h"

namespace hikae::tests {

LambdaDouble::LambdaDouble(os::RealLoop& loop)
    : loop_(loop),
      server_(loop.io(), loop, net::ServerOptions{},
              [this](HttpRequest request, const net::PeerInfo&, net::Server::Reply reply) {
                answer(std::move(request), std::move(reply));
              }) {
  const auto listening = server_.listen();
  EXPECT_TRUE(listening) << listening.error().text();
}

std::vector<std::string> LambdaDouble::started(std::vector<std::string> variables,
                                               std::vector<std::string> words) const {
  std::vector<std::string> argv{"/usr/bin/env",
                                "-i",
                                fmt::format("AWS_LAMBDA_RUNTIME_API=127.0.0.1:{}", server_.port()),
                                "AWS_REGION=ap-northeast-1",
                                "_HANDLER=bootstrap",
                                "TZ=UTC"};
  argv.insert(argv.end(), variables.begin(), variables.end());
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

Invoked LambdaDouble::invoke(const Value& event, Duration time) {
  invoked_.reset();
  event_ =
      HttpResponse{200,
                   {{"Content-Type", "application/json"},
                    {"Lambda-Runtime-Aws-Request-Id", fmt::format("00000000-{}", ++number_)},
                    {"Lambda-Runtime-Deadline-Ms", std::to_string(unix_ms(loop_.now() + time))},
                    {"Lambda-Runtime-Trace-Id", "Root=1-0-0"},
                    {"Lambda-Runtime-Invoked-Function-Arn",
                     "arn:aws:lambda:ap-northeast-1:123456789012:function:under-test"}},
                   text::to_json(event)};
  give();
  if (!wait_for([&] { return invoked_.has_value() || init_error_.has_value(); },
                time + seconds(60)) ||
      !invoked_)
    ADD_FAILURE() << "the function did not answer";
  return invoked_.value_or(Invoked{});
}

bool LambdaDouble::is_asked_within(Duration patience) {
  (void)wait_for([&] { return asking_.has_value() || init_error_.has_value(); }, patience);
  return asking_.has_value();
}

void LambdaDouble::answer(HttpRequest request, net::Server::Reply reply) {
  const auto path = request.path();
  if (path.ends_with("/invocation/next")) {
    asking_ = std::move(reply);
    return give();
  }
  auto body = text::parse_json(request.body);
  EXPECT_TRUE(body) << path << ": " << request.body;
  if (path.ends_with("/init/error")) {
    init_error_ = body ? *body : Value();
  } else {
    EXPECT_NE(path.find(fmt::format("/00000000-{}/", number_)), std::string_view::npos) << path;
    const auto* type = find_header(request.headers, "Lambda-Runtime-Function-Error-Type");
    invoked_ = Invoked{path.ends_with("/error"), type ? *type : "", body ? *body : Value()};
  }
  reply({202, {}, "{}"});
}

void LambdaDouble::give() {
  if (!asking_ || !event_) return;
  auto reply = std::move(*asking_);
  asking_.reset();
  reply(std::move(*event_));
  event_.reset();
}

bool LambdaDouble::wait_for(const std::function<bool()>& done, Duration patience) {
  bool is_over = false;
  const auto timer = loop_.after(patience, [&] { is_over = true; });
  loop_.run_until([&] { return done() || is_over; });
  loop_.cancel(timer);
  return done();
}

}  // namespace hikae::tests
