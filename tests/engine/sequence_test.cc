// A search for a sequence ends, however many ways a condition asks for.
#include "engine/eval/sequence.h"

#include <gtest/gtest.h>

#include "rules-dsl/compile.h"

namespace tocsin {
namespace {

class SequenceTest : public ::testing::Test {
 protected:
  const Row& row(int64_t time) {
    builder_.begin(0, 0);
    builder_.set_id("id");
    builder_.set_subject("subject");
    builder_.set_time(time);
    builder_.set_version(0);
    return *builder_.finish(arena_);
  }

  // Two steps; only the earliest of `candidates` rows fits.
  bool finds_the_last_of(size_t candidates, bool earliest_first) {
    dsl::SourceSet sources;
    sources.add("p", "policy \"p\" { timezone \"UTC\" }");
    const auto program = dsl::compile(sources).program;
    plan::Domain domain;
    domain.types.resize(1);
    plan::RulePlan rule;
    rule.steps.resize(earliest_first ? 3 : 2);
    for (plan::StepPlan& step : rule.steps) step.within.micros = 1'000'000;
    FoldState state(domain);
    const Row& first = row(1);
    const Row& earlier = row(2);
    state.rings[0].assign(candidates, &earlier);
    Bindings bindings{.time = 3, .row = nullptr, .bound = {}};
    const size_t last = rule.steps.size() - 1;
    bindings.bound[last] = &row(3);
    size_t looked = 0;
    const auto checked = [&](size_t step) { return step == 0 || ++looked == candidates; };
    Evaluator evaluator(*program, domain);
    evaluator.attach(state);
    Sequence sequence(rule, evaluator);
    bool found = false;
    if (earliest_first) {
      found = sequence.earliest_from(first, last, bindings, checked, [] { return true; });
    } else {
      const auto first_step = [&](size_t) { return ++looked == candidates; };
      found = sequence.latest_first(last, bindings, first_step, [] { return true; });
    }
    EXPECT_NE(found, sequence.gave_up());
    EXPECT_EQ(evaluator.faults().calculations, found ? 0u : 1u);
    return found;
  }

 private:
  RowArena arena_;
  RowBuilder builder_;
};

TEST_F(SequenceTest, LooksAtSoManyRecordsAndNoMore) {
  EXPECT_TRUE(finds_the_last_of(limits::kSequenceLooksMax, false));
  EXPECT_FALSE(finds_the_last_of(limits::kSequenceLooksMax + 1, false));
  // One look at the step given, and one at the record that fits.
  EXPECT_TRUE(finds_the_last_of(limits::kSequenceLooksMax - 2, true));
  EXPECT_FALSE(finds_the_last_of(limits::kSequenceLooksMax, true));
}

}  // namespace
}  // namespace tocsin
