// The judge itself must know the contract.
#include <gtest/gtest.h>

#include "tests/engine/contract_cases.h"
#include "tests/support/naive_evaluator.h"

namespace tocsin::testing {
namespace {

class NaiveContract : public ::testing::TestWithParam<ContractCase> {};

TEST_P(NaiveContract, Holds) {
  const ReadyCase ready = make_ready(GetParam());
  ASSERT_EQ(ready.mistakes, "") << ready.policy_text;
  const auto warnings =
      looked_at(ready, evaluate_naively(ready.policy, ready.records, ready.until));
  EXPECT_EQ(to_lines(warnings, *ready.calendar), ready.expected) << ready.policy_text;
  if (!ready.messages.empty()) {
    EXPECT_EQ(messages_of(warnings), ready.messages);
  }
  if (!ready.evidence.empty()) {
    EXPECT_EQ(evidence_of(warnings), ready.evidence);
  }
}

INSTANTIATE_TEST_SUITE_P(Language, NaiveContract, ::testing::ValuesIn(all_contract_cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tocsin::testing
