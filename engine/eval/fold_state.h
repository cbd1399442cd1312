// What the fold of one key remembers between two steps: everything here can be had again from the
// key's rows.
//
// Rings hold the key's rows by type, in the order of language.md 12; rows belong to the KeyState.
// One task owns a key at a time, so there is no lock. Arrays are indexed as in plan::Domain.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/eval/in_force.h"
#include "engine/eval/output_rows.h"
#include "engine/eval/warning.h"
#include "engine/record/row.h"
#include "rules-dsl/plan/program.h"

namespace tocsin {

// How far rows of one type have crossed an edge.
struct EdgeState {
  // Fixed spans: ring rows before `head` have crossed. Calendar spans may cross out of order: rows
  // before `head` have crossed or stand in a heap by crossing time.
  uint32_t head = 0;
  int64_t crossed_to = INT64_MIN;  // rows whose crossing is not later have crossed
  std::vector<std::pair<int64_t, uint32_t>> waiting;
};

// A deadline of `then no`: at `time`, look whether `anchor` stayed without its answer.
struct Deadline {
  int64_t time = 0;
  uint32_t rule = 0;
  const Row* anchor = nullptr;
};

// A first record of an `on each` rule that still waits for its completion.
struct PendingFirst {
  const Row* row = nullptr;
  int64_t expires = 0;  // after this time nothing can complete it
};

struct RuleState {
  int32_t open = -1;                     // `while`: index of the open warning
  int64_t free_from = INT64_MIN;         // `once per` span: no warning before
  int64_t next_period = INT64_MAX;       // assessments and draws: when the next period begins
  int32_t grade = -1;                    // grade changes: the grade now; none yet
  std::unordered_set<std::string> seen;  // `once per` value
  std::vector<PendingFirst> firsts;      // `on each`
  std::unordered_set<const Row*>
      answered;  // anchors that fired, where one anchor has several deadlines
};

// Who is within reach, each with the row that told so last. Shared with snapshots until it changes.
using WithinReach = boost::unordered_flat_map<std::string_view, const Row*>;
struct ReachState {
  std::shared_ptr<WithinReach> names = std::make_shared<WithinReach>();
  bool too_many = false;  // then nobody is known to be within reach
};

// What a step may change anywhere.
struct FoldMarks {
  explicit FoldMarks(const plan::Domain& domain);

  std::vector<EdgeState> edges;
  std::vector<ExactSum> sums;          // by aggregate; used by counted ones
  std::vector<const Row*> profile;     // by profile field: the row with the latest known value
  std::vector<uint32_t> profile_slot;  // where in that row
  std::vector<RuleState> rules;
  std::vector<ReachState> reaches;
  std::vector<LifeState> lives;     // by plan::Domain::lives
  std::vector<Waiting> waiting;     // by plan::Domain::untils
  std::vector<Deadline> deadlines;  // heap, earliest first
  const Row* first = nullptr;       // the key exists from this row on; but see seen_*
  // In a domain that takes rows of other folds: such a row lets the key exist only for the rules
  // that read its type.
  bool seen_declared = false;
  std::vector<uint8_t> seen_types;  // by type
  int64_t position = INT64_MIN;     // time of the last step
  uint32_t rows = 0;                // taken in so far
};

// And what only grows at its end, but for the open warnings.
struct FoldState : FoldMarks {
  explicit FoldState(const plan::Domain& domain)
      : FoldMarks(domain),
        rings(domain.types.size()),
        endings(domain.untils.size()),
        fallen_due(domain.lives.size()) {}

  std::vector<std::vector<const Row*>> rings;  // by type; empty for types that no rule reads
  std::vector<Endings> endings;                // by plan::Domain::untils
  std::vector<FallenDue> fallen_due;           // by plan::Domain::lives
  std::vector<Warning> warnings;               // in the order in which they were raised
  std::vector<uint32_t> touched;  // warnings raised, changed or cleared since they were published
  OutputRows outputs;             // for later layers
};

}  // namespace tocsin
