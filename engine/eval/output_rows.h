// Rows that the fold of a key puts out for domains of later layers: the records of its warnings,
// and what else later layers have to know.
//
// How a fold puts out a row: build it with KeyFold's RowBuilder and hand it to KeyFold::emit()
// with its route (plan::Domain::routes: the domains that get it; each finds its key in the row, as
// in rows from outside). The row's type is one of plan::Program::types whose origin is not
// kDeclared, its identity (type, subject, id) is never put out by another key, and its time is that
// of the step.
//
// An output says what is true of the key's records, as a warning does: it is never taken back or
// changed by a later step. When the fold goes back, FoldSnapshots cuts the outputs from there on;
// afterwards what was put out then and what is put out now are compared (state/key_outputs.h), and
// only the difference goes on. So whatever a step emits must be a function of the key's rows up to
// the step alone. A key that is read back folds its rows again: its outputs are as they were, and
// nothing is sent.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/record/row.h"

namespace tocsin {

struct OutputRow {
  uint32_t route = 0;  // index into plan::Domain::routes
  RowPtr row;          // its version says nothing of a record: the Cause of the step is there
};

// In the order of the steps. Only grows at its end, or is cut back there, but for FoldSnapshots,
// which lets go of its beginning.
class OutputRows {
 public:
  void add(OutputRow output) {
    bytes_ += bytes_of(output);
    rows_.push_back(std::move(output));
  }
  // Takes out those from `kept` on, or those before `count`.
  std::vector<OutputRow> cut_back(size_t kept) { return take_out(kept, rows_.size()); }
  std::vector<OutputRow> let_go(size_t count) { return take_out(0, count); }

  const std::vector<OutputRow>& rows() const { return rows_; }
  size_t size() const { return rows_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  static size_t bytes_of(const OutputRow& output) {
    constexpr size_t kOverheadBytes = 32;  // of the allocation
    return sizeof output + kOverheadBytes + output.row->bytes;
  }
  std::vector<OutputRow> take_out(size_t begin, size_t end) {
    const auto first = rows_.begin() + static_cast<ptrdiff_t>(begin);
    const auto last = rows_.begin() + static_cast<ptrdiff_t>(end);
    std::vector<OutputRow> taken(std::make_move_iterator(first), std::make_move_iterator(last));
    for (const OutputRow& output : taken) bytes_ -= bytes_of(output);
    rows_.erase(first, last);
    return taken;
  }

  std::vector<OutputRow> rows_;
  size_t bytes_ = 0;
};

}  // namespace tocsin
