#include "cli/function_door.h"

#include <optional>

#include "aws/door.h"
#include "base/limits.h"
#include "cli/current_house.h"
#include "net/server.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kFunctionConnections = 256;

net::ServerOptions function_server() {
  net::ServerOptions server;
  server.limits.body_bytes = limits::kServedBodyBytes;
  server.bodies_bytes = 2 * limits::kServedBodyBytes;
  server.connections = kFunctionConnections;
  return server;
}

}  // namespace

struct FunctionDoor::Parts {
  Parts(os::RealLoop& l, Entropy& e, Log& g) : loop(l), entropy(e), log(g) {}

  void build() {
    aws::DoorOptions options;
    options.account = house->scope().account;
    current.emplace(*house);
    door.emplace(*current, *current, loop, entropy, log, std::move(options));
    server.emplace(loop.io(), loop, function_server(),
                   [this](HttpRequest request, const net::PeerInfo&, net::Server::Reply reply) {
                     door->answer(std::move(request), std::move(reply));
                   });
  }

  os::RealLoop& loop;
  Entropy& entropy;
  Log& log;
  house::House* house = nullptr;
  std::optional<CurrentHouse> current;
  std::optional<aws::Door> door;
  std::optional<net::Server> server;
};

FunctionDoor::FunctionDoor(os::RealLoop& loop, Entropy& entropy, Log& log)
    : parts_(std::make_unique<Parts>(loop, entropy, log)) {}
FunctionDoor::~FunctionDoor() = default;

void FunctionDoor::use(house::House& house) {
  parts_->house = &house;
  if (parts_->current) parts_->current->use(house);
}

void FunctionDoor::leave() {
  parts_->house = nullptr;
  if (parts_->current) parts_->current->leave();
}

Result<std::string> FunctionDoor::open() {
  if (!parts_->house) return fail(ErrorKind::Unavailable, "hikae is not up yet; ask again");
  if (!parts_->server) {
    parts_->build();
    if (const auto listens = parts_->server->listen(); !listens) {
      parts_->server.reset();
      return std::unexpected(listens.error());
    }
  }
  return "http://127.0.0.1:" + std::to_string(parts_->server->port());
}

}  // namespace hikae::cli
