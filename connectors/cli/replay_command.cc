#include "connectors/cli/replay_command.h"

#include <fmt/format.h>

#include <functional>

#include "connectors/cli/file_batches.h"
#include "connectors/cli/policy_report.h"
#include "connectors/cli/progress_bar.h"
#include "connectors/cli/replay_summary.h"
#include "connectors/file/key_file.h"
#include "engine/engine.h"

namespace tocsin {
namespace {

uint64_t total_bytes(const std::vector<InputFile>& files) {
  uint64_t total = 0;
  for (const InputFile& file : files) {
    const uint64_t bytes = stored_bytes(file.path);
    if (bytes == 0) return 0;
    total += bytes;
  }
  return total;
}

// Prints the messages of every batch, counts, and stops the run once nobody reads them.
class ReplaySink : public BatchSink, public BatchSource {
 public:
  ReplaySink(Console& console, BatchSource& source, bool print, Kinds kinds)
      : console_(console), source_(source), print_(print), kinds_(kinds) {}

  bool next(Batch& batch) override { return console_.open() && source_.next(batch); }

  void told(const Messages& messages) override {
    summary_.add(messages);
    for (const auto& message : messages) {
      if (print_ && kinds_.has(message->kind)) console_.line(message->json);
    }
    on_progress();
  }

  void published(const BatchReport& report) override {
    summary_.add(report);
    on_progress();
  }

  const ReplaySummary& summary() const { return summary_; }
  std::function<void()> on_progress;

 private:
  Console& console_;
  BatchSource& source_;
  const bool print_;
  const Kinds kinds_;
  ReplaySummary summary_;
};

// The lines as they come, or shuffled.
struct Input {
  std::unique_ptr<FileBatches> in_order;
  std::unique_ptr<ShuffledBatches> shuffled;

  BatchSource& source() {
    return shuffled != nullptr ? static_cast<BatchSource&>(*shuffled) : *in_order;
  }
};

Result<Input> open_input(const ReplayOptions& options) {
  Input input;
  if (!options.seed) {
    input.in_order = std::make_unique<FileBatches>(options.files, options.batch_lines);
    return input;
  }
  Result<std::unique_ptr<ShuffledBatches>> read =
      ShuffledBatches::read(options.files, options.batch_lines, *options.seed);
  if (!read) return read.error();
  input.shuffled = std::move(*read);
  return input;
}

ExitCode bad_time(const std::string& written, Console& console) {
  return console.usage(fmt::format("--until {} is not a time", written),
                       "write it as 2026-01-31 or 2026-01-31T08:00:00+08:00");
}

Kinds kinds_of(const ReplayOptions& options) {
  if (options.kinds.empty()) return {};
  Kinds kinds = Kinds::none();
  for (const std::string& name : options.kinds) kinds.add(*kind_named(name));
  return kinds;
}

ExitCode finish(const ReplayOptions& options, const plan::Program& program, const Engine& engine,
                const ReplaySink& sink, double seconds, Console& console) {
  if (options.net) {
    for (const std::string& line : engine.net_result(kinds_of(options))) {
      if (!console.line(line)) break;
    }
  }
  if (!console.flush()) return kExitFine;  // nobody reads any more
  for (const std::string& line : sink.summary().lines(seconds)) console.note(line);
  for (const RuleFaults& faults : engine.faults()) {
    for (const std::string& line : fault_lines(faults, program)) console.note(line);
  }
  if (!sink.summary().all_rejected()) return kExitFine;
  return console.fail({ErrorKind::kInput, "every record was rejected",
                       "see the reasons above; --as TYPE says which records a file holds"});
}

}  // namespace

ExitCode run_replay(const ReplayOptions& options, Console& console) {
  const UsablePolicy policy = load_or_report(options.policy, console);
  if (!policy) return policy.exit;
  std::optional<int64_t> until;
  if (!options.until.empty()) {
    until = policy.program().calendar->parse_time(options.until);
    if (!until) return bad_time(options.until, console);
  }
  EngineOptions engine_options;
  engine_options.threads = options.threads;
  if (!options.key.empty()) {
    auto pseudonyms = read_key_file(options.key);
    if (!pseudonyms) return console.fail(pseudonyms.error());
    engine_options.pseudonyms = std::move(*pseudonyms);
  }
  Result<std::unique_ptr<Engine>> engine = Engine::open(policy.shared_program(), engine_options);
  if (!engine) return console.fail(engine.error());
  Result<Input> input = open_input(options);
  if (!input) return console.fail(input.error());

  ProgressBar bar(console);
  ReplaySink sink(console, input->source(), !options.net, kinds_of(options));
  const FileBatches* files = input->in_order.get();
  const uint64_t total = files == nullptr ? 0 : total_bytes(options.files);
  sink.on_progress = [&] {
    bar.update({files == nullptr ? 0 : files->stored_bytes_read(), total, sink.summary().received(),
                counted(sink.summary().warnings(), "warning")});
  };
  Status status = (*engine)->run(sink, sink);
  if (status && until) status = (*engine)->advance_clock(*until, sink);
  bar.finish();
  if (!status) return console.fail(status.error());
  if (files != nullptr && files->failure()) return console.fail(*files->failure());
  return finish(options, policy.program(), **engine, sink, bar.seconds(), console);
}

}  // namespace tocsin
