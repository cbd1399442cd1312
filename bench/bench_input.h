// What the benchmarks feed: compiled policies, and batches as the connectors would hand them over.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pipeline.h"
#include "engine/record/batch.h"
#include "rules-dsl/plan/program.h"

namespace tocsin::bench {

// A policy's text, ready to run; ends the program when it is wrong.
std::shared_ptr<const plan::Program> compile_text(std::string text);
// The workload's policy of so many rules.
std::shared_ptr<const plan::Program> compile_rules(size_t rules);

Batch batch_of(std::string_view lines);
// One batch, and all that is due then.
void feed(Pipeline& pipeline, std::string_view lines);

// The workload's records in batches of about a megabyte.
std::vector<Batch> make_batches(size_t records, size_t subjects);

}  // namespace tocsin::bench
