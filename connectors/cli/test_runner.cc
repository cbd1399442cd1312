#include "connectors/cli/test_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "connectors/cli/expectation.h"
#include "connectors/cli/silence.h"
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

// A test names persons as its author wrote them, also where the policy makes pseudonyms of them.
class Persons {
 public:
  explicit Persons(std::shared_ptr<const Pseudonyms> pseudonyms)
      : pseudonyms_(std::move(pseudonyms)) {}

  void remember(const dsl::TestRecord& record) {
    if (pseudonyms_ == nullptr) return;
    for (const dsl::TestValue& value : record.values) {
      const auto* literal = std::get_if<dsl::LiteralValue>(&value.value);
      if (literal == nullptr) continue;
      if (const auto* text = std::get_if<std::string>(literal)) remember(*text);
      if (const auto* number = std::get_if<int64_t>(literal)) remember(std::to_string(*number));
    }
  }

  void name(NetWarning& warning) const {
    if (!warning.subject) return;
    const auto found = names_.find(*warning.subject);
    if (found != names_.end()) warning.subject = found->second;
  }

 private:
  void remember(const std::string& text) { names_[pseudonyms_->of(text)] = text; }

  const std::shared_ptr<const Pseudonyms> pseudonyms_;
  std::map<std::string, std::string> names_;  // by pseudonym
};

class TestRun {
 public:
  TestRun(const plan::Program& program, const dsl::TestDecl& test, Engine& engine, Persons persons)
      : calendar_(*program.calendar), test_(test), engine_(engine), persons_(std::move(persons)) {}

  // Gives the engine all that the test says.
  Status run() {
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
    return fed;
  }

  std::vector<NetWarning> warnings() const {
    std::vector<NetWarning> warnings;
    for (const std::string& json : engine_.net_result(Kinds::all())) {
      warnings.push_back(parse_net_warning(json));
      persons_.name(warnings.back());
    }
    return warnings;
  }

  // What was rejected.
  std::vector<TestFailure> rejected() const {
    std::vector<TestFailure> found;
    for (const Reject& reject : rejects_.found) {
      const dsl::TestRecord& record = *records_[reject.line - 1];
      const std::string field =
          reject.field.empty() ? "" : fmt::format(" (field {})", reject.field);
      found.push_back(
          {record.span, fmt::format("this record was rejected: {}{}", reject.reason, field)});
    }
    return found;
  }

 private:
  void add(const dsl::TestRecord& record) {
    pending_.bytes += writer_.line(record) + '\n';
    ++pending_.lines;
    records_.push_back(&record);
    persons_.remember(record);
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

  const Calendar& calendar_;
  const dsl::TestDecl& test_;
  Engine& engine_;
  Persons persons_;
  TestRecordWriter writer_;
  Chunk pending_;
  std::vector<const dsl::TestRecord*> records_;  // by line
  Rejects rejects_;
};

// An engine and what the test makes of it.
struct RunTest {
  std::unique_ptr<Engine> engine;
  std::unique_ptr<TestRun> run;
};

Result<RunTest> run_events(const std::shared_ptr<const plan::Program>& program,
                           const dsl::TestDecl& test) {
  EngineOptions options;
  options.threads = 1;
  options.shards = 1;
  if (program->has_private_columns()) {
    options.pseudonyms = std::make_shared<const Pseudonyms>(Pseudonyms::Secret{});
  }
  Result<std::unique_ptr<Engine>> engine = Engine::open(program, options);
  if (!engine) return engine.error();
  RunTest done{std::move(*engine), nullptr};
  done.run = std::make_unique<TestRun>(*program, test, *done.engine, Persons(options.pseudonyms));
  if (const Status ran = done.run->run(); !ran) return ran.error();
  return done;
}

// Why the rule was silent altogether.
std::string silence_of(const plan::Program& program, const dsl::Policy& policy,
                       const dsl::TestDecl& test, const dsl::Expectation& expectation) {
  const auto rule = std::find_if(policy.rules.begin(), policy.rules.end(), [&](const auto& each) {
    return each.name.text == expectation.rule.text;
  });
  if (rule == policy.rules.end()) return "";
  const auto run = [&](const std::shared_ptr<const plan::Program>& probes) {
    Result<RunTest> ran = run_events(probes, test);
    return ran ? ran->run->warnings() : std::vector<NetWarning>();
  };
  std::string text;
  for (const std::string& line :
       explain({*rule, program.canonical_text, expectation, *program.calendar, run})) {
    text += "\n  " + line;
  }
  return text;
}

}  // namespace

Result<std::vector<TestFailure>> run_policy_test(std::shared_ptr<const plan::Program> program,
                                                 const dsl::Policy& policy,
                                                 const dsl::TestDecl& test) {
  Result<RunTest> ran = run_events(program, test);
  if (!ran) return ran.error();
  std::vector<TestFailure> failures = ran->run->rejected();
  const std::vector<NetWarning> warnings = ran->run->warnings();
  for (const dsl::Expectation& expectation : test.expectations) {
    std::optional<std::string> wrong = unmet(expectation, warnings, *program->calendar);
    if (!wrong) continue;
    const bool silent = std::none_of(warnings.begin(), warnings.end(), [&](const auto& warning) {
      return warning.rule == expectation.rule.text;
    });
    if (silent) *wrong += silence_of(*program, policy, test, expectation);
    failures.push_back({expectation.span, std::move(*wrong)});
  }
  return failures;
}

}  // namespace tocsin
