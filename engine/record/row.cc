#include "engine/record/row.h"

#include <algorithm>

namespace tocsin {

namespace {

constexpr size_t padded(size_t bytes) { return (bytes + 7) / 8 * 8; }

std::strong_ordering compare_texts(std::string_view a, std::string_view b) {
  return a.compare(b) <=> 0;
}

}  // namespace

bool Row::same_content(const Row& other) const {
  if (bytes != other.bytes || time != other.time || type != other.type) return false;
  constexpr size_t kAfterVersion = offsetof(Row, version) + sizeof(int64_t);
  return std::memcmp(reinterpret_cast<const char*>(this) + kAfterVersion,
                     reinterpret_cast<const char*>(&other) + kAfterVersion,
                     bytes - kAfterVersion) == 0;
}

std::strong_ordering order(const Row& a, const Row& b) {
  if (const auto c = a.time <=> b.time; c != 0) return c;
  if (const auto c = a.type <=> b.type; c != 0) return c;
  if (const auto c = compare_texts(a.id(), b.id()); c != 0) return c;
  return compare_texts(a.subject(), b.subject());
}

bool same_identity(const Row& a, const Row& b) {
  return a.type == b.type && a.id() == b.id() && a.subject() == b.subject();
}

RowPtr clone(const Row& row) {
  void* memory = ::operator new(row.bytes);
  std::memcpy(memory, &row, row.bytes);
  return RowPtr(static_cast<Row*>(memory));
}

RowPtr take_row(std::string_view& bytes) {
  Row header;
  if (bytes.size() < sizeof header) return nullptr;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.bytes < sizeof header || bytes.size() < header.bytes) return nullptr;
  RowPtr row(static_cast<Row*>(::operator new(header.bytes)));
  std::memcpy(row.get(), bytes.data(), header.bytes);
  bytes.remove_prefix(header.bytes);
  return row;
}

char* RowArena::allocate(size_t bytes) {
  if (bytes > kBlockBytes / 4) return large_.emplace_back(new char[bytes]).get();
  if (block_ == blocks_.size() || used_ + bytes > kBlockBytes) {
    if (block_ < blocks_.size()) ++block_;
    if (block_ == blocks_.size()) blocks_.emplace_back(new char[kBlockBytes]);
    used_ = 0;
  }
  char* place = blocks_[block_].get() + used_;
  used_ += bytes;
  return place;
}

void RowArena::clear() {
  large_.clear();
  block_ = 0;
  used_ = 0;
}

void RowBuilder::begin(uint16_t type, uint16_t slots) {
  type_ = type;
  id_.clear();
  texts_.clear();
  slots_.assign(slots, {});
}

void RowBuilder::append_id(std::string_view part, bool first) {
  if (!first) id_ += '|';
  id_ += part;
}

void RowBuilder::set(uint32_t slot, Value value) {
  uint64_t raw = 0;
  if (value.kind() == ValueKind::kText) {
    raw = texts_.size() | uint64_t{value.text().size()} << 32;
    texts_ += value.text();
  } else if (value.kind() == ValueKind::kFloat) {
    const double d = value.floating();
    std::memcpy(&raw, &d, sizeof raw);
  } else {
    raw = static_cast<uint64_t>(value.integer());
  }
  slots_[slot] = {value.kind(), value.is_missing() ? 0 : raw};
}

const Row* RowBuilder::finish(RowArena& arena) const {
  return write([&](size_t bytes) { return arena.allocate(bytes); });
}

RowPtr RowBuilder::finish() const {
  return RowPtr(write([](size_t bytes) { return static_cast<char*>(::operator new(bytes)); }));
}

template <class Allocate>
Row* RowBuilder::write(const Allocate& allocate) const {
  const size_t kinds = padded(slots_.size());
  const size_t texts_at = sizeof(Row) + kinds + 8 * slots_.size();
  const size_t own_texts_at = texts_at + id_.size() + subject_.size();
  const size_t bytes = padded(own_texts_at + texts_.size());
  char* memory = allocate(bytes);
  std::memset(memory, 0, bytes);
  auto* row = reinterpret_cast<Row*>(memory);
  row->time = time_;
  row->version = version_;
  row->bytes = static_cast<uint32_t>(bytes);
  row->type = type_;
  row->slots = static_cast<uint16_t>(slots_.size());
  row->id_bytes = static_cast<uint32_t>(id_.size());
  row->subject_bytes = static_cast<uint32_t>(subject_.size());
  for (size_t i = 0; i < slots_.size(); ++i) {
    uint64_t raw = slots_[i].raw;
    if (slots_[i].kind == ValueKind::kText) raw += own_texts_at;
    memory[sizeof(Row) + i] = static_cast<char>(slots_[i].kind);
    std::memcpy(memory + sizeof(Row) + kinds + 8 * i, &raw, sizeof raw);
  }
  std::memcpy(memory + texts_at, id_.data(), id_.size());
  std::memcpy(memory + texts_at + id_.size(), subject_.data(), subject_.size());
  std::memcpy(memory + own_texts_at, texts_.data(), texts_.size());
  return row;
}

}  // namespace tocsin
