// Rows that a key no longer works with, and the warnings and outputs that only they can change: in
// the state store, in numbered chunks, and in memory only until a checkpoint that holds them is
// committed.
//
// What stays in memory is a hash of each row's identity, so that a record that comes again is
// noticed. Owned by the key's state.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/eval/fold_snapshots.h"
#include "engine/store/state_store.h"

namespace tocsin {

class ColdRows {
 public:
  // Appends a chunk.
  void add(const std::vector<RowPtr>& rows, const Settled& settled);
  bool empty() const { return begin_ == end_; }
  // Whether a record of this identity may be among them; a hash may err, but never says no wrongly.
  bool may_hold(const Row& identity) const;

  // All chunks so far are void: from the next checkpoint on they are gone from the store, too.
  void forget();
  // Of a key that is read back: its chunks are void, as their rows are the key's again.
  void forget(const ColdChunks& read_back);

  // What checkpoint `number` has to do.
  ColdChunks save(uint64_t number);
  // Checkpoints up to `number` are committed. True when nothing more waits for one.
  bool committed(uint64_t number);

  uint64_t stored_begin() const { return begin_; }
  uint64_t stored_end() const { return end_ - unsaved_.size(); }
  struct Unsaved {
    std::shared_ptr<const std::string> chunk;
    uint64_t number = 0;  // of the checkpoint that was handed it; 0: none yet
  };
  const std::vector<Unsaved>& unsaved() const { return unsaved_; }  // the last ones

  size_t bytes() const;

 private:
  uint64_t erase_from_ = 0;  // chunks from here to begin_ are to be erased
  uint64_t begin_ = 0;
  uint64_t end_ = 0;
  std::vector<Unsaved> unsaved_;
  boost::unordered_flat_set<uint64_t> identities_;
};

// False when the bytes are no chunk. They append; warnings count as published.
bool read_cold_rows(std::string_view chunk, std::vector<RowPtr>& rows);
bool read_cold_warnings(std::string_view chunk, std::vector<Warning>& warnings);
bool read_cold_outputs(std::string_view chunk, std::vector<OutputRow>& outputs);

}  // namespace tocsin
