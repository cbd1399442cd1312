// The way of a batch through the engine, from lines to changes. No journal, no sockets: those stand
// around it.
//
// decode() may run for several batches at once; run() takes them one after another, in order.
// Inside, work is spread over oneTBB tasks, one a slice of input or a shard of keys.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/engine.h"
#include "engine/link/linkage.h"
#include "engine/state/shard.h"

namespace tocsin {

struct DecodedBatch {
  std::vector<std::unique_ptr<DecodedSlice>> slices;  // in input order
};

using Changes = std::vector<Change>;  // sorted

class Pipeline {
 public:
  Pipeline(std::shared_ptr<const plan::Program> program, const EngineOptions& options,
           const StateStore* store);
  ~Pipeline();

  DecodedBatch decode(const Batch& batch);
  // Decides what the batch does to the set of records, and up to where the clock goes: the wall
  // clock if it is given, else the greatest record time. The report lacks messages, and rejects
  // their numbers.
  BatchReport accept(const Batch& batch, const DecodedBatch& decoded,
                     std::optional<int64_t> wall_clock);
  // Brings the keys that are touched or due closer to that clock, a bounded number at once. Call
  // until it has.
  Changes advance();
  bool reached() const { return reached_; }

  int64_t clock() const { return clock_; }
  void set_clock(int64_t clock) { clock_ = target_ = clock; }
  int64_t next_due() const;
  const plan::Program& program() const { return *program_; }

  void save_dirty(uint64_t number, std::vector<KeyRecord>& records);
  void committed(uint64_t number);  // checkpoints up to it are
  void evict(uint64_t committed);
  size_t bytes() const;  // of cached key state
  bool over_budget() const { return bytes() > memory_bytes_; }
  void add_timer(uint32_t domain, std::string_view key, int64_t due);
  // Takes in the edges of the links that the store's keys have.
  Status load_links();
  std::vector<Faults> faults() const;  // by rule
  std::optional<Error> failure() const;

  // Visits every warning of the keys in memory, and of those only in the store. Not between
  // accept() and the last advance().
  Status for_each_warning(const VisitWarning& visit);

 private:
  struct Routed;
  struct Sent;
  struct ShardWork;
  using Shards = std::vector<std::unique_ptr<Shard>>;

  std::vector<ShardWork> route(const Batch& batch, const DecodedBatch& decoded,
                               BatchReport& report) const;
  void apply(std::vector<ShardWork>& work);
  void exchange(const std::vector<ShardWork>& work);
  void report_outcomes(const Batch& batch, std::vector<ShardWork>& work, BatchReport& report,
                       int64_t& latest) const;
  Due next_stop();
  uint32_t layer_of(uint32_t domain) const { return program_->domains[domain].layer; }
  std::vector<FoldResult> fold(uint32_t first, uint32_t last, const Due& stop, int64_t clock);
  void exchange_outputs(uint32_t first, const std::vector<FoldResult>& folded);
  void deliver(const std::vector<std::vector<Sent>>& sent);
  int64_t last_at_once(size_t keys) const;
  void follow_links(const std::vector<std::vector<Sent>>& sent);
  size_t shard_of(std::string_view key) const;

  std::shared_ptr<const plan::Program> program_;
  const StateStore* store_;
  struct Workers;
  std::unique_ptr<Workers> workers_;
  std::vector<Shards> domains_;           // by domain and shard
  std::map<uint32_t, Linkage> linkages_;  // by domain, of those that see across links
  size_t memory_bytes_;
  size_t keys_a_step_;
  int64_t clock_ = INT64_MIN;
  int64_t target_ = INT64_MIN;
  bool reached_ = true;
};

}  // namespace tocsin
