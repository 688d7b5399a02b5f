// Messages with damaged bytes: whatever they are, they are read or refused, and a refusal is a
// well-formed answer below 500.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "aws/wire.h"
#include "aws/wire/services.h"
#include "aws/wire_cases_test.h"

namespace hikae::aws {
namespace {

constexpr std::uint32_t kEveryOther = 11;  // operation of the table

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : random_(seed) {}

  void hit(std::string& text) {
    for (int i = 0; i < 3 && !text.empty(); ++i) {
      const auto at = random_() % text.size();
      switch (random_() % 4) {
        case 0: text[at] = static_cast<char>(random_()); break;
        case 1: text.erase(at, 1 + random_() % 8); break;
        case 2: text.insert(at, text.substr(random_() % text.size(), random_() % 32)); break;
        default: text.resize(at);
      }
    }
  }
  void hit(HttpHeaders& headers) {
    if (!headers.empty()) hit(headers[random_() % headers.size()].second);
  }
  [[nodiscard]] bool chance() { return random_() % 2 == 0; }

 private:
  std::mt19937_64 random_;
};

template <class Each>
void for_some(Each each) {
  const auto count = static_cast<std::uint32_t>(Model::get().operation_count());
  for (std::uint32_t index = 0; index < count; index += kEveryOther)
    if (const auto operation = Model::get().operation(index); !has_events(operation))
      each(operation, index);
}

void judge_refusal(const HttpRequest& request, std::string_view signing, const Error& error) {
  const auto answer = write_error(dialect_of(request, signing), error, "r");
  EXPECT_GE(answer.status, 400);
  EXPECT_LT(answer.status, 500) << error.text();
  EXPECT_FALSE(error.code.empty()) << error.text();
  EXPECT_FALSE(answer.body.empty());
}

TEST(WireMutation, DamagedRequestsAreReadOrRefusedInGoodForm) {
  std::size_t read_well = 0, refused = 0;
  for_some([&](const Operation& operation, std::uint32_t seed) {
    const auto input = CaseMaker(seed, Fractions::Milliseconds).input(operation);
    const auto written = write_request(operation, input);
    ASSERT_TRUE(written.has_value()) << written.error().text();
    const auto& service = wire::service_of(wire::record_of(operation));
    const auto signing = table::Table::linked().text(service.signing_name);
    Damage damage(seed);
    for (int i = 0; i < 4; ++i) {
      auto request = *written;
      damage.hit(request.body);
      if (damage.chance()) damage.hit(request.headers);
      if (damage.chance()) damage.hit(request.target);
      if (!request.target.starts_with('/')) request.target.insert(0, "/");
      const auto found = find_operation(request, signing);
      if (!found) {
        ++refused;
        judge_refusal(request, signing, found.error());
        continue;
      }
      const auto read = read_request(*found, request);
      ++(read ? read_well : refused);
      if (!read) judge_refusal(request, signing, read.error());
    }
  });
  EXPECT_GT(read_well, 100u);
  EXPECT_GT(refused, 100u);
  std::cout << "damaged requests: " << read_well << " read, " << refused << " refused\n";
}

TEST(WireMutation, DamagedAnswersAreReadOrUnavailable) {
  std::size_t read_well = 0, refused = 0;
  for_some([&](const Operation& operation, std::uint32_t seed) {
    const auto output = CaseMaker(seed, Fractions::Milliseconds).output(operation);
    const auto& service = wire::service_of(wire::record_of(operation));
    const Found found{operation, wire::dialect_of_service(service)};
    const auto written = write_response(found, output, "r");
    Damage damage(seed);
    for (int i = 0; i < 4; ++i) {
      auto response = written;
      damage.hit(response.body);
      if (damage.chance()) damage.hit(response.headers);
      const auto read = read_response(operation, response);
      ++(read ? read_well : refused);
      if (!read) {
        EXPECT_EQ(read.error().kind, ErrorKind::Unavailable) << read.error().text();
      }
    }
  });
  EXPECT_GT(refused, 100u);
  std::cout << "damaged answers: " << read_well << " read, " << refused << " refused\n";
}

}  // namespace
}  // namespace hikae::aws
