// The k-th system call below the whole engine fails, for every k until a run passes clean: what was
// reported as durable is there afterwards, and the rest is as if nothing had happened.

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "engine/engine.h"
#include "rules-dsl/plan/plan.h"
#include "tests/engine/system_call_faults.h"
#include "tests/support/line_batches.h"
#include "tests/support/policy_text.h"
#include "tests/support/temp_dir.h"
#include "tests/support/whole_log.h"

namespace tocsin {
namespace {

using testing::LineBatches;
using testing::whole_log;

const char* const kPolicy =
    "policy \"test\" { timezone \"UTC\" }\n"
    "record penalty { amount decimal }\n"
    "record promise { due date }\n"
    "record kept { of text }\n"
    "rule repeated { while count(penalty over 10d) >= 2 level red }\n"
    "rule broken { on promise p then no kept k before p.due where k.of == p.id level red }\n";

std::string day(size_t number) {
  return (number < 10 ? "2025-01-0" : "2025-01-") + std::to_string(number);
}

// Penalties and promises of a few subjects, one late record and one line that is none among them.
std::vector<std::string> sample_lines() {
  std::vector<std::string> lines;
  for (size_t n = 1; n <= 24; ++n) {
    const std::string head = "\"id\":\"r" + std::to_string(n) + "\",\"subject\":\"s" +
                             std::to_string(n % 5) + "\",\"time\":\"" +
                             day(n % 7 == 0 ? n - 5 : n) + "\"";
    lines.push_back(n % 3 == 0
                        ? "{\"type\":\"promise\"," + head + ",\"due\":\"" + day(n + 2) + "\"}"
                        : "{\"type\":\"penalty\"," + head + ",\"amount\":\"10.5\"}");
  }
  lines[13] = "this is not JSON";
  return lines;
}

// What the outside was told.
class Told : public BatchSink {
 public:
  void told(const Messages& some) override {
    expect_running();
    for (const auto& message : some) messages.push_back(message->json);
  }
  void published(const BatchReport& report) override {
    expect_running();
    ++batches;
    for (const SourcePosition& position : report.positions) durable = position.lines;
  }
  const Engine* engine = nullptr;  // on one thread: asked whether it has failed
  uint64_t batches = 0;
  uint64_t durable = 0;  // lines
  std::vector<std::string> messages;

 private:
  void expect_running() const {
    EXPECT_FALSE(engine != nullptr && engine->failure().has_value()) << "told after it stopped";
  }
};

class EngineFaultTest : public ::testing::Test {
 protected:
  static constexpr size_t kBatchLines = 3;

  EngineFaultTest() {
    // Small, so that the journal begins new segments and the state store's map grows.
    options_.segment_bytes = 600;
    options_.map_bytes = size_t{64} << 10;
    options_.shards = 3;
    options_.snapshot_spacing = options_.prune_rows = 1;  // rows leave memory as soon as they can
  }

  // The undisturbed run, which the others must agree with.
  void SetUp() override {
    const testing::CheckedPolicy checked = testing::check_policy_text(kPolicy);
    ASSERT_EQ(checked.mistakes, "");
    program_ = plan::plan(checked.policy);
    begin_anew();
    const auto engine = open();
    ASSERT_NE(engine, nullptr);
    Told told;
    feed_rest(*engine, told);
    log_ = whole_log(*engine);
    net_ = engine->net_result();
    ASSERT_GT(log_.size(), 5u);
    ASSERT_EQ(told.messages, log_);
    const auto segments = std::filesystem::directory_iterator(options_.data / "journal");
    ASSERT_GT(std::distance(begin(segments), end(segments)), 3) << "the lock and several segments";
    ASSERT_GT(std::filesystem::file_size(options_.data / "state/data.mdb"), options_.map_bytes);
  }

  void begin_anew() {
    std::filesystem::remove_all(options_.data);
    options_.data = temp_.path() / "data";
  }

  std::unique_ptr<Engine> open() {
    auto engine = Engine::open(program_, options_);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    return engine.ok() ? std::move(*engine) : nullptr;
  }

  void feed_rest(Engine& engine, Told& told) {
    LineBatches rest(lines_, engine.position("test").lines, lines_.size(), kBatchLines);
    const Status status = engine.run(rest, told);
    EXPECT_TRUE(status.ok()) << status.error().message;
  }

  void expect_tells_where_and_what_to_do(const Error& error) {
    EXPECT_NE(error.message.find(options_.data.string()), std::string::npos) << error.message;
    EXPECT_NE(error.remedy, "") << error.message;
  }

  // One life of a process under a fault.
  void live(Told& told) {
    auto engine = Engine::open(program_, options_);
    if (!engine) return expect_tells_where_and_what_to_do(engine.error());
    LineBatches lines(lines_, 0, lines_.size(), kBatchLines);
    if (options_.threads == 1) told.engine = engine->get();
    const Status status = (*engine)->run(lines, told);
    told.engine = nullptr;
    if (status) return;
    expect_tells_where_and_what_to_do(status.error());
    expect_accepts_nothing(**engine, status.error(), told);
  }

