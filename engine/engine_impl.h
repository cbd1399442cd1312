// The engine behind its interface: journal, pipeline, state store and what is told to whom.
//
// run() and recovery are one thread at a time; the members under `mutex_` and the WarningLog are
// read from any.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>

#include "engine/engine.h"
#include "engine/hand_over.h"
#include "engine/pipeline.h"
#include "engine/publish/warning_log.h"
#include "engine/store/journal.h"
#include "engine/store/state_store.h"

namespace tocsin {

class Engine::Impl {
 public:
  Impl(std::shared_ptr<const plan::Program> program, EngineOptions options);
  ~Impl();

  Status open();  // recovery.cc
  Status run(BatchSource& source, BatchSink& sink);
  Status advance_clock(int64_t time, BatchSink& sink);
  std::vector<std::string> net_result(Kinds kinds);

  // Queries, from any thread.
  const WarningLog& log() const { return *log_; }
  std::optional<uint64_t> cursor(const std::string& subscriber) const;
  SourcePosition position(const std::string& source) const;
  std::vector<Reject> rejects(uint64_t after_number, size_t count_max) const;
  std::optional<int64_t> clock() const;
  int64_t next_due() const { return next_due_.load(); }
  std::string policy_hash() const { return program_->hash; }
  std::vector<RuleFaults> faults() const;
  size_t cached_bytes() const { return pipeline_->bytes() + unsaved_bytes(); }
  size_t unsaved_bytes() const;  // of messages and rejects that no checkpoint has taken yet
  std::optional<Error> failure() const;

 private:
  struct InFlight;
  class Overlap;

  // --- one batch (engine_run.cc)
  void set_source(BatchSource* source);
  static EngineOptions with_pseudonyms(EngineOptions options, const plan::Program& program);
  bool next(BatchSource& source, Batch& batch) const;
  DecodedBatch decode(Batch& batch) const;
  void admit(InFlight& item);
  void make_durable(InFlight& item);
  void stamp(BatchReport& report) const;
  void evaluate(InFlight& item, BatchSink& sink);
  // Evaluates a batch that is durable as entry `number`, and records what it did. No sink listens
  // while a data directory is opened.
  BatchReport take(const Batch& batch, const DecodedBatch& decoded, uint64_t number,
                   std::optional<int64_t> wall_clock, BatchSink* sink);
  void tell(const Changes& changes, const plan::Program& program, int64_t emitted, BatchSink* sink);
  void note_positions(const Batch& batch, BatchReport& report);
  static int64_t wall_now();  // microseconds since the epoch
  void notice(const std::string& text) const;
  void fail(const Error& error);
  bool failed() const { return failed_.load(); }

  // --- checkpoints (checkpoint.cc)
  void checkpoint_if_due();
  void make_room();
  void start_checkpoint();
  void save_rest(Checkpoint& checkpoint);
  Status finish_checkpoint();
  Status drop_old_entries();

  // --- recovery (recovery.cc)
  using Warnings = std::map<std::array<uint64_t, 2>, std::pair<std::string, Warning>>;
  Status resume();
  Status rebuild();
  Status replay_entry(JournalEntry&& entry);
  Status adopt(std::shared_ptr<const plan::Program> program);
  Status change_policy(std::shared_ptr<const plan::Program> program, uint64_t number);
  Status publish_policy_change(Warnings before, const plan::Program& old_program);
  Result<Warnings> current_warnings();
  Result<std::shared_ptr<const plan::Program>> checkpointed_policy();
  static Result<std::shared_ptr<const plan::Program>> compile_saved(const std::string& where,
                                                                    const std::string& text);
  void start_pipeline(std::shared_ptr<const plan::Program> program);
  Status same_pseudonyms(std::string_view policy_text);
  void tell_privacy_change(const plan::Program& before, const plan::Program& after) const;

  std::shared_ptr<const plan::Program> program_;
  const EngineOptions options_;
  std::unique_ptr<Journal> journal_;   // null in memory
  std::unique_ptr<StateStore> store_;  // null in memory
  std::unique_ptr<WarningLog> log_;
  std::unique_ptr<Pipeline> pipeline_;

  uint64_t number_ = 0;                 // last entry evaluated
  uint64_t journal_bytes_saved_ = 0;    // journal size at the last checkpoint
  uint64_t checkpoint_ = kSavedBefore;  // number of the last checkpoint started
  uint64_t committed_ = kSavedBefore;   // and of the last one committed
  HandOver save_handed_;                // to the thread that writes a checkpoint, and back
  std::future<Status> saving_;
  std::chrono::steady_clock::time_point saved_at_ = std::chrono::steady_clock::now();
  uint64_t needed_segments_ = 0;  // that --keep would drop, were they in a checkpoint
  std::string fingerprint_;       // of the pseudonyms in the data directory; empty: it has none
  bool quiet_ = false;            // evaluate without telling anybody (policy change)

  mutable std::mutex mutex_;
  std::map<std::string, SourcePosition> positions_;  // changed since the store was opened
  std::map<std::string, uint64_t> cursors_;
  std::vector<Reject> rejects_;  // not yet in the store
  size_t rejects_bytes_ = 0;
  uint64_t last_reject_ = 0;
  std::vector<SourcePosition> unsaved_positions_;
  std::vector<Acknowledgement> unsaved_cursors_;
  std::optional<Error> failure_;
  BatchSource* source_ = nullptr;  // of the run() that is going on
  std::atomic<bool> failed_{false};
  std::atomic<int64_t> clock_{INT64_MIN};
  std::atomic<int64_t> next_due_{INT64_MAX};
  std::atomic<uint64_t> in_flight_{0};  // batches admitted and not yet evaluated
};

}  // namespace tocsin
