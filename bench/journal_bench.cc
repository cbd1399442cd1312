// Batches to disk: compressed, chained, synchronised. The disk decides; see the machine in
// README.md.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/bench_input.h"
#include "engine/store/journal.h"

namespace tocsin::bench {
namespace {

namespace fs = std::filesystem;

std::string make_temp_dir() {
  std::string path = (fs::temp_directory_path() / "tocsin-bench-XXXXXX").string();
  return ::mkdtemp(path.data()) == nullptr ? std::string() : path;
}

void append_to_journal(benchmark::State& state) {
  const std::string dir = make_temp_dir();
  auto journal = Journal::open(dir);
  if (!journal) return state.SkipWithError(journal.error().message.c_str());
  JournalEntry entry;
  entry.batch = make_batches(3'000, 1'000).front();
  for (auto _ : state) {
    entry.number = (*journal)->last_number() + 1;
    const Status status = (*journal)->append(entry);
    if (!status) state.SkipWithError(status.error().message.c_str());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * entry.batch.chunks[0].lines));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * entry.batch.input_bytes()));
  state.counters["compressed to"] = static_cast<double>((*journal)->bytes()) /
                                    static_cast<double>(state.iterations()) /
                                    static_cast<double>(entry.batch.input_bytes());
  fs::remove_all(dir);
}
BENCHMARK(append_to_journal)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tocsin::bench
