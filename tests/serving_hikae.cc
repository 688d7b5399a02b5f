#include "serving_hikae.h"

#include "text/json.h"
#include "world.h"

namespace hikae::tests {

ServingHikae::ServingHikae(const std::string& data, const std::vector<std::string>& words)
    : data_(data) {
  std::vector<std::string> argv{program(), "up",     "--listen", "127.0.0.1:0",   "--data",
                                data,      "--json", "--region", "ap-northeast-1"};
  argv.insert(argv.end(), words.begin(), words.end());
  child_ = std::make_unique<Child>(argv);
  if (!child_->says("\"ConfigFile\"", std::chrono::seconds(60))) return;
  // The document ends behind that word: what is missing of it comes at once.
  for (int tries = 0; tries < 20; ++tries) {
    if (const auto up = text::parse_json(child_->out())) {
      if (const auto* endpoint = find(*up, "Endpoint")) url_ = text_at(*endpoint, "Url");
      return;
    }
    if (child_->says("\n}\n", std::chrono::milliseconds(500))) continue;
  }
}

std::string ServingHikae::why() {
  const auto ended = child_->wait(std::chrono::seconds(1));
  return ended.out + ended.err;
}

std::vector<std::string> ServingHikae::as_client(std::vector<std::string> words) const {
  std::vector<std::string> argv{"/usr/bin/env",
                                "AWS_SHARED_CREDENTIALS_FILE=" + data_ + "/aws/credentials",
                                "AWS_CONFIG_FILE=" + data_ + "/aws/config",
                                "AWS_PROFILE=hikae",
                                "AWS_REGION=ap-northeast-1",
                                "AWS_EC2_METADATA_DISABLED=true",
                                "AWS_PAGER="};
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

Ended ServingHikae::stop() {
  child_->send(SIGTERM);
  return child_->wait(std::chrono::seconds(20));
}

}  // namespace hikae::tests
