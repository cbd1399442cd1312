// The rows a key keeps, in the order of language.md 12, and what may not be there.
//
// Rows are found by identity (type, subject, id). One task owns a key at a time, so there is no
// lock.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/record/row.h"

namespace tocsin {

struct InsertResult {
  enum class Outcome : uint8_t {
    kInserted,   // new, or an amendment: then `replaced` holds the version before
    kDuplicate,  // same version and content: nothing changed
    kOutdated,   // a higher version is there: nothing changed
    kConflict,   // same version, other content: nothing changed
    kRetracted,  // it was taken back before it came: nothing changed
  } outcome;
  const Row* row = nullptr;  // kInserted: as kept
  RowPtr replaced;
};

class KeyRows {
 public:
  InsertResult insert(const Row& row);
  // Bars versions below `below_version` of the record, now and when they come later; returns the
  // row that was there.
  RowPtr retract(const Row& identity, int64_t below_version);
  // Takes out a row by its identity; null when it is not there. Bars nothing.
  RowPtr remove(const Row& identity);

  // Takes out many rows at once, and gives them back.
  std::vector<RowPtr> part_with(const std::function<bool(const Row&)>& which);
  // Requires: none of them is there.
  void put_back(std::vector<RowPtr> rows);

  bool holds(const Row& identity) const { return by_identity_.contains(&identity); }

  const std::vector<RowPtr>& sorted() const { return rows_; }
  size_t bytes() const { return bytes_; }
  bool empty() const { return rows_.empty() && barred_.empty(); }

  // Rows and bars, for the state store.
  void serialise(std::string& out) const;
  // False when the bytes are not of this format.
  bool deserialise(std::string_view& in);

 private:
  struct IdentityHash {
    size_t operator()(const Row* row) const;
  };
  struct IdentityEqual {
    bool operator()(const Row* a, const Row* b) const { return same_identity(*a, *b); }
  };
  using Identity = std::tuple<uint16_t, std::string, std::string>;  // type, subject, id
  static Identity identity_of(const Row& row);
  const Row* keep(RowPtr row);

  std::vector<RowPtr> rows_;
  boost::unordered_flat_set<const Row*, IdentityHash, IdentityEqual> by_identity_;
  std::map<Identity, int64_t> barred_;  // versions below this one never were in the set
  size_t bytes_ = 0;
};

}  // namespace tocsin
