// Grade changes, assessments and draws as messages: kinds, corrections, a clock that leaps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "rules-dsl/plan/plan.h"
#include "tests/support/engine_runner.h"
#include "tests/support/line_batches.h"
#include "tests/support/policy_text.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kPolicy[] = R"(policy "p" { timezone "Asia/Shanghai" }
record penalty { amount int optional }
score credit "Public credit" {
  start 100
  add -20 per penalty
  grade A from 90, B from 75, C from 60, D otherwise
}
publish credit every 1mo
rule poor { while credit < 70 level red }
)";

std::string penalty(const std::string& id, const std::string& time,
                    const std::string& subject = "S") {
  return R"({"type":"penalty","id":")" + id + R"(","subject":")" + subject + R"(","time":")" +
         time + R"("})";
}

class Told : public BatchSink {
 public:
  void told(const Messages& messages) override {
    greatest = std::max(greatest, messages.size());
    for (const auto& message : messages) all.push_back(*message);
  }
  void published(const BatchReport&) override {}

  // "raised 2025-01-01 B->A", by kind.
  std::vector<std::string> take(Kind kind) {
    std::vector<std::string> texts;
    for (const Message& message : all) {
      if (message.kind == kind) texts.push_back(message.json);
    }
    all.clear();
    return texts;
  }

  std::vector<Message> all;
  size_t greatest = 0;  // messages told at once
};

class Telling : public ::testing::Test {
 protected:
  void open(EngineOptions options = {}) {
    policy_ = check_policy_text(kPolicy);
    ASSERT_EQ(policy_.mistakes, "");
    options.threads = 1;
    auto engine = Engine::open(plan::plan(policy_.policy), options);
    ASSERT_TRUE(engine);
    engine_ = std::move(*engine);
  }
  void feed(const std::vector<std::string>& lines) {
    LineBatches source(lines, 0, lines.size(), lines.size());
    ASSERT_TRUE(engine_->run(source, told_));
  }

  // A step takes 100 keys. Gives the first records of 40 subjects.
  std::vector<std::string> open_with_small_steps() {
    EngineOptions options;
    options.keys_a_step = 100;
    open(options);
    std::vector<std::string> lines;
    for (int i = 0; i < 40; ++i) {
      lines.push_back(penalty("1", "2025-01-10", "S" + std::to_string(i)));
    }
    return lines;
  }

  CheckedPolicy policy_;
  std::unique_ptr<Engine> engine_;
  Told told_;
};

TEST_F(Telling, AMessageSaysWhatKindItIs) {
  open();
  feed({penalty("1", "2025-01-10"), penalty("2", "2025-01-20")});
  const std::vector<std::string> changes = told_.take(Kind::kGrade);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_THAT(changes[0], HasSubstr(R"("event":"raised","reason":"record","kind":"grade")"));
  EXPECT_THAT(
      changes[0],
      HasSubstr(R"("rule":"credit_change","title":"Public credit","key":"S","subject":"S")"));
  EXPECT_THAT(changes[0],
              HasSubstr(R"("raised":"2025-01-20T00:00:00+08:00","from":"B","to":"C","score":60,)"));
}

TEST_F(Telling, ALateRecordCorrectsWhatWasTold) {
  open();
  feed({penalty("1", "2025-01-10"), penalty("2", "2025-03-05")});
  EXPECT_EQ(told_.take(Kind::kAssessment).size(), 2u);
  feed({penalty("late", "2025-01-20")});
  const std::vector<Message> all = told_.all;
  std::vector<std::string> told;
  for (const Message& message : all) {
    const size_t from = message.json.find("\"from\":\"");
    const size_t score = message.json.find("\"score\":");
    told.push_back(std::string(name_of(message.kind)) + " " +
                   std::to_string(static_cast<int>(message.event)) + " " +
                   (from == std::string::npos ? "" : message.json.substr(from + 8, 1)) +
                   (score == std::string::npos ? "" : message.json.substr(score + 8, 2)));
  }
  // The change of March goes from C to D now, the one of January and the lower scores are new.
  EXPECT_THAT(told,
              ::testing::UnorderedElementsAre("warning 0 ", "warning 3 ", "grade 0 B60",
                                              "grade 1 C40", "assessment 1 60", "assessment 1 60"));
}

TEST_F(Telling, OtherKindsAreInTheNetResultOnlyWhenAskedFor) {
  open();
  feed({penalty("1", "2025-01-10"), penalty("2", "2025-02-20")});
  EXPECT_EQ(engine_->net_result().size(), 1u);
  EXPECT_EQ(engine_->net_result(Kinds::all()).size(), 3u);
}

// 50 years of 12 assessments for each of 40 subjects; a step tells of some 100.
TEST_F(Telling, AClockThatLeapsTellsInSteps) {
  std::vector<std::string> lines = open_with_small_steps();
  feed(lines);
  const int64_t later = Calendar::open("UTC")->parse_time("2075-01-10").value();
  ASSERT_TRUE(engine_->advance_clock(later, told_));
  EXPECT_EQ(told_.take(Kind::kAssessment).size(), 40u * 600);
  EXPECT_LE(told_.greatest, 100u);
}

// The same when the leap is between two records of new subjects in one batch.
TEST_F(Telling, ABatchOverManyYearsTellsInSteps) {
  std::vector<std::string> lines = open_with_small_steps();
  lines.push_back(penalty("2", "2075-01-10", "S0"));
  feed(lines);
  EXPECT_EQ(told_.take(Kind::kAssessment).size(), 40u * 600);
  EXPECT_LE(told_.greatest, 100u);
}

}  // namespace
}  // namespace tocsin::testing
