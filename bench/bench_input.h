// What the benchmarks feed: compiled policies, and batches as the connectors would hand them over.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/record/batch.h"
#include "rules-dsl/plan/program.h"

namespace tocsin::bench {

// The workload's policy of so many rules, ready to run.
std::shared_ptr<const plan::Program> compile_rules(size_t rules);

// The workload's records in batches of about a megabyte.
std::vector<Batch> make_batches(size_t records, size_t subjects);

}  // namespace tocsin::bench
