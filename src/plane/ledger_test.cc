#include "plane/ledger.h"

#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

struct LedgerDesk : TestKernel {
  Ledger service{*kernel, log};
  void record(std::string_view key, std::string_view outcome) {
    ok(service, "Record", Object{{"Key", key}, {"Row", Object{{"Outcome", outcome}}}});
    time.run_until(time.now() + seconds(1));
  }
  Array query(Object input) { return list_at(ok(service, "Query", std::move(input)), "Rows"); }
};

TEST(Ledger, ARowIsReplacedUnderItsKeyAndKeepsItsPlace) {
  LedgerDesk desk;
  desk.record("w/1", "Started");
  desk.record("w/2", "Started");
  desk.record("w/1", "Success");
  const auto rows = desk.query({{"Prefix", "w/"}});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(text_at(rows[0], "Key"), "w/2");
  EXPECT_EQ(text_at(*find(rows[1], "Row"), "Outcome"), "Success");
}

TEST(Ledger, AQuerySeesOnlyItsPrefixAndItsLimit) {
  LedgerDesk desk;
  for (const auto key : {"a/1", "b/1", "b/2", "b/3", "c/1"}) desk.record(key, "Success");
  const auto rows = desk.query({{"Prefix", "b/"}, {"Limit", 2}});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(text_at(rows[0], "Key"), "b/3");
  EXPECT_EQ(text_at(rows[1], "Key"), "b/2");
}

TEST(Ledger, ARowWithoutKeyOrOfAnyOtherKindIsRefused) {
  LedgerDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "Record", Object{{"Row", Object()}}), "ValidationException");
  EXPECT_EQ(desk.refused(desk.service, "Record", Object{{"Key", "k"}, {"Row", "x"}}),
            "ValidationException");
}

TEST(Ledger, RowsComeBackWithTheDatabase) {
  LedgerDesk desk;
  desk.record("w/1", "Success");
  const auto again = engine::Kernel::open(
      *desk.database, {desk.time, desk.time, desk.entropy, desk.log}, desk.router, {});
  ASSERT_TRUE(again);
  EXPECT_NE((*again)->tables().get(desk.scope, kLedgerRows, "w/1"), nullptr);
}

TEST(Ledger, CountsWhatCouldNotBeDeliveredAndLogsEachOnce) {
  LedgerDesk desk;
  for (const auto key : {"mail/1", "mail/1", "delivery/1", "event/1"}) desk.record(key, "Dead");
  desk.record("w/1", "Missed");
  const auto answer = desk.ok(desk.service, "Dead", Object());
  EXPECT_EQ(int_at(answer, "Mails"), 1);
  EXPECT_EQ(int_at(answer, "Deliveries"), 1);
  EXPECT_EQ(int_at(answer, "Events"), 1);
  EXPECT_EQ(list_at(answer, "Rows").size(), 3u);
  EXPECT_EQ(desk.logged.size(), 3u);
  EXPECT_EQ(dead_counts(desk.kernel->tables(), desk.scope).all(), 3u);
  const auto since = iso_ms(desk.time.now());
  EXPECT_EQ(int_at(desk.ok(desk.service, "Dead", Object{{"Since", since}}), "Mails"), 0);
}

}  // namespace
}  // namespace hikae::plane
