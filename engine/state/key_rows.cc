#include "engine/state/key_rows.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>

namespace tocsin {

namespace {

constexpr size_t kRowOverheadBytes =
    64;  // the allocation, and pointers in rows, ring and identity set

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<uint32_t>(text.size()));
  out += text;
}

template <class T>
bool take(std::string_view& in, T& value) {
  if (in.size() < sizeof value) return false;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return true;
}

bool take_text(std::string_view& in, std::string& text) {
  uint32_t bytes;
  if (!take(in, bytes) || in.size() < bytes) return false;
  text.assign(in.substr(0, bytes));
  in.remove_prefix(bytes);
  return true;
}

bool before(const RowPtr& a, const Row& b) { return order(*a, b) < 0; }

}  // namespace

size_t KeyRows::IdentityHash::operator()(const Row* row) const {
  // Under one key many subjects may have records of one id.
  const uint64_t subject = XXH3_64bits(row->subject().data(), row->subject().size());
  return XXH3_64bits_withSeed(row->id().data(), row->id().size(), subject + row->type);
}

KeyRows::Identity KeyRows::identity_of(const Row& row) {
  return {row.type, std::string(row.subject()), std::string(row.id())};
}

const Row* KeyRows::keep(RowPtr row) {
  bytes_ += row->bytes + kRowOverheadBytes;
  const Row* kept = row.get();
  by_identity_.insert(kept);
  if (rows_.empty() || order(*rows_.back(), *kept) < 0) {
    rows_.push_back(std::move(row));
  } else {
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), *kept, before);
    rows_.insert(at, std::move(row));
  }
  return kept;
}

InsertResult KeyRows::insert(const Row& row) {
  using Outcome = InsertResult::Outcome;
  if (!barred_.empty()) {
    const auto bar = barred_.find(identity_of(row));
    if (bar != barred_.end() && row.version < bar->second)
      return {Outcome::kRetracted, nullptr, {}};
  }
  RowPtr replaced;
  const auto known = by_identity_.find(&row);
  if (known != by_identity_.end()) {
    const Row& present = **known;
    if (row.version < present.version) return {Outcome::kOutdated, nullptr, {}};
    if (row.version == present.version) {
      return {row.same_content(present) ? Outcome::kDuplicate : Outcome::kConflict, nullptr, {}};
    }
    replaced = remove(row);
  }
  return {Outcome::kInserted, keep(clone(row)), std::move(replaced)};
}

RowPtr KeyRows::retract(const Row& identity, int64_t below_version) {
  int64_t& bar = barred_.try_emplace(identity_of(identity), INT64_MIN).first->second;
  bar = std::max(bar, below_version);
  const auto known = by_identity_.find(&identity);
  if (known == by_identity_.end() || (*known)->version >= bar) return nullptr;
  return remove(identity);
}

RowPtr KeyRows::remove(const Row& identity) {
  const auto known = by_identity_.find(&identity);
  if (known == by_identity_.end()) return nullptr;
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), **known, before);
  assert(at != rows_.end() && at->get() == *known);
  by_identity_.erase(known);
  RowPtr row = std::move(*at);
  rows_.erase(at);
  bytes_ -= row->bytes + kRowOverheadBytes;
  return row;
}

std::vector<RowPtr> KeyRows::part_with(const std::function<bool(const Row&)>& which) {
  std::vector<RowPtr> parted, kept;
  for (RowPtr& row : rows_) (which(*row) ? parted : kept).push_back(std::move(row));
  rows_ = std::move(kept);
  by_identity_ = {};  // anew, so that the memory goes, too
  for (const RowPtr& row : rows_) by_identity_.insert(row.get());
  for (const RowPtr& row : parted) bytes_ -= row->bytes + kRowOverheadBytes;
  return parted;
}

void KeyRows::put_back(std::vector<RowPtr> rows) {
  for (RowPtr& row : rows) {
    bytes_ += row->bytes + kRowOverheadBytes;
    by_identity_.insert(row.get());
    rows_.push_back(std::move(row));
  }
  std::sort(rows_.begin(), rows_.end(),
            [](const RowPtr& a, const RowPtr& b) { return order(*a, *b) < 0; });
}

void KeyRows::serialise(std::string& out) const {
  put(out, static_cast<uint64_t>(rows_.size()));
  for (const RowPtr& row : rows_) out.append(reinterpret_cast<const char*>(row.get()), row->bytes);
  put(out, static_cast<uint64_t>(barred_.size()));
  for (const auto& [identity, below] : barred_) {
    put(out, std::get<0>(identity));
    put_text(out, std::get<1>(identity));
    put_text(out, std::get<2>(identity));
    put(out, below);
  }
}

bool KeyRows::deserialise(std::string_view& in) {
  uint64_t count;
  if (!take(in, count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    RowPtr row = take_row(in);
    if (row == nullptr) return false;
    keep(std::move(row));
  }
  if (!take(in, count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    uint16_t type;
    std::string subject, id;
    int64_t below;
    if (!take(in, type) || !take_text(in, subject) || !take_text(in, id) || !take(in, below)) {
      return false;
    }
    barred_[{type, subject, id}] = below;
  }
  return true;
}

}  // namespace tocsin
