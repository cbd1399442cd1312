#include "tests/support/durable_runner.h"

#include <filesystem>

#include "engine/engine.h"
#include "rules-dsl/plan/plan.h"
#include "tests/support/line_batches.h"
#include "tests/support/message_fold.h"
#include "tests/support/private_values.h"
#include "tests/support/temp_dir.h"
#include "tests/support/whole_log.h"

namespace tocsin::testing {
namespace {

namespace fs = std::filesystem;

class Teller : public BatchSink {
 public:
  Teller(DurableRun& result, MessageFold& fold) : result_(result), fold_(fold) {}
  void told(const Messages& messages) override {
    for (const auto& message : messages) {
      result_.told.push_back(message->json);
      fold_.apply(*message);
    }
  }
  void published(const BatchReport& report) override {
    for (const Reject& reject : report.rejects) result_.run.rejects.push_back(reject.reason);
    result_.run.duplicates += report.duplicates;
  }

 private:
  DurableRun& result_;
  MessageFold& fold_;
};

void suffer(const fs::path& data, const fs::path& older, StateFate fate) {
  if (fate == StateFate::kKept) return;
  fs::remove_all(data / "state");
  if (fate == StateFate::kOlder && fs::exists(older)) {
    fs::copy(older, data / "state", fs::copy_options::recursive);
  }
}

}  // namespace

DurableRun run_durable(const dsl::Policy& policy, const std::vector<std::string>& lines,
                       std::optional<int64_t> until, const DurableSetting& setting) {
  const std::shared_ptr<const plan::Program> program = plan::plan(policy);
  const TempDir folder;
  const fs::path data = folder.path() / "data";
  const fs::path older = folder.path() / "older";
  EngineOptions options;
  options.data = data;
  options.shards = setting.shards;
  options.threads = setting.threads;
  options.pseudonyms = test_pseudonyms();
  options.memory_bytes = setting.memory_bytes;
  options.checkpoint_bytes = setting.checkpoint_bytes;
  options.keys_a_step = setting.keys_a_step;
  options.snapshot_spacing = setting.snapshot_spacing;
  options.prune_rows = setting.prune_rows;

  DurableRun result;
  MessageFold fold(*program->calendar);
  Teller teller(result, fold);
  std::vector<Session> sessions = setting.sessions;
  sessions.push_back({lines.size(), StateFate::kKept});
  size_t begin = 0;
  for (size_t i = 0; i < sessions.size(); ++i) {
    suffer(data, older, sessions[i].fate);
    Result<std::unique_ptr<Engine>> engine = Engine::open(program, options);
    if (!engine) {
      result.run.stream_mistakes.push_back(engine.error().message);
      return result;
    }
    if ((*engine)->position("test").lines != begin) {
      result.run.stream_mistakes.push_back("the source's position was lost");
    }
    const size_t end = std::min(lines.size(), begin + sessions[i].lines);
    LineBatches source(lines, begin, end, setting.batch_lines);
    begin = end;
    Status status = (*engine)->run(source, teller);
    const bool last = i + 1 == sessions.size();
    if (status && last && until) status = (*engine)->advance_clock(*until, teller);
    if (!status) result.run.stream_mistakes.push_back(status.error().message);
    if (i == 0) fs::copy(data / "state", older, fs::copy_options::recursive);
    if (!last) continue;
    result.logged = whole_log(**engine);
    for (const std::string& line : (*engine)->net_result(Kinds::all())) {
      result.run.net.push_back(parse_warning(line, *program->calendar));
    }
  }
  result.run.folded = fold.warnings();
  const auto& mistakes = fold.mistakes();
  result.run.stream_mistakes.insert(result.run.stream_mistakes.end(), mistakes.begin(),
                                    mistakes.end());
  return result;
}

}  // namespace tocsin::testing
