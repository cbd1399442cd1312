#include "engine/eval/warning.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace tocsin {

namespace {

void mix(std::string& bytes, const std::string& text) {
  const uint64_t size = text.size();
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes += text;
}

}  // namespace

void Warning::note_published() {
  published = content_hash();
  published_cleared = !open();
}

uint64_t Warning::content_hash() const {
  std::string bytes;
  for (int64_t number : {raised, cleared, int64_t{level}, int64_t{evidence_total}}) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  for (const auto& text : {subject, trigger}) {
    bytes += text ? '\1' : '\0';
    mix(bytes, text.value_or(""));
  }
  mix(bytes, region);
  mix(bytes, message);
  if (!values.empty()) mix(bytes, values);
  for (const std::string& evident : evidence) mix(bytes, evident);
  for (const std::string& path : paths) mix(bytes, path);
  const uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  return hash == 0 ? 1 : hash;
}

std::string Warning::id_text() const { return fmt::format("{:016x}{:016x}", id[0], id[1]); }

}  // namespace tocsin
