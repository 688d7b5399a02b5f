// `hikae up --listen`: AWS's API at an address of one's own. Server, door and keys around a house.
//
// In the data folder: `endpoint` (where a running hikae is reached, removed when it stops),
// `aws/credentials` and `aws/config` (profile "hikae", mode 0600).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/door.h"
#include "base/ports.h"
#include "base/result.h"
#include "house/house.h"
#include "os/data_folder.h"
#include "os/real_loop.h"

namespace hikae::cli {

struct ServingOptions {
  std::string listen;  // "127.0.0.1:4780", "[::1]:4780", ":4780"
  aws::Authentication authentication = aws::Authentication::On;
  std::string certificate_file;
  std::string key_file;
  std::function<Result<>()> reset;  // POST /_hikae/reset; empty: there is no such path
};

/// Where clients find it, and by whose key.
struct Endpoint {
  std::string url;               // "http://127.0.0.1:4780"
  std::string region;            // that the profile names
  std::string credentials_file;  // empty: no key is needed
  std::string config_file;
};

class Serving {
 public:
  struct Around {
    house::House& house;
    os::RealLoop& loop;
    Entropy& entropy;
    Log& log;
    const os::DataFolder& folder;
  };
  /// All of `around` outlives it. Makes the installation's first key where it has none. Errors:
  /// `Invalid` (an address, a certificate), `Io` (the port is taken), `Denied` where authentication
  /// is off and the address is not this machine's alone.
  [[nodiscard]] static Result<std::unique_ptr<Serving>> open(const Around& around,
                                                             const ServingOptions& options);
  ~Serving();
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const;
  /// The house is taken down: whoever waits is told so, and whoever comes. Then the new one.
  void leave();
  void use(house::House& house);
  /// Lets what runs be answered, for at most two seconds. The loop is run meanwhile.
  void stop();

 private:
  struct Parts;
  explicit Serving(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// Where a running hikae of this data folder is reached; an empty `url` where none is, or where it
/// serves nobody. The key that goes with it.
struct Reach {
  std::string url;
  std::string region;
  aws::Credentials credentials;
};
[[nodiscard]] Result<Reach> reach_of(const std::string& data_folder);

}  // namespace hikae::cli
