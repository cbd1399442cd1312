// A journal that is kept in part, and policies that are taken up over it, undisturbed and with
// every system call failing once.

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "engine/engine.h"
#include "engine/store/journal.h"
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

constexpr size_t kBatchLines = 3;

std::shared_ptr<const plan::Program> program_of(const std::string& rules) {
  const testing::CheckedPolicy checked = testing::check_policy_text(
      "policy \"test\" { timezone \"UTC\" }\nrecord penalty { amount int }\n" + rules);
  EXPECT_EQ(checked.mistakes, "");
  return plan::plan(checked.policy);
}

std::vector<std::string> sample_lines() {
  std::vector<std::string> lines;
  for (int n = 1; n <= 40; ++n) {
    const int day = 10 + (n % 9 == 0 ? n / 2 : n) / 2;
    lines.push_back("{\"type\":\"penalty\",\"id\":" + std::to_string(n) + ",\"subject\":\"s" +
                    std::to_string(n % 6) + "\",\"time\":\"2025-01-" + std::to_string(day) +
                    "\",\"amount\":" + std::to_string(n) + "}");
  }
  return lines;
}

class Nobody : public BatchSink {
 public:
  void told(const Messages&) override {}
  void published(const BatchReport&) override {}
};

class EngineRetentionTest : public ::testing::Test {
 protected:
  EngineRetentionTest() {
    options_.data = temp_.path() / "data";
    options_.segment_bytes = 600;
    options_.checkpoint_bytes = 1;
    options_.shards = 3;
    options_.threads = 1;
    options_.notice = [this](const std::string& text) { notices_ += text + "\n"; };
  }

  std::unique_ptr<Engine> open(const std::shared_ptr<const plan::Program>& program) {
    auto engine = Engine::open(program, options_);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    return engine.ok() ? std::move(*engine) : nullptr;
  }

  void feed(Engine& engine, size_t end) {
    LineBatches lines(lines_, engine.position("test").lines, end, kBatchLines);
    Nobody nobody;
    const Status status = engine.run(lines, nobody);
    EXPECT_TRUE(status.ok()) << status.error().message;
  }

  // What the journal still holds, and from which entry on.
  uint64_t kept_lines(std::vector<std::string>& kept) const {
    const auto journal = Journal::open(options_.data / "journal");
    EXPECT_TRUE(journal.ok());
    const uint64_t first = journal.value()->first_number();
    const Status read = journal.value()->read(first - 1, [&](JournalEntry&& entry) {
      for (const Chunk& chunk : entry.batch.chunks) {
        kept.insert(kept.end(), lines_.begin() + static_cast<long>(chunk.first_line) - 1,
                    lines_.begin() + static_cast<long>(chunk.first_line) - 1 + chunk.lines);
      }
      return true;
    });
    EXPECT_TRUE(read.ok());
    return first;
  }

  static std::vector<std::string> result_of(const std::vector<std::string>& lines,
                                            const std::shared_ptr<const plan::Program>& program) {
    auto engine = Engine::open(program, {});
    LineBatches batches(lines, 0, lines.size(), kBatchLines);
    Nobody nobody;
    EXPECT_TRUE((*engine)->run(batches, nobody).ok());
    return (*engine)->net_result();
  }

  const std::vector<std::string> lines_ = sample_lines();
  const std::shared_ptr<const plan::Program> old_ = program_of(
      "rule repeated { while count(penalty over 10d) >= 2 level red }\n"
      "rule large { on penalty p where p.amount > 30 level blue }");
  const std::shared_ptr<const plan::Program> new_ = program_of(
      "rule repeated { while count(penalty over 10d) >= 3 level red }\n"
      "rule any { on penalty p level blue }");
  EngineOptions options_;
  std::string notices_;
  TempDir temp_;
};

TEST_F(EngineRetentionTest, GoesOnExactlyOverAJournalKeptInPart) {
  options_.keep.bytes = 1500;
  for (const size_t end : {size_t{20}, size_t{30}, lines_.size()}) feed(*open(old_), end);
  std::vector<std::string> kept;
  EXPECT_GT(kept_lines(kept), 5u);
  EXPECT_NE(notices_.find("--keep: dropped"), std::string::npos) << notices_;
  const auto engine = open(old_);
  EXPECT_EQ(engine->net_result(), result_of(lines_, old_));
  EXPECT_EQ(whole_log(*engine).size(), engine->last_seq());
}

TEST_F(EngineRetentionTest, StateLostOverAJournalKeptInPartIsRefused) {
  options_.keep.bytes = 1500;
  feed(*open(old_), lines_.size());
  std::filesystem::rename(options_.data / "state", options_.data / "elsewhere");
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto engine = Engine::open(old_, options_);
    ASSERT_FALSE(engine.ok());
    EXPECT_NE(engine.error().message.find("(--keep), and the state"), std::string::npos)
        << engine.error().message;
    EXPECT_NE(engine.error().remedy.find("backup"), std::string::npos);
  }
  std::filesystem::remove_all(options_.data / "state");
  std::filesystem::rename(options_.data / "elsewhere", options_.data / "state");
  EXPECT_EQ(open(old_)->net_result(), result_of(lines_, old_));
}

TEST_F(EngineRetentionTest, AnotherPolicyKnowsWhatIsKeptAndSaysSo) {
  options_.keep.bytes = 1500;
  feed(*open(old_), lines_.size());
  std::vector<std::string> kept;
  const uint64_t first = kept_lines(kept);
  ASSERT_LT(kept.size(), lines_.size());
  notices_.clear();
  EXPECT_EQ(open(new_)->net_result(), result_of(kept, new_));
  EXPECT_NE(notices_.find("the journal begins with entry " + std::to_string(first)),
            std::string::npos)
      << notices_;
  notices_.clear();
  EXPECT_EQ(open(new_)->net_result(), result_of(kept, new_));
  EXPECT_EQ(notices_, "") << "the same policy again";
}

TEST_F(EngineRetentionTest, APolicyWhoseTakingUpIsInterruptedIsTakenUpByTheNextStart) {
  const std::filesystem::path data = options_.data;
  for (const std::optional<uint64_t> keep :
       {std::optional<uint64_t>(), std::optional<uint64_t>(1500)}) {
    options_.data = data;
    options_.keep.bytes = keep;
    std::filesystem::remove_all(data);
    feed(*open(old_), lines_.size());
    options_.data = temp_.path() / "copy";
    const auto begin_anew = [&] {
      std::filesystem::remove_all(options_.data);
      std::filesystem::copy(data, options_.data, std::filesystem::copy_options::recursive);
    };
    begin_anew();
    const std::vector<std::string> net = open(new_)->net_result();
    options_.memory_bytes = 1;  // with checkpoints in between
    for (unsigned k = 1, struck = 1; struck; ++k) {
      SCOPED_TRACE(k);
      begin_anew();
      fail_call(k, Fault::kErrorFromThenOn, EIO);
      const bool opened = Engine::open(new_, options_).ok();
      struck = end_faults();
      EXPECT_NE(opened, struck);
      const auto engine = open(new_);
      ASSERT_NE(engine, nullptr);
      EXPECT_EQ(engine->net_result(), net);
      EXPECT_EQ(whole_log(*engine).size(), engine->last_seq());
      EXPECT_TRUE(struck || k > 20) << "there is nothing to interrupt";
    }
  }
}

}  // namespace
}  // namespace tocsin
