#include "cli/current_house.h"

#include <utility>

namespace hikae::cli {
namespace {

std::unexpected<Error> nobody_is_in() {
  return fail(ErrorKind::Unavailable, "ServiceUnavailable",
              "this hikae is being reset (POST /_hikae/reset); ask again");
}

}  // namespace

void CurrentHouse::leave() {
  house_ = nullptr;
  auto waiting = std::exchange(*waiting_, {});
  for (auto& [id, done] : waiting) done(nobody_is_in());
}

void CurrentHouse::call(aws::Request request, aws::Done done) {
  if (!house_) return done(nobody_is_in());
  const auto id = ++last_;
  waiting_->emplace(id, std::move(done));
  house_->cloud().call(std::move(request),
                       [waiting = std::weak_ptr<Waiting>(waiting_), id](Result<Value> answer) {
                         const auto still = waiting.lock();
                         if (!still) return;
                         auto found = still->extract(id);
                         if (found) found.mapped()(std::move(answer));
                       });
}

std::optional<aws::KnownKey> CurrentHouse::find_key(std::string_view access_key) const {
  return house_ ? house_->keys().find_key(access_key) : std::nullopt;
}

}  // namespace hikae::cli
