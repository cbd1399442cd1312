#include "bench/bench_input.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/workload.h"
#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"

namespace tocsin::bench {
namespace {

constexpr size_t kBatchBytes = size_t{1} << 20;

}  // namespace

Batch batch_of(std::string_view lines) {
  Chunk chunk;
  chunk.source = "bench";
  chunk.lines = static_cast<uint32_t>(std::count(lines.begin(), lines.end(), '\n'));
  chunk.bytes.reserve(lines.size() + limits::kPaddingBytes);
  chunk.bytes.assign(lines);
  Batch batch;
  batch.chunks.push_back(std::move(chunk));
  return batch;
}

void feed(Pipeline& pipeline, std::string_view lines) {
  const Batch batch = batch_of(lines);
  const DecodedBatch decoded = pipeline.decode(batch);
  benchmark::DoNotOptimize(pipeline.accept(batch, decoded, std::nullopt));
  do {
    benchmark::DoNotOptimize(pipeline.advance());
  } while (!pipeline.reached());
}

std::shared_ptr<const plan::Program> compile_text(std::string text) {
  dsl::SourceSet sources;
  sources.add("bench.rules", std::move(text));
  dsl::Compiled compiled = dsl::compile(sources);
  if (compiled.program == nullptr) {
    for (const dsl::Diagnostic& diagnostic : compiled.diagnostics.sorted()) {
      std::fputs(dsl::render_text(diagnostic, sources).c_str(), stderr);
    }
    std::abort();  // we wrote it ourselves
  }
  return compiled.program;
}

std::shared_ptr<const plan::Program> compile_rules(size_t rules) {
  return compile_text(make_policy(rules, 7));
}

std::vector<Batch> make_batches(size_t records, size_t subjects) {
  const std::string lines = make_records({.records = records, .subjects = subjects});
  std::vector<Batch> batches;
  for (size_t begin = 0; begin < lines.size();) {
    const size_t cut = lines.find('\n', std::min(begin + kBatchBytes, lines.size() - 1));
    batches.push_back(batch_of(std::string_view(lines).substr(begin, cut + 1 - begin)));
    begin = cut + 1;
  }
  return batches;
}

}  // namespace tocsin::bench
