#include "aws/credential_chain.h"

namespace hikae::aws {
namespace {

constexpr Duration kRefreshBefore = minutes(5);

}  // namespace

bool CredentialChain::is_fresh(Duration left) const {
  return held_ && (!held_->expires || clock_.now() + left < *held_->expires);
}

void CredentialChain::credentials(Done done) {
  if (is_fresh(kRefreshBefore)) return done(held_->credentials);
  waiting_.push_back(std::move(done));
  if (waiting_.size() == 1) ask(0);
}

void CredentialChain::forget() { held_.reset(); }

void CredentialChain::ask(std::size_t next) {
  if (next == providers_.size()) {
    Error error;
    error.kind = ErrorKind::Denied;
    error.code = "NoCredentials";
    error.message =
        "no AWS credentials: neither in the environment (AWS_ACCESS_KEY_ID), nor in a profile "
        "(--profile, AWS_PROFILE, ~/.aws), nor from a web identity, a container or the machine's "
        "role; try aws sts get-caller-identity";
    return give_up(std::move(error));
  }
  providers_[next]->fetch([this, next](Result<std::optional<FetchedCredentials>> fetched) {
    if (!fetched) return give_up(std::move(fetched.error()));
    if (!*fetched) return ask(next + 1);
    held_ = std::move(**fetched);
    found_in_ = providers_[next]->name();
    answer(held_->credentials);
  });
}

void CredentialChain::give_up(Error error) {
  if (is_fresh(Duration{})) return answer(held_->credentials);
  answer(std::unexpected(std::move(error)));
}

void CredentialChain::answer(Result<Credentials> result) {
  // Whoever is told may ask again at once.
  auto told = std::move(waiting_);
  waiting_.clear();
  for (auto& done : told) done(result);
}

}  // namespace hikae::aws
