// A record that comes late into a key of many rows, through the engine: what it costs by the size
// of the key and by how far back it belongs.
#include <benchmark/benchmark.h>
#include <fmt/chrono.h>

#include <memory>
#include <string>

#include "bench/bench_input.h"
#include "engine/pipeline.h"

namespace tocsin::bench {
namespace {

constexpr int64_t kStart = 1'577'836'800;  // 2020-01-01
constexpr int64_t kSecondsApart = 10;

// A window that holds every row, one that rows leave, and a sequence: all of one region.
constexpr const char* kPolicy = R"(policy "Late records" {
  timezone "UTC"
  levels yellow < red
}
record inspection {
  score int
  region text
}
rule many {
  by region
  while count(inspection where score > 90 over 3650d) >= 1000000000
  level red
}
rule busy {
  by region
  while count(inspection where score > 97 over 1mo) >= 100000000
  level yellow
}
rule twice {
  by region
  on inspection a where a.score == 100
  then inspection b within 60s where b.score == 100
  level yellow
}
)";

std::string line(int64_t number, int64_t seconds) {
  return fmt::format(
      R"({{"type":"inspection","id":"{}","subject":"s{}","region":"north","time":"{:%Y-%m-%dT%H:%M:%SZ}","score":{}}})"
      "\n",
      number, number % 1000, fmt::gmtime(kStart + seconds), number * 37 % 101);
}

// Arguments: rows of the key; how many rows back the late one belongs.
void late_record(benchmark::State& state) {
  const int64_t rows = state.range(0);
  const int64_t back = state.range(1);
  EngineOptions options;
  options.threads = 1;
  Pipeline pipeline(compile_text(kPolicy), options, nullptr);
  constexpr int64_t kBatchRows = 4000;
  int64_t number = 0;
  while (number < rows) {
    std::string lines;
    const int64_t begin = number;
    for (; number < rows && number < begin + kBatchRows; ++number) {
      lines += line(number, number * kSecondsApart);
    }
    feed(pipeline, lines);
  }
  for (auto _ : state) {
    feed(pipeline, line(number++, (rows - back) * kSecondsApart - 5));
  }
}
BENCHMARK(late_record)
    ->ArgNames({"rows", "back"})
    ->Args({10, 5})
    ->Args({1'000, 500})
    ->Args({1'000'000, 1})
    ->Args({1'000'000, 100})
    ->Args({1'000'000, 1'000})
    ->Args({1'000'000, 4'000})
    ->Args({1'000'000, 100'000})
    ->Args({1'000'000, 999'999})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(20);

}  // namespace
}  // namespace tocsin::bench
