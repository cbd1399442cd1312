#include "engine/store/journal_verify.h"

#include <vector>

#include "engine/store/segment_reader.h"

namespace tocsin {
namespace {

// Walks one segment into the report; false: it has a bad place, further ones prove nothing.
Result<bool> verify_segment(const SegmentFile& segment, bool is_last, VerifyReport& report) {
  auto reader = SegmentReader::open(FileOps::posix(), segment);
  if (!reader) return reader.error();
  journal_format::EntryDecoder decoder;
  for (;;) {
    auto step = reader->next();
    if (!step) return step.error();
    if (*step == SegmentReader::Step::kBad) {
      report.bad_place = corrupt_error(segment.path, reader->bad()).message;
      report.torn_tail = is_last && reader->bad().may_be_torn;
    } else if (*step == SegmentReader::Step::kBlock &&
               !decoder.decode(reader->block(), reader->payload())) {
      report.bad_place = segment.path.string() + ": entry " +
                         std::to_string(reader->block().number) + " before byte " +
                         std::to_string(reader->good_end()) + " cannot be read";
    }
    if (*step != SegmentReader::Step::kBlock || !report.bad_place.empty()) break;
    ++report.entries;
    report.last_hash = reader->hash();
  }
  report.bytes += reader->good_end();
  return report.bad_place.empty();
}

}  // namespace

Result<VerifyReport> verify_journal(const std::filesystem::path& dir) {
  auto segments = list_segments(FileOps::posix(), dir);
  if (!segments) return segments.error();
  VerifyReport report;
  report.segments = segments->size();
  if (!segments->empty()) report.first_number = segments->front().first_number;
  for (const SegmentFile& segment : *segments) {
    auto whole = verify_segment(segment, &segment == &segments->back(), report);
    if (!whole) return whole.error();
    if (!*whole) break;
  }
  return report;
}

}  // namespace tocsin
