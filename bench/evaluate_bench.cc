// Rows to changes, one thread: everything between decoding and publishing, keys kept in memory.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "bench/bench_input.h"
#include "engine/pipeline.h"

namespace tocsin::bench {
namespace {

constexpr size_t kRecords = 100'000;
constexpr size_t kSubjects = 20'000;

// The argument is the number of rules.
void evaluate_rows(benchmark::State& state) {
  const auto program = compile_rules(static_cast<size_t>(state.range(0)));
  const std::vector<Batch> batches = make_batches(kRecords, kSubjects);
  EngineOptions options;
  options.threads = 1;
  size_t changes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto pipeline = std::make_unique<Pipeline>(program, options, nullptr);
    std::vector<DecodedBatch> decoded;
    for (const Batch& batch : batches) decoded.push_back(pipeline->decode(batch));
    state.ResumeTiming();
    for (size_t i = 0; i < batches.size(); ++i) {
      pipeline->accept(batches[i], decoded[i], std::nullopt);
      do {
        changes += pipeline->advance().size();
      } while (!pipeline->reached());
    }
    state.PauseTiming();
    pipeline.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRecords));
  state.counters["changes"] =
      static_cast<double>(changes) / static_cast<double>(state.iterations());
}
BENCHMARK(evaluate_rows)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tocsin::bench
