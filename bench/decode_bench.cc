// Lines to rows, one thread, beside the floor: simdjson reading seven fields and doing nothing.
#include <benchmark/benchmark.h>

#include "bench/bench_input.h"
#include "engine/record/decoder.h"

namespace tocsin::bench {
namespace {

void decode_rows(benchmark::State& state) {
  const auto program = compile_rules(100);
  const Batch batch = make_batches(3'000, 1'000).front();
  const Chunk& chunk = batch.chunks.front();
  Decoder decoder(*program);
  size_t rows = 0;
  for (auto _ : state) {
    DecodedSlice slice;
    slice.end = chunk.bytes.size();
    decoder.decode(chunk, INT64_MAX, slice);
    rows += slice.operations.size();
  }
  if (rows != static_cast<size_t>(state.iterations()) * chunk.lines)
    state.SkipWithError("a line was rejected");
  state.SetItemsProcessed(static_cast<int64_t>(rows));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * chunk.bytes.size()));
}
BENCHMARK(decode_rows)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tocsin::bench
