#include "tests/support/engine_runner.h"

#include <algorithm>
#include <memory>

#include "engine/engine.h"
#include "rules-dsl/plan/plan.h"
#include "tests/support/message_fold.h"

namespace tocsin::testing {
namespace {

constexpr size_t kPaddingBytes = 64;  // Chunk::bytes

class LineBatches : public BatchSource {
 public:
  LineBatches(const std::vector<std::string>& lines, size_t batch_lines)
      : lines_(lines), batch_lines_(batch_lines) {}

  bool next(Batch& batch) override {
    batch = {};
    if (at_ == lines_.size()) return false;
    Chunk& chunk = batch.chunks.emplace_back();
    chunk.source = "test";
    chunk.first_line = at_ + 1;
    chunk.byte_offset = bytes_;
    while (at_ < lines_.size() && chunk.lines < batch_lines_) {
      chunk.bytes += lines_[at_++] + "\n";
      ++chunk.lines;
    }
    bytes_ += chunk.bytes.size();
    chunk.bytes.reserve(chunk.bytes.size() + kPaddingBytes);
    return true;
  }

 private:
  const std::vector<std::string>& lines_;
  size_t batch_lines_;
  size_t at_ = 0;
  uint64_t bytes_ = 0;
};

class Collector : public BatchSink {
 public:
  Collector(EngineRun& run, const Calendar& calendar) : run_(run), fold_(calendar) {}

  void published(const BatchReport& report) override {
    for (const auto& message : report.messages) fold_.apply(*message);
    for (const Reject& reject : report.rejects) run_.rejects.push_back(reject.reason);
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

}  // namespace

EngineRun run_engine(const dsl::Policy& policy, const std::vector<std::string>& lines,
                     std::optional<int64_t> until, const EngineSetting& setting) {
  const std::shared_ptr<const plan::Program> program = plan::plan(policy);
  EngineOptions options;
  options.shards = setting.shards;
  options.threads = setting.threads;
  EngineRun run;
  Collector collector(run, *program->calendar);
  Result<std::unique_ptr<Engine>> engine = Engine::open(program, options);
  if (!engine) {
    run.stream_mistakes.push_back(engine.error().message);
    return run;
  }
  LineBatches source(lines, setting.batch_lines);
  Status status = (*engine)->run(source, collector);
  if (status && until) status = (*engine)->advance_clock(*until, collector);
  if (!status) run.stream_mistakes.push_back(status.error().message);
  collector.finish();
  for (const std::string& line : (*engine)->net_result()) {
    run.net.push_back(parse_warning(line, *program->calendar));
  }
  return run;
}

}  // namespace tocsin::testing
