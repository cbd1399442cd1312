#include "tests/support/engine_runner.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include "engine/engine.h"
#include "rules-dsl/plan/plan.h"
#include "tests/support/line_batches.h"
#include "tests/support/message_fold.h"
#include "tests/support/private_values.h"

namespace tocsin::testing {
namespace {

class Collector : public BatchSink {
 public:
  Collector(EngineRun& run, const Calendar& calendar) : run_(run), fold_(calendar) {}

  void told(const Messages& messages) override {
    for (const auto& message : messages) {
      fold_.apply(*message);
      run_.messages.push_back(message->json.substr(0, message->json.rfind(",\"emitted\":")));
    }
  }

  void published(const BatchReport& report) override {
    for (const Reject& reject : report.rejects) {
      run_.rejects.push_back(reject.reason);
      run_.reject_texts.push_back(reject.text);
    }
    run_.duplicates += report.duplicates;
    const uint64_t parts =
        report.applied + report.duplicates + report.outdated + report.rejects.size();
    if (parts != report.received) run_.stream_mistakes.push_back("the parts do not add up");
  }

  void finish() {
    run_.folded = fold_.warnings();
    const auto& mistakes = fold_.mistakes();
    run_.stream_mistakes.insert(run_.stream_mistakes.end(), mistakes.begin(), mistakes.end());
  }

 private:
  EngineRun& run_;
  MessageFold fold_;
};

// Every change point must have been foreseen: subscribers of a service in wall time depend on it.
Status follow_timers(Engine& engine, int64_t until, EngineRun& run, Collector& collector) {
  Status status = Done{};
  for (auto due = engine.next_due(); due && *due <= until && status; due = engine.next_due()) {
    const uint64_t before = engine.last_seq();
    status = engine.advance_clock(*due - 1, collector);
    if (engine.last_seq() != before)
      run.stream_mistakes.push_back("something happened before next_due()");
    if (status) status = engine.advance_clock(*due, collector);
    if (engine.next_due() == due) {
      run.stream_mistakes.push_back("next_due() does not move on");
      return status;
    }
  }
  const uint64_t before = engine.last_seq();
  if (status) status = engine.advance_clock(until, collector);
  if (engine.last_seq() != before)
    run.stream_mistakes.push_back("something happened after the last next_due()");
  return status;
}

Status move_clock(Engine& engine, int64_t until, int steps, Collector& collector) {
  const int64_t begin = engine.clock().value_or(until);
  Status status = Done{};
  for (int step = 1; step <= steps && status; ++step) {
    status = engine.advance_clock(begin + (until - begin) / steps * step, collector);
  }
  if (status) status = engine.advance_clock(until, collector);
  return status;
}

void check_order(EngineRun& run) {
  const auto before = [](const NetWarning& a, const NetWarning& b) {
    const bool a_warns = a.kind == Kind::kWarning;
    const bool b_warns = b.kind == Kind::kWarning;
    return std::tie(b_warns, a.rule, a.key, a.raised) < std::tie(a_warns, b.rule, b.key, b.raised);
  };
  if (!std::is_sorted(run.net.begin(), run.net.end(), before)) {
    run.stream_mistakes.push_back("the net result is not in order");
  }
}

}  // namespace

EngineRun run_engine(const dsl::Policy& policy, const std::vector<std::string>& lines,
                     std::optional<int64_t> until, const EngineSetting& setting) {
  const std::shared_ptr<const plan::Program> program = plan::plan(policy);
  EngineOptions options;
  options.shards = setting.shards;
  options.snapshot_spacing = setting.snapshot_spacing;
  options.threads = setting.threads;
  options.pseudonyms = test_pseudonyms();
  EngineRun run;
  Collector collector(run, *program->calendar);
  Result<std::unique_ptr<Engine>> engine = Engine::open(program, options);
  if (!engine) {
    run.stream_mistakes.push_back(engine.error().message);
    return run;
  }
  LineBatches source(lines, 0, lines.size(), setting.batch_lines);
  Status status = (*engine)->run(source, collector);
  if (status && until) {
    status = setting.clock_steps == 0
                 ? follow_timers(**engine, *until, run, collector)
                 : move_clock(**engine, *until, setting.clock_steps, collector);
  }
  if (!status) run.stream_mistakes.push_back(status.error().message);
  collector.finish();
  for (const std::string& line : (*engine)->net_result(Kinds::all())) {
    run.net.push_back(parse_warning(line, *program->calendar));
  }
  check_order(run);
  return run;
}

}  // namespace tocsin::testing
