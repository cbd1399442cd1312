// A journal gives back what was written or says that it is damaged, whatever a disk made of it.
#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "engine/store/byte_codec.h"
#include "engine/store/journal.h"
#include "engine/store/journal_entry.h"
#include "engine/store/journal_format.h"
#include "engine/store/journal_verify.h"
#include "engine/store/segment_reader.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

namespace format = journal_format;

// A folder in memory for as long as the program runs.
class JournalFolder {
 public:
  JournalFolder() {
    std::string name = "/dev/shm/tocsin-fuzz-XXXXXX";
    require(::mkdtemp(name.data()) != nullptr, "there is a folder in memory");
    path_ = name;
  }
  ~JournalFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  JournalFolder(const JournalFolder&) = delete;
  JournalFolder& operator=(const JournalFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Makes `bytes` the only segment.
  void put(std::string_view bytes) const {
    std::ofstream(segment_path(path_, 1), std::ios::binary | std::ios::trunc) << bytes;
  }

 private:
  std::filesystem::path path_;
};

const JournalFolder& folder() {
  static const JournalFolder folder;
  return folder;
}

std::string bytes_of(const JournalEntry& entry) {
  std::string bytes;
  format::write_entry(entry, bytes);
  return bytes;
}

struct ReadJournal {
  bool opened = false;
  bool all_read = false;
  bool cut = false;  // a torn tail was
  std::vector<std::string> entries;
};

ReadJournal read_journal() {
  ReadJournal read;
  auto journal = Journal::open(folder().path());
  if (!journal) {
    require(!journal.error().message.empty(), "an error says something");
    return read;
  }
  read.opened = true;
  read.cut = !(*journal)->recovery_note().empty();
  uint64_t number = 0;
  const Status status = (*journal)->read(0, [&](JournalEntry&& entry) {
    require(number == 0 || entry.number == number + 1, "entries are numbered without a hole");
    number = entry.number;
    read.entries.push_back(bytes_of(entry));
    return true;
  });
  read.all_read = status.ok();
  return read;
}

// Opening, reading and proving agree about the only segment. Proves before opening cuts a tail.
ReadJournal read_and_verify(std::string_view segment) {
  folder().put(segment);
  Result<VerifyReport> proof = verify_journal(folder().path());
  ReadJournal read = read_journal();
  if (!proof || !read.all_read) return read;
  require(read.cut == proof->torn_tail, "what is proven to be torn is cut, nothing else");
  require(read.cut || proof->bad_place.empty(), "what can be read can be proven");
  require(read.entries.size() == proof->entries, "as many entries are read as are proven");
  return read;
}

// ---------------------------------------------------------------- ways to make a segment

// The bytes are all there is.
void any_segment(Input& choices) { read_and_verify(choices.rest()); }

// The bytes are an entry: read, written and read again it is the same.
void any_entry(Input& choices) {
  const auto entry = format::read_entry(1, choices.rest());
  if (!entry) return;
  const std::string written = bytes_of(*entry);
  const auto again = format::read_entry(1, written);
  require(again.has_value(), "what was written can be read");
  require_same(written, bytes_of(*again), "what was written is what is read");
}

// The checksums are right, the payload is anything: what a newer or broken program might write.
void any_payload(Input& choices) {
  const uint32_t raw_bytes = choices.byte() | uint32_t{choices.byte()} << 8;
  const std::string_view payload = choices.rest();
  std::string header(format::kBlockMagic);
  ByteWriter writer(header);
  writer.fixed(static_cast<uint32_t>(payload.size()));
  writer.fixed(raw_bytes);
  writer.fixed(uint64_t{1});
  const Hash check = format::sha256({header});
  header += format::as_text(check).substr(0, format::kCheckBytes);
  const std::string block = header + std::string(payload);
  const Hash hash = format::sha256({format::as_text(Hash{}), block});
  read_and_verify(format::encode_segment_header({}) + block + std::string(format::as_text(hash)));
}

// As any_payload, but with a frame that is whole: the entry in it is anything.
void any_sealed_entry(Input& choices) {
  const std::string_view raw = choices.rest();
  std::string frame(ZSTD_compressBound(raw.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), raw.data(), raw.size(), 1));
  const std::string sizes = {static_cast<char>(raw.size()), static_cast<char>(raw.size() >> 8)};
  const std::string sealed = sizes + frame;
  Input inner(sealed);
  any_payload(inner);
}

// A sound segment of five entries, and what they are.
struct SoundSegment {
  std::string bytes = format::encode_segment_header({});
  std::vector<std::string> entries;

  SoundSegment() {
    format::BlockEncoder encoder(1);
    Hash hash{};
    for (uint64_t number = 1; number <= 5; ++number) {
      JournalEntry entry;
      entry.number = number;
      entry.policy_change = number == 2;
      if (entry.policy_change) entry.policy_text = "policy";
      Chunk& chunk = entry.batch.chunks.emplace_back();
      chunk.source = "source";
      chunk.bytes = "{\"id\":" + std::to_string(number) + "}\n";
      chunk.lines = 1;
      entry.batch.acknowledgements.push_back({"subscriber", number});
      bytes += *encoder.encode(entry, hash);
      hash = encoder.hash();
      entries.push_back(bytes_of(entry));
    }
  }
};

// A sound segment with bytes changed, its end cut or something put behind it: every entry that is
// read is one that was written, and only a damaged last one may be cut without a word.
void damaged_segment(Input& choices) {
  static const SoundSegment sound;
  std::string segment = sound.bytes;
  const size_t kept = choices.byte() | size_t{choices.byte()} << 8;
  if (kept > 0 && kept < segment.size()) segment.resize(kept);
  for (unsigned changes = choices.byte() % 8; changes > 0; --changes) {
    const size_t at = choices.byte() | size_t{choices.byte()} << 8;
    const uint8_t bits = choices.byte();
    segment[at % segment.size()] ^= static_cast<char>(bits);
  }
  segment += choices.rest();

  const ReadJournal read = read_and_verify(segment);
  require(read.entries.size() <= sound.entries.size(), "no entry is made up");
  for (size_t i = 0; i < read.entries.size(); ++i) {
    require_same(sound.entries[i], read.entries[i], "an entry is as it was written");
  }
  if (segment == sound.bytes) {
    require(read.all_read && read.entries.size() == sound.entries.size(),
            "a sound segment is read whole");
  }
}

}  // namespace

void journal_reader(std::string_view input) {
  Input choices(input);
  switch (choices.byte() % 5) {
    case 0:
      return any_segment(choices);
    case 1:
      return any_entry(choices);
    case 2:
      return any_payload(choices);
    case 3:
      return any_sealed_entry(choices);
    default:
      return damaged_segment(choices);
  }
}

}  // namespace tocsin::fuzz
