// The house that the server's door leads to. It may be taken down and built anew while the door
// stands (`hikae up --test-hooks`); whoever waits for an answer then is told so.
#pragma once

#include <map>
#include <memory>

#include "aws/cloud.h"
#include "aws/door.h"
#include "house/house.h"

namespace hikae::cli {

class CurrentHouse final : public aws::Cloud, public aws::KeyRing {
 public:
  explicit CurrentHouse(house::House& house) : house_(&house) {}

  void use(house::House& house) { house_ = &house; }
  /// From now on nobody is in: what waits is answered "ServiceUnavailable", and so is what comes.
  void leave();

  void call(aws::Request request, aws::Done done) override;
  [[nodiscard]] std::optional<aws::KnownKey> find_key(std::string_view access_key) const override;

 private:
  house::House* house_;  // nullptr: nobody is in
  using Waiting = std::map<std::uint64_t, aws::Done>;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
  std::uint64_t last_ = 0;
};

}  // namespace hikae::cli
