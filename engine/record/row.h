// One accepted record as the engine keeps it: a single block of bytes, the same in memory, between
// layers and in the state store.
//
// Layout: header | kinds, one byte a slot, padded to 8 | slots of 8 bytes | texts (id, subject,
// field texts), padded to 8 with zeros. A text slot is {offset from the row's start, length}, 32
// bits each. Slots are those of plan::TypePlan::fields (only the fields that the policy uses).
// Immutable once built.
#pragma once

#include <compare>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/value/value.h"

namespace tocsin {

class Row {
 public:
  int64_t time;     // microseconds since the epoch, UTC
  int64_t version;  // of the record; amendments have a higher one
  uint32_t bytes;   // of the whole row, a multiple of 8
  uint16_t type;    // index into plan::Program::types
  uint16_t slots;
  uint32_t id_bytes;
  uint32_t subject_bytes;

  std::string_view id() const { return {text_area(), id_bytes}; }
  std::string_view subject() const { return {text_area() + id_bytes, subject_bytes}; }

  Value value(uint32_t slot) const {
    const auto kind = static_cast<ValueKind>(reinterpret_cast<const uint8_t*>(this + 1)[slot]);
    uint64_t raw;
    std::memcpy(&raw, slot_area() + size_t{8} * slot, 8);
    switch (kind) {
      case ValueKind::kMissing:
        return Value::missing();
      case ValueKind::kBool:
        return Value::of_bool(raw != 0);
      case ValueKind::kInt:
        return Value::of_int(static_cast<int64_t>(raw));
      case ValueKind::kDecimal:
        return Value::of_decimal(static_cast<int64_t>(raw));
      case ValueKind::kTime:
        return Value::of_time(static_cast<int64_t>(raw));
      case ValueKind::kDate:
        return Value::of_date(static_cast<int64_t>(raw));
      case ValueKind::kEnum:
        return Value::of_enum(static_cast<int64_t>(raw));
      case ValueKind::kFloat: {
        double d;
        std::memcpy(&d, &raw, 8);
        return Value::of_float(d);
      }
      case ValueKind::kText:
        break;
    }
    const auto offset = static_cast<uint32_t>(raw);
    return Value::of_text(
        {reinterpret_cast<const char*>(this) + offset, static_cast<uint32_t>(raw >> 32)});
  }

  // Everything but the version is equal.
  bool same_content(const Row& other) const;

 private:
  const char* slot_area() const {
    return reinterpret_cast<const char*>(this + 1) + ((size_t{slots} + 7) / 8) * 8;
  }
  const char* text_area() const { return slot_area() + size_t{8} * slots; }
};
static_assert(sizeof(Row) == 32 && alignof(Row) == 8);

// The order of language.md 12: (time, type, id), then subject. Types are numbered in the order of
// their names.
std::strong_ordering order(const Row& a, const Row& b);

// Same record: (type, subject, id).
bool same_identity(const Row& a, const Row& b);

struct RowDelete {
  void operator()(Row* row) const { ::operator delete(row); }
};
using RowPtr = std::unique_ptr<Row, RowDelete>;
RowPtr clone(const Row& row);
// Copies the row that the bytes begin with, and takes it off them; null when they are too few. The
// reader trusts what it reads: the store checks its pages, the journal its hashes.
RowPtr take_row(std::string_view& bytes);

// Rows of one batch, back to back in large blocks that are reused. Not thread-safe.
class RowArena {
 public:
  char* allocate(size_t bytes);  // 8-aligned, valid until clear() or destruction
  void clear();

 private:
  static constexpr size_t kBlockBytes = 1 << 20;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::unique_ptr<char[]>> large_;
  size_t block_ = 0;
  size_t used_ = 0;
};

// Builds one row after another, without allocation once warm.
class RowBuilder {
 public:
  void begin(uint16_t type, uint16_t slots);
  void set(uint32_t slot, Value value);  // text is copied
  void set_id(std::string_view id) { id_.assign(id); }
  void append_id(std::string_view part, bool first);  // parts joined by '|'
  void set_subject(std::string_view subject) { subject_.assign(subject); }
  void set_time(int64_t time) { time_ = time; }
  void set_version(int64_t version) { version_ = version; }
  const std::string& id() const { return id_; }
  bool has(uint32_t slot) const { return slots_[slot].kind != ValueKind::kMissing; }
  // Copies the row into the arena, or into memory of its own.
  const Row* finish(RowArena& arena) const;
  RowPtr finish() const;

 private:
  template <class Allocate>  // char*(size_t bytes)
  Row* write(const Allocate& allocate) const;

  int64_t time_ = 0;
  int64_t version_ = 0;
  uint16_t type_ = 0;
  std::string id_;
  std::string subject_;
  std::string texts_;
  struct Slot {
    ValueKind kind = ValueKind::kMissing;
    uint64_t raw = 0;  // for text: offset in texts_ and length
  };
  std::vector<Slot> slots_;
};

}  // namespace tocsin
