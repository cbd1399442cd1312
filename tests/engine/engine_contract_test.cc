// The engine on the contract's cases, in several arrival orders and batchings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/contract_cases.h"
#include "tests/support/engine_runner.h"

namespace tocsin::testing {
namespace {

class EngineContract : public ::testing::TestWithParam<ContractCase> {};

std::vector<std::string> lines_of(const ReadyCase& ready) {
  std::vector<std::string> lines;
  for (const NaiveRecord& record : ready.records) {
    lines.push_back(to_json_line(ready.policy, *ready.calendar, record));
  }
  return lines;
}

void expect_result(const ReadyCase& ready, const std::vector<std::string>& lines,
                   const EngineSetting& setting) {
  const EngineRun run = run_engine(ready.policy, lines, ready.until, setting);
  EXPECT_THAT(run.rejects, ::testing::IsEmpty());
  EXPECT_EQ(to_lines(looked_at(ready, run.net), *ready.calendar), ready.expected)
      << ready.policy_text;
  EXPECT_EQ(to_lines(looked_at(ready, run.folded), *ready.calendar), ready.expected)
      << ready.policy_text;
  EXPECT_THAT(run.stream_mistakes, ::testing::IsEmpty());
  if (!ready.messages.empty()) {
    EXPECT_EQ(messages_of(looked_at(ready, run.folded)), ready.messages);
  }
  if (!ready.evidence.empty()) {
    EXPECT_EQ(evidence_of(looked_at(ready, run.folded)), ready.evidence);
  }
}

TEST_P(EngineContract, HoldsInOneBatch) {
  const ReadyCase ready = make_ready(GetParam());
  ASSERT_EQ(ready.mistakes, "") << ready.policy_text;
  expect_result(ready, lines_of(ready), {});
}

TEST_P(EngineContract, HoldsRecordByRecordBackwards) {
  const ReadyCase ready = make_ready(GetParam());
  ASSERT_EQ(ready.mistakes, "") << ready.policy_text;
  std::vector<std::string> lines = lines_of(ready);
  std::reverse(lines.begin(), lines.end());
  expect_result(ready, lines, {.batch_lines = 1});
}

// Each record in turn comes after all the others: the fold goes back to every one of its snapshots.
TEST_P(EngineContract, HoldsWhicheverRecordComesLast) {
  const ReadyCase ready = make_ready(GetParam());
  ASSERT_EQ(ready.mistakes, "") << ready.policy_text;
  const std::vector<std::string> lines = lines_of(ready);
  for (size_t last = 0; last < lines.size(); ++last) {
    std::vector<std::string> order = lines;
    std::rotate(order.begin() + static_cast<ptrdiff_t>(last),
                order.begin() + static_cast<ptrdiff_t>(last) + 1, order.end());
    SCOPED_TRACE("last: " + order.back());
    expect_result(ready, order, {.batch_lines = 1, .snapshot_spacing = 1});
  }
}

INSTANTIATE_TEST_SUITE_P(Language, EngineContract, ::testing::ValuesIn(all_contract_cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tocsin::testing