  void expect_accepts_nothing(Engine& engine, const Error& error, const Told& told) {
    ASSERT_TRUE(engine.failure().has_value());
    EXPECT_EQ(engine.failure()->message, error.message);
    const uint64_t durable = engine.position("test").lines;
    const uint64_t last_seq = engine.last_seq();
    LineBatches lines(lines_, durable, lines_.size(), kBatchLines);
    Told nothing;
    const Status again = engine.run(lines, nothing);
    const Status moved = engine.advance_clock(INT64_MAX / 2, nothing);
    for (const Status* status : {&again, &moved}) {
      EXPECT_TRUE(!status->ok() && status->error().message == error.message);
    }
    EXPECT_EQ(nothing.batches, 0u);
    EXPECT_EQ(engine.position("test").lines, durable);
    EXPECT_EQ(engine.last_seq(), last_seq);
    EXPECT_GE(durable, told.durable);
  }

  // A healthy process on the same directory.
  void expect_goes_on_after(const Told& told) {
    const auto engine = open();
    ASSERT_NE(engine, nullptr);
    EXPECT_GE(engine->position("test").lines, told.durable);
    std::vector<std::string> log = whole_log(*engine);
    ASSERT_GE(log.size(), told.messages.size());
    log.resize(told.messages.size());
    EXPECT_EQ(log, told.messages) << "what was told comes again, and otherwise";
    Told rest;
    feed_rest(*engine, rest);
    EXPECT_EQ(whole_log(*engine), log_);
    EXPECT_EQ(engine->net_result(), net_);
    EXPECT_EQ(engine->rejects(0, 100).size(), 1u);
  }

  // Returns how many calls a run makes.
  unsigned strike_at_every_call(Fault fault, int error) {
    for (unsigned k = 1;; ++k) {
      SCOPED_TRACE(k);
      begin_anew();
      Told told;
      fail_call(k, fault, error);
      live(told);
      const bool struck = end_faults();
      expect_goes_on_after(told);
      if (struck && !HasFailure()) continue;
      EXPECT_EQ(told.durable, lines_.size());
      return k - 1;
    }
  }

  void strike_in_every_way() {
    EXPECT_GT(strike_at_every_call(Fault::kError, EIO), 40u);
    EXPECT_GT(strike_at_every_call(Fault::kError, ENOSPC), 40u);
    EXPECT_GT(strike_at_every_call(Fault::kTornWrite, EIO), 40u);
    EXPECT_GT(strike_at_every_call(Fault::kErrorFromThenOn, ENOSPC), 40u);
    EXPECT_GT(strike_at_every_call(Fault::kShortWrite, 0), 20u);
  }

  EngineOptions options_;

 private:
  const std::vector<std::string> lines_ = sample_lines();
  std::shared_ptr<const plan::Program> program_;
  TempDir temp_;
  std::vector<std::string> log_, net_;
};

// One batch, then none until it is told to stop.
class OneThenWaits : public BatchSource {
 public:
  explicit OneThenWaits(const std::vector<std::string>& lines) : one_(lines, 0, 1, 1) {}

  bool next(Batch& batch) override {
    if (one_.next(batch)) return true;
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(100), [this] { return stopped_; }))
        << "nobody said that the engine has failed";
    return false;
  }
  void stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  LineBatches one_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
};

class EngineFaultInTurn : public EngineFaultTest {
 protected:
  EngineFaultInTurn() {
    options_.threads = 1;
    options_.memory_bytes = 1;  // over budget: every checkpoint is waited for
    options_.keys_a_step = 1;
  }
};

class EngineFaultInTheBackground : public EngineFaultTest {
 protected:
  // After open(), a batch is written and synced; the state store comes next.
  static constexpr unsigned kAppendCall = 1, kCheckpointCall = 3;

  EngineFaultInTheBackground() {
    options_.threads = 2;
    options_.checkpoint_bytes = 1;
  }
};

TEST_F(EngineFaultInTurn, LosesNothingAcknowledgedAndSaysWhy) { strike_in_every_way(); }
TEST_F(EngineFaultInTheBackground, EndsARunThatWaitsForMore) {
  for (const unsigned call : {kAppendCall, kCheckpointCall}) {
    SCOPED_TRACE(call);
    begin_anew();
    const auto engine = open();
    const std::vector<std::string> lines = sample_lines();
    OneThenWaits source(lines);
    Told told;
    fail_call(call, Fault::kErrorFromThenOn, ENOSPC);
    const Status status = engine->run(source, told);
    EXPECT_TRUE(end_faults());
    ASSERT_FALSE(status.ok());
    expect_tells_where_and_what_to_do(status.error());
    EXPECT_EQ(told.durable, call == kAppendCall ? 0u : 1u);
  }
}

TEST_F(EngineFaultInTheBackground, LosesNothingAcknowledgedAndSaysWhy) { strike_in_every_way(); }

}  // namespace
}  // namespace tocsin
