#include "connectors/cli/test_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/cli/expectation.h"
#include "connectors/cli/test_records.h"
#include "engine/engine.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

constexpr TimeSpan kTimeRunsOn{.micros = 0, .months = 120};
constexpr char kSource[] = "test";

class OneBatch : public BatchSource {
 public:
  explicit OneBatch(Batch batch) : batch_(std::move(batch)) {}

  bool next(Batch& batch) override {
    if (batch_.empty()) return false;
    batch = std::move(batch_);
    batch_ = Batch{};
    return true;
  }

 private:
  Batch batch_;
};

class Rejects : public BatchSink {
 public:
  void told(const Messages&) override {}
  void published(const BatchReport& report) override {
    found.insert(found.end(), report.rejects.begin(), report.rejects.end());
  }
  std::vector<Reject> found;
};

class TestRun {
 public:
  TestRun(const plan::Program& program, const dsl::TestDecl& test, Engine& engine)
      : calendar_(*program.calendar), test_(test), engine_(engine) {}

  Result<std::vector<TestFailure>> run() {
    bool has_clock = false;
    for (const auto& event : test_.events) {
      if (const auto* record = std::get_if<dsl::TestRecord>(&event)) {
        add(*record);
        continue;
      }
      has_clock = true;
      Status moved = feed();
      if (moved) moved = move_clock(std::get<dsl::TestClock>(event).time.text);
      if (!moved) return moved.error();
    }
    Status fed = feed();
    if (fed && !has_clock) fed = run_on();
    if (!fed) return fed.error();
    return failures();
  }

 private:
  void add(const dsl::TestRecord& record) {
    pending_.bytes += writer_.line(record) + '\n';
    ++pending_.lines;
    records_.push_back(&record);
  }

  // Gives the engine what was added since the last time.
  Status feed() {
    if (pending_.lines == 0) return Done{};
    pending_.source = kSource;
    pending_.bytes.reserve(pending_.bytes.size() + limits::kPaddingBytes);
    Batch batch;
    batch.chunks.push_back(std::move(pending_));
    pending_ = Chunk{};
    pending_.first_line = records_.size() + 1;
    OneBatch source(std::move(batch));
    return engine_.run(source, rejects_);
  }

  Status move_clock(const std::string& written) {
    const std::optional<int64_t> time = calendar_.parse_time(written);
    if (!time || (engine_.clock() && *time < *engine_.clock()))
      return Done{};  // time never goes back
    return engine_.advance_clock(*time, rejects_);
  }

  Status run_on() {
    const std::optional<int64_t> last = engine_.clock();
    if (!last) return Done{};
    return engine_.advance_clock(calendar_.plus(*last, kTimeRunsOn), rejects_);
  }

  std::vector<TestFailure> failures() const {
    std::vector<TestFailure> found;
    for (const Reject& reject : rejects_.found) {
      const dsl::TestRecord& record = *records_[reject.line - 1];
      const std::string field =
          reject.field.empty() ? "" : fmt::format(" (field {})", reject.field);
      found.push_back(
          {record.span, fmt::format("this record was rejected: {}{}", reject.reason, field)});
    }
    std::vector<NetWarning> warnings;
    for (const std::string& json : engine_.net_result())
      warnings.push_back(parse_net_warning(json));
    for (const dsl::Expectation& expectation : test_.expectations) {
      std::optional<std::string> wrong = unmet(expectation, warnings, calendar_);
      if (wrong) found.push_back({expectation.span, std::move(*wrong)});
    }
    return found;
  }

  const Calendar& calendar_;
  const dsl::TestDecl& test_;
  Engine& engine_;
  TestRecordWriter writer_;
  Chunk pending_;
  std::vector<const dsl::TestRecord*> records_;  // by line
  Rejects rejects_;
};

}  // namespace

Result<std::vector<TestFailure>> run_policy_test(std::shared_ptr<const plan::Program> program,
                                                 const dsl::TestDecl& test) {
  EngineOptions options;
  options.threads = 1;
  options.shards = 1;
  Result<std::unique_ptr<Engine>> engine = Engine::open(program, options);
  if (!engine) return engine.error();
  return TestRun(*program, test, **engine).run();
}

}  // namespace tocsin
