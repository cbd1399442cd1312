// What a `test` block sends to the engine, and how it judges what comes back.
#include "connectors/cli/expectation.h"

#include <gtest/gtest.h>

#include "connectors/cli/test_records.h"

namespace tocsin {
namespace {

dsl::Identifier word(std::string text) { return {std::move(text), {}}; }

class ExpectationTest : public ::testing::Test {
 protected:
  static NetWarning warning(const std::string& subject, const std::string& level,
                            const std::string& raised, const std::string& cleared) {
    const auto text = [](const std::string& value) {
      return value.empty() ? "null" : "\"" + value + "\"";
    };
    return parse_net_warning(R"({"rule":"repeat","key":"k","subject":)" + text(subject) +
                             R"(,"level":")" + level + R"(","raised":")" + raised +
                             R"(","cleared":)" + text(cleared) + R"(,"trigger":null})");
  }
  std::string judge(const dsl::Expectation& expectation) const {
    return unmet(expectation, warnings_, *calendar_).value_or("fine");
  }

  std::shared_ptr<const Calendar> calendar_ = Calendar::open("Asia/Shanghai");
  std::vector<NetWarning> warnings_{
      warning("A", "orange", "2025-06-01T00:00:00+08:00", "2026-01-10T00:00:00+08:00"),
      warning("B", "red", "2025-07-01T08:30:00+08:00", ""),
  };
  dsl::Expectation expectation_ = [] {
    dsl::Expectation wanted;
    wanted.rule = word("repeat");
    return wanted;
  }();
};

TEST_F(ExpectationTest, EveryClauseIsCompared) {
  EXPECT_EQ(judge(expectation_), "fine");
  expectation_.subject = word("A");
  expectation_.at = word("2025-06-01");
  expectation_.level = word("orange");
  expectation_.until = word("2026-01-10");
  EXPECT_EQ(judge(expectation_), "fine");
  expectation_.level = word("red");
  EXPECT_EQ(judge(expectation_),
            "expected: repeat for \"A\" at 2025-06-01 level red until 2026-01-10, but none of its "
            "warnings is like that\n"
            "  came: repeat for \"A\", orange, raised 2025-06-01, cleared 2026-01-10\n"
            "  came: repeat for \"B\", red, raised 2025-07-01 08:30:00, open\n"
            "  nearest: the warning for \"A\" raised 2025-06-01 has level orange, not red");
}

TEST_F(ExpectationTest, OpenAndUntilExcludeEachOther) {
  expectation_.subject = word("B");
  expectation_.open = true;
  EXPECT_EQ(judge(expectation_), "fine");
  expectation_.open = false;
  expectation_.until = word("2025-08-01");
  EXPECT_NE(judge(expectation_)
                .find("raised 2025-07-01 08:30:00 is still open, not cleared at 2025-08-01"),
            std::string::npos);
}

TEST_F(ExpectationTest, TimesCountsThoseThatMatch) {
  expectation_.times = 2;
  EXPECT_EQ(judge(expectation_), "fine");
  expectation_.times = 1;
  EXPECT_TRUE(
      judge(expectation_).starts_with("expected: repeat 1 times, but it came 2 times\n  came:"));
  expectation_.times = 3;
  EXPECT_TRUE(judge(expectation_).starts_with("expected: repeat 3 times, but it came 2 times"));
}

TEST_F(ExpectationTest, NoneMeansNoneThatMatches) {
  expectation_.none = true;
  EXPECT_TRUE(judge(expectation_).starts_with("expected: no repeat, but 2 did"));
  expectation_.subject = word("C");
  EXPECT_EQ(judge(expectation_), "fine");
  warnings_.clear();
  expectation_.none = false;
  EXPECT_EQ(judge(expectation_), "expected: repeat for \"C\", but no warning of that rule came");
}

TEST_F(ExpectationTest, AWarningWithoutSubjectIsForItsKey) {
  warnings_ = {warning("", "red", "2025-06-01T00:00:00+08:00", "")};
  warnings_.front().key = "330106";
  expectation_.subject = word("A");
  EXPECT_NE(judge(expectation_).find("is for \"330106\", not \"A\""), std::string::npos);
  expectation_.subject = word("330106");
  EXPECT_EQ(judge(expectation_), "fine");
}

TEST(TestRecords, IdsCountByTypeAndValuesKeepTheirKind) {
  TestRecordWriter writer;
  dsl::TestRecord record;
  record.type = word("penalty");
  record.time = word("2025-01-10");
  record.subject = "A \"quoted\"";
  EXPECT_EQ(writer.line(record),
            R"({"type":"penalty","subject":"A \"quoted\"","time":"2025-01-10","id":"p1"})");
  record.values = {{word("severity"), word("serious"), {}},
                   {word("amount"), dsl::LiteralValue(dsl::DecimalLiteral{-625000}), {}},
                   {word("count"), dsl::LiteralValue(int64_t{-3}), {}},
                   {word("ratio"), dsl::LiteralValue(0.12345), {}},
                   {word("flag"), dsl::LiteralValue(true), {}}};
  EXPECT_EQ(writer.line(record),
            R"({"type":"penalty","subject":"A \"quoted\"","time":"2025-01-10","id":"p2",)"
            R"("severity":"serious","amount":-62.5000,"count":-3,"ratio":0.12345,"flag":true})");
  record.values = {{word("id"), dsl::LiteralValue(std::string("own")), {}}};
  EXPECT_NE(writer.line(record).find(R"("id":"own")"), std::string::npos);
  record.type = word("处罚");
  record.values.clear();
  EXPECT_NE(writer.line(record).find(R"("id":"处1")"), std::string::npos);
}

}  // namespace
}  // namespace tocsin
