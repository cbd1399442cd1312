// What is in force in a key at one time, and the timers of what is to come: small containers that
// snapshots copy and a rewind cuts back.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "engine/record/row.h"

namespace tocsin {

// A record in force, or an open warning whose rule has `until`.
struct Living {
  const Row* row = nullptr;       // the record; null for a warning
  std::vector<const Row*> bound;  // the warning's records, by step
  uint32_t warning = 0;           // index into FoldState::warnings
  int64_t due = INT64_MAX;        // the record's deadline
  bool overdue = false;           // it has come
};

// Living things by number, in the order in which they began. Adding and removing costs O(log n),
// over time.
class LivingSet {
 public:
  uint32_t add(Living living);
  // Null when it has ended. Valid until the next change.
  Living* find(uint32_t number);
  // Requires: it is there.
  void remove(uint32_t number);

  size_t size() const { return entries_.size() - gone_; }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Entry& entry : entries_) {
      if (!entry.gone) visit(entry.living);
    }
  }
  template <class Visit>
  void for_each(Visit&& visit) {
    for (Entry& entry : entries_) {
      if (!entry.gone) visit(entry.living);
    }
  }

 private:
  struct Entry {
    uint32_t number = 0;
    bool gone = false;
    Living living;
  };
  std::vector<Entry> entries_;  // ascending
  uint32_t next_ = 0;
  uint32_t gone_ = 0;
};

// Moments to come of living things. Those of things that have ended since are passed over.
class Timers {
 public:
  void add(int64_t time, uint32_t number);
  // INT64_MAX when there is none.
  int64_t next(LivingSet& living);
  // Takes out the first one up to `time` and gives its number; false when there is none.
  bool take(int64_t time, LivingSet& living, uint32_t& number);
  size_t size() const { return heap_.size(); }

 private:
  void pop();
  std::vector<std::pair<int64_t, uint32_t>> heap_;
};

struct LifeState {
  LivingSet living;
  Timers ends;
  Timers dues;
};

// Who waits for an ending record, by the hash of what must be equal.
using Waiting = std::set<std::pair<uint64_t, uint32_t>>;

// Ending records that have come, found by the hash of what must be equal. Only grows at its end.
class Endings {
 public:
  void add(const Row& row, uint64_t hash);
  // The latest first, until one fits.
  template <class Fits>
  bool any(uint64_t hash, Fits&& fits) const {
    const auto latest = latest_.find(hash);
    uint32_t at = latest == latest_.end() ? kNone : latest->second;
    while (at != kNone && !fits(*all_[at].row)) at = all_[at].before;
    return at != kNone;
  }
  size_t size() const { return all_.size(); }
  void cut_back(size_t size);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct One {
    const Row* row;
    uint64_t hash;
    uint32_t before;  // of the same hash
  };
  std::vector<One> all_;
  boost::unordered_flat_map<uint64_t, uint32_t> latest_;
};

// Records that have fallen due, in that order, for sequences that begin with it.
struct FallenDue {
  std::vector<int64_t> times;
  std::vector<const Row*> rows;

  void cut_back(size_t size);
  void forget(size_t first);  // so many
};

}  // namespace tocsin
