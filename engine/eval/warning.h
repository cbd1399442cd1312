// A warning of one key, as the fold of that key's records says it stands.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/row.h"

namespace tocsin {

inline constexpr int64_t kStillOpen = INT64_MAX;

// What set off a raise, change or clearing.
enum class Cause : uint8_t { kRecord, kTimer };

struct Warning {
  std::array<uint64_t, 2> id{};  // hash of (rule, key, start or trigger); the same in every run
  uint32_t rule = 0;             // index into plan::Program::rules
  uint8_t level = 0;
  Cause raised_by = Cause::kRecord;
  Cause cause = Cause::kRecord;  // of the last raise, change or clearing
  int64_t raised = 0;
  int64_t changed = 0;  // time of the last raise, change or clearing
  int64_t cleared = kStillOpen;
  std::optional<std::string> subject;
  // Its record, as of its start, where rules ask for its end; not saved.
  std::shared_ptr<const Row> record;
  std::optional<std::string> trigger;  // id of the last record; none for `while`
  std::string region;
  std::string message;
  std::string values;  // of other kinds than warnings: members of a JSON object, `"from":"A",…`
  std::vector<std::string> evidence;  // ids, at most limits::kEvidenceMax
  uint32_t evidence_total = 0;
  std::vector<std::string> paths;  // to subjects of the evidence across a link; so many, too

  // What subscribers know: 0 until published, then content_hash() of what was sent.
  uint64_t published = 0;
  bool published_cleared = false;

  bool open() const { return cleared == kStillOpen; }
  // Subscribers know it as it stands.
  void note_published();
  // Of everything that subscribers are shown; never 0.
  uint64_t content_hash() const;
  std::string id_text() const;  // 32 hex digits
};

}  // namespace tocsin
