#include "engine/state/cold_rows.h"

#include <xxhash.h>

#include <algorithm>

#include "engine/store/byte_codec.h"

namespace tocsin {

namespace {

uint64_t identity_hash(const Row& row) {
  const uint64_t subject =
      XXH3_64bits_withSeed(row.subject().data(), row.subject().size(), row.type);
  return XXH3_64bits_withSeed(row.id().data(), row.id().size(), subject);
}

void write_optional(ByteWriter& out, const std::optional<std::string>& text) {
  out.fixed(static_cast<uint8_t>(text.has_value()));
  if (text) out.text(*text);
}

std::optional<std::string> read_optional(ByteReader& in) {
  if (in.fixed<uint8_t>() == 0) return std::nullopt;
  return std::string(in.text());
}

void write_warning(ByteWriter& out, const Warning& warning) {
  for (uint64_t half : warning.id) out.fixed(half);
  out.fixed(warning.rule);
  out.fixed(warning.level);
  out.fixed(static_cast<uint8_t>(warning.raised_by));
  out.fixed(static_cast<uint8_t>(warning.cause));
  out.fixed(warning.raised);
  out.fixed(warning.changed);
  out.fixed(warning.cleared);
  write_optional(out, warning.subject);
  write_optional(out, warning.trigger);
  out.text(warning.region);
  out.text(warning.message);
  out.text(warning.values);
  out.varint(warning.evidence.size());
  for (const std::string& id : warning.evidence) out.text(id);
  out.fixed(warning.evidence_total);
  out.varint(warning.paths.size());
  for (const std::string& path : warning.paths) out.text(path);
}

Warning read_warning(ByteReader& in) {
  Warning warning;
  for (uint64_t& half : warning.id) half = in.fixed<uint64_t>();
  warning.rule = in.fixed<uint32_t>();
  warning.level = in.fixed<uint8_t>();
  warning.raised_by = static_cast<Cause>(in.fixed<uint8_t>());
  warning.cause = static_cast<Cause>(in.fixed<uint8_t>());
  warning.raised = in.fixed<int64_t>();
  warning.changed = in.fixed<int64_t>();
  warning.cleared = in.fixed<int64_t>();
  warning.subject = read_optional(in);
  warning.trigger = read_optional(in);
  warning.region = in.text();
  warning.message = in.text();
  warning.values = in.text();
  for (uint64_t left = in.varint(); left > 0 && !in.failed(); --left) {
    warning.evidence.emplace_back(in.text());
  }
  warning.evidence_total = in.fixed<uint32_t>();
  for (uint64_t left = in.varint(); left > 0 && !in.failed(); --left) {
    warning.paths.emplace_back(in.text());
  }
  warning.note_published();
  return warning;
}

}  // namespace

// A chunk: warnings, outputs, rows.
void ColdRows::add(const std::vector<RowPtr>& rows, const Settled& settled) {
  std::string told;
  ByteWriter told_writer(told);
  told_writer.varint(settled.warnings.size());
  for (const Warning& warning : settled.warnings) write_warning(told_writer, warning);
  std::string put_out;
  for (const OutputRow& output : settled.outputs) {
    ByteWriter(put_out).fixed(output.route);
    put_out.append(reinterpret_cast<const char*>(output.row.get()), output.row->bytes);
  }
  std::string chunk;
  ByteWriter(chunk).text(told);
  ByteWriter(chunk).text(put_out);
  for (const RowPtr& row : rows) {
    chunk.append(reinterpret_cast<const char*>(row.get()), row->bytes);
    identities_.insert(identity_hash(*row));
  }
  unsaved_.push_back({std::make_shared<const std::string>(std::move(chunk)), 0});
  ++end_;
}

bool ColdRows::may_hold(const Row& identity) const {
  return !identities_.empty() && identities_.contains(identity_hash(identity));
}

void ColdRows::forget() {
  begin_ = end_;
  unsaved_.clear();
  identities_ = {};
}

void ColdRows::forget(const ColdChunks& read_back) {
  erase_from_ = read_back.begin;
  end_ = read_back.end;
  forget();
}

ColdChunks ColdRows::save(uint64_t number) {
  ColdChunks saved{.erase_from = erase_from_, .begin = begin_, .end = end_, .chunks = {}};
  erase_from_ = begin_;
  for (Unsaved& one : unsaved_) {
    if (one.number == 0) saved.chunks.push_back(one.chunk);
    one.number = one.number == 0 ? number : one.number;
  }
  return saved;
}

bool ColdRows::committed(uint64_t number) {
  std::erase_if(unsaved_,
                [&](const Unsaved& one) { return one.number != 0 && one.number <= number; });
  return unsaved_.empty();
}

size_t ColdRows::bytes() const {
  size_t bytes = identities_.bucket_count() * (sizeof(uint64_t) + 1);
  for (const Unsaved& one : unsaved_) bytes += one.chunk->size();
  return bytes;
}

bool read_cold_rows(std::string_view chunk, std::vector<RowPtr>& rows) {
  ByteReader in(chunk);
  in.text();
  in.text();
  if (in.failed()) return false;
  chunk.remove_prefix(chunk.size() - in.rest_bytes());
  while (!chunk.empty()) {
    rows.push_back(take_row(chunk));
    if (rows.back() == nullptr) return false;
  }
  return true;
}

bool read_cold_warnings(std::string_view chunk, std::vector<Warning>& warnings) {
  ByteReader in(ByteReader(chunk).text());
  for (uint64_t left = in.varint(); left > 0 && !in.failed(); --left) {
    warnings.push_back(read_warning(in));
  }
  return !in.failed();
}

bool read_cold_outputs(std::string_view chunk, std::vector<OutputRow>& outputs) {
  ByteReader in(chunk);
  in.text();
  std::string_view bytes = in.text();
  while (!bytes.empty() && !in.failed()) {
    ByteReader head(bytes);
    OutputRow& output = outputs.emplace_back(OutputRow{head.fixed<uint32_t>(), nullptr});
    if (head.failed()) return false;
    bytes.remove_prefix(bytes.size() - head.rest_bytes());
    output.row = take_row(bytes);
    if (output.row == nullptr) return false;
  }
  return !in.failed();
}

}  // namespace tocsin
