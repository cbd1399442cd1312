// The keys of one domain whose hash falls to one shard: a cache over the state store, and their
// timers.
//
// One task owns a shard at a time, so evaluation takes no lock. In a batch: apply() for every
// record, then touch_due() and fold() once the clock is known. Keys that a checkpoint has saved may
// be evicted; they are read back when needed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/record/decoder.h"
#include "engine/state/key_state.h"
#include "engine/store/state_store.h"

namespace tocsin {

// A row that enters or leaves the accepted set, or that of another domain's outputs.
struct Delta {
  const Row* row = nullptr;  // lives until the batch is folded
  bool enters = true;
  Reason reason = Reason::kLateRecord;
};

struct Applied {
  InsertResult::Outcome outcome = InsertResult::Outcome::kInserted;
  bool late = false;  // inserted at or before a time that its key had already been brought to
};

// A key with something due. In the order in which much that is due is worked off.
struct Due {
  int64_t time = INT64_MAX;
  uint32_t domain = 0;
  std::string_view key;
  friend auto operator<=>(const Due&, const Due&) = default;
};

using VisitWarning = std::function<void(const std::string& key, const Warning& warning)>;

// Checkpoints of one run are numbered from here on; this one stands for all of earlier runs.
inline constexpr uint64_t kSavedBefore = 1;

class Shard {
 public:
  // `store` may be null: everything stays in memory.
  Shard(const plan::Program& program, uint32_t domain, const StateStore* store, size_t memory_bytes,
        uint32_t snapshot_spacing, uint32_t prune_rows);

  // Domain 0: decides what the operation does to the set of records; appends what enters or leaves
  // it.
  Applied apply(const Operation& operation, std::vector<Delta>& deltas);
  // Other domains: follows domain 0 and the domains of earlier layers.
  void apply(std::string_view key, const Delta& delta);

  // Null when there is no such key. Lives until keys are evicted.
  KeyState* find(std::string_view key);
  // The same, and its cold rows are put back.
  KeyState* find_whole(std::string_view key);

  // Touches the keys that are due up to `last`.
  void touch_due(const Due& last);
  // Brings the touched keys up to `clock`.
  void fold(int64_t clock, FoldResult& result);
  int64_t next_due() const;  // INT64_MAX when nothing is
  // The keys that the next fold() brings up to the clock, and the first time of which they have
  // rows that were not folded yet (INT64_MAX: none).
  size_t touched() const { return touched_.size(); }
  int64_t next_touched() const;
  // Appends the first that are due up to `clock`, at most `count_max` of them. The keys live until
  // the next fold().
  void first_due(int64_t clock, size_t count_max, std::vector<Due>& due) const;

  // Hands out the states changed since the last call, as part of checkpoint `number`.
  void save_dirty(uint64_t number, std::vector<KeyRecord>& records);
  // What checkpoints up to `number` hold of the keys' cold rows leaves memory.
  void committed(uint64_t number);
  // Drops keys, least recently used first, that checkpoints up to `committed` hold, until the
  // budget is kept.
  void evict(uint64_t committed);
  size_t bytes() const { return bytes_; }
  void add_timer(int64_t due, std::string_view key);
  // Divisions by zero and overflows, by rule of the program; of evaluations, so a refold counts
  // again.
  const std::vector<Faults>& faults() const { return folder_.fold.faults(); }

  // Every warning of the keys in memory, in no order.
  Status for_each_warning(const VisitWarning& visit) const;
  bool holds(std::string_view key) const { return keys_.contains(key); }
  // Reads a key back without keeping it.
  std::unique_ptr<KeyState> restore(const KeyRecord& saved);
  // The rows of a saved key, cold ones too, in no order.
  Result<std::vector<RowPtr>> rows_of(const KeyRecord& saved) const;

  // Set when the store failed to read a key; nothing more may be published then.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  KeyState& state_of(std::string_view key);
  std::unique_ptr<KeyState> load(std::string_view key);
  // Hands out the chunks of the key's cold rows, oldest first.
  Status for_each_chunk(const KeyState& state,
                        const std::function<bool(std::string_view chunk)>& take) const;
  void put_back_cold_rows(KeyState& state);
  Error damaged(const std::string& key) const;
  void touch(KeyState& state);
  void take_out(KeyState& state, RowPtr row, Reason reason, std::vector<Delta>* deltas);
  void put_in(KeyState& state, InsertResult& result, Reason reason, std::vector<Delta>* deltas);
  void count(KeyState& state);
  void use(KeyState& state);  // moves it to the newest end
  void unlink(KeyState& state);

  const plan::Domain& domain_;
  const uint32_t domain_number_;
  const StateStore* store_;
  const size_t memory_bytes_;
  Folder folder_;
  TextMap<std::unique_ptr<KeyState>> keys_;
  std::vector<KeyState*> touched_;
  std::vector<KeyState*> dirty_;
  std::vector<KeyState*> cooling_;  // their cold rows are not all in a committed checkpoint
  std::set<std::pair<int64_t, std::string>>
      timers_;  // of every key with something due, in memory or not
  KeyState* newest_ = nullptr;
  KeyState* oldest_ = nullptr;
  size_t bytes_ = 0;
  std::optional<Error> failure_;
};

}  // namespace tocsin
