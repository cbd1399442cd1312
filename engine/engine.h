// The engine as the connectors see it: batches in, messages out, and what can be asked meanwhile.
//
// One thread calls run(); the queries are safe from any thread at any time. With a data directory
// the journal decides what happened and LMDB holds a checkpoint of the state; without one
// everything stays in memory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/eval/faults.h"
#include "engine/record/batch.h"
#include "engine/record/pseudonyms.h"
#include "engine/result.h"
#include "engine/store/journal_retention.h"
#include "rules-dsl/plan/program.h"

namespace tocsin {

enum class ClockMode : uint8_t {
  kEvent,  // the greatest record time seen
  kWall,   // the wall clock; records dated ahead of it wait
};

struct RuleFaults {
  std::string rule;
  Faults counts;
};

struct EngineOptions {
  std::filesystem::path data;  // empty: in memory
  ClockMode clock = ClockMode::kEvent;
  // Event clock: records dated further ahead of the wall clock are rejected, so that one wrong
  // clock does not let everybody's deadlines pass. None: any record may move the clock.
  std::optional<int64_t> skew_micros;
  unsigned threads = 0;  // 0: as many as cores
  unsigned shards = 64;
  size_t memory_bytes = size_t{4} << 30;       // budget of cached key state
  size_t checkpoint_bytes = size_t{64} << 20;  // journal bytes between checkpoints
  unsigned checkpoint_seconds = 30;            // and time between them, while batches come
  uint32_t snapshot_spacing = 1024;            // rows of a key between snapshots of its fold
  // Rows of a key before those that fall out of every window and pattern leave memory.
  uint32_t prune_rows = 1024;
  size_t segment_bytes = size_t{256} << 20;  // of the journal
  size_t map_bytes = size_t{1} << 30;        // address space of the state store at first; it grows
  JournalKeep keep;
  // For policies with private fields. In memory, none means some that nobody can repeat; a data
  // directory that holds pseudonyms is opened with theirs or not at all.
  std::shared_ptr<const Pseudonyms> pseudonyms = nullptr;
  // What an operator should know: a tail that was cut, a rebuild, another policy, entries dropped.
  // Called from the threads of open() and run(), one at a time.
  std::function<void(const std::string&)> notice = nullptr;
  size_t keys_a_step = 5'000;  // of keys that fall due together, brought up to the clock at once
};

// Where batches come from. next() blocks until there is one; false ends run(). Called by one thread
// of run() at a time.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  virtual bool next(Batch& batch) = 0;
  // No more is wanted, as the engine has failed: a next() that waits must return soon. From any
  // thread. For those that never wait there is nothing to do.
  virtual void stop() {}
};

// Told of every batch in order, once it is durable. Must not block for long.
class BatchSink {
 public:
  virtual ~BatchSink() = default;
  // Some of the messages of the batch, as they come; its report follows. A batch that moves the
  // clock past many deadlines has many of these calls.
  virtual void told(const Messages& messages) = 0;
  virtual void published(const BatchReport& report) = 0;
};

// Part of the warning log.
struct LogSlice {
  Messages messages;
  uint64_t first_held = 1;  // older ones are gone
  uint64_t last = 0;        // greatest seq published
};

using MessageFilter = std::function<bool(const Message&)>;

// Numbers only, as there may be more open warnings than fit into memory.
struct OpenWarnings {
  uint64_t seq = 0;              // as of this message; what comes after is in the log
  std::vector<uint64_t> latest;  // the seq of each one's latest message, in no order
};

class Engine {
 public:
  // Opens (creating or recovering) the data directory. A policy other than the one before is taken
  // up: the journal is evaluated anew under it and the difference is published with reason "policy
  // change".
  static Result<std::unique_ptr<Engine>> open(std::shared_ptr<const plan::Program> program,
                                              EngineOptions options);
  ~Engine();

  // Runs batches until the source ends, then writes a checkpoint. On store trouble it stops
  // accepting and returns the error; nothing acknowledged is lost.
  Status run(BatchSource& source, BatchSink& sink);

  // Moves the clock on to `time` (in-memory engines: replay --until, tests), publishing what falls
  // due.
  Status advance_clock(int64_t time, BatchSink& sink);
  // When something will happen on its own next, if nothing arrives.
  std::optional<int64_t> next_due() const;

  LogSlice read_log(uint64_t after_seq, size_t bytes_max) const;
  OpenWarnings open_warnings(const MessageFilter& wanted) const;
  uint64_t last_seq() const;
  std::optional<uint64_t> cursor(const std::string& subscriber) const;
  SourcePosition position(const std::string& source) const;  // durable
  std::vector<Reject> rejects(uint64_t after_number, size_t count_max) const;
  std::optional<int64_t> clock() const;
  std::string policy_hash() const;
  // Of key state, and of messages and rejects that are not saved yet, in memory; from the sink or
  // between batches.
  size_t cached_bytes() const;
  // Divisions by zero, overflows (language.md 2), sequences given up (limits::kSequenceLooksMax)
  // and spans that left the calendar of working days since open(), by rule; call between batches.
  std::vector<RuleFaults> faults() const;
  // The net result (language.md 11), one JSON line each, sorted by (rule, key, raised, id). Of
  // other kinds only what is asked for, behind the warnings.
  std::vector<std::string> net_result(Kinds kinds = {}) const;
  // Set once the engine stopped accepting, with the reason.
  std::optional<Error> failure() const;

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin
