#include "engine/tasks.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

namespace tocsin {

namespace {

int threads_of(unsigned wanted) {
  if (wanted != 0) return static_cast<int>(wanted);
  return std::max(oneapi::tbb::this_task_arena::max_concurrency(), 1);
}

}  // namespace

struct Tasks::Arena {
  explicit Arena(unsigned threads) : tbb(threads_of(threads)) {}

  oneapi::tbb::task_arena tbb;
};

Tasks::Tasks(unsigned threads) : arena_(std::make_unique<Arena>(threads)) {}

Tasks::~Tasks() = default;

// A thread that waits for the tasks of its own loop must not pick up another stage's work
// meanwhile: that could be a source which blocks until more input comes. Hence the isolation.
void Tasks::run(size_t count, const Loop& loop) {
  arena_->tbb.execute([&] {
    oneapi::tbb::this_task_arena::isolate(
        [&] { oneapi::tbb::parallel_for(size_t{0}, count, [&](size_t i) { loop.run(i); }); });
  });
}

void run_stages(Stages& stages, size_t places) {
  using oneapi::tbb::filter_mode;
  using oneapi::tbb::make_filter;
  size_t next = 0;
  const auto read = [&](oneapi::tbb::flow_control& flow) {
    const size_t place = next++ % places;
    if (!stages.read(place)) flow.stop();
    return place;
  };
  const auto decode = [&](size_t place) {
    stages.decode(place);
    return place;
  };
  const auto admit = [&](size_t place) {
    stages.admit(place);
    return place;
  };
  const auto evaluate = [&](size_t place) { stages.evaluate(place); };
  oneapi::tbb::parallel_pipeline(
      places, make_filter<void, size_t>(filter_mode::serial_in_order, read) &
                  make_filter<size_t, size_t>(filter_mode::parallel, decode) &
                  make_filter<size_t, size_t>(filter_mode::serial_in_order, admit) &
                  make_filter<size_t, void>(filter_mode::serial_in_order, evaluate));
}

}  // namespace tocsin
