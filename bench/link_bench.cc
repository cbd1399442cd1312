// A record of a company that shares its controller with many, through the engine: what it costs by
// the number of companies, and what it costs to add one more.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "bench/bench_input.h"
#include "engine/pipeline.h"

namespace tocsin::bench {
namespace {

// The bound is what a policy has that does not say: 1,000 names.
constexpr const char* kFamilies = R"(policy "Families" {
  timezone "UTC"
  levels yellow < red
}
record registration { controller text }
record penalty { amount int }
link control { registration: subject -- controller }
rule family {
  while count(penalty over 1y across control 2 hops excluding self) >= 1000000
  level red
}
)";

std::string company(int64_t number) {
  return fmt::format(
      R"({{"type":"registration","id":"r{0}","subject":"c{0}","controller":"w","time":"2025-01-01T00:00:{1:02}Z"}})"
      "\n",
      number, number % 60);
}

std::string penalty(int64_t number, int64_t subject) {
  return fmt::format(
      R"({{"type":"penalty","id":"p{}","subject":"c{}","amount":1,"time":"2025-02-01T00:00:00Z"}})"
      "\n",
      number, subject);
}

void add_companies(Pipeline& pipeline, int64_t companies) {
  std::string lines;
  for (int64_t number = 0; number < companies; ++number) lines += company(number);
  feed(pipeline, lines);
}

EngineOptions one_thread() {
  EngineOptions options;
  options.threads = 1;
  return options;
}

// All companies of one person, in one batch.
void family_comes(benchmark::State& state) {
  for (auto _ : state) {
    Pipeline pipeline(compile_text(kFamilies), one_thread(), nullptr);
    add_companies(pipeline, state.range(0));
  }
}
BENCHMARK(family_comes)->Arg(10)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

// A penalty, which all others of the family see.
void family_record(benchmark::State& state) {
  Pipeline pipeline(compile_text(kFamilies), one_thread(), nullptr);
  add_companies(pipeline, state.range(0));
  int64_t number = 0;
  for (auto _ : state) {
    feed(pipeline, penalty(number, number % state.range(0)));
    ++number;
  }
}
BENCHMARK(family_record)->Arg(10)->Arg(999)->Arg(10'000)->Unit(benchmark::kMillisecond);

// One company more.
void family_grows(benchmark::State& state) {
  Pipeline pipeline(compile_text(kFamilies), one_thread(), nullptr);
  add_companies(pipeline, state.range(0));
  int64_t number = state.range(0);
  for (auto _ : state) feed(pipeline, company(number++));
}
BENCHMARK(family_grows)
    ->Arg(10)
    ->Arg(900)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(50);

}  // namespace
}  // namespace tocsin::bench
